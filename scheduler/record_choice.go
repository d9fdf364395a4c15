package scheduler

import (
	"maps"
	"slices"

	"pacer/score"
)

// chose notes that a resource's node was not chosen by scores.
func (w *recorder) chose(x *rsc, kind Kind) {
	if w == nil {
		return
	}
	w.placed[x.id].Choice = &Choice{Kind: kind}
}

// choosing notes how a resource's node is being chosen.
func (w *recorder) choosing(x *rsc, at, chosen, prefer *node) {
	if w == nil {
		return
	}
	list := w.r.candidates(x, at)
	w.chose(x, "")
	c := w.placed[x.id].Choice
	for _, n := range list {
		c.Ranked = append(c.Ranked, Ranked{n.in, n.score, n.usable()})
	}
	best := slices.IndexFunc(list, func(n candidate) bool { return n.node == chosen })
	if best < 0 || list[best].score < 0 || !chosen.usable() {
		return
	}
	var rival *candidate
	for i := range list {
		if n := &list[i]; n.usable() && n.score == list[best].score {
			c.Tied++
			if rival == nil && i != best {
				rival = n
			}
		}
	}
	if rival != nil {
		c.Breaker = w.breaker(x, list[best], *rival, best == 0, prefer)
	}
}

// breaker is what put one node before another with the same score.
func (w *recorder) breaker(x *rsc, best, rival candidate, first bool, prefer *node) Breaker {
	strategy := w.r.st.Options.PlacementStrategy
	switch {
	case best.node == prefer:
		return TiePreferred
	case !first:
		return TieStays
	case strategy == "minimal":
	case strategy == "balanced" && compareCapacity(best.node, rival.node) < 0:
		return TieCapacity
	case best.assigned != rival.assigned:
		return TieLoad
	case best.node == x.current():
		return TieStays
	}
	return TieName
}

// promotion begins the record of an instance's promotion score with where it comes from.
func (w *recorder) promotion(x *rsc, n *node, c cause, found bool) {
	if w == nil {
		return
	}
	if found {
		c.count = 1
	}
	w.placed[x.id].Promotion = &Promotion{Node: n.in}
	w.promotes(x, c, score.Of(int64(x.priority)), true)
}

// promotes notes one term of an instance's promotion score.
func (w *recorder) promotes(x *rsc, c cause, s score.Score, set bool) {
	if w == nil || w.placed[x.id].Promotion == nil {
		return
	}
	p := w.placed[x.id].Promotion
	p.Contributions = append(p.Contributions, w.contribution(int(p.Node.ID), c, s, set))
}

func (w *recorder) promoteChanged(x *rsc, before, after score.Score, c cause) {
	if w == nil || before == after {
		return
	}
	s, set := difference(before, after)
	w.promotes(x, c, s, set)
}

// promotionIs notes the promotion score that an instance has in the end: with what its clone scores the node, which those
// that want to be with the promoted instance have a say in.
func (w *recorder) promotionIs(clone, x *rsc) {
	if w == nil || w.placed[x.id].Promotion == nil {
		return
	}
	p := w.placed[x.id].Promotion
	if Sum(p.Contributions) >= 0 {
		for _, c := range w.placed[clone.id].Contributions {
			// The clone's terms are before its own in the sum; the arithmetic does not mind.
			if c.Node == p.Node && !(c.Kind == ByPromotion && c.With == x.in) && (c.Score != 0 || c.Set) {
				p.Contributions = append(p.Contributions, c)
			}
		}
	}
	if x.promotion != Sum(p.Contributions) {
		w.promotes(x, cause{kind: ByRole}, x.promotion, true)
	}
}

// promoted notes whether an instance is promoted, and why it is not.
func (w *recorder) promoted(clone, x *rsc, others int, ok bool) {
	if w == nil {
		return
	}
	p := w.placed[x.id].Promotion
	if p == nil {
		return
	}
	p.Score, p.Promoted = x.promotion, ok
	o := clone.in.CloneOptions
	n := w.r.nodes[p.Node.ID]
	switch {
	case ok:
	case x.promotion < 0:
		p.Kind = ByPromotion
	case others >= o.PromotedMax && clone.managed:
		p.Kind = ByPromotedMax
	case !x.managed:
		p.Kind = ByUnmanaged
	case !w.r.canHold(n):
		p.Kind = ByNodeState
	default:
		p.Kind = ByPromotedNodeMax
	}
}

func (w *recorder) notPromoted(x *rsc, why Kind) {
	if w != nil && w.placed[x.id].Promotion != nil {
		p := w.placed[x.id].Promotion
		p.Promoted, p.Kind = false, why
	}
}

// lack is what a node has too little of.
func (w *recorder) lack(n *node, needed capacities) cause {
	c := cause{kind: ByCapacity}
	if w == nil {
		return c
	}
	for _, k := range slices.Sorted(maps.Keys(needed)) {
		if needed[k] > n.capacity[k] {
			c.name, c.count, c.limit = k, needed[k], n.capacity[k]
			break
		}
	}
	return c
}
