package xmltree

import "strings"

// Detach returns a deep copy of n that shares no memory with n, nor one node of it with another: what is kept of a parsed
// tree when the rest may go. The copy may be changed.
func (n *Node) Detach() *Node {
	if n == nil {
		return nil
	}
	c := n.DetachAlone()
	if len(n.Children) > 0 {
		c.Children = make([]*Node, len(n.Children))
		for i, x := range n.Children {
			c.Children[i] = x.Detach()
		}
	}
	return c
}

// DetachAlone is Detach without the children.
func (n *Node) DetachAlone() *Node {
	return &Node{Kind: n.Kind, Name: detached(n.Name), Text: strings.Clone(n.Text), Line: n.Line, Attrs: detachedAttrs(n.Attrs)}
}

// detachedAttrs copies attributes; their values share one piece of memory.
func detachedAttrs(attrs []Attr) []Attr {
	if len(attrs) == 0 {
		return nil
	}
	size := 0
	for i := range attrs {
		size += len(attrs[i].Value)
	}
	var values strings.Builder
	values.Grow(size)
	out := make([]Attr, len(attrs))
	for i := range attrs {
		at := values.Len()
		values.WriteString(attrs[i].Value)
		out[i] = Attr{detached(attrs[i].Name), values.String()[at:]}
	}
	return out
}

func detached(name string) string {
	if s, ok := common[name]; ok {
		return s
	}
	return strings.Clone(name)
}
