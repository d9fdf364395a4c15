package session

import (
	"fmt"
	"strings"

	"pacer/crm/syntax"
	"pacer/xmltree"
)

// Delete removes objects and what hangs on them. With force, ids that do not exist are ignored.
func (s *Session) Delete(ids []string, force bool) error {
	return s.Atomic(func() error {
		var victims []*Object
		for _, id := range ids {
			found := s.Find(id)
			if len(found) == 0 && !force {
				return missing(id)
			}
			// A node and a resource may share a name; the resource is meant then.
			if r := s.find(id, func(k syntax.Kind) bool { return k != syntax.Node }); r != nil {
				found = []*Object{r}
			}
			victims = append(victims, found...)
		}
		for _, o := range victims {
			if s.listed(o) {
				s.delete(o)
			}
		}
		return nil
	})
}

// delete removes one object with everything that cannot be without it.
func (s *Session) delete(o *Object) {
	if o.Kind.IsContainer() {
		kids := s.Children(o)
		parent := o.Parent
		for _, k := range kids {
			removeChild(o.Node, k.Node)
			s.free(k)
		}
		if len(kids) > 0 {
			s.redirectAll(o.ID, kids[0].ID)
			// A clone of the group has lost its only child as well: what was said of it is said of the child.
			if parent != nil && parent.Kind != syntax.Bundle && len(s.Children(parent)) == 1 {
				s.redirectAll(parent.ID, kids[0].ID)
			}
		}
		s.remove(o)
		s.dropReferences(o.ID)
		s.deleteEmpty(parent)
		return
	}
	parent := o.Parent
	s.remove(o)
	switch {
	case o.Kind == syntax.Template:
		for _, p := range append([]*Object(nil), s.list...) {
			if p.Kind == syntax.Primitive && p.Node.Get("template") == o.ID && s.listed(p) {
				s.delete(p)
			}
		}
		s.dropReferences(o.ID)
	case o.Kind != syntax.Node:
		s.dropReferences(o.ID)
	}
	s.deleteEmpty(parent)
}

// deleteEmpty removes a container that has lost its last child. Bundles may be empty.
func (s *Session) deleteEmpty(o *Object) {
	if o != nil && o.Kind != syntax.Bundle && s.listed(o) && len(s.Children(o)) == 0 {
		s.delete(o)
	}
}

// remove takes one object out of the working copy.
func (s *Session) remove(o *Object) {
	s.ids.ReleaseTree(o.Node)
	removeChild(s.home(o), o.Node)
	s.unlist(o)
}

// Erase removes everything but nodes, or, asked for nodes, only the nodes.
func (s *Session) Erase(nodes bool) {
	var kept []*xmltree.Node
	for _, section := range s.work.Children {
		if section.Name == syntax.Fencing.Element() && !nodes {
			continue
		}
		if section.Kind == xmltree.Element && (section.Name == "nodes") == nodes && section.Name != syntax.Fencing.Element() {
			section.Children = nil
		}
		kept = append(kept, section)
	}
	s.work.Children = kept
	s.setWork(s.work)
}

// Rename gives an object another id; constraints, tags, templates and fencing levels follow. Generated ids inside it stay.
func (s *Session) Rename(from, to string) error {
	o := s.find(from, func(k syntax.Kind) bool { return k != syntax.Node })
	if o == nil {
		return missing(from)
	}
	if !syntax.ValidID(to) {
		return fmt.Errorf("%s: invalid object id", to)
	}
	if len(s.Find(to)) > 0 || s.ids.Taken(to) {
		return fmt.Errorf("%s: id is already in use", to)
	}
	if o.Kind == syntax.Fencing {
		return fmt.Errorf("%s cannot be renamed", from)
	}
	s.ids.Release(from)
	s.ids.Take(to)
	o.Node.Set("id", to)
	o.ID = to
	for _, x := range s.list {
		switch {
		case x.Kind.IsConstraint():
			redirect(x.Node, from, to)
		case x.Kind == syntax.Tag:
			for r := range x.Node.Elements("obj_ref") {
				if r.ID() == from {
					r.Set("id", to)
				}
			}
		case x.Kind == syntax.Primitive && o.Kind == syntax.Template && x.Node.Get("template") == from:
			x.Node.Set("template", to)
		case x.Kind == syntax.Fencing:
			for l := range x.Node.Elements("fencing-level") {
				devices := strings.Split(l.Get("devices"), ",")
				for i, d := range devices {
					if d == from {
						devices[i] = to
					}
				}
				l.Set("devices", strings.Join(devices, ","))
			}
		case x.Kind == syntax.ACLTarget || x.Kind == syntax.ACLGroup || x.Kind == syntax.ACLUser:
			for r := range x.Node.Elements("role", "role_ref") {
				if r.ID() == from && o.Kind == syntax.Role {
					r.Set("id", to)
				}
			}
		}
	}
	return nil
}

// ModGroup adds a primitive to a group, before or after a member or at the end, or removes one.
func (s *Session) ModGroup(group string, add bool, id string, before, after string) error {
	return s.Atomic(func() error {
		g := s.find(group, nil)
		if g == nil {
			return fmt.Errorf("group %s does not exist", group)
		}
		if g.Kind != syntax.Group {
			return fmt.Errorf("%s is not a group", group)
		}
		if !add {
			m := s.Resource(id)
			if m == nil || m.Parent != g {
				return fmt.Errorf("%s is not member of %s", id, group)
			}
			if len(s.Children(g)) == 1 {
				return fmt.Errorf("cannot remove the last member of %s", group)
			}
			removeChild(g.Node, m.Node)
			s.free(m)
			return nil
		}
		m := s.Resource(id)
		switch {
		case m == nil:
			return missing(id)
		case m.Kind != syntax.Primitive:
			return fmt.Errorf("a group may contain only primitives; %s is %s", id, m.Kind)
		case m.Parent != nil:
			return fmt.Errorf("resource %s already in %s %s", id, m.Parent.Kind, m.Parent.ID)
		}
		at := len(g.Node.Children)
		if anchor := before + after; anchor != "" {
			a := s.Resource(anchor)
			if a == nil || a.Parent != g {
				return fmt.Errorf("%s is not member of %s", anchor, group)
			}
			for i, c := range g.Node.Children {
				if c == a.Node {
					at = i
				}
			}
			if after != "" {
				at++
			}
		}
		removeChild(s.home(m), m.Node)
		m.Parent = g
		g.Node.Children = append(g.Node.Children[:at:at], append([]*xmltree.Node{m.Node}, g.Node.Children[at:]...)...)
		return nil
	})
}
