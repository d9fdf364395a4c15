package cib

import "pacer/xmltree"

// reuse returns next with every subtree that old has in the same place and with the same content replaced by old's own
// nodes, so that a replacement costs afterwards what it changed. The rest of the result is a copy: a document's descendants
// keep, of all the documents that came before, only what they show.
func reuse(old, next *xmltree.Node) *xmltree.Node {
	if xmltree.Equal(old, next) {
		return old
	}
	if old == nil || next.Kind != xmltree.Element || old.Name != next.Name {
		return next.Detach()
	}
	type key struct{ name, id string }
	index := make(map[key]*xmltree.Node, len(old.Children))
	for c := range old.Elements() {
		if k := (key{c.Name, c.ID()}); index[k] == nil {
			index[k] = c
		}
	}
	out := next.DetachAlone()
	out.Children = make([]*xmltree.Node, len(next.Children))
	for i, c := range next.Children {
		if c.Kind != xmltree.Element {
			out.Children[i] = c.Detach()
			continue
		}
		k := key{c.Name, c.ID()}
		out.Children[i] = reuse(index[k], c)
		delete(index, k) // No node may stand in two places.
	}
	return out
}
