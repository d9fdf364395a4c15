package session

import (
	"fmt"
	"sort"
	"strings"

	"pacer/crm/syntax"
	"pacer/xmltree"
)

// Create adds one object. An attribute set that exists (property, defaults) and an existing node are merged into; any other
// object with the same id is an error.
func (s *Session) Create(o *syntax.Object) error {
	return s.Atomic(func() error {
		if err := s.create(o, true); err != nil {
			return err
		}
		_, err := s.settle()
		return err
	})
}

// create adds one object; merge says what happens to nodes and attribute sets that exist.
func (s *Session) create(o *syntax.Object, merge bool) error {
	if o.Kind == syntax.Monitor {
		return s.addMonitor(o)
	}
	if o.Kind == syntax.Fencing {
		s.expandFencing(o)
	}
	if old := s.existing(o); old != nil {
		switch {
		case o.Kind.IsAttributeSet() && merge:
			s.mergePairs(old, o)
			return nil
		case o.Kind == syntax.Node && merge:
			s.mergeNode(old, o)
			return nil
		case o.Kind == syntax.Fencing, !merge:
			return s.replace(old, o)
		}
		return fmt.Errorf("Cannot create %s with ID '%s': Found existing %s with same ID.", o.Kind, o.ID, old.Kind)
	}
	if old := s.clash(o); old != nil {
		return fmt.Errorf("Cannot create %s with ID '%s': Found existing %s with same ID.", o.Kind, o.ID, old.Kind)
	}
	if err := s.parts(o); err != nil {
		return err
	}
	if err := s.checkChildren(o, nil); err != nil {
		return err
	}
	if o.Kind != syntax.Fencing && o.Kind != syntax.Node && s.ids.Taken(o.ID) && s.Node(o.ID) == nil {
		return fmt.Errorf("Cannot create %s with ID '%s': the id is already in use.", o.Kind, o.ID)
	}
	syntax.Assign(o.Kind, o.Node, nil, s.ids)
	s.knownNames(o)
	keepComments(o)
	obj := &Object{Kind: o.Kind, ID: o.Node.ID(), Node: o.Node}
	if o.Kind == syntax.Fencing {
		obj.ID = fencingID
	}
	home := s.home(obj)
	moved := s.adopt(obj)
	home.Children = append(home.Children, obj.Node)
	s.list = append(s.list, obj)
	for _, id := range moved {
		s.redirectAll(id, obj.ID)
	}
	return nil
}

// knownNames gives parameters the spelling of the agent: it may know foo_bar where foo-bar was written.
func (s *Session) knownNames(o *syntax.Object) {
	if o.Kind != syntax.Primitive && o.Kind != syntax.Template {
		return
	}
	for set := range o.Node.Elements("instance_attributes") {
		for p := range set.Elements("nvpair") {
			name := p.Get("name")
			if !strings.Contains(name, "-") {
				continue
			}
			m, err := s.MetaData(&Object{Kind: o.Kind, ID: o.ID, Node: o.Node})
			if err != nil || m == nil {
				return
			}
			if other := strings.ReplaceAll(name, "-", "_"); m.Parameter(name) == nil && m.Parameter(other) != nil {
				p.Set("name", other)
			}
		}
	}
}

// existing finds the object that a new one would be: same kind and id; nodes also by their name.
func (s *Session) existing(o *syntax.Object) *Object {
	for _, x := range s.list {
		switch {
		case x.Kind != o.Kind && !(isClone(x.Kind) && isClone(o.Kind)):
		case o.Kind == syntax.Fencing:
			return x
		case x.Kind == syntax.Node:
			if x.ID == o.ID || o.Node.ID() == "" && x.Node.Get("uname") == o.Node.Get("uname") {
				return x
			}
		case x.ID == o.ID:
			return x
		}
	}
	return nil
}

func isClone(k syntax.Kind) bool { return k == syntax.Clone || k == syntax.Master }

// clash finds an object of another kind with the id of a new one. Nodes have names of their own.
func (s *Session) clash(o *syntax.Object) *Object {
	if o.Kind == syntax.Node || o.Kind == syntax.Fencing {
		return nil
	}
	for _, x := range s.list {
		if x.Kind != syntax.Node && x.ID == o.ID {
			return x
		}
	}
	return nil
}

// parts replaces the resources inside a container that was given as XML by references, creating those that are new.
func (s *Session) parts(o *syntax.Object) error {
	if !o.XML || !o.Kind.IsContainer() {
		return nil
	}
	for i, c := range o.Node.Children {
		if !syntax.IsChild(c) || c.Name == syntax.ChildRef {
			continue
		}
		if s.Resource(c.ID()) == nil {
			kind, ok := syntax.KindOfElement("resources", c.Name)
			if !ok || c.ID() == "" {
				return fmt.Errorf("%s contains an element %s that is no resource", o.ID, c.Name)
			}
			if err := s.create(&syntax.Object{Kind: kind, ID: c.ID(), Node: c, XML: true}, false); err != nil {
				return err
			}
		}
		o.Node.Children[i] = xmltree.New(syntax.ChildRef, "id", c.ID())
	}
	return nil
}

// checkChildren checks that a container's children exist, may be in it and are in no other container than self.
func (s *Session) checkChildren(o *syntax.Object, self *Object) error {
	for c := range o.Node.Elements(syntax.ChildRef) {
		child := s.find(c.ID(), nil)
		if r := s.Resource(c.ID()); r != nil {
			child = r
		}
		if child == nil {
			return fmt.Errorf("%s refers to missing object %s", o.ID, c.ID())
		}
		switch {
		case o.Kind == syntax.Group && child.Kind != syntax.Primitive:
			return fmt.Errorf("a group may contain only primitives; %s is %s", child.ID, child.Kind)
		case isClone(o.Kind) && child.Kind != syntax.Primitive && child.Kind != syntax.Group:
			return fmt.Errorf("%s may contain a primitive or a group; %s is %s", o.Kind, child.ID, child.Kind)
		case o.Kind == syntax.Bundle && child.Kind != syntax.Primitive:
			return fmt.Errorf("bundle may contain a primitive; %s is %s", child.ID, child.Kind)
		}
		if child.Parent != nil && child.Parent != self {
			return fmt.Errorf("resource %s already in %s %s", child.ID, child.Parent.Kind, child.Parent.ID)
		}
	}
	return nil
}

// adopt puts the children that a new container's element names into it and returns the ids of those that came from outside.
func (s *Session) adopt(o *Object) (moved []string) {
	for i, c := range o.Node.Children {
		if c.Name != syntax.ChildRef {
			continue
		}
		child := s.Resource(c.ID())
		if child.Parent != o {
			removeChild(s.home(child), child.Node)
			child.Parent = o
			moved = append(moved, child.ID)
		}
		o.Node.Children[i] = child.Node
	}
	return moved
}

// replace puts a new version of an object in the place of the old one. Ids of what stays the same are kept.
func (s *Session) replace(old *Object, o *syntax.Object) error {
	if err := s.parts(o); err != nil {
		return err
	}
	if err := s.checkChildren(o, old); err != nil {
		return err
	}
	home := s.home(old)
	oldNode := old.Node
	kids := s.Children(old)
	for _, k := range kids {
		removeChild(oldNode, k.Node)
	}
	s.ids.ReleaseTree(oldNode)
	if old.Kind == syntax.Node && o.Node.ID() == "" {
		o.Node.Attrs = append([]xmltree.Attr{{Name: "id", Value: oldNode.ID()}}, o.Node.Attrs...)
	}
	syntax.Assign(o.Kind, o.Node, oldNode, s.ids)
	s.knownNames(o)
	keepComments(o)
	for i, c := range home.Children {
		if c == oldNode {
			home.Children[i] = o.Node
		}
	}
	old.Node, old.Kind = o.Node, o.Kind
	moved := s.adopt(old)
	for _, k := range kids {
		if k.Parent == old && !contains(old.Node, k.Node) {
			s.free(k)
		}
	}
	for _, id := range moved {
		s.redirectAll(id, old.ID)
	}
	return nil
}

func contains(parent, n *xmltree.Node) bool {
	for _, c := range parent.Children {
		if c == n {
			return true
		}
	}
	return false
}

// free puts a former child of a container at the end of the resources.
func (s *Session) free(o *Object) {
	o.Parent = nil
	sec := s.section("resources")
	sec.Children = append(sec.Children, o.Node)
}

// release takes out of an existing container all children that its new version does not name.
func (s *Session) release(old *Object, o *syntax.Object) {
	named := map[string]bool{}
	for c := range o.Node.Elements() {
		if syntax.IsChild(c) {
			named[c.ID()] = true
		}
	}
	for _, k := range s.Children(old) {
		if !named[k.ID] {
			removeChild(old.Node, k.Node)
			s.free(k)
		}
	}
}

// mergePairs changes and adds the pairs of an attribute set that exists; those of the same name keep their ids.
func (s *Session) mergePairs(old *Object, o *syntax.Object) {
	for c := range o.Node.Elements() {
		if c.Name == "nvpair" {
			s.setPair(old.Node, c)
		} else if c.Name == "rule" {
			s.warn("%s %s exists: the rule is ignored; give the set another id", o.Kind, o.ID)
		}
	}
}

// setPair gives one pair of a set a value.
func (s *Session) setPair(set, pair *xmltree.Node) {
	if !s.changePair(set, pair) {
		set.Add(pair)
		syntax.AssignOne(pair, set.ID(), s.ids)
	}
}

// changePair gives a pair that is in a set another value; false means that the set has no such pair.
func (s *Session) changePair(set, pair *xmltree.Node) bool {
	for x := range set.Elements("nvpair") {
		if x.Get("name") == pair.Get("name") && x.Get("id-ref") == "" {
			if v, ok := pair.Lookup("value"); ok {
				x.Set("value", v)
			} else {
				x.Unset("value")
			}
			return true
		}
	}
	return false
}

// mergeNode adds the attribute sets of a node line to a node that exists.
func (s *Session) mergeNode(old *Object, o *syntax.Object) {
	for _, a := range o.Node.Attrs {
		if a.Name != "id" {
			old.Node.Set(a.Name, a.Value)
		}
	}
	for set := range o.Node.Elements() {
		into := old.Node.First(set.Name)
		if into == nil || set.First("rule") != nil || set.Get("id-ref") != "" {
			old.Node.Add(set)
			syntax.AssignOne(set, old.Node.Get("uname"), s.ids)
			continue
		}
		// The new pairs are named after the set in which they came.
		syntax.AssignOne(set, old.Node.Get("uname"), s.ids)
		s.ids.Release(set.ID())
		for pair := range set.Elements("nvpair") {
			if !s.changePair(into, pair) {
				into.Add(pair)
			} else {
				s.ids.Release(pair.ID())
			}
		}
	}
}

// addMonitor adds an op to a primitive.
func (s *Session) addMonitor(o *syntax.Object) error {
	p := s.find(o.Target, nil)
	if r := s.Resource(o.Target); r != nil {
		p = r
	}
	if p == nil {
		return missing(o.Target)
	}
	if p.Kind != syntax.Primitive && p.Kind != syntax.Template {
		return fmt.Errorf("%s is not a primitive", o.Target)
	}
	ops := p.Node.First("operations")
	if ops == nil {
		ops = p.Node.AddNew("operations")
	}
	for op := range ops.Elements("op") {
		if op.Get("name") == "monitor" && op.Get("interval") == o.Node.Get("interval") && op.Get("role") == o.Node.Get("role") {
			return fmt.Errorf("%s already has a monitor op with interval %s", o.Target, o.Node.Get("interval"))
		}
	}
	ops.Add(o.Node)
	syntax.AssignOne(o.Node, p.ID, s.ids)
	return nil
}

// expandFencing gives levels without a target all nodes, in the order of their names.
func (s *Session) expandFencing(o *syntax.Object) {
	nodes := s.Nodes()
	sort.Strings(nodes)
	syntax.ExpandFencing(o.Node, nodes)
}

// keepComments stores the comments before an object inside it: those of attribute sets in their first child.
func keepComments(o *syntax.Object) {
	if len(o.Comments) == 0 {
		return
	}
	into := o.Node
	if o.Kind.IsAttributeSet() {
		for c := range o.Node.Elements() {
			into = c
			break
		}
	}
	var nodes []*xmltree.Node
	for _, text := range o.Comments {
		// Two dashes may not be in an XML comment.
		for strings.Contains(text, "--") {
			text = strings.ReplaceAll(text, "--", "- -")
		}
		nodes = append(nodes, &xmltree.Node{Kind: xmltree.Comment, Text: strings.TrimSuffix(text, "-")})
	}
	into.Children = append(nodes, into.Children...)
	o.Comments = nil
}

// settle resolves references by name and checks what can only be known when all objects of a change are there. The object at
// fault comes with the error.
func (s *Session) settle() (*Object, error) {
	s.resolveRefs()
	for _, o := range s.list {
		if !o.Kind.IsConstraint() {
			continue
		}
		for _, r := range references(o.Node) {
			if len(s.Find(r)) == 0 {
				return o, fmt.Errorf("constraint %s references a resource %s which doesn't exist", o.ID, r)
			}
		}
	}
	return nil, nil
}

// resolveRefs makes id-refs that name an object name the first set of that kind inside it.
func (s *Session) resolveRefs() {
	ids := map[string]bool{}
	var open []*xmltree.Node
	s.work.Walk(func(n *xmltree.Node) bool {
		ids[n.Name+"\x00"+n.ID()] = true
		if n.Get("id-ref") != "" {
			open = append(open, n)
		}
		return true
	})
	for _, n := range open {
		ref := n.Get("id-ref")
		if ids[n.Name+"\x00"+ref] {
			continue
		}
		found := 0
		for _, o := range s.Find(ref) {
			o.Node.Walk(func(c *xmltree.Node) bool {
				if c != o.Node && syntax.IsChild(c) {
					return false
				}
				if c.Name == n.Name && c != n && c.ID() != "" {
					found++
					if found == 1 {
						n.Set("id-ref", c.ID())
					}
				}
				return true
			})
		}
		if found > 1 {
			s.warn("%s has several sets of the kind %s: the first is used", ref, n.Name)
		}
	}
}
