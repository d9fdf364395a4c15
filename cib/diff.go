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
func Diff(old, next *Document) *Patch {
	f := &differ{}
	f.element(old.root, next.root, "/cib")
	root := xmltree.New("diff", "format", "2")
	root.AddNew("version").Add(old.version.set(xmltree.New("source")), next.version.set(xmltree.New("target")))
	root.Add(f.deletes...).Add(f.changes...)
	return &Patch{Source: old.version, Target: next.version, Versioned: true, root: root}
}

type differ struct{ deletes, changes []*xmltree.Node }

func change(operation, path string, position int) *xmltree.Node {
	n := xmltree.New("change", "operation", operation, "path", path)
	if position >= 0 {
		n.Set("position", strconv.Itoa(position))
	}
	return n
}

func (f *differ) element(old, next *xmltree.Node, path string) {
	if old == next {
		return
	}
	if !slices.Equal(old.Attrs, next.Attrs) {
		c := change("modify", path, -1)
		c.AddNew("change-list").Add(attributeChanges(old, next)...)
		c.AddNew("change-result").Add(bare(next))
		f.changes = append(f.changes, c)
	}
	f.children(old, next, path)
}

// attributeChanges lists what was set, moved or unset, as crm_diff does.
func attributeChanges(old, next *xmltree.Node) []*xmltree.Node {
	var out []*xmltree.Node
	for i, a := range next.Attrs {
		was, ok := old.Lookup(a.Name)
		// An attribute in another place counts as set.
		if !ok || was != a.Value || i >= len(old.Attrs) || old.Attrs[i].Name != a.Name {
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

func (f *differ) children(old, next *xmltree.Node, path string) {
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
		for i := from; i < len(a)-tail; i++ {
			if a[i] != b[i] && a[i].Kind == xmltree.Element {
				f.element(a[i], b[i], path+"/"+nthStep(a, i))
			}
		}
		return
	}
	f.rearranged(a, b, from, tail, path)
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
func (f *differ) rearranged(a, b []*xmltree.Node, from, tail int, path string) {
	oldAt := pairs(a, b, from, tail) // for each child of b, its index in a, or -1
	stays := longestRise(oldAt, from, len(b)-tail)
	taken := make([]bool, len(a))
	for i, k := range oldAt {
		// A comment has no path to be moved by.
		if k >= 0 && !stays[i] && b[i].Kind != xmltree.Element {
			oldAt[i], k = -1, -1
		}
		if k >= 0 {
			taken[k] = true
		}
	}
	now := make([]*xmltree.Node, 0, len(b)) // the children as the patch will find them
	for k, n := range a {
		if taken[k] {
			now = append(now, n)
			continue
		}
		position := -1
		if n.Kind == xmltree.Comment {
			position = commentsBefore(a, k)
		}
		f.deletes = append(f.deletes, change("delete", path+"/"+nthStep(a, k), position))
	}
	last := from - 1 // index in now of the child placed last
	for i := from; i < len(b)-tail; i++ {
		k := oldAt[i]
		if k < 0 {
			last++
			now = slices.Insert(now, last, b[i])
			f.changes = append(f.changes, change("create", path, last).Add(b[i]))
			continue
		}
		name := path + "/" + step(b[i])
		if b[i].Kind == xmltree.Element {
			f.element(a[k], b[i], name)
		}
		at := slices.Index(now, a[k])
		if stays[i] {
			last = at
			continue
		}
		now = slices.Delete(now, at, at+1)
		if at > last {
			last++
		}
		now = slices.Insert(now, last, a[k])
		f.changes = append(f.changes, change("move", name, last))
	}
}

// pairs matches children of b with those of a: the shared ends by place, between them what is the same thing and the only
// one of its kind that its path can mean.
func pairs(a, b []*xmltree.Node, from, tail int) []int {
	type seen struct{ inA, inB, at int }
	things := make(map[identity]*seen, len(a)+len(b))
	names := make(map[string]int, 16) // how often a name is in a or in b, the larger number
	count := func(list []*xmltree.Node, isA bool) {
		here := map[string]int{}
		for i, n := range list {
			id := identityOf(n)
			s := things[id]
			if s == nil {
				s = &seen{}
				things[id] = s
			}
			if isA {
				s.inA++
				s.at = i
			} else {
				s.inB++
			}
			if n.Kind == xmltree.Element {
				here[n.Name]++
				names[n.Name] = max(names[n.Name], here[n.Name])
			}
		}
	}
	count(a, true)
	count(b, false)
	out := make([]int, len(b))
	for i, n := range b {
		switch {
		case i < from:
			out[i] = i
		case i >= len(b)-tail:
			out[i] = len(a) - (len(b) - i)
		default:
			id := identityOf(n)
			s := things[id]
			out[i] = -1
			if s.inA == 1 && s.inB == 1 && (!id.without || names[id.name] == 1) {
				out[i] = s.at
			}
		}
	}
	return out
}

// longestRise marks the members of a longest rising run among oldAt[from:to], the children that need not move, and all
// outside of it.
func longestRise(oldAt []int, from, to int) []bool {
	stays := make([]bool, len(oldAt))
	var ends []int // ends[n]: index of the smallest end of a rise of n+1 members
	before := make([]int, len(oldAt))
	for i, k := range oldAt {
		if i < from || i >= to {
			stays[i] = true
			continue
		}
		if k < 0 {
			continue
		}
		n, _ := slices.BinarySearchFunc(ends, k, func(e, k int) int { return oldAt[e] - k })
		before[i] = -1
		if n > 0 {
			before[i] = ends[n-1]
		}
		if n == len(ends) {
			ends = append(ends, i)
		} else {
			ends[n] = i
		}
	}
	if len(ends) > 0 {
		for i := ends[len(ends)-1]; i >= 0; i = before[i] {
			stays[i] = true
		}
	}
	return stays
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

func commentsBefore(list []*xmltree.Node, k int) int {
	n := 0
	for _, c := range list[:k] {
		if c.Kind == xmltree.Comment {
			n++
		}
	}
	return n
}
