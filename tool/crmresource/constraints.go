package crmresource

import (
	"slices"
	"strings"

	"pacer/xmltree"
)

// constraints shows the location and colocation constraints of a resource; --stack follows the colocations.
func (r *run) constraints() error {
	name := r.resource
	if n := r.find(name); n != nil && !r.force {
		// A group or clone speaks for what is inside it.
		for p := parentOf(r.resources(), n); p != nil; p = parentOf(r.resources(), p) {
			name = p.ID()
		}
	}
	s := &stack{run: r, all: r.verb == "stack", seen: map[string]bool{name: true}}
	if r.Out.XML() {
		r.Out.Push("constraints")
		defer r.Out.Pop()
	}
	s.locations(name)
	s.seen = map[string]bool{name: true}
	s.colocated(name, true)
	s.seen = map[string]bool{name: true}
	s.colocated(name, false)
	return nil
}

// colocations are the colocation constraints by their ids.
func (r *run) colocations() []*xmltree.Node {
	list := slices.Collect(r.doc.Root().Path("configuration", "constraints").Elements("rsc_colocation"))
	slices.SortStableFunc(list, func(a, b *xmltree.Node) int { return strings.Compare(a.ID(), b.ID()) })
	return list
}

// stack walks along colocations.
type stack struct {
	*run
	all  bool
	seen map[string]bool
}

// locations lists the location constraints of a resource.
func (s *stack) locations(name string) {
	open := false
	for c := range s.run.locations() {
		if c.Get("rsc") != name {
			continue
		}
		for _, l := range nodesOf(c) {
			if !open {
				s.Out.Begin("Locations")
				open = true
			}
			s.Out.Item("Node %s (score=%s, id=%s, rsc=%s)", l[0], l[1], c.ID(), name)
			s.Out.Add(xmltree.New("rsc_location", "node", l[0], "rsc", name, "id", c.ID(), "score", l[1]))
		}
	}
	if open {
		s.Out.End()
	}
}

// nodesOf gives the nodes and scores of a location constraint, plain or by simple rules.
func nodesOf(c *xmltree.Node) [][2]string {
	if n := c.Get("node"); n != "" {
		return [][2]string{{n, c.Get("score")}}
	}
	var out [][2]string
	for rule := range c.Elements("rule") {
		for e := range rule.Elements("expression") {
			if e.Get("attribute") == "#uname" && e.Get("operation") == "eq" {
				out = append(out, [2]string{e.Get("value"), rule.Get("score")})
			}
		}
	}
	return out
}

// colocated lists the resources that are colocated with name (dependents), or that name is colocated with.
func (s *stack) colocated(name string, dependents bool) {
	title, own, other := "Resources %s is colocated with", "rsc", "with-rsc"
	if dependents {
		title, own, other = "Resources colocated with %s", "with-rsc", "rsc"
	}
	open := false
	for _, c := range s.colocations() {
		if c.Get(own) != name || c.Get(other) == "" {
			continue
		}
		if !open {
			s.Out.Begin(title, name)
			open = true
		}
		peer := c.Get(other)
		s.Out.Add(colocationXML(c))
		if s.seen[peer] {
			s.Out.Item("%s (id=%s - loop)", peer, c.ID())
			continue
		}
		s.Out.Item("%s (score=%s, id=%s)", peer, c.Get("score"), c.ID())
		s.Out.Deeper()
		s.locations(peer)
		if s.all {
			s.seen[peer] = true
			s.colocated(peer, dependents)
		}
		s.Out.End()
	}
	if open {
		s.Out.End()
	}
}

func colocationXML(c *xmltree.Node) *xmltree.Node {
	attribute := c.Get("node-attribute")
	if attribute == "" {
		attribute = "#uname"
	}
	n := xmltree.New("rsc_colocation", "id", c.ID(), "rsc", c.Get("rsc"), "with-rsc", c.Get("with-rsc"), "score", c.Get("score"),
		"node-attribute", attribute)
	for _, a := range []string{"rsc-role", "with-rsc-role"} {
		if v := c.Get(a); v != "" {
			n.Set(a, v)
		}
	}
	return n
}
