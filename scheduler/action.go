package scheduler

import (
	"time"

	"pacer/cluster"
	"pacer/history"
	"pacer/ocf"
	"pacer/xmltree"
)

// The tasks of resources. What collections do ends in a task of its own (…ed) that says that all of it is done.
const (
	taskStart       = "start"
	taskStarted     = "running"
	taskStop        = "stop"
	taskStopped     = "stopped"
	taskPromote     = "promote"
	taskPromoted    = "promoted"
	taskDemote      = "demote"
	taskDemoted     = "demoted"
	taskMonitor     = "monitor"
	taskNotify      = "notify"
	taskNotified    = "notified"
	taskMigrateTo   = "migrate_to"
	taskMigrateFrom = "migrate_from"
	taskReload      = "reload-agent"
	taskCancel      = "cancel"
	taskDelete      = "delete"
	taskForget      = "lrm_delete"
	taskClearFail   = "clear_failcount"

	taskFence       = "stonith"
	taskShutdown    = "do_shutdown"
	taskMaintenance = "maintenance_nodes"
)

// done gives for a task of a collection the one that says that it is done, and that one itself.
func done(task string) string {
	switch task {
	case taskStart, taskStarted:
		return taskStarted
	case taskStop, taskStopped:
		return taskStopped
	case taskPromote, taskPromoted:
		return taskPromoted
	case taskDemote, taskDemoted:
		return taskDemoted
	case taskNotify, taskNotified:
		return taskNotified
	}
	return ""
}

// begun is the inverse of done.
func begun(task string) string {
	switch task {
	case taskStarted:
		return taskStart
	case taskStopped:
		return taskStop
	case taskPromoted:
		return taskPromote
	case taskDemoted:
		return taskDemote
	}
	return task
}

// is is a set of properties of an action.
type is uint32

// The properties.
const (
	optional   is = 1 << iota // need not be done
	runnable                  // can be done
	pseudo                    // only a point of order
	printed                   // enters the graph although optional
	onDC                      // is done by the coordinator, whatever the node's state
	migratable                // part of a live migration
	gated                     // runnable only when enough of its inputs are
	rescheduled
	implied  // happens by fencing
	dangling // ends a migration that was never finished
	bare     // has no configuration
	visited  // on the path of a search
	deduped
	inGraph
	inDot
)

// action is something that may be done.
type action struct {
	id       int // from 1, given when all is decided
	made     int // place in order of creation
	rsc      *rsc
	node     *node
	task     string        // what is done
	verb     string        // the middle of the key: the task, but for notifications and cancellations
	interval time.Duration // of recurring operations
	single   string        // the key of an action of no resource
	is       is
	why      *Because // nil when nothing special is behind it
	needs    cluster.Needs
	priority int
	cancels  string       // the task that a cancellation ends
	expects  ocf.ExitCode // of a monitor, when it is not the usual one
	before   []*edge
	after    []*edge
	// want is how many inputs must be runnable for a gated action; have how many were found.
	want, have int
	meta       []xmltree.Attr // added to the meta-attributes of the operation
}

// edge is one side of an order between two actions.
type edge struct {
	other *action
	how   how
	made  how // as it was made
	// used says that the order enters the graph.
	used bool
}

func (a *action) has(p is) bool { return a.is&p != 0 }
func (a *action) set(p is)      { a.is |= p }
func (a *action) clear(p is)    { a.is &^= p }

// key is the operation key.
func (a *action) key() string {
	if a.rsc == nil {
		return a.single
	}
	return history.OpKey(a.rsc.name, a.verb, a.interval)
}

func (a *action) setMeta(name, value string) {
	for i := range a.meta {
		if a.meta[i].Name == name {
			a.meta[i].Value = value
			return
		}
	}
	a.meta = append(a.meta, xmltree.Attr{Name: name, Value: value})
}

func (a *action) getMeta(name string) string {
	for i := range a.meta {
		if a.meta[i].Name == name {
			return a.meta[i].Value
		}
	}
	return ""
}

// because gives the action a reason, the first one unless over is set.
func (a *action) because(why *Because, over bool) {
	if a.why == nil || over {
		a.why = why
	}
}

// lose takes a property from an action because of another one.
func (r *run) lose(a *action, p is, cause *action) {
	if !a.has(p) {
		return
	}
	a.clear(p)
	r.why.lost(a, p, cause)
	if a.rsc != cause.rsc && a.why == nil {
		a.why = &Because{Kind: lossKind(p), Resource: cause.rsc.resource(), Task: cause.task}
	}
}

// lossKind is what the loss of a property means.
func lossKind(p is) Kind {
	switch p {
	case runnable:
		return ByUnrunnable
	case migratable:
		return ByUnmigratable
	}
	return ByRequired
}

// action returns the resource's action with that key, made when it is new.
func (r *run) action(x *rsc, verb string, interval time.Duration, n *node, may bool) *action {
	return r.actionAs(x, verb, verb, interval, n, may)
}

func (r *run) actionAs(x *rsc, verb, task string, interval time.Duration, n *node, may bool) *action {
	a := x.find(verb, interval, n, false)
	if a == nil {
		a = r.slabs.actions.one()
		a.rsc, a.node, a.task, a.verb, a.interval, a.is = x, n, task, verb, interval, runnable
		if may {
			a.set(optional)
		}
		if task == taskForget {
			a.set(onDC)
		}
		a.needs = needsOf(x, task)
		a.made = len(r.acts)
		r.acts = append(r.acts, a)
		r.keep(x, a)
	}
	if a.node != nil && !a.has(pseudo) && !x.managed && a.interval == 0 {
		a.set(optional)
	} else if !may {
		a.clear(optional)
	}
	r.checkRunnable(a)
	return a
}

// needsOf is what must be before a task.
func needsOf(x *rsc, task string) cluster.Needs {
	if task != taskStart && task != taskPromote {
		return cluster.NeedsNothing
	}
	return x.in.Needs
}

// checkRunnable decides, as far as that is known when an action is made, whether it can be done.
func (r *run) checkRunnable(a *action) {
	x, n := a.rsc, a.node
	switch {
	case a.has(pseudo):
	case n == nil:
		a.clear(runnable)
	case !a.has(onDC) && !n.online && (!n.guest() || n.reset):
		a.clear(runnable)
		if x.managed && a.task == taskStop && !n.unclean {
			r.fenceNode(n, "stop is unrunnable", false)
		}
	case !a.has(onDC) && n.in.Pending:
		a.clear(runnable)
	case a.needs == cluster.NeedsNothing:
		a.why = nil
		if n.guest() && !r.st.CanFence(n.in) {
			a.clear(runnable)
		} else {
			a.set(runnable)
		}
	default:
		switch r.effectiveQuorumPolicy(x) {
		case cluster.QuorumStop:
			a.clear(runnable)
			a.because(&Because{Kind: ByQuorum}, true)
		case cluster.QuorumFreeze:
			if !x.active(true) || x.next > x.role {
				a.clear(runnable)
				a.because(&Because{Kind: ByFreeze}, true)
			}
		default:
			a.set(runnable)
		}
	}
}

// effectiveQuorumPolicy is what the lack of quorum means for a resource now.
func (r *run) effectiveQuorumPolicy(x *rsc) cluster.QuorumPolicy {
	policy := r.st.Options.Quorum
	switch {
	case r.quorate:
		return cluster.QuorumIgnore
	case policy == cluster.QuorumDemote && (x.role == cluster.Promoted || x.role == cluster.Unpromoted):
		x.next = min(x.next, cluster.Unpromoted)
		return cluster.QuorumIgnore
	case policy == cluster.QuorumDemote:
		return cluster.QuorumStop
	}
	return policy
}

// pseudoAction returns the action of no resource with that name, made when it is new.
func (r *run) pseudoAction(name string) *action {
	a := r.singles[name]
	if a == nil {
		a = r.single(name, name, nil)
		a.set(optional | pseudo)
	}
	return a
}

// single makes an action of no resource.
func (r *run) single(key, task string, n *node) *action {
	a := &action{single: key, task: task, verb: task, node: n, is: runnable}
	r.acts = append(r.acts, a)
	r.singles[key] = a
	return a
}

// pseudoOf makes a point of order of a resource.
func (r *run) pseudoOf(x *rsc, task string, may, can bool) *action {
	a := r.action(x, task, 0, nil, may)
	a.set(pseudo)
	if can {
		a.set(runnable)
	}
	return a
}

func (r *run) start(x *rsc, n *node, may bool) *action { return r.action(x, taskStart, 0, n, may) }
func (r *run) stop(x *rsc, n *node, may bool) *action  { return r.action(x, taskStop, 0, n, may) }

// cancelOf makes a recurring operation's end of the operation itself. One that is still pending is none yet: its end is an
// action without configuration.
func (r *run) cancelOf(x *rsc, task string, interval time.Duration, n *node) *action {
	pending := x.find(task, interval, n, false) == nil
	a := r.action(x, task, interval, n, false)
	if pending {
		a.set(bare)
	}
	a.becomes(taskCancel)
	a.cancels = task
	a.setMeta("operation", task)
	return a
}
