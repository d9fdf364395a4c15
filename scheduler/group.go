package scheduler

import "pacer/cluster"

func (r *run) assignGroup(x *rsc, prefer *node, stopIfFail bool) *node {
	if !x.unassigned {
		return x.assigned
	}
	if x.assigning {
		return nil
	}
	if len(x.children) == 0 {
		x.unassigned = false
		return nil
	}
	x.assigning = true
	x.role = x.children[0].role
	r.showScores(x, "pcmk__group_assign", x.allowed)
	var at *node
	for _, m := range x.children {
		n := r.assign(m, prefer, stopIfFail)
		if at == nil {
			at = n
		}
	}
	x.next = x.children[0].next
	x.assigning, x.unassigned = false, false
	if !x.in.GroupOptions.Colocated {
		return nil
	}
	return at
}

func (r *run) groupActions(x *rsc) {
	for _, m := range x.children {
		r.createActions(m)
	}
	tasks := []string{taskStart, taskStarted, taskStop, taskStopped}
	if isTrue(x.in.Meta["promotable"]) || x.promotable {
		tasks = append(tasks, taskDemote, taskDemoted, taskPromote, taskPromoted)
	}
	for _, t := range tasks {
		a := r.action(x, t, 0, nil, true)
		a.set(pseudo | runnable)
	}
}

// groupConstraints orders the members of a group between each other and against the group's own points of order:
//
//	start ──▶ A.start ──▶ B.start ──▶ running        stop ──▶ B.stop ──▶ A.stop ──▶ stopped
func (r *run) groupConstraints(x *rsc) {
	r.orderTasks(x, taskStop, x, taskStopped, firstMustRun)
	r.orderTasks(x, taskStopped, x, taskStart, ordered)
	r.orderTasks(x, taskStart, x, taskStarted, firstMustRun)
	promotes := x.topOf().promotable
	var previous, active *rsc
	for _, m := range x.children {
		r.memberConstraints(x, m, previous, active, promotes)
		if len(m.running) > 0 {
			active = m
		}
		previous = m
	}
}

func (r *run) memberConstraints(x, m, previous, active *rsc, promotes bool) {
	inOrder := x.in.GroupOptions.Ordered
	r.internalConstraints(m)
	down, isDown := showsFirst, showsThen
	if previous == nil {
		if inOrder {
			down |= ordered
			isDown = firstCausesThen
		}
	} else if x.in.GroupOptions.Colocated {
		r.colocate(&colocation{id: "#group-members", dependent: m, primary: previous, score: plus, influence: m.in.Critical})
	}
	if promotes {
		r.orderTasks(x, taskDemote, m, taskDemote, down)
		r.orderTasks(m, taskDemote, x, taskDemoted, isDown)
		r.orderTasks(m, taskPromote, x, taskPromoted, firstMustRun|firstCausesThen|showsThen)
		r.orderTasks(x, taskPromote, m, taskPromote, showsFirst)
	}
	r.orderTasks(x, taskStop, m, taskStop, down)
	r.orderTasks(m, taskStop, x, taskStopped, isDown)
	r.orderTasks(x, taskStart, m, taskStart, showsFirst)
	r.orderTasks(m, taskStart, x, taskStarted, firstMustRun|firstCausesThen|showsThen)
	switch {
	case !inOrder:
		r.orderTasks(x, taskStart, m, taskStart, firstCausesThen|firstMustRun|showsFirst)
		if promotes {
			r.orderTasks(x, taskPromote, m, taskPromote, firstCausesThen|firstMustRun|showsFirst)
		}
	case previous == nil:
	default:
		r.orderTasks(previous, taskStart, m, taskStart, firstCausesThen|firstMustRun)
		r.orderTasks(m, taskStop, previous, taskStop, ordered|restart)
		if len(m.running) > 0 && len(previous.running) == 0 {
			// A new member in front of an active one: the usual restart does not cover that.
			r.orderTasks(m, taskStop, previous, taskStart, thenNeedsFirst|firstMustRun)
		}
		if promotes {
			r.orderTasks(previous, taskPromote, m, taskPromote, firstCausesThen|firstMustRun)
			r.orderTasks(m, taskDemote, previous, taskDemote, ordered)
		}
	}
	if len(m.running) > 0 && inOrder && previous != nil && len(previous.running) == 0 && active != nil {
		r.orderTasks(m, taskStop, active, taskStop, ordered)
	}
}

// groupFlags are the properties of a group's action by those of its members' actions.
func (r *run) groupFlags(a *action, n *node) is {
	flags := optional | runnable | pseudo
	for _, m := range a.rsc.children {
		task := a.task
		if m.kind == cluster.Primitive {
			task = begun(task)
		}
		b := m.first(task, n)
		if b == nil {
			// What not every member does is not possible, but for going down.
			if task != taskStop && task != taskDemote {
				flags &^= runnable
			}
			continue
		}
		f := r.flagsOf(b, n)
		if flags&optional != 0 && f&optional == 0 {
			flags &^= optional
			a.clear(optional)
		}
		if task != a.task && flags&runnable != 0 && f&runnable == 0 {
			flags &^= runnable
			a.clear(runnable)
		}
	}
	return flags
}
