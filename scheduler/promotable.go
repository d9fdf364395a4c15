package scheduler

import (
	"iter"

	"pacer/cluster"
	"pacer/score"
)

// orderPromotions orders what the instances of a clone do for their roles. What goes down goes down before anything comes
// up:
//
//	demote ──▶ instances demote ──▶ demoted ──▶ stop … stopped ──▶ start … running ──▶ promote ──▶ instances ──▶ promoted
func (r *run) orderPromotions(x *rsc) {
	r.orderRoleChanges(x)
	var previous *rsc
	for _, c := range x.children {
		r.orderTasks(c, taskDemote, c, taskPromote, ordered)
		r.orderTasks(x, taskPromote, c, taskPromote, ordered)
		r.orderTasks(c, taskPromote, x, taskPromoted, ordered)
		inOrder := previous != nil && x.in.CloneOptions.Ordered
		if inOrder {
			r.orderTasks(previous, taskPromote, c, taskPromote, ordered)
		}
		r.orderTasks(x, taskDemote, c, taskDemote, showsFirst)
		r.orderTasks(c, taskDemote, x, taskDemoted, showsThen)
		if inOrder {
			r.orderTasks(c, taskDemote, previous, taskDemote, ordered)
		}
		previous = c
	}
}

// orderRoleChanges orders a collection's own points of order.
func (r *run) orderRoleChanges(x *rsc) {
	for _, o := range [][2]string{{taskStopped, taskStart}, {taskStopped, taskPromote}, {taskDemoted, taskStop},
		{taskDemoted, taskStart}, {taskDemoted, taskPromote}, {taskStarted, taskPromote}, {taskDemote, taskDemoted}} {
		r.orderTasks(x, o[0], x, o[1], ordered)
	}
}

// addPromotionScores makes instances prefer the nodes where their agents want to be promoted.
func (r *run) addPromotionScores(x *rsc) {
	if x.clone.promotionAdded {
		return
	}
	x.clone.promotionAdded = true
	for _, c := range x.children {
		for i := range c.allowed {
			a := &c.allowed[i]
			if !a.known || !r.nodes[i].usable() {
				continue
			}
			n, _ := r.promotionScore(c, r.nodes[i])
			if s := score.Of(int64(n)); s > 0 {
				a.score = score.Add(a.score, s)
				r.why.add(c, i, cause{kind: ByPromotion, count: 1}, s, false)
			}
			c.priority = max(c.priority, n)
		}
	}
}

// promotionScore is how much an instance wants to be promoted on a node. A cloned group has the sum of its members' scores, in
// which infinity is a number like others.
func (r *run) promotionScore(x *rsc, n *node) (s int, found bool) {
	if len(x.children) > 0 {
		for _, c := range x.children {
			t, ok := r.promotionScore(c, n)
			s, found = s+t, found || ok
		}
		return s, found
	}
	if a := x.allowed[n.id]; !a.known || a.score < 0 || !promotionCounts(x, n) {
		return 0, false
	}
	name := x.name
	if x.in.History != "" {
		name = x.in.History
	}
	text, ok := r.promotionAttr(x, n, name)
	if !ok && !x.unique {
		text, ok = r.promotionAttr(x, n, x.in.XMLID)
	}
	if !ok {
		return 0, false
	}
	return int(score.ParseOr(text, 0)), true
}

// promotionAttr reads the attribute in which an agent says how much it wants to be promoted.
func (r *run) promotionAttr(x *rsc, n *node, name string) (string, bool) {
	return r.hostAttr(x, n, "master-"+name)
}

// promotionCounts tells whether the promotion score of a node is that of this instance: where it is active or known, or when
// nothing is known of it anywhere.
func promotionCounts(x *rsc, n *node) bool {
	if !x.unique {
		var active *rsc
		known := false
		for _, c := range x.topOf().children {
			for m := range c.leaves() {
				if m.in.XMLID != x.in.XMLID {
					continue
				}
				if active == nil && m.runsOn(n) {
					active = m
				}
				known = known || m.known[n.id]
			}
		}
		if active == x || active == nil && known {
			return true
		}
	}
	if len(x.running) == 0 {
		anywhere := false
		for _, k := range x.known {
			anywhere = anywhere || k
		}
		if !anywhere {
			return true
		}
	}
	return x.known[n.id] || x.runsOn(n)
}

// leaves are the primitives in a resource.
func (x *rsc) leaves() iter.Seq[*rsc] {
	return func(yield func(*rsc) bool) { x.eachLeaf(yield) }
}

func (x *rsc) eachLeaf(yield func(*rsc) bool) bool {
	if len(x.children) == 0 {
		return yield(x)
	}
	for _, c := range x.children {
		if !c.eachLeaf(yield) {
			return false
		}
	}
	return true
}

// leaf is the first primitive in a resource.
func (x *rsc) leaf() *rsc {
	for len(x.children) > 0 {
		x = x.children[0]
	}
	return x
}

// setRoles decides which of the assigned instances of a clone are promoted: those that have the highest priority by promotion
// scores, constraints and the place where they are.
func (r *run) setRoles(x *rsc) {
	for i := range x.allowed {
		x.allowed[i].count = 0
	}
	for _, c := range x.children {
		r.setPromotionPriority(x, c)
	}
	r.sortForPromotion(x)
	promoted := 0
	for _, c := range x.children {
		if r.promote(x, c, promoted) {
			promoted++
		}
	}
}

// setPromotionPriority finds out how much an instance should be promoted where it was assigned.
func (r *run) setPromotionPriority(x, c *rsc) {
	if c.state(true) == cluster.Started {
		c.unpromotedNow()
	}
	n := c.location()
	if n == nil {
		return
	}
	next := c.state(false)
	switch next {
	case cluster.Started, cluster.RoleUnknown:
		s, found := r.promotionScore(c, n)
		c.priority = s
		if !found {
			c.priority = -1
		}
		r.why.promotion(c, n, cause{kind: ByPromotion}, found)
	case cluster.Unpromoted, cluster.Stopped:
		c.priority = int(minus)
		r.why.promotion(c, n, cause{kind: ByTargetRole}, true)
	default:
		r.why.promotion(c, n, cause{kind: ByRole}, true)
	}
	for _, of := range []*rsc{c, x} {
		for _, l := range r.locations {
			if l.rsc != of || l.role != cluster.Promoted {
				continue
			}
			for _, ns := range l.nodes {
				if ns.node == n {
					c.priority = int(score.Add(score.Of(int64(c.priority)), ns.score))
					r.why.promotes(c, l.cause(), ns.score, false)
				}
			}
		}
	}
	if b := x.parent; b != nil {
		for _, l := range b.bundleLocations {
			for _, ns := range l.nodes {
				if ns.node == n && l.role == cluster.Promoted {
					c.priority = int(score.Add(score.Of(int64(c.priority)), ns.score))
					r.why.promotes(c, l.cause(), ns.score, false)
				}
			}
		}
	}
	for _, k := range c.primaries() {
		before := c.priority
		r.applyColocation(c, k.primary, k)
		r.why.promoteChanged(c, score.Of(int64(before)), score.Of(int64(c.priority)), cause{kind: ByPrimary, id: k.id, with: k.primary})
	}
	c.promotion = score.Of(int64(c.priority))
	if next == cluster.Promoted {
		c.promotion = plus
		r.why.promotes(c, cause{kind: ByTargetRole}, plus, true)
	}
}

// unpromotedNow gives what is started in a promotable clone its proper role.
func (x *rsc) unpromotedNow() {
	if x.role == cluster.Started {
		x.role = cluster.Unpromoted
	}
	for _, c := range x.children {
		c.unpromotedNow()
	}
}

// sortForPromotion sorts the instances by the scores that their nodes have once those who want to be with the promoted
// instance were heard.
func (r *run) sortForPromotion(x *rsc) {
	if x.clone.promotionSorted {
		return
	}
	x.clone.promotionSorted = true
	x.merging = true
	for _, c := range x.children {
		if n := c.location(); n != nil && c.promotion >= 0 && x.allowed[n.id].known {
			a := &x.allowed[n.id]
			a.score = score.Add(c.promotion, a.score)
			r.why.add(x, int(n.id), cause{kind: ByPromotion, with: c}, c.promotion, false)
		}
	}
	for _, k := range x.dependents() {
		if k.primaryRole == cluster.Promoted {
			r.addDependentScores(k, x)
		}
	}
	r.applyPromotionTickets(x)
	for _, c := range x.children {
		n := c.location()
		switch {
		case !c.managed && c.next == cluster.Promoted:
			c.promotion = plus
		case n == nil:
			c.promotion = minus
		case c.promotion < 0:
		case x.allowed[n.id].known:
			c.promotion = x.allowed[n.id].score
		}
		r.why.promotionIs(x, c)
	}
	mergeSort(x.children, func(a, b *rsc) int {
		if a.promotion != b.promotion {
			return order2(a.promotion > b.promotion)
		}
		if s, t := a.state(true), b.state(true); s != t {
			return order2(s > t)
		}
		return r.compareInstances(a, b)
	})
	x.merging = false
}

// promote decides about one instance when so many others were promoted already.
func (r *run) promote(x, c *rsc, promoted int) bool {
	r.showPromotion(c)
	o := x.in.CloneOptions
	ok := c.promotion >= 0 && (promoted < o.PromotedMax || !x.managed) && r.canPromote(x, c)
	r.why.promoted(x, c, promoted, ok)
	if ok && c.role < cluster.Promoted && !r.quorate && r.st.Options.Quorum == cluster.QuorumFreeze {
		ok = false
		r.why.notPromoted(c, ByQuorum)
	}
	if !ok {
		c.nextUnpromoted()
		return false
	}
	x.allowed[c.location().id].count++
	c.nextPromoted()
	return true
}

func (x *rsc) nextUnpromoted() {
	x.next = cluster.Unpromoted
	if x.location() == nil {
		x.next = cluster.Stopped
	}
	for _, c := range x.children {
		c.nextUnpromoted()
	}
}

func (x *rsc) nextPromoted() {
	if x.next == cluster.RoleUnknown {
		x.next = cluster.Promoted
	}
	for _, c := range x.children {
		c.nextPromoted()
	}
}

// canPromote tells whether an instance can be promoted where it was assigned.
func (r *run) canPromote(x, c *rsc) bool {
	for _, m := range c.children {
		if !r.canPromote(x, m) {
			return false
		}
	}
	n := c.location()
	if n == nil {
		return false
	}
	if !c.managed {
		if c.state(true) != cluster.Promoted {
			return false
		}
	} else if c.priority < 0 || !r.canHold(n) {
		return false
	}
	a := x.allowed[n.id]
	return a.known && (int(a.count) < x.in.CloneOptions.PromotedNodeMax || !c.managed)
}

// canHold tells whether a node can run resources now, and, for a guest, whether its host will.
func (r *run) canHold(n *node) bool {
	if !n.usable() {
		return false
	}
	if n.guest() {
		return r.all[n.in.Container.ID].location() != nil
	}
	return true
}

// promotableActions makes the points of order of promotions and demotions.
func (r *run) promotableActions(x *rsc) {
	promoting, demoting := false, false
	for _, c := range x.children {
		r.createActions(c)
		for m := range c.leaves() {
			for _, a := range m.actions {
				if !a.has(optional) {
					promoting = promoting || a.task == taskPromote
					demoting = demoting || a.task == taskDemote
				}
			}
		}
	}
	promote := r.pseudoOf(x, taskPromote, !promoting, true)
	promoted := r.pseudoOf(x, taskPromoted, !promoting, true)
	promoted.priority = int(plus)
	r.noticePromote(x, promote, promoted)
	demote := r.pseudoOf(x, taskDemote, !demoting, true)
	demoted := r.pseudoOf(x, taskDemoted, !demoting, true)
	demoted.priority = int(plus)
	r.noticeDemote(x, demote, demoted)
	for _, c := range x.children {
		c.priority = x.priority
	}
}
