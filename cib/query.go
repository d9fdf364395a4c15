package cib

import (
	"strconv"
	"strings"

	"pacer/exitcode"
	"pacer/xmltree"
)

func (w *work) query(o Op) *Error {
	root := w.settle()
	if w.guard != nil {
		if root = w.guard.View(root); root == nil {
			return fail(exitcode.InsufficientPriv, "no permission allows to read any of the configuration")
		}
	}
	if o.XPath == "" {
		names, _ := sectionPath(o.Section)
		if w.answer = root.Path(names...); w.answer == nil {
			return fail(exitcode.NoSuch, "the configuration has no section %s", o.Section)
		}
		if o.NoChildren {
			w.answer = bare(w.answer)
		}
		return nil
	}
	found, err := xmltree.Select(root, o.XPath)
	if err != nil {
		return fail(exitcode.Usage, "%s", err.Error())
	}
	var nodes []*xmltree.Node
	var last *xmltree.Node
	for _, m := range found {
		if m.Node == last || m.Node.Kind != xmltree.Element {
			continue
		}
		last = m.Node
		switch {
		case o.Paths:
			nodes = append(nodes, xmltree.New("xpath-query-path", "id", NodePath(m)))
		case o.NoChildren:
			nodes = append(nodes, bare(m.Node))
		default:
			nodes = append(nodes, m.Node)
		}
	}
	switch len(nodes) {
	case 0:
		return fail(exitcode.NoSuch, "nothing in the configuration matches %s", o.XPath)
	case 1:
		w.answer = nodes[0]
	default:
		w.answer = xmltree.New("xpath-query").Add(nodes...)
	}
	return nil
}

func bare(n *xmltree.Node) *xmltree.Node {
	c := *n
	c.Children = nil
	return &c
}

// NodePath is the XPath that names a match by element names and ids, as patchsets and cibadmin --node-path have it.
func NodePath(m xmltree.Match) string {
	var b strings.Builder
	for _, n := range m.Path() {
		b.WriteByte('/')
		b.WriteString(step(n))
	}
	return b.String()
}

// step is one step of a path: the name, with the id where there is one.
func step(n *xmltree.Node) string {
	if n.Kind == xmltree.Comment {
		return "comment"
	}
	id, ok := n.Lookup("id")
	switch {
	case !ok:
		return n.Name
	case !strings.Contains(id, "'"):
		return n.Name + "[@id='" + id + "']"
	}
	return n.Name + "[@id=" + strconv.Quote(id) + "]"
}
