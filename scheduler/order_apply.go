package scheduler

import (
	"pacer/cluster"
)

// maxWork limits the update of orders. The largest sane cluster needs a small part of it.
const maxWork = 50_000_000

// applyOrders turns the orders into links between actions, in the order in which they were made, and lets every action feel
// what its inputs are.
func (r *run) applyOrders() {
	for i := 0; i < r.orders.len(); i++ {
		switch o := r.orders.at(i); {
		case o.firstRsc != nil:
			r.applyFirst(o)
		case o.thenRsc != nil:
			r.applyThen(o.first, o.thenRsc, o)
		default:
			r.link(o.first, o.then, o.how)
		}
	}
	for i := len(r.acts) - 1; i >= 0; i-- {
		r.blockDependents(r.acts[i])
	}
	r.orderProbes()
	for i := len(r.acts) - 1; i >= 0; i-- {
		r.update(r.acts[i])
	}
	r.dropInvalid()
}

// applyFirst finds the first actions of an order and links what comes then to each.
func (r *run) applyFirst(o *order) {
	x := o.firstRsc
	var firsts []*action
	if o.first != nil {
		firsts = []*action{o.first}
	} else if firsts = x.findAll(o.firstVerb, 0, nil, false); len(firsts) == 0 && x != o.thenRsc {
		// There is nothing to wait for where the first task is done already.
		switch now := x.state(true); {
		case now == cluster.Stopped && o.firstVerb == taskStop:
		case now == cluster.Unpromoted && o.firstVerb == taskDemote:
		default:
			firsts = []*action{r.action(x, o.firstVerb, 0, nil, true)}
		}
	}
	then := o.thenRsc
	if then == nil {
		if o.then == nil {
			return
		}
		then = o.then.rsc
	}
	for _, first := range firsts {
		if then == nil {
			r.link(first, o.then, o.how)
			r.why.tied(first, o.then, o.id)
		} else {
			r.applyThen(first, then, o)
		}
	}
}

// applyThen links the then actions of an order to a first one.
func (r *run) applyThen(first *action, x *rsc, o *order) {
	var thens []*action
	if o.then != nil {
		thens = []*action{o.then}
	} else {
		thens = x.findAll(o.thenVerb, 0, nil, false)
	}
	h := o.how
	if first != nil && first.rsc == x && first.has(dangling) {
		h &^= firstCausesThen
	}
	if first == nil && h&firstCausesThen == 0 {
		return
	}
	for _, then := range thens {
		if first != nil {
			r.link(first, then, h)
			r.why.tied(first, then, o.id)
		} else {
			then.clear(runnable)
		}
	}
}

// changed says which of two actions an update changed.
type changed uint8

const (
	firstChanged changed = 1 << iota
	thenChanged
)

// remapped returns the action for which others must really wait: of a collection the one that says that all is done.
func (a *action) remapped() *action {
	x := a.rsc
	if x == nil || x.kind == cluster.Primitive || a.interval > 0 || a.verb != a.task || a.task == taskNotify {
		return a
	}
	verb := done(a.task)
	if verb == "" {
		return a
	}
	if x.notify && (x.parent == nil || x.isClone() && x.parent.kind == cluster.Bundle) {
		verb = "confirmed-post_notify_" + verb
	}
	if b := x.firstVerb(verb, nil); b != nil {
		return b
	}
	return a
}

// update lets an action feel all its inputs, and those that wait for it if that changed it.
func (r *run) update(then *action) {
	if r.work++; r.work > maxWork {
		return
	}
	before := then.is
	var what changed
	if then.has(gated) {
		then.have = 0
		then.want = max(then.want, 1)
		then.clear(runnable)
	}
	for i := len(then.before) - 1; i >= 0; i-- {
		e := then.before[i]
		first := e.other
		firstNode, thenNode := first.node, then.node
		if first.rsc != nil && first.rsc.kind == cluster.Group && first.task == taskStart {
			firstNode = first.rsc.location()
		}
		if then.rsc != nil && then.rsc.kind == cluster.Group && then.task == taskStart {
			thenNode = then.rsc.location()
		}
		if e.how&sameNode != 0 && firstNode != nil && thenNode != nil && firstNode != thenNode {
			e.how = 0
			continue
		}
		what &^= firstChanged
		if first.rsc != nil && e.how&cancelsFirst != 0 && !then.has(optional) {
			first.set(optional)
			if first.task == taskReload {
				first.rsc.reload = false
			}
		}
		if first.rsc != nil && then.rsc != nil && first.rsc != then.rsc && !then.rsc.within(first.rsc) {
			first = first.remapped()
		}
		if first == e.other {
			what |= r.updatePair(first, then, r.flagsForOrder(first, thenNode), r.flagsForOrder(then, firstNode), e)
		} else if r.link(first, then, e.how) {
			what |= thenChanged
			r.why.tiedAs(e.other, then, first)
			e.how = 0
		}
		if what&firstChanged != 0 {
			for j := len(first.after) - 1; j >= 0; j-- {
				r.update(first.after[j].other)
			}
			r.update(first)
		}
	}
	if then.has(gated) {
		if before == then.is {
			what &^= thenChanged
		} else {
			what |= thenChanged
		}
	}
	if what&thenChanged != 0 {
		if before&runnable != 0 && !then.has(runnable) {
			r.blockDependents(then)
		}
		r.update(then)
		for j := len(then.after) - 1; j >= 0; j-- {
			r.update(then.after[j].other)
		}
	}
}

// flagsOf are an action's properties with those of what is inside its collection taken in.
func (r *run) flagsOf(a *action, n *node) is {
	if a.rsc == nil {
		return a.is
	}
	switch a.rsc.kind {
	case cluster.Group:
		return r.groupFlags(a, n)
	case cluster.Clone, cluster.Bundle:
		return r.collectiveFlags(a, n)
	}
	return a.is
}

// flagsForOrder are the properties that count for an order with an action on a node.
func (r *run) flagsForOrder(a *action, n *node) is {
	f := r.flagsOf(a, nil)
	if n == nil || a.rsc == nil || a.rsc.kind != cluster.Clone {
		return f
	}
	// Of a clone everything counts on the node, but for what can be done: that is possible when it is anywhere.
	return r.flagsOf(a, n) | f&runnable
}

// updatePair lets the two actions of an order feel each other.
func (r *run) updatePair(first, then *action, firstIs, thenIs is, e *edge) changed {
	var what changed
	n := then.node
	if e.how&causesThenOnNode != 0 {
		e.how = e.how&^causesThenOnNode | firstCausesThen
		n = first.node
	}
	apply := func(x *rsc, flags, filter is, h how) {
		if x != nil {
			what |= r.updateOrdered(x, first, then, n, flags, filter, h)
		}
	}
	if e.how&firstCausesThen != 0 {
		if then.rsc != nil {
			apply(then.rsc, firstIs&optional, optional, firstCausesThen)
		} else if firstIs&optional == 0 && then.has(optional) {
			then.clear(optional)
			what |= thenChanged
		}
	}
	if e.how&restart != 0 {
		apply(then.rsc, firstIs, optional|runnable, restart)
	}
	if e.how&thenNeedsFirst != 0 {
		if first.rsc != nil {
			apply(first.rsc, firstIs, optional, thenNeedsFirst)
		} else if firstIs&optional == 0 && first.has(runnable) {
			first.clear(runnable)
			what |= firstChanged
		}
	}
	if e.how&promotedNeedsFirst != 0 {
		apply(then.rsc, firstIs&optional, optional, promotedNeedsFirst)
	}
	if e.how&oneOfMany != 0 {
		if then.rsc != nil {
			apply(then.rsc, firstIs, runnable, oneOfMany)
		} else if firstIs&runnable != 0 {
			then.have++
			if then.have >= then.want && !then.has(runnable) {
				then.set(runnable)
				what |= thenChanged
			}
		}
	}
	if e.how&nestedProbe != 0 && then.rsc != nil {
		if firstIs&runnable == 0 && first.rsc != nil && len(first.rsc.running) > 0 {
			e.how = 0
		} else {
			apply(then.rsc, firstIs, runnable, firstMustRun)
		}
	}
	if e.how&firstMustRun != 0 {
		if then.rsc != nil {
			apply(then.rsc, firstIs, runnable, firstMustRun)
		} else if firstIs&runnable == 0 && then.has(runnable) {
			then.clear(runnable)
			r.why.lost(then, runnable, first)
			what |= thenChanged
		}
	}
	if e.how&migrationOnly != 0 {
		apply(then.rsc, firstIs, optional, migrationOnly)
	}
	if e.how&realIfFirstCannot != 0 {
		apply(then.rsc, firstIs, optional, realIfFirstCannot)
	}
	if e.how&ordered != 0 {
		apply(then.rsc, firstIs, runnable, ordered)
	}
	if e.how&oneWay != 0 {
		apply(then.rsc, firstIs, runnable, oneWay)
	}
	if first.has(runnable) && e.how&showsThen != 0 && firstIs&optional == 0 {
		then.set(printed)
	}
	if e.how&showsFirst != 0 && thenIs&optional == 0 {
		first.set(printed)
	}
	// What is blocked with a stop that is not possible keeps all that depends on the stop.
	if e.how&(firstCausesThen|thenNeedsFirst|restart) != 0 && first.rsc != nil && !first.rsc.managed && first.rsc.blocked &&
		!first.has(runnable) && first.task == taskStop && then.has(runnable) {
		then.clear(runnable)
		r.why.lost(then, runnable, first)
		what |= thenChanged
	}
	return what
}

// updateOrdered applies an order on behalf of a resource, which may be a collection.
func (r *run) updateOrdered(x *rsc, first, then *action, n *node, flags, filter is, h how) changed {
	switch x.kind {
	case cluster.Group:
		what := r.updateActions(first, then, flags, filter, h)
		for _, m := range then.rsc.children {
			if a := m.first(then.task, n); a != nil {
				what |= r.updateOrdered(m, first, a, n, flags, filter, h)
			}
		}
		return what
	case cluster.Clone, cluster.Bundle:
		return r.updateInstances(first, then, n, flags, filter, h)
	}
	return r.updateActions(first, then, flags, filter, h)
}

// updateActions applies an order to two actions.
func (r *run) updateActions(first, then *action, flags, filter is, h how) changed {
	thenWas, firstWas := then.is, first.is
	if h&oneWay != 0 {
		r.updateOneWay(first, then)
	}
	if h&thenNeedsFirst != 0 && thenWas&optional == 0 {
		if filter&optional != 0 && flags&optional == 0 && firstWas&optional != 0 {
			r.lose(first, optional, then)
		}
		if flags&migratable != 0 && !then.has(migratable) {
			r.lose(first, migratable, then)
		}
	}
	if h&promotedNeedsFirst != 0 && then.rsc != nil && then.rsc.role == cluster.Promoted && filter&optional != 0 && !then.has(optional) {
		r.lose(first, optional, then)
		if first.has(migratable) && !then.has(migratable) {
			r.lose(first, migratable, then)
		}
	}
	if h&migrationOnly != 0 && filter&optional != 0 {
		if then.is&(migratable|runnable) != migratable|runnable {
			r.lose(first, runnable, then)
		}
		if !then.has(optional) {
			r.lose(first, optional, then)
		}
	}
	if h&realIfFirstCannot != 0 && filter&optional != 0 && !first.has(runnable) {
		r.lose(then, migratable, first)
		then.clear(pseudo)
	}
	if h&firstMustRun != 0 && filter&runnable != 0 && then.has(runnable) && flags&runnable == 0 {
		r.lose(then, runnable, first)
		r.lose(then, migratable, first)
	}
	if h&firstCausesThen != 0 && filter&optional != 0 && then.has(optional) && flags&optional == 0 && !first.has(migratable) {
		r.lose(then, optional, first)
	}
	if h&restart != 0 {
		r.updateRestart(first, then, filter)
	}
	var what changed
	if then.is != thenWas {
		what |= thenChanged
		if then.rsc != nil && then.rsc.parent != nil {
			r.update(then) // for a stop and start inside a collection
		}
	}
	if first.is != firstWas {
		what |= firstChanged
	}
	return what
}

// updateOneWay makes then impossible when first is, unless then asks for what is so already.
func (r *run) updateOneWay(first, then *action) {
	if then.rsc == nil || first.has(runnable) {
		return
	}
	if then.has(optional) {
		now := then.rsc.state(true)
		if now == cluster.Stopped && then.task == taskStop ||
			now >= cluster.Started && then.task == taskStart && len(then.rsc.running) == 1 && then.rsc.running[0] == then.node {
			return
		}
	}
	r.lose(then, optional, first)
	r.lose(then, runnable, first)
}

// updateRestart handles a stop (first) that goes before a start (then), of one resource or of neighbours in a group.
func (r *run) updateRestart(first, then *action, filter is) {
	must := filter&optional != 0 && !then.has(optional)
	// When what should restart cannot start, it is stopped all the same.
	cannot := filter&runnable != 0 && !then.has(runnable) && then.rsc.managed && first.rsc == then.rsc
	if !must && !cannot {
		return
	}
	if first.has(runnable) || !then.has(optional) {
		r.lose(first, optional, then)
	}
	if !then.has(migratable) {
		r.lose(first, migratable, then)
	}
	if !first.has(optional) && !first.has(runnable) {
		r.lose(then, runnable, first)
	}
}

// dropInvalid takes out orders that people made between a guest and what runs in it, and capacity orders that would go
// round in circles.
func (r *run) dropInvalid() {
	for i := len(r.acts) - 1; i >= 0; i-- {
		a := r.acts[i]
		for j := len(a.before) - 1; j >= 0; j-- {
			e := a.before[j]
			if e.how&inside == 0 && e.other.rsc != nil && a.rsc != nil && e.other.node != nil && e.other.node.guest() &&
				e.other.node.in.Container == a.rsc.in ||
				e.how == capacity && a.rsc != nil && a.task == taskMigrateTo && r.loops(a, a, e) {
				e.how = 0
			}
		}
	}
}
