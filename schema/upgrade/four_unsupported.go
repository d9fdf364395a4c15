package upgrade

import (
	"pacer/xmltree"
)

// unsupported takes away what 4.0 cannot run: resources of nagios and upstart, bundles of rkt, with the constraints that are about
// them alone, and the options that no longer mean anything.
func (f *four) unsupported() {
	g := f.gone()
	visit(f.root, func(parent, c *xmltree.Node) []*xmltree.Node {
		switch {
		case g.nodes[c]:
			f.tellGone(c, g)
			return nil
		case c.Name == "nvpair" && f.meaningless(parent, c, g):
			return nil
		case c.Name == "resource_ref" && g.ids[c.ID()], c.Name == "resource_set" && g.empty(c), g.constraint(c):
			return nil
		}
		g.parents[c] = parent
		return keep(c)
	})
}

// gone are the resources and templates that are taken away.
type gone struct {
	nodes map[*xmltree.Node]bool
	ids   map[string]bool // of the resources
	// templates are all templates by their ids.
	templates map[string]*xmltree.Node
	parents   map[*xmltree.Node]*xmltree.Node // of those that were visited
}

func unknownClass(n *xmltree.Node) bool {
	class := lower(n.Get("class"))
	return class == "nagios" || class == "upstart"
}

func (f *four) gone() *gone {
	g := &gone{map[*xmltree.Node]bool{}, map[string]bool{}, map[string]*xmltree.Node{}, map[*xmltree.Node]*xmltree.Node{}}
	f.root.Walk(func(n *xmltree.Node) bool {
		if n.Name == "template" {
			g.templates[n.ID()] = n
			if unknownClass(n) {
				g.nodes[n] = true
			}
		}
		return true
	})
	drop := func(n *xmltree.Node) { g.nodes[n], g.ids[n.ID()] = true, true }
	f.root.Walk(func(n *xmltree.Node) bool {
		switch n.Name {
		case "primitive":
			name, from := n.Lookup("template")
			t := g.templates[name]
			// A primitive of a template that is none cannot be run either.
			if unknownClass(n) || from && (t == nil || g.nodes[t]) {
				drop(n)
			}
		case "bundle":
			if n.First("rkt") != nil {
				drop(n)
			}
		}
		return true
	})
	for _, kind := range []string{"group", "clone"} { // A clone looks at the primitives of its group, too.
		f.root.Walk(func(n *xmltree.Node) bool {
			if n.Name != kind {
				return true
			}
			left := false
			n.Walk(func(x *xmltree.Node) bool {
				left = left || x.Name == "primitive" && !g.nodes[x]
				return true
			})
			if !left {
				drop(n)
			}
			return true
		})
	}
	return g
}

func (f *four) tellGone(n *xmltree.Node, g *gone) {
	switch n.Name {
	case "template":
		f.tell(Warning, "Dropping template %s because %s resources are no longer supported", n.ID(), n.Get("class"))
	case "primitive":
		class, ok := n.Lookup("class")
		if !ok {
			class = g.templates[n.Get("template")].Get("class")
		}
		f.tell(Warning, "Dropping resource %s because %s resources are no longer supported", n.ID(), class)
	case "bundle":
		f.tell(Warning, "Dropping bundle resource %s because rkt containers are no longer supported", n.ID())
	default:
		f.tell(Info, "Dropping %s %s because it would become empty", n.Name, n.ID())
	}
}

// meaningless tells whether a pair is an option of a resource or operation that no longer means anything.
func (f *four) meaningless(set, pair *xmltree.Node, g *gone) bool {
	if set.Name != "meta_attributes" {
		return false
	}
	name, advice := pair.Get("name"), ""
	switch g.parents[set].Name {
	case "template", "primitive", "group", "clone", "bundle", "rsc_defaults":
		if name == "restart-type" {
			advice = `"kind" attribute for relevant constraints`
		}
	case "op", "op_defaults":
		if name == "can_fail" || name == "role_after_failure" {
			advice = `"on-fail" operation attribute instead`
		}
	}
	if advice == "" {
		return false
	}
	f.tell(Warning, "Dropping %s meta-attribute from %s because it is no longer supported. Consider setting the %s", name, set.ID(), advice)
	return true
}

// empty tells whether nothing is left of a set of resources.
func (g *gone) empty(set *xmltree.Node) bool {
	for c := range set.Elements("resource_ref") {
		if !g.ids[c.ID()] {
			return false
		}
	}
	return true
}

// constraint tells whether n is a constraint about something that is gone, or about sets of which nothing is left.
func (g *gone) constraint(n *xmltree.Node) bool {
	var names []string
	switch n.Name {
	case "rsc_location", "rsc_ticket":
		names = []string{"rsc"}
	case "rsc_colocation":
		names = []string{"rsc", "with-rsc"}
	case "rsc_order":
		names = []string{"first", "then"}
	default:
		return false
	}
	for _, name := range names {
		if id, ok := n.Lookup(name); ok && g.ids[id] {
			return true
		}
	}
	sets := false
	for c := range n.Elements("resource_set") {
		if sets = true; !g.empty(c) {
			return false
		}
	}
	return sets
}
