package scheduler

import (
	"slices"
	"time"

	"pacer/cluster"
	"pacer/isotime"
)

// handleChanges compares the configuration with what the active operations were begun with: it restarts, reloads and
// schedules anew what changed, cancels what is not configured any more, and forgets resources that are gone.
func (r *run) handleChanges() {
	named := r.byHistoryName()
	for _, n := range r.nodes {
		if !n.maintenance && !n.usable() {
			continue
		}
		for _, h := range r.st.Telling(n.in) {
			for at := named.newest[h.ID]; at > 0; at = named.list[at].older {
				r.handleHistory(named.list[at].rsc, n, h)
			}
		}
	}
}

// historyNames finds primitives by the names that histories have for them: their own, or one without the number of an instance,
// which several may have.
type historyNames struct {
	newest map[string]int32 // the place in list of the last that has the name
	list   []historyName    // from 1
}

type historyName struct {
	rsc   *rsc
	older int32 // the place of the one before it that has the name, 0 for none
}

func (r *run) byHistoryName() historyNames {
	named := historyNames{newest: make(map[string]int32, len(r.all))}
	named.list = make([]historyName, 1, len(r.all)+1)
	add := func(name string, x *rsc) {
		named.list = append(named.list, historyName{x, named.newest[name]})
		named.newest[name] = int32(len(named.list) - 1) //nolint:gosec // There are not that many resources.
	}
	for _, x := range r.all {
		if x.kind != cluster.Primitive {
			continue
		}
		add(x.name, x)
		if h := x.in.History; h != "" && h != x.name {
			add(h, x)
		}
	}
	return named
}

func (r *run) handleHistory(x *rsc, n *node, h *cluster.History) {
	if x.removed {
		if !x.topOf().isAnonymous() {
			r.scheduleCleanup(x, n, false)
		}
		return
	}
	active := x.runsOn(n)
	if r.agentChanged(x, n, h, active) {
		r.scheduleCleanup(x, n, false)
	}
	if !active {
		return
	}
	// Nearly all histories are as they were, of operations that are still configured so.
	steadily := !x.maintenance && !n.maintenance && !r.sanitized
	if steadily && r.st.Steady(x.in, n.in, h) {
		return
	}
	if r.compareActive(x, n, h) && steadily {
		r.st.KeepSteady(x.in, n.in, h)
	}
}

// compareActive handles the active operations of a history. It tells whether all of them are as they should be.
func (r *run) compareActive(x *rsc, n *node, h *cluster.History) bool {
	steady := true
	for _, op := range h.Active() {
		switch task := op.Task; {
		case op.Interval > 0 && (x.maintenance || n.maintenance):
			r.cancelLater(x, op, n)
		case op.Interval > 0 || task == taskMonitor || task == taskStart || task == taskPromote || task == taskMigrateFrom:
			if r.needsRemoteAddress(x) {
				steady = false
				r.late = append(r.late, cluster.LateCheck{Resource: x.in, Node: n.in, Entry: op, Active: true})
			} else if r.checkChange(x, n, op) {
				steady = false
				if count, _ := r.st.EffectiveFailCount(x.in, n.in); count != 0 {
					r.clearFailures(x, n)
				}
			}
		}
	}
	return steady
}

// clearFailures lets the fail count of a resource on a node be forgotten.
func (r *run) clearFailures(x *rsc, n *node) *action {
	a := r.action(x, taskClearFail, 0, n, false)
	a.setMeta("op_no_wait", "true")
	return a
}

// agentChanged restarts a resource whose agent is another one now.
func (r *run) agentChanged(x *rsc, n *node, h *cluster.History, active bool) bool {
	what := !x.in.RunBy(h)
	if what {
		r.unfence(x, n, "Device definition changed")
	}
	if what && active {
		r.why.asked(r.stop(x, n, false), ByDefinition)
		x.startPending = true
	}
	return what
}

// paramsOn are the parameters of a resource on a node.
func (r *run) paramsOn(x *rsc, n *node) cluster.Values {
	if x.params == nil {
		if r.st.ParamsVary(x.in) {
			x.params = make([]cluster.Values, len(r.nodes)+1)
		} else {
			x.params = []cluster.Values{r.st.Params(x.in, nil)}
		}
	}
	if len(x.params) == 1 {
		return x.params[0]
	}
	i := len(r.nodes)
	var in *cluster.Node
	if n != nil {
		i, in = int(n.id), n.in
	}
	if x.params[i] == nil {
		x.params[i] = r.st.Params(x.in, in)
	}
	return x.params[i]
}

// paramsLater finds the parameters of a resource on a node when they are asked for.
func (r *run) paramsLater(x *rsc, n *node) func() cluster.Values {
	return func() cluster.Values { return r.addressedParams(x, n) }
}

// checkChange does what the change of an operation's configuration asks for. It tells whether there was one.
func (r *run) checkChange(x *rsc, n *node, op *cluster.Entry) bool {
	task, interval := op.Task, op.Interval
	if interval > 0 && x.in.FindOp(task, interval, true) == nil {
		if r.st.Options.CancelRemovedActions {
			r.cancelLater(x, op, n)
		}
		return true
	}
	how, private := r.st.CompareDigests(x.in, n.in, op, r.paramsLater(x, n), r.st.Expired(op))
	if interval == 0 && (task == taskMonitor || task == taskMigrateFrom || task == taskPromote) {
		task = taskStart // these ran with the parameters of a start
	}
	switch {
	case how == cluster.Unchanged:
		return false
	case r.sanitized && private:
		r.notice("Only 'private' parameters to " + isotime.Units(interval) + "-interval " + task + " for " + x.name +
			" on " + n.name + " changed: " + op.XML.Get("transition-magic"))
		return false
	case how == cluster.ChangeRestart:
		r.forceRestart(x, task, interval, n)
	case interval > 0:
		r.unfence(x, n, "Device parameters changed (reschedule)")
		r.action(x, task, interval, n, true).set(rescheduled)
	case op.XML.Get("op-restart-digest") != "":
		r.unfence(x, n, "Device parameters changed (reload)")
		r.scheduleReload(x, n)
	default:
		r.forceRestart(x, task, interval, n)
	}
	return true
}

func (r *run) forceRestart(x *rsc, task string, interval time.Duration, n *node) {
	a := r.action(x, task, interval, nil, false)
	a.because(&Because{Kind: ByDefinition}, true)
	r.why.asked(a, ByDefinition)
	r.unfence(x, n, "Device parameters changed")
}

// scheduleReload lets an agent take new parameters without a restart.
func (r *run) scheduleReload(x *rsc, n *node) {
	if !x.managed || x.failed {
		return
	}
	if x.startPending {
		r.stop(x, n, false)
		return
	}
	x.reload = true
	a := r.action(x, taskReload, 0, n, false)
	a.because(&Because{Kind: ByDefinition}, false)
	r.addOrder(&order{first: a, thenRsc: x, thenVerb: taskStop, how: ordered | cancelsFirst})
	r.addOrder(&order{first: a, thenRsc: x, thenVerb: taskDemote, how: ordered | cancelsFirst})
}

// lateChecks makes the comparisons that had to wait until everything was assigned, those that were put off last first: the first of an
// operation settles against what its other entries are held.
func (r *run) lateChecks() {
	for _, c := range slices.Backward(slices.Concat(r.st.LateChecks, r.late)) {
		x, n := r.all[c.Resource.ID], r.node(c.Node)
		if c.Active {
			if r.checkChange(x, n, c.Entry) {
				if count, _ := r.st.EffectiveFailCount(x.in, n.in); count != 0 {
					r.clearFailures(x, n)
				}
			}
			continue
		}
		how, _ := r.st.CompareDigests(x.in, n.in, c.Entry, r.paramsLater(x, n), r.st.Expired(c.Entry))
		if how == cluster.ChangeReload || how == cluster.ChangeRestart {
			r.clearFailures(x, n)
		}
	}
}

// clearRemovedFailures forgets the fail counts of resources that are gone.
func (r *run) clearRemovedFailures() {
	for _, x := range r.top {
		if !x.removed {
			continue
		}
		for _, n := range r.nodes {
			if !n.online {
				continue
			}
			if count, _ := r.st.EffectiveFailCount(x.in, n.in); count != 0 {
				a := r.clearFailures(x, n)
				r.addOrder(&order{first: a, thenRsc: x, thenVerb: taskStop, how: ordered})
			}
		}
	}
}
