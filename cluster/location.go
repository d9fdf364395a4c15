package cluster

import (
	"regexp"

	"pacer/rule"
	"pacer/score"
	"pacer/xmltree"
)

// Location is one rule or plain preference of one resource: scores for nodes.
type Location struct {
	ID string // of the rule where there is one
	// Constraint is the id of the constraint that the rule is in, "" without a rule.
	Constraint string
	Resource   *Resource
	Role       Role // RoleUnknown: any
	Discovery  Discovery
	Nodes      []NodeScore
}

// NodeScore is a score for a node.
type NodeScore struct {
	Node  *Node
	Score score.Score
}

// Locations are the location constraints among the constraints.
func (s *State) Locations() []*Location {
	var list []*Location
	for i := range s.Constraints {
		if l := s.Constraints[i].Location; l != nil {
			list = append(list, l)
		}
	}
	return list
}

func (c *constraints) location(e *xmltree.Node) {
	sets, ok := c.sets(e)
	if !ok {
		return
	}
	for _, v := range sets {
		points, _ := v.get("score")
		for _, id := range v.refs {
			r := c.find(e.ID(), id)
			if r == nil {
				return
			}
			c.locate(e, r, v.role, points, nil)
		}
	}
	if len(sets) > 0 {
		return
	}
	if id, ok := e.Lookup("rsc"); ok {
		names, _, known := c.members(id)
		if !known {
			c.say(Config, "Constraint %s is left out: there is no resource or tag %q.", e.ID(), id)
			return
		}
		for _, name := range names {
			if r := c.find(e.ID(), name); r != nil {
				c.locate(e, r, e.Get("role"), "", nil)
			}
		}
	}
	if pattern, ok := e.Lookup("rsc-pattern"); ok {
		c.locatePattern(e, pattern)
	}
}

func (c *constraints) locatePattern(e *xmltree.Node, pattern string) {
	invert := len(pattern) > 0 && pattern[0] == '!'
	if invert {
		pattern = pattern[1:]
	}
	re, err := regexp.CompilePOSIX(pattern)
	if err != nil {
		c.say(Config, "Constraint %s is left out: rsc-pattern: %v.", e.ID(), err)
		return
	}
	for _, r := range c.Top {
		m := re.FindStringSubmatch(r.Name)
		switch {
		case m != nil && !invert:
			c.locate(e, r, e.Get("role"), "", m)
		case m == nil && invert:
			c.locate(e, r, e.Get("role"), "", nil)
		}
	}
}

// locate makes the location constraints of one element for one resource. The role is for what names a node: a rule is limited to
// the one that it names itself, even where the constraint or the set of the resource names another.
func (c *constraints) locate(e *xmltree.Node, r *Resource, role, points string, submatches []string) {
	if points == "" {
		points = e.Get("score")
	}
	how := discovery(e.Get("resource-discovery"))
	if name, ok := e.Lookup("node"); ok && points != "" {
		n := c.findNode(name)
		switch {
		case n == nil:
			return
		case role != "" && ParseRole(role) == RoleUnknown:
			c.say(Config, "Constraint %s is left out: role %q is not known.", e.ID(), role)
			return
		}
		c.add(Constraint{Location: &Location{ID: e.ID(), Resource: r, Role: filterRole(role), Discovery: how,
			Nodes: []NodeScore{{n, score.ParseOr(points, 0)}}}})
		return
	}
	empty := true
	for x := range e.Elements("rule") {
		empty = false
		if x = c.resolve(x); x == nil {
			continue
		}
		ruleRole := x.Get("role")
		if ruleRole != "" && ParseRole(ruleRole) == RoleUnknown {
			c.say(Config, "Rule %s is left out: role %q is not known.", x.ID(), ruleRole)
			continue
		}
		l := &Location{ID: x.ID(), Constraint: e.ID(), Resource: r, Role: filterRole(ruleRole), Discovery: how}
		l.Nodes = c.ruleScores(x, r, submatches)
		if len(l.Nodes) > 0 || how == DiscoverExclusive {
			c.add(Constraint{Location: l})
		}
	}
	if empty {
		c.say(Config, "Constraint %s is left out: it has neither node and score nor a rule.", e.ID())
	}
}

// filterRole turns the role of a location into the one that it is limited to. Everything is first unpromoted, so that
// what holds for that role holds for all.
func filterRole(text string) Role {
	if r := ParseRole(text); r == Stopped || r == Promoted {
		return r
	}
	return RoleUnknown
}

// ruleScores gives the nodes for which a rule holds, with the score that it gives them. Where that stands in an attribute, a node
// without it, or with something else in it, is given none. For a guest that may be the attribute of its host; what the rule
// itself asks for are always the guest's own.
func (c *constraints) ruleScores(x *xmltree.Node, r *Resource, submatches []string) []NodeScore {
	var list []NodeScore
	varies := c.ParamsVary(r)
	var params Values
	for _, n := range c.Nodes {
		if params == nil || varies {
			params = c.Params(r, n)
		}
		f := c.facts()
		f.NodeAttr, f.Param, f.Meta, f.Submatches = n.Attr, params.Get, r.Meta.Get, submatches
		if !rule.Holds(x, &f) {
			continue
		}
		points := score.Score(0)
		if text, ok := x.Lookup("score"); ok {
			points = score.ParseOr(text, 0)
		} else if name, ok := x.Lookup("score-attribute"); ok {
			text := ""
			if at := r.attributesOf(n); at != nil {
				text, _ = at.Attr(f.Expand(name))
			}
			if points, ok = score.Read(text); !ok {
				continue
			}
		} else {
			c.say(Config, "Rule %s has no score: 0 is used.", x.ID())
		}
		list = append(list, NodeScore{n, points})
	}
	return list
}
