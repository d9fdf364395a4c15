package scheduler

import (
	"slices"

	"pacer/cluster"
	"pacer/ocf"
)

// scheduleProbes looks resources up on the nodes where their state is not known.
func (r *run) scheduleProbes() {
	for _, n := range r.nodes {
		switch {
		case !n.online:
			if n.remote() && !n.guest() && n.connection != nil && r.linkOf(n) == linkFailed {
				r.fenceNode(n, "the connection is unrecoverable", false)
			}
			continue
		case n.unclean, !n.in.Probing:
			continue
		}
		for _, x := range r.top {
			r.probe(x, n)
		}
	}
}

// probe makes the probes of a resource on a node. It tells whether it made any.
func (r *run) probe(x *rsc, n *node) bool {
	switch x.kind {
	case cluster.Clone:
		return r.probeClone(x, n)
	case cluster.Bundle:
		return r.probeBundle(x, n)
	}
	if !r.st.Options.StartupProbes {
		return false
	}
	if n.remote() && (x.in.Class == "stonith" || n.guest() && hasGuest(x) || x.in.Connection) {
		return false
	}
	if len(x.children) > 0 {
		any := false
		for _, c := range x.children {
			any = r.probe(c, n) || any
		}
		return any
	}
	if x.launcher != nil && !x.in.Connection || x.removed || x.known[n.id] {
		return false
	}
	top := x.topOf()
	a := x.allowed[n.id]
	if (x.exclusive || top.exclusive) && (!a.known || a.discovery != cluster.DiscoverExclusive) {
		return false
	}
	if a.known && a.discovery == cluster.DiscoverNever || n.in.Inner && (!a.known || a.discovery != cluster.DiscoverExclusive) {
		return false
	}
	if n.guest() && !r.probeGuest(n, top) {
		return false
	}
	p := r.action(x, taskMonitor, 0, n, false)
	p.clear(optional)
	r.orderVsUnfencing(x, n, p, ordered)
	if !x.runsOn(n) {
		p.expects = ocf.NotRunning
	} else if x.role == cluster.Promoted {
		p.expects = ocf.RunningPromoted
	}
	if x.in.FenceDevice && r.st.Unfencing() || !top.isClone() {
		top = x
	}
	h := ordered
	if !p.has(runnable) && len(top.running) == 0 {
		h |= firstMustRun // where it cannot be looked up it must not be started
	}
	r.addOrder(&order{first: p, thenRsc: top, thenVerb: taskStart, how: h})
	if len(top.findAll(taskReload, 0, nil, false)) > 0 {
		r.addOrder(&order{first: p, thenRsc: top, thenVerb: taskReload, how: ordered})
	}
	return true
}

// hasGuest tells whether a guest node lives in a resource.
func hasGuest(x *rsc) bool {
	for _, l := range x.in.Launched {
		if l.Connection {
			return true
		}
	}
	return false
}

// probeGuest tells whether probes make sense on a guest node: not when it is stopped or about to be.
func (r *run) probeGuest(n *node, top *rsc) bool {
	g := r.all[n.in.Container.ID]
	if g.role == cluster.Stopped {
		r.probeThenStart(g, top)
		return false
	}
	if n.reset || n.unclean || g.failed || g.next == cluster.Stopped ||
		g.role > cluster.Stopped && g.assigned != nil && !g.runsOn(g.assigned) {
		r.orderTasks(g, taskStop, top, taskStart, ordered)
		return false
	}
	return true
}

func (r *run) probeThenStart(a, b *rsc) {
	if a.assigned != nil && !a.known[a.assigned.id] {
		r.orderTasks(a, taskMonitor, b, taskStart, ordered)
	}
}

// orderProbes lets things wait for probes that would have to wait for what the probes may find.
func (r *run) orderProbes() {
	for _, x := range r.top {
		r.probesBeforeRestarts(x)
	}
	for i := range r.orders.len() {
		r.probesBeforeStops(r.orders.at(i))
	}
}

// probesBeforeStops: an order "stop A, then something" holds for a probe of A as well, because A may turn out to run.
func (r *run) probesBeforeStops(o *order) {
	a, b := o.firstRsc, o.thenRsc
	if o.how == 0 || a == nil || a == b || o.firstVerb != taskStop {
		return
	}
	if o.first != nil && (o.first.task != taskStop || o.first.interval > 0) {
		return
	}
	if b != nil && a.launcher == b && o.thenVerb == taskStop {
		return // a container that stops takes the probe with it
	}
	h := ordered | o.how&(unlessMigrating|sameNode)
	if o.how == apart || o.how == capacity {
		h = o.how
	}
	probes := a.findAll(taskMonitor, 0, nil, false)
	if len(probes) == 0 {
		return
	}
	var thens []*action
	if o.then != nil {
		thens = []*action{o.then}
	} else if b != nil {
		thens = b.findAll(o.thenVerb, 0, nil, false)
	}
	for _, p := range probes {
		for _, t := range thens {
			if probeComesFirst(p, t) {
				r.link(p, t, h)
			}
		}
	}
}

func probeComesFirst(p, then *action) bool {
	sameNode := p.node != nil && p.node == then.node
	switch then.task {
	case taskFence:
		return !(sameNode && then.getMeta("stonith_action") == "on")
	case taskShutdown:
		return sameNode || p.node == nil || then.node == nil
	}
	return true
}

// probesBeforeRestarts: an order "probe A, then start B" holds for a stop of B that is part of its restart.
func (r *run) probesBeforeRestarts(x *rsc) {
	for _, c := range x.children {
		r.probesBeforeRestarts(c)
	}
	if x.kind != cluster.Primitive {
		return
	}
	var known []restarts
	for _, p := range x.findAll(taskMonitor, 0, nil, false) {
		for i := len(p.after) - 1; i >= 0; i-- {
			r.probeBeforeMore(p, p.after[i])
			begin := p.after[i].other
			at := slices.IndexFunc(known, func(k restarts) bool { return k.begin == begin })
			if at < 0 {
				at = len(known)
				known = append(known, r.restartsAfter(x, begin))
			}
			for _, end := range known[at].ends {
				r.link(p, end, ordered)
			}
		}
	}
}

// probeBeforeMore: as long as a node cannot be asked what runs there, no further instance of a clone starts, because there may
// be enough of them already. Those that run are left alone, which the order against the clone as a whole could not do.
func (r *run) probeBeforeMore(p *action, e *edge) {
	x := e.other.rsc
	if p.has(runnable) || e.how&firstMustRun != 0 || x == nil || x.kind < cluster.Clone || x != p.rsc.topOf() || e.other.task != taskStart {
		return
	}
	for i := len(e.other.after) - 1; i >= 0; i-- {
		start := e.other.after[i].other
		if y := start.rsc; y != nil && start.task == taskStart && len(y.running) == 0 && y.topOf() == x {
			r.link(p, start, ordered|firstMustRun)
		}
	}
}

// restarts are the stops and demotions that are part of restarts of what must begin after an action begins.
type restarts struct {
	begin *action
	ends  []*action
	seen  []*action
}

// restartsAfter finds the restarts that a probe of a resource must come before, by an action that it comes before.
func (r *run) restartsAfter(x *rsc, begin *action) restarts {
	found := restarts{begin: begin, seen: r.scratch.seen[:0]}
	r.findRestarts(&found, x, begin)
	for _, a := range found.seen {
		a.clear(visited)
	}
	r.scratch.seen, found.seen = found.seen, nil
	return found
}

func (r *run) findRestarts(found *restarts, probed *rsc, after *action) {
	if after.has(visited) {
		return
	}
	after.set(visited)
	found.seen = append(found.seen, after)
	x := after.rsc
	if x != nil && x.kind == cluster.Primitive && x != probed {
		undo := ""
		switch after.task {
		case taskStart:
			undo = taskStop
		case taskPromote:
			undo = taskDemote
		}
		if undo != "" {
			for _, t := range x.findAll(undo, 0, nil, false) {
				if !t.has(pseudo) {
					found.ends = append(found.ends, t)
				}
			}
		}
	}
	interleaved := false
	var match *rsc
	if x != nil && x.kind > cluster.Group && isTrue(x.in.Meta["interleave"]) {
		interleaved = true
		match = r.compatibleInstance(probed, x, cluster.RoleUnknown, false)
	}
	for i := len(after.after) - 1; i >= 0; i-- {
		e := after.after[i]
		if e.how&firstCausesThen == 0 {
			// From a collection it goes on to what is in it.
			y := e.other.rsc
			if x == nil || x.kind == cluster.Primitive || probed.parent == x || y == nil || y.kind > cluster.Group || y.parent != x {
				continue
			}
			if x.kind > cluster.Group && interleaved && (match == nil || match != y) {
				continue
			}
		}
		r.findRestarts(found, probed, e.other)
	}
}
