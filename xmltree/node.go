package xmltree

import "iter"

// Kind says what a Node is.
type Kind uint8

// The kinds of nodes that the tree keeps. Processing instructions and document types are dropped by Parse.
const (
	Element Kind = iota
	Text
	Comment
)

// Attr is one attribute. Namespaced names keep their prefix, as libxml2 shows them.
type Attr struct{ Name, Value string }

// Node is one element, text or comment.
type Node struct {
	Name     string  // of an element
	Attrs    []Attr  // of an element, in document order, names unique
	Children []*Node // of an element
	Text     string  // of a text or comment
	Line     int32   // where it began in the parsed text, from 1; 0 when built
	Kind     Kind
}

// New builds an element; attributes are given as name, value pairs.
func New(name string, pairs ...string) *Node {
	n := &Node{Name: name, Attrs: make([]Attr, 0, len(pairs)/2)}
	for i := 0; i+1 < len(pairs); i += 2 {
		n.Attrs = append(n.Attrs, Attr{pairs[i], pairs[i+1]})
	}
	return n
}

// Add appends children to a node being built and returns it.
func (n *Node) Add(children ...*Node) *Node {
	n.Children = append(n.Children, children...)
	return n
}

// AddNew builds a child element at the end of a node being built and returns the child.
func (n *Node) AddNew(name string, pairs ...string) *Node {
	c := New(name, pairs...)
	n.Children = append(n.Children, c)
	return c
}

// Set gives an attribute of a node being built a value, in its old place or at the end.
func (n *Node) Set(name, value string) *Node {
	for i := range n.Attrs {
		if n.Attrs[i].Name == name {
			n.Attrs[i].Value = value
			return n
		}
	}
	n.Attrs = append(n.Attrs, Attr{name, value})
	return n
}

// Unset removes an attribute of a node being built.
func (n *Node) Unset(name string) {
	for i := range n.Attrs {
		if n.Attrs[i].Name == name {
			n.Attrs = append(n.Attrs[:i:i], n.Attrs[i+1:]...)
			return
		}
	}
}

// Lookup returns an attribute's value and whether it is there.
func (n *Node) Lookup(name string) (string, bool) {
	if n == nil {
		return "", false
	}
	for i := range n.Attrs {
		if n.Attrs[i].Name == name {
			return n.Attrs[i].Value, true
		}
	}
	return "", false
}

// Get returns an attribute's value, "" when it is absent. The receiver may be nil.
func (n *Node) Get(name string) string {
	v, _ := n.Lookup(name)
	return v
}

// ID returns the id attribute.
func (n *Node) ID() string { return n.Get("id") }

// Elements ranges over the child elements, all or those with one of the names. The receiver may be nil.
func (n *Node) Elements(names ...string) iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		if n == nil {
			return
		}
		for _, c := range n.Children {
			if c.Kind == Element && named(c.Name, names) && !yield(c) {
				return
			}
		}
	}
}

func named(name string, names []string) bool {
	if len(names) == 0 {
		return true
	}
	for _, x := range names {
		if x == name {
			return true
		}
	}
	return false
}

// First returns the first child element with that name, or nil. The receiver may be nil.
func (n *Node) First(name string) *Node {
	for c := range n.Elements(name) {
		return c
	}
	return nil
}

// Path follows child element names downwards and returns the last one, or nil.
func (n *Node) Path(names ...string) *Node {
	for _, name := range names {
		n = n.First(name)
	}
	return n
}

// ByID returns the first child element with that name and id, or nil.
func (n *Node) ByID(name, id string) *Node {
	for c := range n.Elements(name) {
		if c.ID() == id {
			return c
		}
	}
	return nil
}

// Walk visits n and its descendant elements in document order until visit returns false for one, whose descendants are
// then left out.
func (n *Node) Walk(visit func(*Node) bool) {
	if n == nil || n.Kind != Element || !visit(n) {
		return
	}
	for _, c := range n.Children {
		c.Walk(visit)
	}
}

// Clone returns a deep copy that may be changed.
func (n *Node) Clone() *Node {
	if n == nil {
		return nil
	}
	c := *n
	c.Attrs = append([]Attr(nil), n.Attrs...)
	c.Children = make([]*Node, len(n.Children))
	for i, x := range n.Children {
		c.Children[i] = x.Clone()
	}
	return &c
}
