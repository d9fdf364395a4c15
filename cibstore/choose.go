package cibstore

import "cmp"

// choose returns the index of the hello whose document goes on. total is the number of expected votes.
//
// A write is in danger when a majority could have it on disk: those here whose state is as far as it, and all that are not
// here. The farthest such state is the bound: what lies below it cannot win. Above it the version decides, then how far a
// state is in its term, then whether it has a status, then how many have it, then the lowest id.
func choose(hellos []*hello, total int) int {
	absent := max(total-len(hellos), 0)
	bound := Meta{}
	for _, h := range hellos {
		holders := 0
		for _, o := range hellos {
			if compareTerms(o.Meta, h.Meta) >= 0 {
				holders++
			}
		}
		if 2*(holders+absent) > total && compareTerms(h.Meta, bound) > 0 {
			bound = h.Meta
		}
	}
	best, bestCount := -1, 0
	for i, h := range hellos {
		if compareTerms(h.Meta, bound) < 0 {
			continue
		}
		count := 0
		for _, o := range hellos {
			if o.History == h.History {
				count++
			}
		}
		if best >= 0 && cmp.Or(h.Version.Compare(hellos[best].Version), compareTerms(h.Meta, hellos[best].Meta), staler(hellos[best], h), cmp.Compare(count, bestCount)) <= 0 {
			continue
		}
		best, bestCount = i, count
	}
	return best
}

// compareTerms orders states by how far they are in the quorum rounds.
func compareTerms(a, b Meta) int {
	return cmp.Or(cmp.Compare(a.Term, b.Term), cmp.Compare(a.Writes, b.Writes))
}

// staler is positive when only a has no status.
func staler(a, b *hello) int {
	switch {
	case a.Fresh == b.Fresh:
		return 0
	case a.Fresh:
		return 1
	}
	return -1
}
