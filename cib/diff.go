package cib

import (
	"slices"
	"strconv"

	"pacer/xmltree"
)

// Diff finds what leads from old to next. Subtrees that both share are not looked at, so that it costs what changed and
// the width of the elements above it.
//
// The changes come in the order in which crm_diff gives them: all deletions, then by place in the new document an
// element's own change, the changes below it, and where it moved or was created. Deletions and modifications name elements
// of the old document, creations and moves the document as it is when their turn comes.
func Diff(old, next *Document) *Patch { return differ{}.patch(old, next) }

// DiffSignificant is Diff for people: attributes in another order are no change.
func DiffSignificant(old, next *Document) *Patch { return differ{anyOrder: true}.patch(old, next) }

type differ struct {
	anyOrder bool // of attributes
	deletes  []*xmltree.Node
}

func (f differ) patch(old, next *Document) *Patch {
	changes := f.element(old.root, next.root, "/cib")
	root := xmltree.New("diff", "format", "2")
	root.AddNew("version").Add(old.version.set(xmltree.New("source")), next.version.set(xmltree.New("target")))
	root.Add(f.deletes...).Add(changes...)
	return &Patch{Source: old.version, Target: next.version, Versioned: true, root: root}
}

func change(operation, path string, position int) *xmltree.Node {
	n := xmltree.New("change", "operation", operation, "path", path)
	if position >= 0 {
		n.Set("position", strconv.Itoa(position))
	}
	return n
}

// element gives the changes of an element and what is below it, but the deletions, which it notes.
func (f *differ) element(old, next *xmltree.Node, path string) []*xmltree.Node {
	if old == next {
		return nil
	}
	var out []*xmltree.Node
	if !slices.Equal(old.Attrs, next.Attrs) {
		if list := f.attributeChanges(old, next); len(list) > 0 {
			c := change("modify", path, -1)
			c.AddNew("change-list").Add(list...)
			c.AddNew("change-result").Add(bare(next))
			out = append(out, c)
		}
	}
	return append(out, f.children(old, next, path)...)
}

// attributeChanges lists what was set, moved or unset, as crm_diff does.
func (f *differ) attributeChanges(old, next *xmltree.Node) []*xmltree.Node {
	var out []*xmltree.Node
	for i, a := range next.Attrs {
		was, ok := old.Lookup(a.Name)
		// An attribute in another place counts as set.
		moved := i >= len(old.Attrs) || old.Attrs[i].Name != a.Name
		if !ok || was != a.Value || moved && !f.anyOrder {
			out = append(out, xmltree.New("change-attr", "name", a.Name, "operation", "set", "value", a.Value))
		}
	}
	for _, a := range old.Attrs {
		if _, ok := next.Lookup(a.Name); !ok {
			out = append(out, xmltree.New("change-attr", "name", a.Name, "operation", "unset"))
		}
	}
	return out
}

// identity is what makes a child of the old element and one of the new the same thing.
type identity struct {
	kind    xmltree.Kind
	name    string // the text of a comment
	id      string
	without bool // it has no id
}

func identityOf(n *xmltree.Node) identity {
	if n.Kind != xmltree.Element {
		return identity{kind: n.Kind, name: n.Text}
	}
	id, ok := n.Lookup("id")
	return identity{n.Kind, n.Name, id, !ok}
}

func (f *differ) children(old, next *xmltree.Node, path string) []*xmltree.Node {
	a, b := old.Children, next.Children
	from := 0
	for from < len(a) && from < len(b) && a[from] == b[from] {
		from++
	}
	tail := 0
	for tail < len(a)-from && tail < len(b)-from && a[len(a)-1-tail] == b[len(b)-1-tail] {
		tail++
	}
	if len(a) == len(b) && sameThings(a[from:len(a)-tail], b[from:len(b)-tail]) {
		var out []*xmltree.Node
		for i := from; i < len(a)-tail; i++ {
			if a[i] != b[i] && a[i].Kind == xmltree.Element {
				out = append(out, f.element(a[i], b[i], path+"/"+nthStep(a, i))...)
			}
		}
		return out
	}
	return f.rearranged(a, b, from, tail, path)
}

func sameThings(a, b []*xmltree.Node) bool {
	for i := range a {
		if identityOf(a[i]) != identityOf(b[i]) {
			return false
		}
	}
	return true
}

// rearranged handles children that were added, removed or moved. The first from and the last tail of a and b are shared.
func (f *differ) rearranged(a, b []*xmltree.Node, from, tail int, path string) []*xmltree.Node {
	m := customaryMoves(a, b, from, tail)
	if m == nil {
		m = fewestMoves(a, b, from, tail)
	}
	newAt := make([]int, len(a)) // for each child of a, its index in b, or -1
	for k := range newAt {
		newAt[k] = -1
	}
	for i, k := range m.oldAt {
		if k >= 0 {
			newAt[k] = i
		}
	}
	below := make([][]*xmltree.Node, len(b)) // the changes below each child of b
	left := 0                                // children that were not deleted so far
	for k, n := range a {
		switch i := newAt[k]; {
		case i < 0 && n.Kind == xmltree.Comment:
			f.deletes = append(f.deletes, change("delete", path+"/"+step(n), left))
			continue
		case i < 0:
			f.deletes = append(f.deletes, change("delete", path+"/"+nthStep(a, k), -1))
			continue
		case n.Kind == xmltree.Element:
			below[i] = f.element(n, b[i], path+"/"+step(b[i]))
		}
		left++
	}
	var out []*xmltree.Node
	for i := from; i < len(b)-tail; i++ {
		if m.oldAt[i] < 0 {
			out = append(out, change("create", path, m.to[i]).Add(b[i]))
			continue
		}
		out = append(out, below[i]...)
		if m.moved[i] {
			out = append(out, change("move", path+"/"+step(b[i]), m.to[i]))
		}
	}
	return out
}

// nthStep is the step of a path to child k of list, with a number when the step alone would mean others too.
func nthStep(list []*xmltree.Node, k int) string {
	n := list[k]
	if n.Kind != xmltree.Element {
		return step(n)
	}
	id, has := n.Lookup("id")
	nth, all := 0, 0
	for i, c := range list {
		if c.Kind != xmltree.Element || c.Name != n.Name {
			continue
		}
		if x, ok := c.Lookup("id"); has && (!ok || x != id) {
			continue
		}
		all++
		if i == k {
			nth = all
		}
	}
	if all == 1 {
		return step(n)
	}
	return step(n) + "[" + strconv.Itoa(nth) + "]"
}
