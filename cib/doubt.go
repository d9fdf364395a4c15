package cib

import (
	"fmt"
	"strings"

	"pacer/schema"
	"pacer/xmltree"
)

// Doubts lists what every schema accepts and what is probably not meant, in the order of the document: tags of what is not there,
// expressions with a value that nothing is done with, ranges of time without an end.
func Doubts(d *Document) []schema.Problem {
	b := &doubter{known: map[string]bool{}}
	b.collect(d.Configuration(), "")
	b.look(d.Configuration(), "configuration")
	return b.out
}

type doubter struct {
	out []schema.Problem
	// known are the ids of everything that a tag may name.
	known map[string]bool
}

func (b *doubter) collect(n *xmltree.Node, parent string) {
	if n == nil {
		return
	}
	if id, ok := n.Lookup("id"); ok && parent != "tag" {
		b.known[strings.TrimSpace(id)] = true
	}
	for c := range n.Elements() {
		b.collect(c, n.Name)
	}
}

func (b *doubter) doubt(n *xmltree.Node, parent, format string, args ...any) {
	b.out = append(b.out, schema.Problem{Line: int(n.Line), Element: n.Name, ID: n.ID(), Parent: parent, Text: fmt.Sprintf(format, args...)})
}

func (b *doubter) look(n *xmltree.Node, parent string) {
	if n == nil {
		return
	}
	has := func(name string) bool { _, ok := n.Lookup(name); return ok }
	switch n.Name {
	case "obj_ref":
		if !b.known[strings.TrimSpace(n.ID())] {
			b.doubt(n, parent, "there is nothing with that id")
		}
	case "expression":
		op := strings.TrimSpace(n.Get("operation"))
		if defined := strings.HasSuffix(op, "defined"); defined && has("value") {
			b.doubt(n, parent, "operation=%q has no use for a value", op)
		} else if !defined && op != "" && !has("value") {
			b.doubt(n, parent, "operation=%q needs a value", op)
		}
	}
	for c := range n.Elements() {
		b.look(c, n.Name)
	}
}
