package scheduler

import (
	"time"

	"pacer/cluster"
	"pacer/ocf"
)

// recurringActions makes the recurring operations of a resource: those for active roles where it will run, those for the
// role Stopped everywhere else.
func (r *run) recurringActions(x *rsc) {
	if x.blocked || x.maintenance {
		return
	}
	var start *action
	if n := x.assigned; n != nil && !n.maintenance && (x.next != cluster.Stopped || !x.managed) {
		start = r.start(x, n, true)
	}
	for i := range x.in.Ops {
		op := &x.in.Ops[i]
		if start != nil {
			r.recurringActive(x, start, op)
		}
		r.recurringInactive(x, op)
	}
}

// recurs tells whether an operation's configuration is for a recurring one that counts.
func (r *run) recurs(x *rsc, op *cluster.Op) (task string, interval time.Duration, ok bool) {
	task, interval = op.Task, op.Interval
	if interval <= 0 || op.ID == "" {
		return "", 0, false
	}
	switch task {
	case taskStop, taskStart, taskDemote, taskPromote, taskReload, taskMigrateTo, taskMigrateFrom, "":
		r.say(cluster.Config, "Operation "+op.ID+" is left out: "+task+" cannot recur.")
		return "", 0, false
	}
	same := 0
	for i := range x.in.Ops {
		if other := &x.in.Ops[i]; other.Task == task && other.Interval == interval {
			same++
		}
	}
	if same > 1 {
		r.say(cluster.Config, "Operation "+op.ID+" is left out: there is another one with its name and interval.")
		return "", 0, false
	}
	return task, interval, x.in.FindOp(task, interval, true) != nil
}

func (r *run) recurringActive(x *rsc, start *action, op *cluster.Op) {
	if op.Role == cluster.Stopped {
		return
	}
	task, interval, ok := r.recurs(x, op)
	if !ok {
		return
	}
	n := x.assigned
	may := n != nil && r.flagsOf(start, nil)&optional != 0
	if may {
		old := x.findAll(task, interval, n, true)
		may = len(old) > 0
		for _, a := range old {
			may = may && !a.has(rescheduled)
		}
	}
	if !op.AnyRole && x.next != op.Role || op.AnyRole && x.next == cluster.Promoted {
		if !may {
			return
		}
		// It runs, but is meant for another role.
		c := r.cancelOf(x, task, interval, n)
		after := ""
		switch x.role {
		case cluster.Unpromoted, cluster.Started:
			if x.next == cluster.Promoted {
				after = taskPromote
			} else if x.next == cluster.Stopped {
				after = taskStop
			}
		case cluster.Promoted:
			after = taskDemote
		}
		if after != "" {
			r.addOrder(&order{first: c, thenRsc: x, thenVerb: after, how: firstMustRun})
		}
		return
	}
	m := r.action(x, task, interval, n, may)
	if !start.has(runnable) || n == nil || !n.online || n.unclean {
		m.clear(runnable)
	}
	if x.next == cluster.Promoted {
		m.expects = ocf.RunningPromoted
	}
	if n != nil && !x.managed {
		return
	}
	r.addOrder(&order{firstRsc: x, firstVerb: taskStart, then: m, how: firstCausesThen | firstMustRun})
	r.addOrder(&order{firstRsc: x, firstVerb: taskReload, then: m, how: firstCausesThen | firstMustRun})
	if x.next == cluster.Promoted {
		r.addOrder(&order{firstRsc: x, firstVerb: taskPromote, then: m, how: ordered | firstMustRun})
	} else if x.role == cluster.Promoted {
		r.addOrder(&order{firstRsc: x, firstVerb: taskDemote, then: m, how: ordered | firstMustRun})
	}
}

func (r *run) recurringInactive(x *rsc, op *cluster.Op) {
	if op.Role != cluster.Stopped {
		return
	}
	task, interval, ok := r.recurs(x, op)
	if !ok {
		return
	}
	if !x.unique {
		r.say(cluster.Notice, "Operation "+op.ID+" is left out: instances that are all the same have no monitor for the role Stopped.")
		return
	}
	for _, n := range r.nodes {
		if n == x.assigned {
			if len(x.findAll(task, interval, n, true)) > 0 {
				c := r.cancelOf(x, task, interval, n)
				if x.next == cluster.Started || x.next == cluster.Unpromoted {
					r.addOrder(&order{first: c, thenRsc: x, thenVerb: taskStart, how: firstMustRun})
				}
			}
			continue
		}
		m := r.action(x, task, interval, n, len(x.findAll(task, interval, n, true)) > 0)
		m.expects = ocf.NotRunning
		if x.managed {
			for _, p := range x.findAll(taskMonitor, 0, n, false) {
				r.link(p, m, firstMustRun)
			}
		}
		for _, s := range x.findAll(taskStop, 0, n, true) {
			if !s.has(optional) && !m.has(optional) && !x.managed {
				m.set(optional)
			}
			if !s.has(runnable) {
				m.clear(runnable)
			}
			if x.managed {
				r.addOrder(&order{first: s, then: m, how: firstCausesThen | firstMustRun})
			}
		}
		if !n.online || n.unclean {
			m.clear(runnable)
		}
	}
}

// cancelLater cancels a recurring operation, after any stop.
func (r *run) cancelLater(x *rsc, op *cluster.Entry, n *node) {
	c := r.cancelOf(x, op.Task, op.Interval, n)
	c.setMeta("call-id", op.XML.Get("call-id"))
	r.addOrder(&order{firstRsc: x, firstVerb: taskStop, then: c, how: ordered})
}
