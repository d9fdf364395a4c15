package scheduler

import "pacer/score"

// Workspace is the memory in which decisions are made, for a caller that decides again and again: what one decision filled, the
// next one fills again, so that the collector has a third as much to do. It is for one decision at a time and keeps nothing of
// one but its size; nothing of an Output stands in it. The zero Workspace is ready for use.
type Workspace struct {
	slabs     slabs
	orders    pages[order]
	scratch   scratch
	acts      []*action
	all, top  []*rsc
	resources []rsc
	known     []bool
}

// lend gives a run all that is in the workspace. The run gives it back when it is done; one that broke off keeps it.
func (w *Workspace) lend() (lent Workspace) {
	if w != nil {
		lent, *w = *w, Workspace{}
	}
	return lent
}

// takeBack empties what a run has used and makes it the workspace's again.
func (w *Workspace) takeBack(r *run) {
	if w == nil {
		return
	}
	r.slabs.reset()
	r.orders.reset()
	clear(r.resources)
	clear(r.known)
	*w = Workspace{slabs: r.slabs, orders: r.orders, scratch: r.scratch.emptied(), acts: emptied(r.acts), all: emptied(r.all),
		top: emptied(r.top), resources: r.resources[:0], known: r.known[:0]}
}

// emptied returns the room of a list.
func emptied[T any](list []T) []T {
	clear(list)
	return list[:0]
}

// room returns n zero values, in the room of a list where that is big enough, and not far too big.
func room[T any](list []T, n int) []T {
	if c := cap(list); c < n || c > 4*n+leastSlab {
		return make([]T, n)
	}
	return list[:n]
}

// slabs are where the many small things of a decision come from.
type slabs struct {
	actions slab[action]
	edges   slab[edge]
	links   slab[*edge]
	lists   slab[*action]
	nodes   slab[*node]
	named   slab[namesakes]
	rscs    slab[*rsc]
	scores  slab[allowance]
}

func (s *slabs) reset() {
	s.actions.reset()
	s.edges.reset()
	s.links.reset()
	s.lists.reset()
	s.nodes.reset()
	s.named.reset()
	s.rscs.reset()
	s.scores.reset()
}

// scratch are lists that are filled anew again and again, each by one function alone.
type scratch struct {
	attrs      attrSet       // see addAttrs
	inputs     []int         // see toGraph
	best       []score.Score // see bestScores
	candidates []candidate   // see candidates
	seen       []*action     // see restartsAfter
}

// emptied returns the lists without what is in them, which would keep an old document alive.
func (s *scratch) emptied() scratch {
	return scratch{attrs: emptied(s.attrs[:cap(s.attrs)]), inputs: s.inputs, best: s.best,
		candidates: emptied(s.candidates[:cap(s.candidates)]), seen: emptied(s.seen[:cap(s.seen)])}
}
