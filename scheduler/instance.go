package scheduler

import (
	"pacer/cluster"
	"pacer/score"
)

// instances are the parts of a clone or bundle that are assigned one by one.
func (x *rsc) instances() []*rsc {
	if x.kind == cluster.Bundle {
		return x.containers()
	}
	return x.children
}

// canRun tells whether a node can take one more instance.
func (r *run) canRun(x *rsc, n *node, perNode int) bool {
	if x.removed || !n.usable() {
		return false
	}
	a := x.parent.allowed[n.id]
	return a.known && a.score >= 0 && int(a.count) < perNode
}

// banUnavailable bans an instance from the nodes that cannot take it.
func (r *run) banUnavailable(x *rsc, perNode int) {
	for i := range x.allowed {
		if !x.allowed[i].known || r.canRun(x, r.nodes[i], perNode) {
			continue
		}
		why := r.why.unavailable(x, i, perNode)
		r.why.ban(x, i, why)
		x.allowed[i].score = minus
		for _, c := range x.children {
			if c.allowed[i].known {
				r.why.ban(c, i, why)
				c.allowed[i].score = minus
			}
		}
	}
}

// sortInstances brings the instances of a collection into the order in which they are assigned.
func (r *run) sortInstances(x *rsc) {
	mergeSort(x.instances(), r.compareInstances)
}

// compareInstances tells which of two instances is assigned first: the one whose present place is the better one to keep.
func (r *run) compareInstances(a, b *rsc) int {
	n, countA, _ := a.activeNode()
	m, countB, _ := b.activeNode()
	if countA > 0 && countB > 0 && countA != countB {
		return countA - countB
	}
	okA, okB := keepAllowed(a, &n), keepAllowed(b, &m)
	switch {
	case okA != okB:
		return order2(okA)
	case a.priority != b.priority:
		return b.priority - a.priority
	case n == nil && m == nil:
		return 0
	case n == nil || m == nil:
		return order2(n != nil)
	case n.usable() != m.usable():
		return order2(n.usable())
	}
	p, q := a.parent.allowed[n.id], b.parent.allowed[m.id]
	switch {
	case !p.known && !q.known:
		return 0
	case p.known != q.known:
		return order2(p.known)
	case p.count != q.count:
		return int(p.count - q.count)
	}
	if f, g := a.anyFailed(), b.anyFailed(); f != g {
		return order2(!f)
	}
	if s, t := r.colocatedScore(a, n), r.colocatedScore(b, m); s != t {
		return int(t) - int(s)
	}
	return a.number() - b.number()
}

// order2 is the comparison of two things of which the first goes first, or not.
func order2(first bool) int {
	if first {
		return -1
	}
	return 1
}

// keepAllowed tells whether an instance is inactive or may stay where it is; where it may not, *n becomes nil.
func keepAllowed(x *rsc, n **node) bool {
	if *n == nil {
		return true
	}
	if a := x.allowed[(*n).id]; a.known && a.score >= 0 {
		return true
	}
	*n = nil
	return false
}

func (x *rsc) anyFailed() bool {
	for _, c := range x.children {
		if c.anyFailed() {
			return true
		}
	}
	return x.failed
}

// colocatedScore is the score of an instance on its node by all its colocations.
func (r *run) colocatedScore(x *rsc, n *node) score.Score {
	t := make(table, len(r.nodes))
	t[n.id] = allowance{known: true, score: n.in.Score}
	for _, c := range x.primaries() {
		t = r.addColocated(c.primary, t, c, float32(c.score)/float32(plus), scoreOptions{target: x})
	}
	for _, c := range x.dependents() {
		if c.moves(x) {
			t = r.addColocated(c.dependent, t, c, float32(c.score)/float32(plus), scoreOptions{target: x, nonnegative: true})
		}
	}
	return t[n.id].score
}

// assignInstance assigns one instance, for good when prefer is nil.
func (r *run) assignInstance(x *rsc, prefer *node, perNode int) *node {
	if x.assigning {
		return nil
	}
	r.banUnavailable(x, perNode)
	n := r.assign(x, prefer, prefer == nil)
	r.countInstance(x, n)
	return n
}

// countInstance counts an instance that was assigned to a node.
func (r *run) countInstance(x *rsc, n *node) {
	if n != nil && x.parent.allowed[n.id].known {
		x.parent.allowed[n.id].count++
	}
}

// saved are the scores of a resource and all in it.
type saved struct {
	x      *rsc
	t      table
	copied int
}

func (r *run) save(x *rsc, list []saved) []saved {
	list = append(list, saved{x, r.copyOf(x.allowed), x.copied + 1})
	for _, c := range x.children {
		list = r.save(c, list)
	}
	return list
}

func (r *run) restore(list []saved) {
	for _, s := range list {
		s.x.allowed, s.x.copied = r.copyOf(s.t), s.copied+1
	}
}

// assignEarly tries to leave an instance where it is. Whenever another node turns out to be better for it, an instance is
// set aside for that node and the try is made again, so that nodes get the instances they deserve but those that are
// there already stay there.
func (r *run) assignEarly(x *rsc, at *node, perNode, available int) bool {
	if a := x.allowed[at.id]; !a.known || a.score < 0 || !at.usable() {
		return false
	}
	backup, tried := r.save(x, nil), r.why.tried(x)
	counts := x.parent.allowed
	x.parent.allowed = r.copyOf(counts)
	var chosen *node
	for kept := 0; kept < available; kept++ {
		chosen = r.assignInstance(x, at, perNode)
		if chosen == at {
			break
		}
		r.restore(backup)
		r.why.forget(x, tried)
		if chosen == nil {
			x.unassigned = true
			break
		}
		r.unplace(x)
		chosen = nil
	}
	x.parent.allowed = counts
	if chosen == nil {
		return false
	}
	r.countInstance(x, chosen)
	return true
}

// assignInstances assigns the instances of a collection: first those that can stay where they are, then the others.
func (r *run) assignInstances(x *rsc, list []*rsc, most, perNode int) {
	nodes := 0
	for i := range x.allowed {
		x.allowed[i].count = 0
		if x.allowed[i].known && r.nodes[i].usable() {
			nodes++
		}
	}
	best := 1
	if nodes > 0 {
		best = max(best, most/nodes)
	}
	assigned := 0
	for _, c := range list {
		if assigned >= most {
			break
		}
		if !c.unassigned {
			continue
		}
		if n := r.preferredNode(c, best); n != nil && r.assignEarly(c, n, perNode, most-assigned) {
			assigned++
		}
	}
	for _, c := range list {
		switch {
		case !c.unassigned:
		case assigned >= most:
			r.prefer(c, nil, minus, cause{kind: ByCloneMax, with: x, limit: most})
		default:
			if r.assignInstance(c, nil, perNode) != nil {
				assigned++
			}
		}
	}
}

// preferredNode is where an instance should stay, nil when that is nowhere.
func (r *run) preferredNode(x *rsc, best int) *node {
	if len(x.running) == 0 || !x.unassigned || x.failed {
		return nil
	}
	n := x.current()
	if n == nil || !n.usable() || n.in.Score < 0 {
		return nil
	}
	if a := x.parent.allowed[n.id]; a.known && int(a.count) >= best {
		return nil
	}
	return n
}

// activity is what the instances of a collection are about to do.
type activity struct{ starting, stopping, restarting, active bool }

func (x *rsc) addActivity(s *activity) {
	if x.kind != cluster.Primitive {
		for _, c := range x.children {
			c.addActivity(s)
		}
		return
	}
	starting, stopping := false, false
	for _, a := range x.actions {
		switch {
		case a.has(optional):
		case a.task == taskStart && a.has(runnable):
			starting = true
		case a.task == taskStop && a.is&(pseudo|runnable) != 0:
			stopping = true
		}
	}
	s.active = s.active || len(x.running) > 0
	s.starting = s.starting || starting
	s.stopping = s.stopping || stopping
	s.restarting = s.restarting || starting && stopping
}

// instanceActions makes the actions of instances and the points of order of their collection.
func (r *run) instanceActions(x *rsc, list []*rsc) {
	var s activity
	for _, c := range list {
		r.createActions(c)
		c.addActivity(&s)
	}
	start := r.pseudoOf(x, taskStart, !s.starting, true)
	started := r.pseudoOf(x, taskStarted, !s.starting, false)
	started.priority = int(plus)
	if s.active || s.starting {
		started.set(runnable)
	}
	stop := r.pseudoOf(x, taskStop, !s.stopping, true)
	stopped := r.pseudoOf(x, taskStopped, !s.stopping, true)
	stopped.priority = int(plus)
	if !s.restarting {
		stop.set(migratable)
	}
	if x.kind == cluster.Clone {
		r.noticeStartStop(x, start, started, stop, stopped)
	}
}

// matches tells whether an instance is on a node, in a role where one is given.
func (x *rsc) matches(n *node, role cluster.Role, now bool) bool {
	if role != cluster.RoleUnknown && role != x.state(now) {
		return false
	}
	return !x.anyBlocked() && x.place(now) == n
}

// compatibleInstance is the instance of y that goes with x: on x's node, or on the best node that x may get.
func (r *run) compatibleInstance(x, y *rsc, role cluster.Role, now bool) *rsc {
	on := func(n *node) *rsc {
		for _, c := range y.instances() {
			if c.matches(n, role, now) {
				return c
			}
		}
		return nil
	}
	if n := x.place(now); n != nil {
		return on(n)
	}
	for _, c := range r.candidates(x, nil) {
		if i := on(c.node); i != nil {
			return i
		}
	}
	return nil
}
