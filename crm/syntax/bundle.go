package syntax

import (
	"strings"

	"pacer/xmltree"
)

// containerWords are the container technologies of bundles.
var containerWords = []string{"docker", "rkt", "podman"}

// bundle reads a bundle.
func (p *parser) bundle() *xmltree.Node {
	p.atLeast(2)
	n := xmltree.New("bundle", "id", p.id())
	p.stop = []string{"network", "storage", "primitive"}
	p.description(n)
	found := false
	for _, w := range containerWords {
		if p.accept(w) {
			p.options(n.AddNew(w))
			found = true
			break
		}
	}
	if !found {
		p.fail(p.peek(), "Expected one of %s", strings.Join(containerWords, ", "))
	}
	for p.more() {
		switch {
		case p.accept("network"):
			p.mappings(n.AddNew("network"), "port-mapping")
		case p.accept("storage"):
			p.mappings(n.AddNew("storage"), "storage-mapping")
		case p.accept("primitive"):
			var names []string
			for p.more() && !isStop(p.peek()) && !strings.Contains(p.peek(), "=") {
				names = append(names, p.next())
			}
			if len(names) != 1 || !ValidID(names[0]) {
				p.fail("", "Expected primitive reference, got %s", strings.Join(names, ", "))
			}
			n.AddNew(ChildRef, "id", names[0])
		case p.set(n, "meta"):
		default:
			return n
		}
	}
	return n
}

// options reads K=V words into attributes of the element.
func (p *parser) options(n *xmltree.Node) {
	for p.more() {
		m := pairNamed().FindStringSubmatch(p.peek())
		if m == nil {
			return
		}
		n.Set(m[1], m[2])
		p.i++
	}
}

func (p *parser) mappings(n *xmltree.Node, tag string) {
	p.options(n)
	for p.accept(tag) {
		p.options(n.AddNew(tag))
	}
}

// bundle prints a bundle.
func (pr *Printer) bundle(n *xmltree.Node) []string {
	lines := []string{"bundle " + QuoteWord(n.ID())}
	if d, ok := n.Lookup("description"); ok {
		lines = append(lines, "description="+Quote(d))
	}
	for c := range n.Elements() {
		switch {
		case c.Name == "meta_attributes":
			lines = append(lines, pr.set("meta", c))
		case IsChild(c):
			lines = append(lines, "primitive "+QuoteWord(c.ID()))
		default:
			out := []string{optionsText(c)}
			for m := range c.Elements() {
				out = append(out, optionsText(m))
			}
			lines = append(lines, strings.Join(out, " "))
		}
	}
	return lines
}

func optionsText(n *xmltree.Node) string {
	out := []string{n.Name}
	for _, a := range n.Attrs {
		out = append(out, a.Name+"="+Quote(a.Value))
	}
	return strings.Join(out, " ")
}
