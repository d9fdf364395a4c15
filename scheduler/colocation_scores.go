package scheduler

import (
	"pacer/cluster"
	"pacer/score"
)

// unusable marks nodes that must not be used while scores are collected.
const unusable = minus * 100

// scoreOptions say how the scores of colocated resources are collected.
type scoreOptions struct {
	target      *rsc // on whose behalf; where a table begins with a resource's own scores, that one's
	thisWith    bool // follow primaries instead of dependents
	nonnegative bool // never drive a good node below zero
	active      bool // not the first step: nodes that cannot be used undo it
}

// bestScores are the best scores of a resource on the nodes of each of a colocation's sites.
func (r *run) bestScores(c *colocation, x *rsc) []score.Score {
	allowed := x.allowed
	if x == c.dependent && c.explicit && x.parent != nil && x.parent.kind == cluster.Group && x != x.parent.children[0] {
		// A later member did not get the group's preferences, as the first stands for all; here they count.
		x.allowed = r.copyOf(allowed)
		r.why.mute(true)
		for _, l := range r.locations {
			if l.rsc == x.parent {
				r.applyLocation(x, l, l.nodes)
			}
		}
		r.why.mute(false)
		defer func() { x.allowed = allowed }()
	}
	best := r.scratch.best[:0]
	for range len(r.nodes) + 1 {
		best = append(best, minus)
	}
	for i := range x.allowed {
		if a := &x.allowed[i]; a.known && r.nodes[i].usable() {
			s := r.site(c, r.nodes[i], x)
			best[s] = max(best[s], a.score)
		}
	}
	r.scratch.best = best
	return best
}

// allowedOnOne tells whether a resource may run on exactly one node.
func allowedOnOne(x *rsc) bool {
	count := 0
	for i := range x.allowed {
		if x.allowed[i].known && x.allowed[i].score >= 0 {
			count++
		}
	}
	return count == 1
}

// addMatching adds the best scores of a resource to the nodes with the same value of the colocation's attribute.
func (r *run) addMatching(t table, source *rsc, c *colocation, factor float32, o scoreOptions) {
	best := r.bestScores(c, source)
	for i := range t {
		a := &t[i]
		if !a.known {
			continue
		}
		s := best[r.site(c, r.nodes[i], o.target)]
		if factor < 0 && s < 0 {
			// That the dependent avoids a node makes it no better for a primary that avoids the dependent, except when
			// the dependent could run nowhere else and the primary is free to go.
			if c.primary.in.Stickiness >= -s || !c.moves(nil) || !allowedOnOne(c.dependent) {
				continue
			}
		}
		if a.score == unusable {
			continue
		}
		f := factor * float32(s)
		delta := score.Score(f + 0.5)
		if f < 0 {
			delta = score.Score(f - 0.5)
		}
		if delta == 0 && s != 0 {
			if factor > 0 {
				delta = 1
			} else if factor < 0 {
				delta = -1
			}
		}
		sum := score.Add(delta, a.score)
		if o.nonnegative && sum < 0 && a.score > 0 {
			a.score = unusable
			continue
		}
		if o.nonnegative && sum < 0 && a.score == 0 {
			continue
		}
		a.score = sum
	}
}

// addColocated adds to a table what a resource, and through it others, score the nodes; a nil table begins with the
// resource's own, and is collected on its behalf.
func (r *run) addColocated(source *rsc, t table, c *colocation, factor float32, o scoreOptions) table {
	if source.merging {
		return t
	}
	if source.kind == cluster.Group {
		if len(source.children) == 0 {
			return t
		}
		source.merging = true
		m := source.children[0]
		if t == nil {
			m = source.last()
		}
		t = r.addColocated(m, t, c, factor, o)
		source.merging = false
		return t
	}
	source.merging = true
	defer func() { source.merging = false }()
	mark, copies := r.why.mark(), r.copies
	r.copies++
	var work table
	if t == nil {
		work, o.target = r.copyOf(source.allowed), source
	} else {
		work = r.copyOf(t)
		r.addMatching(work, source, c, factor, o)
		r.why.wished(source, c, t, work)
	}
	if r.anyAvailable(work) {
		next := o
		next.active = true
		list := source.dependents()
		if o.thisWith {
			list = source.primaries()
		}
		for _, k := range list {
			other := k.dependent
			if o.thisWith {
				other = k.primary
			} else if !k.moves(nil) {
				continue
			}
			work = r.addColocated(other, work, k, factor*float32(k.score)/float32(plus), next)
		}
	} else if o.active {
		r.why.undo(mark)
		r.copies = copies
		return t
	}
	if o.nonnegative {
		for i := range work {
			if work[i].score == unusable {
				work[i].score = 1
			}
		}
	}
	return work
}

// addDependentScores lets a resource feel where one that depends on it wants to be.
func (r *run) addDependentScores(c *colocation, primary *rsc) {
	if !c.moves(nil) {
		return
	}
	before, copies := r.why.collect(primary.allowed), r.copies
	primary.allowed = r.addColocated(c.dependent, primary.allowed, c, float32(c.score)/float32(plus),
		scoreOptions{target: primary, active: true, nonnegative: primary.isClone()})
	primary.copied += r.copies - copies
	r.why.collected(primary, before, c)
}
