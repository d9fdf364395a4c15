package cluster

import (
	"regexp"
	"slices"

	"pacer/option"
	"pacer/rule"
	"pacer/score"
	"pacer/xmltree"
)

// maxConstraints limits what sets and patterns may multiply to.
const maxConstraints = 1_000_000

// constraints reads the constraints, which name resources and tags.
type constraints struct {
	*State
	byName map[string]*Resource
}

func (s *State) unpackConstraints(x *xmltree.Node) {
	c := &constraints{State: s, byName: map[string]*Resource{}}
	// The plain name of something in an anonymous clone means the first instance that goes by that name in the history.
	for _, r := range s.Resources {
		for _, name := range []string{r.Name, r.History} {
			if name != "" && c.byName[name] == nil {
				c.byName[name] = r
			}
		}
	}
	for e := range x.Elements() {
		if e.ID() == "" {
			s.say(Config, "Line %d: a <%s> without id is left out.", e.Line, e.Name)
			continue
		}
		if len(s.Constraints) > maxConstraints {
			s.say(Config, "Too many constraints: those from %s on are left out.", e.ID())
			return
		}
		switch e.Name {
		case "rsc_location":
			c.location(e)
		case "rsc_colocation":
			c.colocation(e)
		case "rsc_order":
			c.order(e)
		case "rsc_ticket":
			c.ticketDependency(e)
		}
	}
}

func (c *constraints) add(k Constraint) { c.Constraints = append(c.Constraints, k) }

// members returns the resources that a name stands for: one resource, or all that bear a tag or use a template.
func (c *constraints) members(id string) (names []string, isTag, ok bool) {
	if c.byName[id] != nil {
		return []string{id}, false, true
	}
	for _, list := range [][]Tag{c.Templates, c.Tags} {
		for _, t := range list {
			if t.ID == id {
				return t.Refs, true, true
			}
		}
	}
	return nil, false, false
}

// set is a resource_set, or what a tag stands for.
type set struct {
	id         string
	x          *xmltree.Node // nil for a tag
	refs       []string
	role       string
	action     string
	sequential string
}

func (v *set) get(name string) (string, bool) { return v.x.Lookup(name) }

// isSequential tells whether the set's members hang together; other when nothing is said.
func (v *set) isSequential(other bool) bool {
	if b, ok := option.ParseBool(v.sequential); ok {
		return b
	}
	return other
}

// sets returns the resource sets of a constraint, tags in them replaced by what they stand for; ok is false when one of
// them cannot be read.
func (c *constraints) sets(e *xmltree.Node) (list []*set, ok bool) {
	for x := range e.Elements("resource_set") {
		if x = c.resolve(x); x == nil {
			return nil, false
		}
		v := &set{id: x.ID(), x: x, role: x.Get("role"), action: x.Get("action"), sequential: x.Get("sequential")}
		for ref := range x.Elements("resource_ref") {
			names, _, known := c.members(ref.ID())
			if !known {
				c.say(Config, "Constraint %s: there is no resource or tag %s.", e.ID(), ref.ID())
				return nil, false
			}
			v.refs = append(v.refs, names...)
		}
		list = append(list, v)
	}
	return list, true
}

// sides returns both sides of a constraint as sets when at least one is a tag; nil when none is.
func (c *constraints) sides(e *xmltree.Node, first, second string) (list []*set, ok bool) {
	tags := 0
	for _, id := range []string{first, second} {
		names, isTag, known := c.members(id)
		if !known {
			c.say(Config, "Constraint %s is left out: there is no resource or tag %q.", e.ID(), id)
			return nil, false
		}
		if isTag {
			tags++
		}
		list = append(list, &set{id: id, refs: names, sequential: "false"})
	}
	if tags == 0 {
		return nil, true
	}
	return list, true
}

// find returns a resource by name, told as missing when there is none.
func (c *constraints) find(constraint, id string) *Resource {
	r := c.byName[id]
	if r == nil {
		c.say(Config, "Constraint %s is left out: there is no resource %q.", constraint, id)
	}
	return r
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

func discovery(text string) Discovery {
	switch text {
	case "never":
		return DiscoverNever
	case "exclusive":
		return DiscoverExclusive
	}
	return DiscoverAlways
}

// filterRole turns the role of a location into the one that it is limited to. Everything is first unpromoted, so that
// what holds for that role holds for all.
func filterRole(text string) Role {
	if r := ParseRole(text); r == Stopped || r == Promoted {
		return r
	}
	return RoleUnknown
}

// locate makes the location constraints of one element for one resource.
func (c *constraints) locate(e *xmltree.Node, r *Resource, role, points string, submatches []string) {
	if points == "" {
		points = e.Get("score")
	}
	if role != "" && ParseRole(role) == RoleUnknown {
		c.say(Config, "Constraint %s: role %q is not known.", e.ID(), role)
		role = ""
	}
	how := discovery(e.Get("resource-discovery"))
	if name, ok := e.Lookup("node"); ok && points != "" {
		n := c.findNode(name)
		if n == nil {
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
		if ruleRole == "" {
			ruleRole = role
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

// ruleScores gives the nodes for which a rule holds, with the score that it gives them.
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
		if !rule.Holds(x, f) {
			continue
		}
		points := score.Score(0)
		if text, ok := x.Lookup("score"); ok {
			points = score.ParseOr(text, 0)
		} else if name, ok := x.Lookup("score-attribute"); ok {
			points = minus
			if v, ok := n.Attr(f.Expand(name)); ok {
				points = score.ParseOr(v, 0)
			}
		} else {
			c.say(Config, "Rule %s has no score: 0 is used.", x.ID())
		}
		list = append(list, NodeScore{n, points})
	}
	return list
}

// influence tells whether the dependent of a colocation may move the primary.
func influence(text string, dependent *Resource) bool {
	if b, ok := option.ParseBool(text); ok {
		return b
	}
	return dependent.Critical
}

func colocationRole(text string) Role {
	if r := ParseRole(text); r != Started {
		return r
	}
	return RoleUnknown
}

// colocate makes one colocation.
func (c *constraints) colocate(id, attribute string, points score.Score, dependent, primary *Resource, role1, role2 string, move, explicit bool) {
	if points == 0 {
		return
	}
	if attribute == "" {
		attribute = "#uname"
	}
	c.add(Constraint{Colocation: &Colocation{ID: id, Dependent: dependent, Primary: primary,
		DependentRole: colocationRole(role1), PrimaryRole: colocationRole(role2), Score: points, Attribute: attribute,
		Influence: move, Explicit: explicit}})
}

func (c *constraints) colocation(e *xmltree.Node) {
	points := score.ParseOr(e.Get("score"), 0)
	move := e.Get("influence")
	sets, ok := c.sets(e)
	if !ok {
		return
	}
	if len(sets) == 0 {
		dependent, primary := e.Get("rsc"), e.Get("with-rsc")
		if sets, ok = c.sides(e, dependent, primary); !ok {
			return
		}
		if sets == nil {
			d, p := c.find(e.ID(), dependent), c.find(e.ID(), primary)
			c.colocate(e.ID(), e.Get("node-attribute"), points, d, p, e.Get("rsc-role"), e.Get("with-rsc-role"),
				influence(move, d), true)
			return
		}
		sets[0].role, sets[1].role = e.Get("rsc-role"), e.Get("with-rsc-role")
	}
	for i, v := range sets {
		if !c.colocateWithin(e, v, points, move) {
			return
		}
		if i > 0 && !c.colocateSets(e, sets[i-1], v, points, move) {
			return
		}
	}
}

// colocateWithin keeps the members of a set together: each with the one before it, or with ordering="listed" with the one
// after it. With a negative score each is kept away from all before it.
func (c *constraints) colocateWithin(e *xmltree.Node, v *set, points score.Score, move string) bool {
	if text, ok := v.get("score"); ok {
		points = score.ParseOr(text, 0)
	}
	if points == 0 || !v.isSequential(true) {
		return true
	}
	listed, _ := v.get("ordering")
	var before []*Resource
	for _, id := range v.refs {
		r := c.find(e.ID(), id)
		if r == nil {
			return false
		}
		switch {
		case points < 0:
			for _, other := range before {
				if other == r {
					break
				}
				c.colocate(v.id, "", points, r, other, v.role, v.role, influence(move, r), false)
			}
		case len(before) == 0:
		case listed != "" && listed != "group":
			last := before[len(before)-1]
			c.colocate(v.id, "", points, last, r, v.role, v.role, influence(move, last), false)
		default:
			c.colocate(v.id, "", points, r, before[len(before)-1], v.role, v.role, influence(move, r), false)
		}
		before = append(before, r)
	}
	return true
}

// colocateSets keeps one set with the next: the first of a sequential set, or all of another, with the last of a
// sequential set, or all of another.
func (c *constraints) colocateSets(e *xmltree.Node, v, w *set, points score.Score, move string) bool {
	if points == 0 {
		return true
	}
	first, second := v.refs, w.refs
	if v.isSequential(true) && len(first) > 0 {
		first = first[:1]
	}
	if w.isSequential(true) && len(second) > 0 {
		second = second[len(second)-1:]
	}
	for _, a := range first {
		d := c.find(e.ID(), a)
		if d == nil {
			return false
		}
		for _, b := range second {
			p := c.find(e.ID(), b)
			if p == nil {
				return false
			}
			c.colocate(e.ID(), "", points, d, p, v.role, w.role, influence(move, d), false)
		}
	}
	return true
}

func (c *constraints) ticketDependency(e *xmltree.Node) {
	id := e.Get("ticket")
	if id == "" {
		c.say(Config, "Constraint %s is left out: it names no ticket.", e.ID())
		return
	}
	t := c.ticket(id)
	one := func(name, role string) bool {
		r := c.find(e.ID(), name)
		if r == nil {
			return false
		}
		c.add(Constraint{Ticket: &TicketDependency{ID: e.ID(), Resource: r, Role: colocationRole(role), Ticket: t,
			Loss: c.lossPolicy(e)}})
		return true
	}
	sets, ok := c.sets(e)
	if !ok {
		return
	}
	for _, v := range sets {
		if slices.ContainsFunc(v.refs, func(name string) bool { return !one(name, v.role) }) {
			return
		}
	}
	if len(sets) > 0 {
		return
	}
	names, _, known := c.members(e.Get("rsc"))
	if !known {
		c.say(Config, "Constraint %s is left out: there is no resource or tag %q.", e.ID(), e.Get("rsc"))
		return
	}
	for _, name := range names {
		one(name, e.Get("rsc-role"))
	}
}

func (c *constraints) lossPolicy(e *xmltree.Node) TicketPolicy {
	switch v := e.Get("loss-policy"); v {
	case "fence":
		if c.Options.FencingEnabled {
			return TicketFence
		}
		c.say(Config, "Constraint %s: loss-policy=fence needs fencing, which is disabled: stop is used.", e.ID())
		return TicketStop
	case "freeze":
		return TicketFreeze
	case "demote":
		return TicketDemote
	case "stop":
		return TicketStop
	}
	if ParseRole(e.Get("rsc-role")) == Promoted {
		return TicketDemote
	}
	return TicketStop
}
