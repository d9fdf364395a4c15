package session

import (
	"pacer/crm/syntax"
	"pacer/xmltree"
)

// refAttrs are the attributes of constraints that name resources.
var refAttrs = []string{"rsc", "with-rsc", "first", "then"}

// modAttrs gives, for each attribute that names a resource, the one with its role or action.
var modAttrs = map[string]string{"rsc": "rsc-role", "with-rsc": "with-rsc-role", "first": "first-action", "then": "then-action"}

// references lists the resources that a constraint names.
func references(n *xmltree.Node) []string {
	var out []string
	for _, a := range refAttrs {
		if v := n.Get(a); v != "" {
			out = append(out, v)
		}
	}
	for set := range n.Elements("resource_set") {
		for r := range set.Elements("resource_ref") {
			out = append(out, r.ID())
		}
	}
	return out
}

func refersTo(n *xmltree.Node, id string) bool {
	for _, r := range references(n) {
		if r == id {
			return true
		}
	}
	return false
}

// redirect makes a constraint name another resource.
func redirect(n *xmltree.Node, from, to string) {
	for _, a := range refAttrs {
		if n.Get(a) == from {
			n.Set(a, to)
		}
	}
	for set := range n.Elements("resource_set") {
		for r := range set.Elements("resource_ref") {
			if r.ID() == from {
				r.Set("id", to)
			}
		}
	}
}

// redirectAll makes all constraints on one resource name another, and removes those that then connect it with itself.
func (s *Session) redirectAll(from, to string) {
	for _, o := range append([]*Object(nil), s.list...) {
		if !o.Kind.IsConstraint() || !refersTo(o.Node, from) {
			continue
		}
		redirect(o.Node, from, to)
		s.info("modified %s:%s from %s to %s", o.Kind, o.ID, from, to)
		if selfish(o) {
			s.remove(o)
			s.info("constraint %s:%s connects %s with itself and is deleted", o.Kind, o.ID, to)
		}
	}
}

// selfish tells whether a colocation or order connects a resource only with itself.
func selfish(o *Object) bool {
	if o.Kind != syntax.Colocation && o.Kind != syntax.Order {
		return false
	}
	refs := references(o.Node)
	if len(refs) < 2 {
		return false
	}
	for _, r := range refs {
		if r != refs[0] {
			return false
		}
	}
	return true
}

// dropReferences takes a deleted resource out of all constraints and tags; those that lose their sense are deleted.
func (s *Session) dropReferences(id string) {
	for _, o := range append([]*Object(nil), s.list...) {
		switch {
		case o.Kind.IsConstraint() && refersTo(o.Node, id):
			if !s.dropFromConstraint(o, id) {
				s.remove(o)
				s.info("hanging %s:%s deleted", o.Kind, o.ID)
			}
		case o.Kind == syntax.Tag:
			if dropChildren(o.Node, "obj_ref", id) && o.Node.First("obj_ref") == nil {
				s.remove(o)
				s.info("hanging %s:%s deleted", o.Kind, o.ID)
			}
		}
	}
}

func dropChildren(n *xmltree.Node, name, id string) bool {
	found := false
	var kept []*xmltree.Node
	for _, c := range n.Children {
		if c.Kind == xmltree.Element && c.Name == name && c.ID() == id {
			found = true
			continue
		}
		kept = append(kept, c)
	}
	n.Children = kept
	return found
}

// dropFromConstraint takes a resource out of a constraint's sets; false means that nothing is left that makes sense.
func (s *Session) dropFromConstraint(o *Object, id string) bool {
	n := o.Node
	for _, a := range refAttrs {
		if n.Get(a) == id {
			return false
		}
	}
	var sets []*xmltree.Node
	for _, set := range append([]*xmltree.Node(nil), n.Children...) {
		if set.Name != "resource_set" {
			continue
		}
		dropChildren(set, "resource_ref", id)
		if set.First("resource_ref") == nil {
			s.ids.ReleaseTree(set)
			removeChild(n, set)
			continue
		}
		sets = append(sets, set)
	}
	refs := references(n)
	least := 2
	if o.Kind == syntax.Location || o.Kind == syntax.Ticket {
		least = 1
	}
	if len(refs) < least {
		return false
	}
	if len(refs) == least && len(sets) == 1 && plain(sets[0]) {
		s.simplify(o, sets[0], refs)
	}
	return true
}

// plain tells whether a set is sequential and needs all its members.
func plain(set *xmltree.Node) bool {
	return set.Get("sequential") != "false" && set.Get("require-all") != "false"
}

// simplify turns a constraint with one set into one with attributes.
func (s *Session) simplify(o *Object, set *xmltree.Node, refs []string) {
	attrs, mod := []string{"rsc"}, "role"
	switch o.Kind {
	case syntax.Colocation:
		attrs = []string{"rsc", "with-rsc"}
	case syntax.Order:
		attrs, mod = []string{"first", "then"}, "action"
	}
	for i, a := range attrs {
		o.Node.Set(a, refs[i])
		if m := set.Get(mod); m != "" {
			name := modAttrs[a]
			if o.Kind == syntax.Location {
				name = "role"
			}
			o.Node.Set(name, m)
		}
	}
	s.ids.ReleaseTree(set)
	removeChild(o.Node, set)
}
