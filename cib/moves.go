package cib

import (
	"slices"

	"pacer/xmltree"
)

// moves says how the children of an element become those of its successor: what stays is first deleted from, then for each
// child of the successor in order something is created or moved.
type moves struct {
	// oldAt is for each new child its index among the old ones, or -1; moved tells which of them move.
	oldAt []int
	moved []bool
	// to is where a child that is created or moves comes to stand at that time.
	to []int
}

// customaryMoves are those that crm_diff has always given: more than are needed, with comments known only by their places. It gives
// nil where they do not lead to the new children, as with several children of one name and id.
func customaryMoves(a, b []*xmltree.Node, from, tail int) *moves {
	if len(a)+len(b)-2*(from+tail) > maxCustomary || !clearPaths(a, b) {
		return nil
	}
	m := &moves{oldAt: make([]int, len(b)), moved: make([]bool, len(b)), to: make([]int, len(b))}
	for i := range b {
		m.to[i] = i
		if m.oldAt[i] = i; i >= from {
			m.oldAt[i] = len(a) - (len(b) - i) // of the tail
		}
	}
	c := customary{old: a[from : len(a)-tail], next: b[from : len(b)-tail]}
	if !c.pair() {
		return nil
	}
	for i := range c.next {
		if m.oldAt[from+i] = -1; c.oldAt[i] >= 0 {
			m.oldAt[from+i] = from + c.oldAt[i]
		}
		m.moved[from+i] = c.moved[i]
	}
	return m
}

// maxCustomary limits the children that customaryMoves looks at: its cost is their number squared.
const maxCustomary = 512

// customary pairs children as crm_diff does. Skipped children do not count for places.
type customary struct {
	old, next         []*xmltree.Node
	oldAt             []int // for each of next
	moved             []bool
	skipOld, skipNext []bool
}

// pair finds what is the same and what moves, and reports whether that leads from old to next.
func (c *customary) pair() bool {
	c.oldAt, c.moved = make([]int, len(c.next)), make([]bool, len(c.next))
	c.skipOld, c.skipNext = make([]bool, len(c.old)), make([]bool, len(c.next))
	olds := make(map[identity]int, len(c.old))
	for k, n := range c.old {
		c.skipOld[k] = true
		if n.Kind == xmltree.Element {
			olds[identityOf(n)] = k
		}
	}
	for i, n := range c.next {
		k, ok := olds[identityOf(n)]
		switch {
		case n.Kind == xmltree.Element && ok:
			c.oldAt[i] = k
		case n.Kind != xmltree.Element && i < len(c.old) && identityOf(c.old[i]) == identityOf(n):
			c.oldAt[i] = i // a comment at the same place
		default:
			c.oldAt[i] = -1
			continue
		}
		c.skipOld[c.oldAt[i]] = false
	}
	for i, k := range c.oldAt {
		if k < 0 {
			c.skipNext[i] = true
			continue
		}
		switch was, is := placeOf(c.skipOld, k), placeOf(c.skipNext, i); {
		case was > is:
			c.moved[i], c.skipOld[k] = true, true
		case was < is:
			c.moved[i], c.skipNext[i] = true, true
		}
		if c.moved[i] && c.next[i].Kind != xmltree.Element {
			return false // A comment has no path to be moved by.
		}
	}
	return c.leads()
}

// clearPaths tells whether the path of every element means it alone, before and afterwards: names with ids are given once, names
// without ids stand for one element.
func clearPaths(a, b []*xmltree.Node) bool {
	without := map[string]bool{}
	for _, n := range slices.Concat(a, b) {
		if _, ok := n.Lookup("id"); n.Kind == xmltree.Element && !ok {
			without[n.Name] = true
		}
	}
	for _, list := range [][]*xmltree.Node{a, b} {
		seen := make(map[identity]bool, len(list))
		names := make(map[string]bool, len(list))
		for _, n := range list {
			if n.Kind != xmltree.Element {
				continue
			}
			id := identityOf(n)
			if seen[id] || names[n.Name] && without[n.Name] {
				return false
			}
			seen[id], names[n.Name] = true, true
		}
	}
	return true
}

// placeOf counts those before child i that are not skipped.
func placeOf(skip []bool, i int) int {
	n := 0
	for _, s := range skip[:i] {
		if !s {
			n++
		}
	}
	return n
}

// leads makes the changes in their order and reports whether they give the new children.
func (c *customary) leads() bool {
	var now []int // indexes in next of what stays, as the list becomes
	at := make([]int, len(c.old))
	for k := range at {
		at[k] = -1
	}
	for i, k := range c.oldAt {
		if k >= 0 {
			at[k] = i
		}
	}
	for _, i := range at {
		if i >= 0 {
			now = append(now, i)
		}
	}
	for i := range c.next {
		switch {
		case c.oldAt[i] < 0:
			now = slices.Insert(now, min(i, len(now)), i)
		case c.moved[i]:
			old := slices.Index(now, i)
			now = slices.Delete(now, old, old+1)
			now = slices.Insert(now, min(i, len(now)), i)
		}
	}
	for i, x := range now {
		if x != i {
			return false
		}
	}
	return true
}

// fewestMoves leaves as many children as possible where they are.
func fewestMoves(a, b []*xmltree.Node, from, tail int) *moves {
	m := &moves{oldAt: pairs(a, b, from, tail), moved: make([]bool, len(b)), to: make([]int, len(b))}
	stays := longestRise(m.oldAt, from, len(b)-tail)
	taken := make([]bool, len(a))
	for i, k := range m.oldAt {
		// A comment has no path to be moved by.
		if k >= 0 && !stays[i] && b[i].Kind != xmltree.Element {
			m.oldAt[i], k = -1, -1
		}
		if k >= 0 {
			taken[k] = true
		}
	}
	now := make([]*xmltree.Node, 0, len(b)) // the children as the patch will find them
	for k, n := range a {
		if taken[k] {
			now = append(now, n)
		}
	}
	last := from - 1 // index in now of the child placed last
	for i := from; i < len(b)-tail; i++ {
		k := m.oldAt[i]
		if k < 0 {
			last++
			now = slices.Insert(now, last, b[i])
			m.to[i] = last
			continue
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
		m.moved[i], m.to[i] = true, last
	}
	return m
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
