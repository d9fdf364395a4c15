package xmltree

import "strings"

// room gives out the memory of a tree in document order from big arrays: an array costs the same as one node would. An array
// is as big as the text ahead can need, so that little of the last one is left over.
type room struct {
	attrs    []Attr // those up to len are in use
	nodes    []Node // what is left
	children []*Node
	// pending are the children of the open elements, those of the innermost last.
	pending []*Node
}

// ahead is how many bytes of text an array is made for.
const ahead = 256 << 10

// node returns an empty node; rest is the text from its "<" on.
func (r *room) node(rest string) *Node {
	if len(r.nodes) == 0 {
		r.nodes = make([]Node, 1+strings.Count(rest[min(1, len(rest)):min(ahead, len(rest))], "<"))
	}
	n := &r.nodes[0]
	r.nodes = r.nodes[1:]
	return n
}

// moreAttrs makes place for at least one attribute more behind attrs[from:], which are those of the present element; rest is
// the text from the attribute on. It returns where they begin now.
func (r *room) moreAttrs(from int, rest string) int {
	open := r.attrs[from:]
	// The shortest attribute has five bytes, and what follows is at least one.
	near := rest[:min(ahead, len(rest))]
	r.attrs = append(make([]Attr, 0, len(open)+1+min(strings.Count(near, "="), len(near)/5)), open...)
	return 0
}

// family takes the pending children from the given one on and returns them in a slice that is just as long.
func (r *room) family(from int) []*Node {
	k := len(r.pending) - from
	if k == 0 {
		return nil
	}
	if len(r.children) < k {
		// All nodes that there is room for will be somebody's children.
		r.children = make([]*Node, max(k, min(len(r.pending)+len(r.nodes), ahead/64)))
	}
	out := r.children[:k:k]
	r.children = r.children[k:]
	copy(out, r.pending[from:])
	r.pending = r.pending[:from]
	return out
}
