package main

import (
	"iter"
	"strings"

	"pacer/xmltree"
)

// deed is an action as a detail names it.
type deed struct{ resource, instance, task, node string }

// ordering reads the two ends of an ordering out of a detail of the graph or the dot file.
func (x *detail) ordering() (first, then deed, ok bool) {
	text := strings.TrimLeft(x.text, "+- ")
	switch x.class {
	case classOrders:
		a, b, found := strings.Cut(text, " → ")
		return deedOf(afterFirst(a)), deedOf(afterFirst(b)), found
	case classDot:
		text, _, _ = strings.Cut(text, " [")
		a, b, found := strings.Cut(text, " -> ")
		return deedOf(strings.Trim(a, "\" ")), deedOf(strings.Trim(b, "\" ")), found
	}
	return deed{}, deed{}, false
}

// afterFirst leaves the first word out.
func afterFirst(s string) string { _, s, _ = strings.Cut(s, " "); return s }

// deedOf reads KEY NODE (dot) or KEY (INTERNAL) on NODE (graph), where KEY is RESOURCE_TASK_INTERVAL.
func deedOf(s string) deed {
	var d deed
	key, rest, _ := strings.Cut(s, " ")
	if inner, more, ok := strings.Cut(rest, ")"); ok && strings.HasPrefix(inner, "(") {
		rest = more
	}
	d.node = strings.TrimPrefix(strings.TrimSpace(rest), "on ")
	if i := strings.LastIndexByte(key, '_'); i >= 0 {
		key = key[:i]
	}
	if i := strings.LastIndexByte(key, '_'); i >= 0 {
		d.instance, d.task = key[:i], key[i+1:]
	}
	d.resource, _, _ = strings.Cut(d.instance, ":")
	return d
}

// elements ranges over the elements of a name at any depth.
func elements(root *xmltree.Node, name string) iter.Seq[*xmltree.Node] {
	return func(yield func(*xmltree.Node) bool) {
		more := true
		root.Walk(func(n *xmltree.Node) bool {
			if more && n.Name == name {
				more = yield(n)
			}
			return more
		})
	}
}
