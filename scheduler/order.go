package scheduler

import (
	"pacer/cluster"
)

// how is a set of ways in which an order binds its two actions.
type how uint32

// The ways. "first" and "then" are the two actions.
const (
	ordered            how = 1 << iota // then waits for first when both are done
	thenNeedsFirst                     // when then must be done, first must
	firstCausesThen                    // when first must be done, then must
	promotedNeedsFirst                 // thenNeedsFirst where then's resource is promoted now
	firstMustRun                       // then can be done only when first can
	migrationOnly                      // first is possible only as long as then is part of the migration
	realIfFirstCannot                  // then is no pseudo-action when first cannot be done
	unlessMigrating                    // does not count while first is part of a migration
	causesThenOnNode                   // firstCausesThen on first's node only
	restart                            // first stops what then starts again
	serialize                          // never both at once
	sameNode                           // only when both are on one node
	showsFirst                         // first is shown when then must be done
	showsThen                          // then is shown when first must be done
	oneWay                             // has no inverse: then cannot be done as long as first cannot
	capacity                           // only where first frees room on then's node
	oneOfMany                          // first is one of several of which some are enough
	apart                              // only when both are on one node and first must be done
	inside                             // made by the cluster around a guest, not by people
	cancelsFirst                       // then makes first unnecessary
	nestedProbe                        // firstMustRun, unless first belongs to something that is active and ends
)

// order wants one action of a resource before one of another. Either side is an action itself or is found by its key when
// the orders are applied.
type order struct {
	firstRsc, thenRsc   *rsc
	firstVerb, thenVerb string
	first, then         *action
	how                 how
	id                  string // of the constraint; "" for the cluster's own orders
}

// orderTasks orders a task of one resource before a task of another.
func (r *run) orderTasks(first *rsc, firstTask string, then *rsc, thenTask string, h how) {
	r.addOrder(&order{firstRsc: first, firstVerb: firstTask, thenRsc: then, thenVerb: thenTask, how: h})
}

// addOrder keeps an order, and with it those that a live migration needs instead.
func (r *run) addOrder(o *order) {
	if o.first != nil {
		if o.firstRsc == nil {
			o.firstRsc = o.first.rsc
		}
		if o.firstVerb == "" {
			o.firstVerb = o.first.verb
		}
	}
	if o.then != nil {
		if o.thenRsc == nil {
			o.thenRsc = o.then.rsc
		}
		if o.thenVerb == "" {
			o.thenVerb = o.then.verb
		}
	}
	r.orders.add(*o)
	r.orderMigrations(*o)
}

// link orders two actions. It tells whether that was new.
func (r *run) link(first, then *action, h how) bool {
	if h == 0 || first == nil || then == nil || first == then {
		return false
	}
	if len(first.after) <= len(then.before) {
		for i := len(first.after) - 1; i >= 0; i-- {
			if e := first.after[i]; e.other == then && e.made&h != 0 {
				return false
			}
		}
	} else {
		for i := len(then.before) - 1; i >= 0; i-- {
			if e := then.before[i]; e.other == first && e.made&h != 0 {
				return false
			}
		}
	}
	pair := r.slabs.edges.take(2)
	pair[0] = edge{other: then, how: h, made: h}
	pair[1] = edge{other: first, how: h, made: h}
	first.after, then.before = r.slabs.links.grown(first.after, &pair[0], 2), r.slabs.links.grown(then.before, &pair[1], 2)
	return true
}

// unpackOrder turns a constraint into orders.
func (r *run) unpackOrder(o *cluster.Order) {
	h := ordered
	switch o.Kind {
	case cluster.OrderSerialize:
		h = serialize // which an ordinary order of the same two is not a repetition of
	case cluster.OrderMandatory:
		switch o.Symmetry {
		case cluster.Asymmetric:
			h |= oneWay
		case cluster.Inverse:
			h |= thenNeedsFirst
		case cluster.Symmetric:
			h |= firstCausesThen
			if o.FirstTask == taskStart || o.FirstTask == taskPromote {
				h |= firstMustRun
			}
		}
	}
	if o.Gate == "" {
		r.addOrder(&order{firstRsc: r.all[o.First.ID], firstVerb: o.FirstTask, thenRsc: r.all[o.Then.ID], thenVerb: o.ThenTask, how: h, id: o.ID})
		return
	}
	gate := r.pseudoAction(o.Gate)
	gate.want = o.GateNeeds
	gate.set(gated)
	if o.First != nil {
		r.addOrder(&order{firstRsc: r.all[o.First.ID], firstVerb: o.FirstTask, then: gate, how: oneOfMany | showsThen, id: o.ID})
		return
	}
	r.addOrder(&order{first: gate, thenRsc: r.all[o.Then.ID], thenVerb: o.ThenTask, how: h | firstMustRun, id: o.ID})
}

// orderMigrations makes of an order between starts and stops the ones that hold when a live migration takes their place.
func (r *run) orderMigrations(o order) {
	a, b := o.firstRsc, o.thenRsc
	if a == nil || b == nil || a == b || a.within(b) || b.within(a) {
		return
	}
	aMoves, bMoves := a.in.AllowMigrate, b.in.AllowMigrate
	if !aMoves && !bMoves {
		return
	}
	add := func(task1, task2 string, h how) {
		r.addOrder(&order{firstRsc: a, firstVerb: task1, thenRsc: b, thenVerb: task2, how: h})
	}
	switch first, then := o.firstVerb, o.thenVerb; {
	case first == taskStart && then == taskStart:
		if aMoves && bMoves {
			add(taskMigrateFrom, taskMigrateTo, ordered)
		}
		if bMoves {
			h := ordered
			if aMoves {
				h |= unlessMigrating
			}
			add(taskStart, taskMigrateTo, h)
		}
	case first == taskStop && then == taskStop && bMoves:
		h := ordered
		if aMoves {
			h |= unlessMigrating
		}
		add(taskStop, taskMigrateTo, h)
		if b.migratingTo != nil {
			add(taskStop, taskMigrateFrom, h)
		}
	case first == taskPromote && then == taskStart && bMoves:
		add(taskPromote, taskMigrateTo, ordered)
	case first == taskDemote && then == taskStop && bMoves:
		add(taskDemote, taskMigrateTo, ordered)
		if b.migratingTo != nil {
			add(taskDemote, taskMigrateFrom, ordered)
		}
	}
}
