package scheduler

import (
	"math/bits"
	"slices"
)

// Some choices between nodes are left to the order in which the reference happens to look at them: the node with most room where
// no comparison puts one before the other, and who stands where after sorting by a majority of capacities, which can go round
// in a circle. It keeps the nodes of a resource in a table by the hash of their ids, so that this order looks random but is the same in
// every run and on every machine. A cluster that was laid out with it has found its places by that order, so we take the same one.

// tableOrder returns the places in a list of node ids in the order in which a table has them that was filled with them one after the
// other: an open table with room for a power of two, at least 8, that grows by a third over its content when it is full.
func tableOrder(ids []string) []int {
	t := nodeTable{}
	t.resize(leastNodeTable)
	for i, id := range ids {
		at := t.home(hashID(id))
		for step := 0; t.slots[at].used; {
			step++
			at = (at + step) % len(t.slots)
		}
		t.slots[at] = nodeSlot{hash: hashID(id), at: i, used: true}
		if n := i + 1; n+n/16 >= len(t.slots) {
			t.grow(n)
		}
	}
	order := make([]int, 0, len(ids))
	for _, s := range t.slots {
		if s.used {
			order = append(order, s.at)
		}
	}
	return order
}

const leastNodeTable = 8

// nodeTable is a table by hashes. What finds its slot taken goes on by one, then two, then three.
type nodeTable struct {
	slots   []nodeSlot
	modulus uint32 // the greatest prime that is not above the number of slots
}

type nodeSlot struct {
	hash uint32
	at   int // place in the list that the table was filled from
	used bool
}

// hashID is the hash of a node's id.
func hashID(id string) uint32 {
	h := uint32(0)
	for i := range len(id) {
		h = h*31 + uint32(int32(int8(id[i])))
	}
	return h
}

// home is the slot in which a hash goes when that is free.
func (t *nodeTable) home(hash uint32) int { return int(hash * 11 % t.modulus) }

func (t *nodeTable) resize(size int) {
	t.slots = append(t.slots, make([]nodeSlot, size-len(t.slots))...)
	t.modulus = uint32(size)
	for !isPrime(t.modulus) {
		t.modulus--
	}
}

// grow makes room for n entries and a third more. The entries move in the order of the slots: each puts out what stands in its
// new slot, which moves next, unless that moved before.
func (t *nodeTable) grow(n int) {
	old := len(t.slots)
	t.resize(1 << bits.Len(uint(float64(n)*1.333)))
	moved := make([]bool, len(t.slots))
	for i := range old {
		if moved[i] {
			continue
		}
		s := t.slots[i]
		t.slots[i] = nodeSlot{}
		for s.used {
			at := t.home(s.hash)
			for step := 0; moved[at]; {
				step++
				at = (at + step) % len(t.slots)
			}
			moved[at] = true
			s, t.slots[at] = t.slots[at], s
		}
	}
}

func isPrime(n uint32) bool {
	for d := uint32(2); d*d <= n; d++ {
		if n%d == 0 {
			return false
		}
	}
	return n > 1
}

// inTableOrder returns the nodes that a resource's table of scores knows, in the order in which they are looked at. The table is filled in
// order of the nodes, and filled anew in the order in which the last one had them whenever the scores are written down anew.
func (r *run) inTableOrder(x *rsc) []*node {
	all := !slices.ContainsFunc(x.allowed, func(a allowance) bool { return !a.known })
	if all && x.copied < len(r.tabled) {
		return r.tabled[x.copied]
	}
	nodes := make([]*node, 0, len(x.allowed))
	for _, leftover := range []bool{false, true} { // the configuration fills the table first
		for i := range x.allowed {
			if x.allowed[i].known && r.nodes[i].in.Leftover == leftover {
				nodes = append(nodes, r.nodes[i])
			}
		}
	}
	ids := make([]string, len(nodes))
	var orders [][]*node
	for range x.copied + 1 {
		for i, n := range nodes {
			ids[i] = n.in.UUID
		}
		ordered := make([]*node, len(nodes))
		for i, at := range tableOrder(ids) {
			ordered[i] = nodes[at]
		}
		nodes = ordered
		orders = append(orders, nodes)
	}
	if all {
		r.tabled = orders
	}
	return nodes
}
