package scheduler

import (
	"pacer/cluster"
)

// linkState is how far the connection to a remote node can be counted on.
type linkState uint8

const (
	linkUnknown linkState = iota // will be tried
	linkAlive
	linkResting // comes up again elsewhere
	linkFailed  // and nothing helps but fencing
	linkStopped
)

// linkOf tells the state of the connection to a remote node.
func (r *run) linkOf(n *node) linkState {
	c := n.connection
	at := c.current()
	if c.next == cluster.Stopped || c.assigned == nil {
		switch {
		case at != nil && at.unclean:
			return linkFailed
		case !c.failed:
			return linkStopped
		case c.next == cluster.Stopped && c.in.Reconnect > 0 && n.in.Fenced && !n.in.ShutdownAsked():
			return linkUnknown // until the pause is over and it is tried again
		}
		return linkFailed
	}
	switch {
	case at == nil:
		return linkUnknown
	case at.unclean, !at.online:
		return linkResting
	case len(c.running) > 1 && c.migratingFrom != nil && c.migratingTo != nil:
		return linkResting
	}
	return linkAlive
}

// connectionAssigned tells the node of a connection whether it can be used, also where the configuration has it as a cluster node.
func (r *run) connectionAssigned(x *rsc) {
	n := r.node(r.st.NodeByName(x.name))
	if n == nil {
		return
	}
	if x.assigned != nil && x.next != cluster.Stopped {
		n.online = true
		if n.in.Unseen {
			n.unclean = false // nothing is known to run there
		}
	} else {
		n.shutdown = true
	}
}

// afterStart lets an action wait for the start of a resource.
func (r *run) afterStart(x *rsc, a *action, h how) {
	r.addOrder(&order{firstRsc: x, firstVerb: taskStart, then: a, how: inside | firstMustRun | h})
}

// beforeStop lets the stop of a resource wait for an action.
func (r *run) beforeStop(a *action, x *rsc, h how) {
	r.addOrder(&order{first: a, thenRsc: x, thenVerb: taskStop, how: inside | h})
}

// orderRemoteActions orders what happens on remote nodes against their connections.
func (r *run) orderRemoteActions() {
	if !r.st.RemoteNodes {
		return
	}
	for i := len(r.acts) - 1; i >= 0; i-- {
		a := r.acts[i]
		if a.rsc == nil {
			continue
		}
		if a.rsc.in.Connection && a.task == taskClearFail {
			r.addOrder(&order{first: a, thenRsc: a.rsc, thenVerb: taskStart, how: ordered})
			continue
		}
		if a.node == nil || !a.node.remote() || a.has(pseudo) || a.node.connection == nil {
			continue
		}
		c := a.node.connection
		if a.task == taskStart {
			// What moves to a remote node is not stopped elsewhere before that node is connected.
			for j := len(a.rsc.actions) - 1; j >= 0; j-- {
				if s := a.rsc.actions[j]; s.node != nil && s.node != a.node && s.task == taskStop {
					r.addOrder(&order{firstRsc: c, firstVerb: taskStart, then: s, how: ordered})
				}
			}
		}
		if c.launcher != nil {
			r.orderOnGuest(a, c)
		} else {
			r.orderOnRemote(a, c)
		}
	}
}

// remoteTask is the task of an action as far as connections care: migrations are like stops.
func remoteTask(a *action) string {
	if a.task == taskMigrateTo || a.task == taskMigrateFrom {
		return taskStop
	}
	return a.task
}

func (r *run) orderOnRemote(a *action, c *rsc) {
	state := r.linkOf(a.node)
	switch remoteTask(a) {
	case taskStart, taskPromote:
		h := how(0)
		if state == linkFailed {
			h = firstCausesThen
		}
		r.afterStart(c, a, h)
	case taskStop:
		switch {
		case state == linkAlive:
			r.beforeStop(a, c, thenNeedsFirst)
		case state == linkFailed:
			r.fenceNode(a.node, "resources are active but connection is unrecoverable", false)
		case c.next == cluster.Stopped:
			r.beforeStop(a, c, thenNeedsFirst)
		default:
			r.afterStart(c, a, 0)
		}
	case taskDemote:
		if state == linkResting || state == linkUnknown {
			r.afterStart(c, a, 0)
		}
	default:
		if a.interval > 0 {
			r.afterStart(c, a, firstCausesThen)
			return
		}
		if a.task == taskMonitor && state == linkFailed {
			r.fenceNode(a.node, "resources are in unknown state and connection is unrecoverable", false)
		}
		if c.current() != nil && state == linkStopped {
			r.beforeStop(a, c, firstMustRun) // look before the connection goes
		} else {
			r.afterStart(c, a, 0)
		}
	}
}

func (r *run) orderOnGuest(a *action, c *rsc) {
	container := c.launcher
	if container.failed {
		r.fenceNode(a.node, "container failed", false)
	}
	switch remoteTask(a) {
	case taskStart, taskPromote:
		r.afterStart(container, a, firstCausesThen)
		r.afterStart(c, a, 0)
	case taskStop, taskDemote:
		if !container.failed {
			r.beforeStop(a, c, 0) // else the end of the container implies it
		}
	default:
		h := how(0)
		if a.interval > 0 {
			if a.task != taskMonitor {
				return
			}
			h = firstCausesThen
		}
		r.afterStart(c, a, h)
	}
}

// connectionHost is the member through which an action on a remote node is done. While the connection moves, what ends
// there goes through the old one and what begins through the new one.
func (r *run) connectionHost(a *action) *node {
	n := a.node
	if a.task == taskFence || !n.remote() || n.connection == nil {
		return nil
	}
	c := n.connection
	from, to := c.current(), c.assigned
	switch {
	case from == nil:
		return to
	case to == nil, from == to:
		return from
	}
	task := a.task
	if task == taskNotify {
		task = a.getMeta("notify_operation")
	}
	moving := c.launcher == nil && c.migratingTo != nil
	switch task {
	case taskCancel, taskStop, taskDemote, taskMigrateFrom, taskMigrateTo:
		if !moving {
			return from
		}
	}
	return to
}

// hostAttr is a node attribute as a resource sees it: for a guest that may be the attribute of its host.
func (r *run) hostAttr(x *rsc, n *node, name string) (string, bool) {
	if !x.in.HostAttributes() || !n.guest() {
		return n.attr(name)
	}
	container := r.all[n.in.Container.ID]
	host := container.assigned
	if x.unassigned {
		host = container.current()
	}
	if host == nil {
		return "", false
	}
	return host.attr(name)
}
