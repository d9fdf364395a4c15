package acl

import "pacer/xmltree"

// View gives the part of a document that the user may read, nil when there is none. What is not left out is shared with the
// document, which is given itself when all of it may be read.
func (r *Rights) View(root *xmltree.Node) *xmltree.Node {
	if r == nil || root == nil {
		return root
	}
	return r.descend(root).view(root)
}

func (d *descent) view(n *xmltree.Node) *xmltree.Node {
	open := d.enter(n).read
	defer d.leave()
	whole := open
	var kids []*xmltree.Node // once one was left out or changed
	for i, c := range n.Children {
		seen := c
		switch {
		case c.Kind == xmltree.Element:
			seen = d.view(c)
		case !open:
			seen = nil
		}
		if whole && seen != c {
			whole = false
			kids = append(kids, n.Children[:i]...)
		}
		if !whole && seen != nil {
			kids = append(kids, seen)
		}
	}
	switch {
	case whole:
		return n
	case !open && kids == nil:
		return nil
	}
	out := *n
	out.Children = kids
	if !open {
		out.Attrs = nil
		if id, ok := n.Lookup("id"); ok {
			out.Attrs = []xmltree.Attr{{Name: "id", Value: id}}
		}
	}
	return &out
}

// Level is what may be done with an element.
type Level uint8

// The levels.
const (
	Nothing Level = iota
	Readable
	Writable
)

// Levels tells for each element of a document what the user may do with it.
func (r *Rights) Levels(root *xmltree.Node) map[*xmltree.Node]Level {
	out := map[*xmltree.Node]Level{}
	d := r.descend(root)
	var down func(n *xmltree.Node)
	down = func(n *xmltree.Node) {
		switch a := d.enter(n); {
		case a.write:
			out[n] = Writable
		case a.read:
			out[n] = Readable
		default:
			out[n] = Nothing
		}
		for c := range n.Elements() {
			down(c)
		}
		d.leave()
	}
	down(root)
	return out
}
