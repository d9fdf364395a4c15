package xmltree

// Append writes n in the compact form: no white space that is not in the tree, as libxml2 prints unformatted.
func (n *Node) Append(dst []byte) []byte {
	switch n.Kind {
	case Text:
		return inText.append(dst, n.Text)
	case Comment:
		return appendComment(dst, n.Text)
	}
	dst = n.openTag(dst)
	if len(n.Children) == 0 {
		return append(dst, "/>"...)
	}
	dst = append(dst, '>')
	for _, c := range n.Children {
		dst = c.Append(dst)
	}
	return n.endTag(dst)
}

// Pretty writes n as libxml2 prints it formatted: one line for each element, two blanks for each level, and a line end
// after the last. An element that has text in it is printed compact, with all that it holds.
func (n *Node) Pretty(dst []byte) []byte { return append(n.pretty(dst, 0), '\n') }

// PrettyAt is Pretty for an element that stands level steps below the root of what is printed; its first line is indented
// too.
func (n *Node) PrettyAt(dst []byte, level int) []byte {
	return append(n.pretty(indent(dst, level), level), '\n')
}

// String is the compact form.
func (n *Node) String() string {
	if n == nil {
		return ""
	}
	return string(n.Append(nil))
}

func (n *Node) pretty(dst []byte, level int) []byte {
	if n.Kind != Element || len(n.Children) == 0 || n.hasText() {
		return n.Append(dst)
	}
	dst = append(n.openTag(dst), '>', '\n')
	for _, c := range n.Children {
		dst = append(c.pretty(indent(dst, level+1), level+1), '\n')
	}
	return n.endTag(indent(dst, level))
}

func (n *Node) hasText() bool {
	for _, c := range n.Children {
		if c.Kind == Text {
			return true
		}
	}
	return false
}

const (
	blanks    = "                                                            "
	maxIndent = len(blanks) // libxml2 indents no deeper than this.
)

func indent(dst []byte, level int) []byte { return append(dst, blanks[:min(2*level, maxIndent)]...) }

func (n *Node) openTag(dst []byte) []byte {
	dst = append(append(dst, '<'), n.Name...)
	for i := range n.Attrs {
		dst = append(append(append(dst, ' '), n.Attrs[i].Name...), '=', '"')
		dst = append(inValue.append(dst, n.Attrs[i].Value), '"')
	}
	return dst
}

func (n *Node) endTag(dst []byte) []byte {
	return append(append(append(dst, '<', '/'), n.Name...), '>')
}

func appendComment(dst []byte, s string) []byte {
	return append(append(append(dst, "<!--"...), s...), "-->"...)
}

// escapes are what stands for a byte, "" for itself.
type escapes [256]string

var (
	inText  = escapes{'<': "&lt;", '>': "&gt;", '&': "&amp;", '\r': "&#13;"}
	inValue = escapes{'<': "&lt;", '>': "&gt;", '&': "&amp;", '\r': "&#13;", '"': "&quot;", '\n': "&#10;", '\t': "&#9;"}
)

func (e *escapes) append(dst []byte, s string) []byte {
	from := 0
	for i := range len(s) {
		if t := e[s[i]]; t != "" {
			dst = append(append(dst, s[from:i]...), t...)
			from = i + 1
		}
	}
	return append(dst, s[from:]...)
}
