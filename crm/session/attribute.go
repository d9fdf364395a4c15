package session

import (
	"fmt"
	"strings"

	"pacer/crm/syntax"
	"pacer/xmltree"
)

// Set changes one attribute by its path `ID.NAME`, `ID.OP.NAME` or `ID.OP.INTERVAL.NAME`.
func (s *Session) Set(path, value string) error {
	parts := strings.Split(path, ".")
	if len(parts) < 2 || len(parts) > 4 || parts[0] == "" || parts[len(parts)-1] == "" {
		return fmt.Errorf(`Invalid path: "%s"; Valid path: "id.[op_type.][interval.]name"`, path)
	}
	o := s.find(parts[0], nil)
	// An id may contain dots itself.
	for i := len(parts) - 1; o == nil && i > 1; i-- {
		if x := s.find(strings.Join(parts[:i], "."), nil); x != nil {
			o, parts = x, append([]string{x.ID}, parts[i:]...)
		}
	}
	if o == nil {
		return fmt.Errorf("Object %s not found", parts[0])
	}
	name := parts[len(parts)-1]
	if len(parts) == 2 {
		return s.setObjectAttr(o, name, value)
	}
	op, err := findOp(o, parts[1:len(parts)-1])
	if err != nil {
		return err
	}
	if _, ok := op.Lookup(name); ok || syntax.IsOpAttribute(name) {
		op.Set(name, value)
		return nil
	}
	for set := range op.Elements("instance_attributes") {
		for p := range set.Elements("nvpair") {
			if p.Get("name") == name {
				p.Set("value", value)
				return nil
			}
		}
	}
	return fmt.Errorf("Attribute not found: %s", path)
}

func (s *Session) setObjectAttr(o *Object, name, value string) error {
	var found []*xmltree.Node
	sets := []*xmltree.Node{o.Node}
	for c := range o.Node.Elements("instance_attributes", "meta_attributes", "utilization") {
		sets = append(sets, c)
	}
	for _, set := range sets {
		for p := range set.Elements("nvpair") {
			if p.Get("name") == name {
				found = append(found, p)
			}
		}
	}
	switch len(found) {
	case 0:
		return fmt.Errorf("Attribute not found: %s.%s", o.ID, name)
	case 1:
		found[0].Set("value", value)
		return nil
	}
	return fmt.Errorf("%s has %d attributes named %s: set it with edit", o.ID, len(found), name)
}

// findOp finds an operation by name, or by name and interval.
func findOp(o *Object, by []string) (*xmltree.Node, error) {
	var found []*xmltree.Node
	for ops := range o.Node.Elements("operations") {
		for op := range ops.Elements("op") {
			if op.Get("name") == by[0] && (len(by) == 1 || op.Get("interval") == by[1]) {
				found = append(found, op)
			}
		}
	}
	switch {
	case len(found) == 1:
		return found[0], nil
	case len(found) > 1 && len(by) == 1:
		return nil, fmt.Errorf("Should specify interval of %s", by[0])
	case len(found) > 1:
		return nil, fmt.Errorf("%s has %d operations %s with interval %s: change them with edit", o.ID, len(found), by[0], by[1])
	case len(by) > 1:
		return nil, fmt.Errorf(`Operation "%s" interval "%s" not found for resource %s`, by[0], by[1], o.ID)
	}
	return nil, fmt.Errorf(`Operation "%s" not found for resource %s`, by[0], o.ID)
}

// Property returns the value of a cluster property.
func (s *Session) Property(name string) (string, bool) {
	for _, o := range s.list {
		if o.Kind != syntax.Property {
			continue
		}
		for p := range o.Node.Elements("nvpair") {
			if p.Get("name") == name {
				return p.Lookup("value")
			}
		}
	}
	return "", false
}

// SetProperty gives a cluster property a value, in the set that has it, or else in the default set.
func (s *Session) SetProperty(name, value string) {
	pair := xmltree.New("nvpair", "name", name, "value", value)
	var into *Object
	for _, o := range s.list {
		if o.Kind != syntax.Property {
			continue
		}
		for p := range o.Node.Elements("nvpair") {
			if p.Get("name") == name {
				p.Set("value", value)
				return
			}
		}
		if into == nil || o.ID == syntax.Property.DefaultID() {
			into = o
		}
	}
	if into == nil {
		n := xmltree.New(syntax.Property.Element(), "id", syntax.Property.DefaultID())
		sec := s.section(syntax.Property.Section())
		sec.Add(n)
		s.ids.TakeTree(n)
		into = &Object{Kind: syntax.Property, ID: n.ID(), Node: n}
		s.list = append(s.list, into)
	}
	s.setPair(into.Node, pair)
}

// LastSet is the id of the attribute-set object that a command without an id means: the default one, or, when that does not
// exist, the last one of the kind.
func (s *Session) LastSet(kind syntax.Kind) string {
	id := kind.DefaultID()
	for _, o := range s.list {
		if o.Kind == kind && o.ID == kind.DefaultID() {
			return o.ID
		}
	}
	for _, o := range s.list {
		if o.Kind == kind {
			id = o.ID
		}
	}
	return id
}

// conflicting are meta attributes that say the same thing in two ways.
var conflicting = map[string]string{"maintenance": "is-managed", "is-managed": "maintenance"}

// SetMeta sets a meta attribute of a resource as an administrator means it: a member of a group keeps it for itself, any other
// child passes it to its outermost container; a tag means all its members. ask is called before the same attribute is removed
// from members of a group and before a conflicting attribute is removed.
func (s *Session) SetMeta(id, name, value string, ask func(question string) bool) error {
	if t := s.find(id, func(k syntax.Kind) bool { return k == syntax.Tag }); t != nil && s.Resource(id) == nil {
		for r := range t.Node.Elements("obj_ref") {
			if s.Resource(r.ID()) != nil {
				if err := s.SetMeta(r.ID(), name, value, ask); err != nil {
					return err
				}
			}
		}
		return nil
	}
	o := s.Resource(id)
	if o == nil {
		return fmt.Errorf("Resource not found: %s", id)
	}
	if o.Parent != nil && o.Parent.Kind != syntax.Group {
		o = top(o)
	}
	if isClone(o.Kind) {
		for _, k := range s.Children(o) {
			s.dropMeta(k, name)
			if k.Kind == syntax.Group {
				s.offerDrop(s.Children(k), name, ask)
			}
		}
	}
	if o.Kind == syntax.Group {
		s.offerDrop(s.Children(o), name, ask)
	}
	if other, ok := conflicting[name]; ok && hasMeta(o, other) &&
		ask(fmt.Sprintf("'%s' attribute already exists in %s. Remove it?", other, o.ID)) {
		s.dropMeta(o, other)
	}
	s.setMeta(o, name, value)
	return nil
}

func (s *Session) offerDrop(members []*Object, name string, ask func(string) bool) {
	for _, m := range members {
		if hasMeta(m, name) && ask(fmt.Sprintf("Do you want to override '%s' for child resource %s?", name, m.ID)) {
			s.dropMeta(m, name)
		}
	}
}

func hasMeta(o *Object, name string) bool {
	for set := range o.Node.Elements("meta_attributes") {
		for p := range set.Elements("nvpair") {
			if p.Get("name") == name {
				return true
			}
		}
	}
	return false
}

func (s *Session) dropMeta(o *Object, name string) {
	for _, set := range append([]*xmltree.Node(nil), o.Node.Children...) {
		if set.Name != "meta_attributes" {
			continue
		}
		dropped := false
		for _, p := range append([]*xmltree.Node(nil), set.Children...) {
			if p.Name == "nvpair" && p.Get("name") == name {
				s.ids.Release(p.ID())
				removeChild(set, p)
				dropped = true
			}
		}
		if dropped && len(set.Children) == 0 {
			s.ids.Release(set.ID())
			removeChild(o.Node, set)
		}
	}
}

// setMeta changes the attribute where it is, else adds it to every meta set, of which one is made when there is none.
func (s *Session) setMeta(o *Object, name, value string) {
	if hasMeta(o, name) {
		for set := range o.Node.Elements("meta_attributes") {
			for p := range set.Elements("nvpair") {
				if p.Get("name") == name {
					p.Set("value", value)
				}
			}
		}
		return
	}
	if o.Node.First("meta_attributes") == nil {
		set := xmltree.New("meta_attributes")
		at := len(o.Node.Children)
		for i, c := range o.Node.Children {
			if o.Kind.IsContainer() && syntax.IsChild(c) {
				at = i
				break
			}
		}
		o.Node.Children = append(o.Node.Children[:at:at], append([]*xmltree.Node{set}, o.Node.Children[at:]...)...)
		syntax.AssignOne(set, o.ID, s.ids)
	}
	for set := range o.Node.Elements("meta_attributes") {
		if set.Get("id-ref") == "" {
			s.setPair(set, xmltree.New("nvpair", "name", name, "value", value))
		}
	}
}

// SetNodeAttr gives a permanent attribute of a node a value.
func (s *Session) SetNodeAttr(node, name, value string) error {
	o := s.Node(node)
	if o == nil {
		return fmt.Errorf("node %s not found", node)
	}
	for set := range o.Node.Elements("instance_attributes") {
		for p := range set.Elements("nvpair") {
			if p.Get("name") == name {
				p.Set("value", value)
				return nil
			}
		}
	}
	set := o.Node.First("instance_attributes")
	if set == nil {
		set = o.Node.AddNew("instance_attributes")
		syntax.AssignOne(set, o.Node.Get("uname"), s.ids)
	}
	s.setPair(set, xmltree.New("nvpair", "name", name, "value", value))
	return nil
}

// NodeAttr returns a permanent attribute of a node.
func (s *Session) NodeAttr(node, name string) (string, bool) {
	if o := s.Node(node); o != nil {
		for set := range o.Node.Elements("instance_attributes") {
			for p := range set.Elements("nvpair") {
				if p.Get("name") == name {
					return p.Lookup("value")
				}
			}
		}
	}
	return "", false
}

// Node returns the node with that name, or nil.
func (s *Session) Node(name string) *Object {
	return s.find(name, func(k syntax.Kind) bool { return k == syntax.Node })
}
