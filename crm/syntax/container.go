package syntax

import (
	"strings"

	"pacer/xmltree"
)

// children reads the names of children up to the first keyword or pair. The first word is always a child, whatever it is.
func (p *parser) children(most int) []string {
	var out []string
	for p.more() && (most == 0 || len(out) < most) {
		w := p.peek()
		if strings.Contains(w, "=") || len(out) > 0 && isStop(w) || strings.HasPrefix(w, "$") {
			break
		}
		if !ValidID(w) {
			p.fail(w, "Expected resource")
		}
		out = append(out, p.next())
	}
	return out
}

// group reads a group.
func (p *parser) group() *xmltree.Node {
	p.atLeast(2)
	n := xmltree.New("group", "id", p.id())
	names := p.children(0)
	if len(names) == 0 {
		p.fail(p.peek(), "Expected at least one resource in the group")
	}
	seen := map[string]bool{}
	for _, c := range names {
		if seen[c] {
			p.fail("", "child %s listed more than once in group %s", c, n.ID())
		}
		seen[c] = true
		n.AddNew(ChildRef, "id", c)
	}
	p.description(n)
	p.sets(n, "instance_attributes", "params", "meta")
	return childrenLast(n)
}

// clone reads clone, ms and master.
func (p *parser) clone(kind Kind) *xmltree.Node {
	p.atLeast(2)
	n := xmltree.New(kind.Element(), "id", p.id())
	names := p.children(1)
	if len(names) == 0 {
		p.fail(p.peek(), "Expected resource")
	}
	n.AddNew(ChildRef, "id", names[0])
	p.description(n)
	p.sets(n, "instance_attributes", "params", "meta")
	return childrenLast(n)
}

// childrenLast moves the children of a container behind its attribute sets, where the CIB wants them.
func childrenLast(n *xmltree.Node) *xmltree.Node {
	var first, last []*xmltree.Node
	for _, c := range n.Children {
		if IsChild(c) {
			last = append(last, c)
		} else {
			first = append(first, c)
		}
	}
	n.Children = append(first, last...)
	return n
}

// IsChild tells whether a child element of a container is one of the resources in it, or stands for one.
func IsChild(n *xmltree.Node) bool {
	if n.Kind != xmltree.Element {
		return false
	}
	switch n.Name {
	case ChildRef, "primitive", "group", "clone", "master":
		return true
	}
	return false
}

// container prints group, clone and ms.
func (pr *Printer) container(kind Kind, n *xmltree.Node) []string {
	head := []string{kind.Word(), QuoteWord(n.ID())}
	for c := range n.Elements() {
		if IsChild(c) {
			head = append(head, QuoteWord(c.ID()))
		}
	}
	return append([]string{strings.Join(head, " ")}, pr.body(n)...)
}
