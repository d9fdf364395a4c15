package syntax

import (
	"sort"
	"strings"

	"pacer/xmltree"
)

// defaults are attribute values that mean the same as their absence, by element and attribute.
var defaults = map[[2]string]string{
	{"rule", "boolean-op"}:          "and",
	{"expression", "type"}:          "string",
	{"resource_set", "sequential"}:  "true",
	{"resource_set", "require-all"}: "true",
}

// Normalize brings an element, and all in it, into the form in which the shell works on it: white space and attributes with
// their default value are dropped, children of containers come after the attribute sets. The element is not changed, the
// result is a copy that may be.
func Normalize(n *xmltree.Node) *xmltree.Node {
	c := *n
	c.Attrs = make([]xmltree.Attr, 0, len(n.Attrs))
	for _, a := range n.Attrs {
		if d, ok := defaults[[2]string{n.Name, a.Name}]; !ok || d != a.Value {
			c.Attrs = append(c.Attrs, a)
		}
	}
	c.Children = make([]*xmltree.Node, 0, len(n.Children))
	for _, k := range n.Children {
		switch k.Kind {
		case xmltree.Element:
			c.Children = append(c.Children, Normalize(k))
		case xmltree.Comment:
			x := *k
			c.Children = append(c.Children, &x)
		}
	}
	switch n.Name {
	case "group", "clone", "master", "bundle":
		childrenLast(&c)
	}
	return &c
}

// Equal tells whether two elements mean the same: attributes in any order, siblings in any order except inside a resource set
// and except that children of containers and operations keep theirs, comments and white space ignored. A ChildRef is equal to
// any resource with its id.
func Equal(a, b *xmltree.Node) bool { return canonical(a, true) == canonical(b, true) }

// Same is Equal with the order of all siblings.
func Same(a, b *xmltree.Node) bool { return canonical(a, false) == canonical(b, false) }

func canonical(n *xmltree.Node, anyOrder bool) string {
	var b strings.Builder
	writeCanonical(&b, n, anyOrder, true)
	return b.String()
}

func writeCanonical(b *strings.Builder, n *xmltree.Node, anyOrder, top bool) {
	if !top && anyOrder && IsChild(n) {
		b.WriteString("(child " + n.ID() + ")")
		return
	}
	b.WriteString("(" + n.Name)
	attrs := make([]string, 0, len(n.Attrs))
	for _, a := range n.Attrs {
		if d, ok := defaults[[2]string{n.Name, a.Name}]; !ok || d != a.Value {
			attrs = append(attrs, a.Name+"\x00"+a.Value)
		}
	}
	sort.Strings(attrs)
	for _, a := range attrs {
		b.WriteString("\x01" + a)
	}
	var first, last []string
	for _, c := range n.Children {
		switch c.Kind {
		case xmltree.Element:
			var k strings.Builder
			writeCanonical(&k, c, anyOrder, false)
			if IsChild(c) {
				last = append(last, k.String())
			} else {
				first = append(first, k.String())
			}
		case xmltree.Text:
			if s := strings.TrimSpace(c.Text); s != "" {
				first = append(first, "\x02"+s)
			}
		case xmltree.Comment:
			if !anyOrder {
				first = append(first, "\x03"+strings.TrimSpace(c.Text))
			}
		}
	}
	if anyOrder && n.Name != "resource_set" {
		sort.Strings(first)
	}
	for _, s := range append(first, last...) {
		b.WriteString(s)
	}
	b.WriteString(")")
}
