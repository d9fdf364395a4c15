package scheduler

import (
	"slices"

	"pacer/cluster"
)

// loss is a property that an action lost because of another one: optional when it must be done because of it, runnable when
// it cannot be.
type loss struct {
	of    is
	cause *action
}

// tie is a pair of actions with an order between them.
type tie struct{ first, then *action }

// lost notes that an action lost a property because of another one.
func (w *recorder) lost(a *action, p is, cause *action) {
	if w != nil {
		w.losses[a] = append(w.losses[a], loss{p, cause})
	}
}

// asked notes what an action was first made for, where its resource does not show that later.
func (w *recorder) asked(a *action, kind Kind) {
	if w != nil {
		w.origins[a] = kind
	}
}

// tied notes the constraint behind an order between two actions.
func (w *recorder) tied(first, then *action, id string) {
	if w == nil || id == "" {
		return
	}
	k := tie{first, then}
	if !slices.Contains(w.ties[k], id) {
		w.ties[k] = append(w.ties[k], id)
	}
}

// tiedAs notes that an order with one action stands for that with another.
func (w *recorder) tiedAs(first, then, instead *action) {
	if w == nil {
		return
	}
	for _, id := range w.ties[tie{first, then}] {
		w.tied(instead, then, id)
	}
}

// nodes are what becomes of the nodes.
func (w *recorder) nodes() []NodeRecord {
	list := make([]NodeRecord, len(w.r.nodes))
	managed := slices.ContainsFunc(w.r.all, func(x *rsc) bool { return x.managed })
	for i, n := range w.r.nodes {
		list[i] = NodeRecord{Node: n.in, Unclean: n.unclean, Text: n.in.UncleanReason}
		if !n.unclean || n.guest() {
			continue
		}
		switch {
		case !w.r.fencing:
			list[i].Kind = ByNoFencing
		case !w.r.st.FenceDevices:
			list[i].Kind = ByNoDevice
		case !w.r.canFence(n):
			list[i].Kind = ByQuorum
		case !managed:
			list[i].Kind = ByAllUnmanaged
		}
	}
	for _, a := range w.r.acts {
		if a.task != taskFence || a.node == nil {
			continue
		}
		n := &list[a.node.id]
		if a.has(inGraph) && a.getMeta("stonith_action") != "on" {
			n.Fence = a.id
		}
		if n.Text == "" && a.why != nil {
			n.Text = a.why.Text
		}
	}
	return list
}

// actions are all actions with their reasons.
func (w *recorder) actions() []ActionRecord {
	list := make([]ActionRecord, len(w.r.acts))
	for i, a := range w.r.acts {
		k := ActionRecord{ID: a.id, Key: a.key(), Task: a.task, Resource: a.rsc.resource(), Required: !a.has(optional),
			Runnable: a.has(runnable), InGraph: a.has(inGraph), Pseudo: a.has(pseudo)}
		if a.node != nil {
			k.Node = a.node.in
		}
		if k.Required || k.InGraph {
			k.Needs = w.needs(a)
		}
		if !k.Runnable {
			k.Blocks = w.blocks(a)
		}
		for _, e := range a.before {
			if e.used && e.other.has(inGraph) && k.InGraph {
				k.Waits = append(k.Waits, w.reason(ByOrder, a, e.other))
			}
		}
		list[i] = k
	}
	return list
}

// reason is a reason that lies in another action, with the constraints between the two.
func (w *recorder) reason(kind Kind, a, other *action) Reason {
	ids := append(slices.Clone(w.ties[tie{other, a}]), w.ties[tie{a, other}]...)
	k := Reason{Kind: kind, Action: other.id, IDs: ids, Resource: other.rsc.resource()}
	if other.node != nil {
		k.Node = other.node.in
	}
	return k
}

// because are the actions because of which an action lost a property, each once.
func (w *recorder) because(a *action, p is, kind Kind) []Reason {
	var list []Reason
	for _, l := range w.losses[a] {
		if l.of == p && !slices.ContainsFunc(list, func(k Reason) bool { return k.Action == l.cause.id }) {
			list = append(list, w.reason(kind, a, l.cause))
		}
	}
	return list
}

// needs is why an action must be done: what itself asks for it, then what other actions ask.
func (w *recorder) needs(a *action) []Reason {
	own := w.own(a)
	others := w.because(a, optional, ByRequired)
	switch {
	case own.Kind == "" && len(others) > 0:
		return others
	case own.Kind == "":
		own.Kind = ByPoint
		if a.rsc != nil {
			own.Kind = ByMembers
		}
	}
	return append([]Reason{own}, others...)
}

// own is what the state of a resource or a node itself asks for.
func (w *recorder) own(a *action) Reason {
	switch {
	case a.rsc == nil:
		return ownOfNode(a)
	case a.rsc.kind != cluster.Primitive:
		return Reason{Kind: ByMembers, Resource: a.rsc.in}
	}
	x := a.rsc
	k := Reason{Resource: x.in, Kind: w.origins[a]}
	if k.Kind != "" {
		return k
	}
	switch a.task {
	case taskStop:
		k.Kind = ownOfStop(a, x)
		if k.Kind == ByMove && x.assigned != nil {
			k.Node = x.assigned.in
		}
	case taskStart:
		switch {
		case len(x.running) == 0:
			k.Kind = ByStart
		case !x.runsOn(a.node):
			k.Kind, k.Node = ByMove, x.current().in
		default:
			k.Kind = ownOfRestart(a, x)
		}
	case taskPromote:
		k.Kind = ByPromoting
	case taskDemote:
		switch {
		case x.failed:
			k.Kind = ByRecovery
		case x.next < cluster.Promoted || x.assigned != a.node:
			k.Kind = ByDemoting
		}
	case taskMonitor:
		k.Kind = ByRecurring
		if a.interval == 0 {
			k.Kind = ByProbe
		}
	case taskCancel:
		k.Kind = ByCancel
	case taskNotify, taskNotified:
		k.Kind = ByNotice
	case taskMigrateTo, taskMigrateFrom:
		k.Kind = ByMove
		if x.assigned != nil {
			k.Node = x.assigned.in
		}
	case taskReload:
		k.Kind = ByDefinition
	case taskDelete, taskForget, taskClearFail:
		k.Kind = ByOld
	default:
		k.Kind = ByRecurring
	}
	return k
}

// ownOfNode is what asks for an action of no resource.
func ownOfNode(a *action) Reason {
	k := Reason{Kind: ByPoint}
	if a.node != nil {
		k.Node = a.node.in
	}
	switch {
	case a.task == taskFence && a.getMeta("stonith_action") == "on":
		k.Kind = ByUnfencing
	case a.task == taskFence:
		k.Kind = ByUnclean
	case a.task == taskShutdown:
		k.Kind = ByShutdown
	case a.task == taskMaintenance:
		k.Kind = ByMaintenance
	}
	if a.why != nil {
		k.Text = a.why.Text
	}
	return k
}

// ownOfStop is what a resource itself must be stopped for.
func ownOfStop(a *action, x *rsc) Kind {
	switch {
	case a.has(dangling):
		return ByMigration
	case x.removed:
		return ByRemoved
	case x.assigned == nil && x.next == cluster.Stopped:
		return ByAvailability
	case x.assigned != nil && x.assigned != a.node && len(x.running) < 2:
		return ByMove
	}
	return ownOfRestart(a, x)
}

// ownOfRestart is what a resource that stays must be stopped and started for.
func ownOfRestart(a *action, x *rsc) Kind {
	switch {
	case a.why != nil && a.why.Kind == ByDefinition, x.startPending:
		return ByDefinition
	case a.why != nil && a.why.Kind == ByMultiple, len(x.running) > 1:
		return ByMultiple
	case x.failed && x.stopIfFailed:
		return ByRecovery
	case x.blocked:
		return ByBlocked
	}
	return ""
}

// blocks is why an action cannot be done.
func (w *recorder) blocks(a *action) []Reason {
	list := w.because(a, runnable, ByUnrunnable)
	x, n := a.rsc, a.node
	k := Reason{Resource: x.resource()}
	if n != nil {
		k.Node = n.in
	}
	switch {
	case a.why != nil && (a.why.Kind == ByQuorum || a.why.Kind == ByFreeze):
		k.Kind = a.why.Kind
	case a.why != nil && a.why.Kind == ByPrimary:
		k.Kind, k.Resource = ByPrimary, a.why.Resource
	case x != nil && x.blocked:
		k.Kind = ByBlocked
	case x != nil && !x.managed && a.interval == 0:
		k.Kind = ByUnmanaged
	case x != nil && x.kind == cluster.Primitive && x.assigned == nil && len(list) == 0 && a.task != taskStop && a.task != taskDemote:
		k.Kind = ByAvailability
	case n != nil && (!n.online || n.unclean || n.in.Pending || n.guest()):
		k.Kind = ByNodeState
	case len(list) == 0 && x != nil && x.kind != cluster.Primitive:
		k.Kind = ByMembers
	case len(list) == 0:
		k.Kind = ByPoint
		if start := startOf(x, n); start != nil && start != a && !start.has(runnable) {
			k = w.reason(ByUnrunnable, a, start)
		}
	}
	if k.Kind != "" {
		list = append(list, k)
	}
	return list
}

// startOf is the start of a resource on a node, nil when there is none.
func startOf(x *rsc, n *node) *action {
	if x == nil || n == nil {
		return nil
	}
	return x.first(taskStart, n)
}
