package xmltree

import "slices"

// Equal reports whether two trees have the same content, attributes in the same order. Shared subtrees cost nothing.
func Equal(a, b *Node) bool {
	if a == b {
		return true
	}
	if a == nil || b == nil || a.Kind != b.Kind || a.Name != b.Name || a.Text != b.Text ||
		!slices.Equal(a.Attrs, b.Attrs) || len(a.Children) != len(b.Children) {
		return false
	}
	for i := range a.Children {
		if !Equal(a.Children[i], b.Children[i]) {
			return false
		}
	}
	return true
}

// ImmutableFingerprint hashes the content of n. It makes nodes machine.Immutable: a core holds only nodes that nobody
// writes any more.
func (n *Node) ImmutableFingerprint() uint64 {
	if n == nil {
		return 0
	}
	h := mixString(uint64(n.Kind)+1, n.Name)
	h = mixString(h, n.Text)
	for i := range n.Attrs {
		h = mixString(mixString(h, n.Attrs[i].Name), n.Attrs[i].Value)
	}
	for _, c := range n.Children {
		h = h*0x9E3779B97F4A7C15 ^ c.ImmutableFingerprint()
		h ^= h >> 31
	}
	return h
}

// mixString is FNV-1a with an end mark.
func mixString(h uint64, s string) uint64 {
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 0x100000001b3
	}
	return (h ^ 0x1ff) * 0x9E3779B97F4A7C15
}
