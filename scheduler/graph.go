package scheduler

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"pacer/cluster"
	"pacer/graph"
	"pacer/history"
	"pacer/option"
)

// makeGraph puts what must and can be done into a graph: resource by resource, each one's newest actions first.
func (r *run) makeGraph(out *Output, id int) {
	o := &r.st.Options
	g := &graph.Graph{ID: id, ClusterDelay: o.ClusterDelay, FencingTimeout: o.FencingTimeout, FailedStopOffset: "INFINITY",
		FailedStartOffset: "INFINITY", MigrationLimit: -1, Text: graph.Text{ClusterDelay: o.ClusterDelayText,
			FencingTimeout: o.FencingTimeoutText, BatchLimit: o.BatchLimit, MigrationLimit: o.MigrationLimit}}
	if !o.StartFailureFatal {
		g.FailedStartOffset = "1"
	}
	g.BatchLimit = limit(o.BatchLimit)
	if n := limit(o.MigrationLimit); n > 0 {
		g.MigrationLimit = n
	}
	if t := r.st.RecheckBy; !t.IsZero() {
		r.recheckBy(t)
	}
	g.RecheckBy = r.recheck
	needed := 0
	for _, a := range r.acts {
		if !a.has(optional) {
			needed++
		}
	}
	g.Synapses = make([]graph.Synapse, 0, needed)
	for _, x := range r.top {
		r.resourceToGraph(g, x)
	}
	r.addMaintenance()
	for i := len(r.acts) - 1; i >= 0; i-- {
		r.toGraph(g, r.acts[i])
	}
	out.Graph = g
}

func (r *run) resourceToGraph(g *graph.Graph, x *rsc) {
	switch x.kind {
	case cluster.Clone:
		r.cloneToGraph(g, x)
		return
	case cluster.Bundle:
		r.bundleToGraph(g, x)
		return
	}
	r.ownToGraph(g, x)
}

// ownToGraph adds a resource's own actions and then its children.
func (r *run) ownToGraph(g *graph.Graph, x *rsc) {
	for i := len(x.actions) - 1; i >= 0; i-- {
		r.toGraph(g, x.actions[i])
	}
	for _, c := range x.children {
		r.resourceToGraph(g, c)
	}
}

// addMaintenance tells remote nodes whose maintenance changed.
func (r *run) addMaintenance() {
	if len(r.maintenanceChanges()) > 0 {
		a := r.pseudoAction(taskMaintenance)
		a.id = len(r.acts)
		a.set(printed)
	}
}

func (r *run) maintenanceChanges() []graph.Maintenance {
	var list []graph.Maintenance
	for _, n := range r.nodes {
		if n.remote() && n.maintenance != n.in.RemoteMaintenance {
			list = append(list, graph.Maintenance{UUID: n.in.UUID, On: n.maintenance})
		}
	}
	return list
}

// belongs tells whether an action enters the graph.
func (r *run) belongs(a *action) bool {
	if !a.has(runnable) || a.has(optional) && !a.has(printed) {
		return false
	}
	if a.rsc != nil && !a.rsc.managed && a.task != taskMonitor && a.interval == 0 {
		return false
	}
	if a.has(pseudo) || a.task == taskFence || a.task == taskShutdown {
		return true
	}
	n := a.node
	switch {
	case n == nil:
		return false
	case a.has(onDC), n.guest() && !n.reset:
		return true
	}
	return n.online && !n.unclean
}

// changesActions tells whether an order did more than to order and show.
func (h how) changesActions() bool { return h&^(showsFirst|showsThen|ordered) != 0 }

// matters tells whether an input of an action enters the graph.
func (r *run) matters(a *action, e *edge) bool {
	b := e.other
	isStop := b.rsc != nil && b.verb == taskStop && b.interval == 0
	switch {
	case e.used:
		return true
	case e.how == 0,
		!b.has(runnable) && !e.how.changesActions(),
		!b.has(runnable) && e.how&(oneOfMany|migrationOnly) != 0,
		e.how&unlessMigrating != 0 && b.has(migratable),
		e.how == ordered && b.has(migratable) && isStop:
		return false
	case e.how == capacity:
		n := a.node
		if a.rsc != nil && a.task == taskMigrateTo {
			n = a.rsc.assigned // what counts is where it goes
		} else if b.has(optional) {
			e.how = 0
			return false
		}
		if b.node == nil || n == nil || b.node != n {
			e.how = 0
			return false
		}
	case e.how == apart:
		if b.node != nil && a.node != nil && b.node != a.node || b.has(optional) {
			e.how = 0
			return false
		}
	case b.rsc != nil && b.rsc != a.rsc && b.rsc.failed && !b.rsc.managed && isStop && a.rsc.isClone():
		return false // what failed and is not managed cannot hold up the whole clone
	case b.has(optional) && b.is&(printed|inGraph) == 0 && !r.belongs(b):
		return false
	}
	return true
}

// loops tells whether an input of an action depends on the action itself.
func (r *run) loops(start, a *action, e *edge) bool {
	b := e.other
	if b.has(visited) || !r.matters(a, e) {
		return false
	}
	if b == start {
		return true
	}
	b.set(visited)
	defer b.clear(visited)
	return slices.ContainsFunc(b.before, func(e *edge) bool { return r.loops(start, b, e) })
}

// dedup sorts the inputs of an action and joins those of one action.
func (a *action) dedup() {
	if a.has(deduped) {
		return
	}
	a.set(deduped)
	slices.Reverse(a.before)
	slices.SortStableFunc(a.before, func(e, f *edge) int { return e.other.id - f.other.id })
	kept := a.before[:0]
	for _, e := range a.before {
		if len(kept) > 0 && kept[len(kept)-1].other == e.other {
			kept[len(kept)-1].how |= e.how
			continue
		}
		e.used = false
		kept = append(kept, e)
	}
	a.before = kept
}

// toGraph adds an action to the graph if it belongs there and is not there yet.
func (r *run) toGraph(g *graph.Graph, a *action) {
	a.dedup()
	if a.has(inGraph) || !r.belongs(a) {
		return
	}
	a.set(inGraph)
	s := graph.Synapse{ID: len(g.Synapses), Priority: a.priority, Action: r.graphAction(a)}
	if a.rsc != nil {
		s.Priority = max(s.Priority, a.rsc.priority)
	}
	inputs := r.scratch.inputs[:0]
	for _, e := range a.before {
		if r.matters(a, e) {
			e.used = true
			inputs = append(inputs, e.other.id)
		}
	}
	s.Inputs, r.scratch.inputs = r.output.ids.copyOf(inputs), inputs
	g.Synapses = append(g.Synapses, s)
}

// graphAction is an action with all that the one who does it must know.
func (r *run) graphAction(a *action) graph.Action {
	g := graph.Action{ID: a.id, Operation: a.task, Key: a.key()}
	place := true
	switch {
	case a.task == taskFence && a.has(pseudo):
		g.Kind = graph.Pseudo
	case a.task == taskFence, a.task == taskShutdown, a.task == taskClearFail:
		g.Kind = graph.Cluster
	case a.task == taskForget:
		g.Kind, g.Mode = graph.Cluster, "cib"
	case a.has(pseudo):
		g.Kind = graph.Pseudo
		place = false
		if a.task == taskMaintenance {
			g.Maintenance = r.maintenanceChanges()
		}
	}
	x := a.rsc
	if x != nil && x.in.History != "" {
		g.InternalKey = g.Key
		g.Key = r.historyKey(a)
	}
	if place && a.node != nil {
		g.Node = graph.NodeRef{UUID: a.node.in.UUID, Name: a.node.name}
		if n := r.connectionHost(a); n != nil {
			g.RouterNode = n.name
		}
		g.Downed = r.downed(a)
	}
	if x != nil && !a.has(pseudo) {
		if x.primitive == nil {
			x.primitive = graphPrimitive(x)
		}
		g.Primitive = x.primitive
		if x.lockedTo != nil && a.node == x.lockedTo && !(a.node.shutdown && a.task != taskStop) {
			g.ShutdownLock = strconv.FormatInt(x.lockedAt, 10)
		}
	}
	r.addAttrs(&g, a, place)
	return g
}

// madeFor is the task that an action was made for, before it became a cancellation.
func (r *run) madeFor(a *action) string {
	if a.cancels != "" && !a.has(bare) {
		return a.cancels
	}
	return a.task
}

// configuredTask is the task whose configuration counts for an action.
func (r *run) configuredTask(a *action) string {
	if strings.Contains(a.verb, "_notify_") {
		return taskNotify
	}
	return r.madeFor(a)
}

// historyKey is an action's key with the name that the resource has in the history.
func (r *run) historyKey(a *action) string {
	name := a.rsc.in.History
	switch {
	case a.task == taskNotify:
		return history.NotifyKey(name, a.getMeta("notify_type"), a.getMeta("notify_operation"))
	case a.cancels != "":
		return history.OpKey(name, a.cancels, a.interval)
	}
	return history.OpKey(name, a.task, a.interval)
}

// graphPrimitive names a resource for the one who acts on it: instances that are all the same by their plain name.
func graphPrimitive(x *rsc) *graph.Primitive {
	p := &graph.Primitive{ID: x.name, Class: x.in.Class, Provider: x.in.Provider, Type: x.in.Type}
	switch h := x.in.History; {
	case x.removed && h != "":
		p.ID, p.LongID = h, x.name
	case !x.unique:
		p.ID, p.LongID = x.in.XMLID, x.name
		if h != "" && h != x.in.XMLID {
			p.LongID = h
		}
	}
	return p
}

// downed are the nodes that an action brings down.
func (r *run) downed(a *action) []string {
	switch {
	case a.task == taskShutdown:
		return []string{a.node.in.UUID}
	case a.task == taskFence:
		switch a.getMeta("stonith_action") {
		case "off", "reboot":
		default:
			return nil
		}
		list := []string{a.node.in.UUID}
		for _, n := range r.nodes {
			if n.guest() && slices.Contains(n.in.Connection.RunningOn, a.node.in) {
				list = append(list, n.in.UUID)
			}
		}
		return list
	case a.task == taskStop && a.rsc != nil && a.rsc.in.Connection:
		for _, e := range a.before {
			if e.other.rsc == a.rsc && e.other.task == taskMigrateFrom {
				return nil
			}
		}
		return []string{a.rsc.name}
	}
	return nil
}

// limit reads how many actions may run at once; what is no number is 0.
func limit(text string) int {
	n, _ := option.Number(text)
	return int(min(max(n, math.MinInt32), math.MaxInt32))
}
