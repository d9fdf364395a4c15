package scheduler

import "pacer/cluster"

// createActions makes the actions that bring a resource where it shall be.
func (r *run) createActions(x *rsc) {
	switch x.kind {
	case cluster.Primitive:
		r.primitiveActions(x)
	case cluster.Group:
		r.groupActions(x)
	case cluster.Clone:
		r.cloneActions(x)
	case cluster.Bundle:
		r.bundleActions(x)
	}
}

// step is the next role on the way from one role to another.
func step(from, to cluster.Role) cluster.Role {
	switch {
	case to == cluster.RoleUnknown:
		if from == cluster.RoleUnknown {
			return cluster.RoleUnknown
		}
		return cluster.Stopped
	case from == to:
		return to
	case from == cluster.RoleUnknown:
		return cluster.Stopped
	case from == cluster.Stopped && to > cluster.Started:
		return cluster.Unpromoted
	case from == cluster.Unpromoted && to == cluster.Started:
		return cluster.Stopped
	case from == cluster.Promoted:
		return cluster.Unpromoted
	}
	return to
}

// change makes the action that takes a resource from one role to the next. It tells whether there is one.
func (r *run) change(x *rsc, from, to cluster.Role, n *node, may bool) bool {
	switch {
	case from == to, from == cluster.Started && to == cluster.Unpromoted:
		return false
	case from == cluster.Promoted:
		r.demoteEverywhere(x, may)
	case to == cluster.Promoted && from >= cluster.Started:
		r.promoteOn(x, n, may)
	case from == cluster.Stopped && (to == cluster.Started || to == cluster.Unpromoted):
		r.startOn(x, n, may)
	case to == cluster.Stopped, from == cluster.Unpromoted && to == cluster.Started:
		r.stopEverywhere(x, may)
	default:
		return false
	}
	return true
}

// primitiveActions makes the actions of a primitive.
func (r *run) primitiveActions(x *rsc) {
	if x.next == cluster.RoleUnknown {
		x.next = cluster.Started
		if x.assigned == nil {
			x.next = cluster.Stopped
		}
	}
	at, all, clean := x.activeNode()
	for _, n := range x.in.Dangling {
		r.stop(x, r.node(n), false).set(dangling)
	}
	moving, migrates, mustStop, mustPromote := false, false, false, false
	if at != nil && x.assigned != nil && at != x.assigned && x.next >= cluster.Started {
		moving, mustStop = true, true
		migrates = r.canMigrate(x, at)
	}
	multiple := false
	switch from, to := x.migratingFrom, x.migratingTo; {
	case from != nil && to != nil && migrates && all == 2 && at == from && x.assigned == to:
		// The migration that is under way goes on.
	case from != nil || to != nil:
		mustStop, migrates = true, false
		x.migratingFrom, x.migratingTo = nil, nil
	case x.needsFencing():
		multiple = all > 1
	default:
		multiple = clean > 1
	}
	x.stopUnexpected = false
	if multiple {
		switch x.in.Multiple {
		case cluster.StopStart:
			mustStop = true
		case cluster.StopUnexpected:
			mustStop, x.stopUnexpected = true, true
		}
	}
	if x.startPending {
		r.start(x, x.assigned, true).set(printed)
	}
	switch {
	case moving:
	case x.failed && x.stopIfFailed:
		mustStop = true
	case x.failed:
		mustPromote = x.next == cluster.Promoted
	case x.blocked:
		mustStop = true
	case x.role > cluster.Started && at != nil && x.assigned != nil:
		if !r.start(x, x.assigned, true).has(optional) {
			mustStop = true
		}
	}
	r.restartActions(x, at, mustStop, mustPromote)
	for role := x.role; role != x.next; {
		next := step(role, x.next)
		if !r.change(x, role, next, x.assigned, false) {
			break
		}
		role = next
	}
	r.recurringActions(x)
	if migrates {
		r.migrationActions(x, at)
	}
}

// restartActions makes the actions that take a resource down and up again to the role that it has.
func (r *run) restartActions(x *rsc, at *node, mustStop, mustPromote bool) {
	x.restarting = true
	role := x.role
	for role != cluster.Stopped {
		next := step(role, cluster.Stopped)
		if !r.change(x, role, next, at, !mustStop) {
			break
		}
		role = next
	}
	for x.role <= x.next && role != x.role && !x.blocked {
		next := step(role, x.role)
		must := mustStop || next == cluster.Promoted && mustPromote
		if !r.change(x, role, next, x.assigned, !must) {
			break
		}
		role = next
	}
	x.restarting = false
}

// expected tells whether a node is where a resource that is active too often shall stay without a stop.
func (x *rsc) expected(n *node) bool {
	return x.stopUnexpected && x.restarting && x.next > cluster.Stopped && x.assigned == n
}

func (r *run) stopEverywhere(x *rsc, may bool) {
	for _, n := range x.running {
		if x.expected(n) {
			continue
		}
		if x.migratingTo != nil {
			if n == x.migratingTo && n == x.assigned {
				continue // the migration goes on
			}
			may = false
		}
		a := r.stop(x, n, may)
		if x.assigned == nil {
			a.because(&Because{Kind: ByAvailability}, true)
		} else if x.restarting && x.stopUnexpected {
			a.because(&Because{Kind: ByMultiple}, true)
		}
		if !x.managed {
			a.clear(runnable)
		}
		if x.in.Needs == cluster.NeedsUnfencing {
			r.link(a, r.fence(n, "on", true, "", false), thenNeedsFirst)
		}
	}
}

func (r *run) startOn(x *rsc, n *node, may bool) {
	if n == nil {
		return
	}
	a := r.start(x, n, true)
	r.orderVsUnfencing(x, n, a, firstCausesThen)
	if a.has(runnable) && !may {
		a.clear(optional)
	}
	if x.expected(n) {
		a.set(pseudo)
	}
}

func (r *run) promoteOn(x *rsc, n *node, may bool) {
	if n == nil {
		return
	}
	for _, a := range x.findAll(taskStart, 0, n, true) {
		if a.has(runnable) {
			continue
		}
		for _, p := range x.findAll(taskPromote, 0, n, true) {
			p.clear(runnable)
		}
		return
	}
	a := r.action(x, taskPromote, 0, n, may)
	if x.expected(n) {
		a.set(pseudo)
	}
}

func (r *run) demoteEverywhere(x *rsc, may bool) {
	for _, n := range x.running {
		if !x.expected(n) {
			r.action(x, taskDemote, 0, n, may)
		}
	}
}

// internalConstraints makes the orders and colocations that every resource has by itself.
func (r *run) internalConstraints(x *rsc) {
	switch x.kind {
	case cluster.Primitive:
		r.primitiveConstraints(x)
	case cluster.Group:
		r.groupConstraints(x)
	case cluster.Clone:
		r.cloneConstraints(x)
	case cluster.Bundle:
		r.bundleConstraints(x)
	}
}

func (r *run) primitiveConstraints(x *rsc) {
	if !x.managed {
		return
	}
	r.orderTasks(x, taskStop, x, taskStart, ordered|firstCausesThen|restart)
	if x.topOf().promotable || x.role > cluster.Unpromoted {
		r.orderTasks(x, taskDemote, x, taskStop, promotedNeedsFirst)
		r.orderTasks(x, taskStart, x, taskPromote, firstMustRun)
	}
	r.orderTasks(x, taskForget, x, taskMonitor, sameNode|cancelsFirst)
	if r.st.Unfencing() && !x.in.FenceDevice && x.in.Needs == cluster.NeedsUnfencing {
		r.orderRestartVsUnfencing(x)
	}
	r.orderCapacity(x)
	if x.launcher != nil {
		r.launchConstraints(x)
	}
	if x.in.Connection || x.in.FenceDevice {
		avoidRemoteNodes(r, x)
	}
}

// avoidRemoteNodes keeps a resource off nodes that are reached through a connection only.
func avoidRemoteNodes(r *run, x *rsc) {
	before := r.why.keep(x.allowed)
	for i := range x.allowed {
		if x.allowed[i].known && r.nodes[i].connection != nil {
			x.allowed[i].score = minus
		}
	}
	r.why.changed(x, before, cause{kind: ByRemoteNode})
}

// launchConstraints ties a resource to the one that makes it possible.
func (r *run) launchConstraints(x *rsc) {
	l := x.launcher
	var remote *rsc
	switch {
	case x.in.Connection:
		if !x.bundled() {
			avoidRemoteNodes(r, l)
		}
		r.orderTasks(l, taskMonitor, x, taskStop, ordered)
	case l.in.Connection:
		remote = l
	default:
		for _, c := range l.in.Launched {
			if c.Connection && c.Launcher == l.in {
				remote = r.all[c.ID]
			}
		}
	}
	if remote != nil {
		before := r.why.keep(x.allowed)
		for i := range x.allowed {
			if x.allowed[i].known && r.nodes[i].connection != remote {
				x.allowed[i].score = minus
			}
		}
		r.why.changed(x, before, cause{kind: ByContainer, with: l})
		return
	}
	r.orderTasks(l, taskStart, x, taskStart, firstCausesThen|firstMustRun)
	r.orderTasks(x, taskStop, l, taskStop, thenNeedsFirst)
	s := plus
	if x.bundled() && x.in.Connection {
		s = 10000 // wanted, but not needed
	}
	r.colocate(&colocation{id: "#resource-with-container", dependent: x, primary: l, score: s, influence: true})
}

// scheduleCleanup deletes the history of a resource on a node. Where the resource is probed there, that does it: the result takes the
// place of the history.
func (r *run) scheduleCleanup(x *rsc, n *node, may bool) {
	if x.failed || n.unclean || !n.online {
		return
	}
	r.action(x, taskDelete, 0, n, may)
	h := ordered
	if may {
		h = firstCausesThen
	}
	r.orderTasks(x, taskStop, x, taskDelete, h)
	r.orderTasks(x, taskDelete, x, taskStart, h)
	r.orderTasks(x, taskDelete, x, taskMonitor, sameNode|cancelsFirst)
}
