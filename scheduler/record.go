package scheduler

import (
	"pacer/cluster"
	"pacer/score"
)

// recorder keeps why scores are what they are: a log of contributions per resource. A nil recorder keeps nothing and costs
// a comparison; its methods are called where a stage is done with a resource, never inside loops over nodes.
type recorder struct {
	r      *run
	placed []Placement // by ResourceID
	// merging is true while the wishes of dependents are collected; wishes holds them.
	merging bool
	wishes  []wish
	// losses are what made actions necessary or impossible, ties the constraints behind an order between two actions.
	losses map[*action][]loss
	ties   map[tie][]string
	// origins are what actions were first made for.
	origins map[*action]Kind
	// muted while something is only tried out.
	muted bool
	// shown, for tests, is called with every resource whose scores are about to be shown.
	shown func(x *rsc)
}

// cause is what a contribution comes from.
type cause struct {
	kind          Kind
	id, rule      string
	name          string
	with, through *rsc
	count, limit  int
}

// wish is what a resource, itself or through another one, adds to the score of a node.
type wish struct {
	node   int
	from   *rsc
	by     *colocation
	before score.Score
	after  score.Score
}

// resource is what stands in the typed view, nil for none.
func (x *rsc) resource() *cluster.Resource {
	if x == nil {
		return nil
	}
	return x.in
}

// startRecord begins with what is known before any constraint.
func (r *run) startRecord() {
	w := &recorder{r: r, placed: make([]Placement, len(r.all)), losses: map[*action][]loss{}, ties: map[tie][]string{},
		origins: map[*action]Kind{}}
	r.why = w
	for _, x := range r.all {
		w.placed[x.id].Resource = x.in
		for i, a := range x.allowed {
			if !a.known {
				continue
			}
			w.add(x, i, cause{kind: ByNodeScore}, r.nodes[i].in.Score, false)
			if a.score == r.nodes[i].in.Score {
				continue
			}
			k := ByOnFail
			switch {
			case a.score == plus:
				k = ByUnmanaged
			case r.nodes[i].in.Inner:
				k = ByContainer
			}
			w.add(x, i, cause{kind: k}, a.score, true)
		}
	}
}

// add notes one contribution.
func (w *recorder) add(x *rsc, node int, c cause, s score.Score, set bool) {
	if w == nil || w.muted {
		return
	}
	p := &w.placed[x.id]
	p.Contributions = append(p.Contributions, w.contribution(node, c, s, set))
}

func (w *recorder) contribution(node int, c cause, s score.Score, set bool) Contribution {
	return Contribution{Node: w.r.nodes[node].in, Kind: c.kind, ID: c.id, Rule: c.rule, Name: c.name, Score: s, Set: set,
		With: c.with.resource(), Through: c.through.resource(), Count: c.count, Limit: c.limit}
}

// keep copies a table that is about to change.
func (w *recorder) keep(t table) table {
	if w == nil {
		return nil
	}
	return t.copy()
}

// changed notes what became of a resource's scores since they were kept.
func (w *recorder) changed(x *rsc, before table, c cause) {
	if w == nil {
		return
	}
	for i := range before {
		if before[i].known != x.allowed[i].known || before[i].score != x.allowed[i].score {
			w.change(x, i, c, before[i].score, x.allowed[i].score)
		}
	}
}

// change notes that a score went from one value to another.
func (w *recorder) change(x *rsc, node int, c cause, before, after score.Score) {
	s, set := difference(before, after)
	w.add(x, node, c, s, set)
}

// difference is what must be added to one score to make it another; set when nothing does.
func difference(before, after score.Score) (s score.Score, set bool) {
	switch s = after - before; {
	case after <= minus:
		return minus, false
	case before <= minus:
		return after, true
	case after >= plus:
		return plus, false
	case score.Add(before, s) != after:
		return after, true
	}
	return s, false
}

// collect begins to collect the wishes of dependents and keeps the scores that they will change.
func (w *recorder) collect(t table) table {
	if w == nil {
		return nil
	}
	w.merging, w.wishes = true, w.wishes[:0]
	return t.copy()
}

// mark is how many wishes there are, undo forgets those that came later.
func (w *recorder) mark() int {
	if w == nil {
		return 0
	}
	return len(w.wishes)
}

func (w *recorder) undo(mark int) {
	if w != nil && w.merging {
		w.wishes = w.wishes[:mark]
	}
}

// wished notes what a colocation of a dependent changed.
func (w *recorder) wished(from *rsc, by *colocation, before, after table) {
	if w == nil || !w.merging {
		return
	}
	for i := range after {
		if before[i].score != after[i].score {
			w.wishes = append(w.wishes, wish{i, from, by, before[i].score, after[i].score})
		}
	}
}

// collected notes the wishes that a resource's scores now hold.
func (w *recorder) collected(x *rsc, before table, by *colocation) {
	if w == nil {
		return
	}
	w.merging = false
	for i := range before {
		if before[i].known != x.allowed[i].known || before[i].score != x.allowed[i].score {
			w.takeWishes(x, i, before[i].score, by)
		}
	}
}

func (w *recorder) takeWishes(x *rsc, node int, s score.Score, by *colocation) {
	at := len(w.placed[x.id].Contributions)
	for _, k := range w.wishes {
		if k.node != node || k.after == unusable {
			continue
		}
		c := cause{kind: ByDependent, id: k.by.id, with: k.from}
		if k.by.primary != x && k.by.primary != by.primary {
			c.through = k.by.primary
		}
		add, set := difference(k.before, k.after)
		if k.before == unusable {
			add, set = k.after, true
		}
		w.add(x, node, c, add, set)
		if set {
			s = add
		} else {
			s = score.Add(s, add)
		}
	}
	if s != x.allowed[node].score { // kept from becoming unusable
		w.placed[x.id].Contributions = w.placed[x.id].Contributions[:at]
		w.add(x, node, cause{kind: ByDependent, id: by.id, with: by.dependent}, x.allowed[node].score, true)
	}
}

// tried is how much was noted of a resource and all in it; forget goes back to that.
func (w *recorder) tried(x *rsc) []int {
	if w == nil {
		return nil
	}
	list := []int{len(w.placed[x.id].Contributions)}
	for _, c := range x.children {
		list = append(list, w.tried(c)...)
	}
	return list
}

func (w *recorder) forget(x *rsc, tried []int) []int {
	if w == nil {
		return nil
	}
	p := &w.placed[x.id]
	p.Contributions, tried = p.Contributions[:tried[0]], tried[1:]
	for _, c := range x.children {
		tried = w.forget(c, tried)
	}
	return tried
}

// showing lets tests compare scores with what adds up to them.
func (w *recorder) showing(x *rsc) {
	if w != nil && w.shown != nil {
		w.shown(x)
	}
}

// mute keeps nothing of what comes while it is on.
func (w *recorder) mute(on bool) {
	if w != nil {
		w.muted = on
	}
}

// ban notes that a resource is about to be banned from a node, if it is not yet.
func (w *recorder) ban(x *rsc, node int, c cause) {
	if w != nil && x.allowed[node].score > minus {
		w.add(x, node, c, minus, false)
	}
}

// unavailable is why a node cannot take an instance.
func (w *recorder) unavailable(x *rsc, node, perNode int) cause {
	if w == nil {
		return cause{}
	}
	a := x.parent.allowed[node]
	switch {
	case x.removed:
		return cause{kind: ByRemoved}
	case !w.r.nodes[node].usable():
		return cause{kind: ByNodeState}
	case !a.known || a.score < 0:
		return cause{kind: ByCollection, with: x.parent}
	}
	return cause{kind: ByCloneNodeMax, with: x.parent, count: int(a.count), limit: perNode}
}

// record is all that was noted.
func (w *recorder) record() *Record {
	if w == nil {
		return nil
	}
	for _, x := range w.r.all {
		w.placed[x.id].Next = x.next
		if c := w.placed[x.id].Choice; c != nil && x.assigned != nil {
			c.Node = x.assigned.in
		}
	}
	return &Record{Placements: w.placed, Nodes: w.nodes(), Actions: w.actions()}
}
