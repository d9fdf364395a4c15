package cib

import "pacer/xmltree"

// reuse returns next with every subtree that old has in the same place and with the same content replaced by old's own
// nodes, so that a replacement costs afterwards what it changed.
func reuse(old, next *xmltree.Node) *xmltree.Node {
	if xmltree.Equal(old, next) {
		return old
	}
	if old == nil || next.Kind != xmltree.Element || old.Name != next.Name {
		return next
	}
	type key struct{ name, id string }
	index := make(map[key]*xmltree.Node, len(old.Children))
	for c := range old.Elements() {
		if k := (key{c.Name, c.ID()}); index[k] == nil {
			index[k] = c
		}
	}
	for i, c := range next.Children {
		if c.Kind == xmltree.Element {
			k := key{c.Name, c.ID()}
			next.Children[i] = reuse(index[k], c)
			delete(index, k) // No node may stand in two places.
		}
	}
	return next
}
