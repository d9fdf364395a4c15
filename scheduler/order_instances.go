package scheduler

import (
	"strings"

	"pacer/cluster"
)

// instanceAction is the action of an instance that stands for a task of its collection. Of a bundle's container that may be
// one of what is in it: what others wait for is the service, what waits for others is the container.
func instanceAction(task string, x *rsc, wanted string, n *node, first bool) *action {
	inner := first && task != taskStop && task != taskStopped
	if !first {
		switch task {
		case taskPromote, taskPromoted, taskDemote, taskDemoted:
			inner = true
		}
	}
	if inner {
		if c := x.contained(); c != nil {
			return c.first(wanted, nil)
		}
	}
	return x.first(wanted, n)
}

// memberTask is the task of instances that an action of their collection stands for.
func memberTask(a *action) string {
	task := a.task
	if task == taskNotify || task == taskNotified {
		if _, after, ok := strings.Cut(a.verb, "_notify_"); ok {
			task = after
		}
	}
	if list := a.rsc.instances(); len(list) > 0 && list[0].kind == cluster.Primitive {
		return begun(task)
	}
	return task
}

// updateInstances applies an order whose then is an action of a clone or bundle.
func (r *run) updateInstances(first, then *action, n *node, flags, filter is, h how) changed {
	if then.rsc == nil {
		return 0
	}
	if interleaved(first, then) {
		return r.updateInterleaved(first, then, n, filter, h)
	}
	what := r.updateActions(first, then, flags, filter, h)
	for _, c := range then.rsc.instances() {
		a := c.first(then.task, n)
		if a == nil || r.flagsOf(a, n)&runnable == 0 {
			continue
		}
		w := r.updateOrdered(c, first, a, n, flags, filter, h)
		if w&thenChanged != 0 {
			for i := len(a.after) - 1; i >= 0; i-- {
				r.update(a.after[i].other)
			}
		}
		what |= w
	}
	return what
}

// interleaved tells whether an order between two collections holds instance by instance.
func interleaved(first, then *action) bool {
	if first.rsc == nil || then.rsc == nil || first.rsc == then.rsc ||
		first.rsc.kind < cluster.Clone || then.rsc.kind < cluster.Clone {
		return false
	}
	x := then.rsc
	if then.about(taskStop) || then.about(taskDemote) {
		x = first.rsc
	}
	return isTrue(x.in.Meta["interleave"])
}

// about tells whether an action does something or is part of a notification of it.
func (a *action) about(task string) bool {
	return a.verb == task || strings.HasSuffix(a.verb, "_"+task)
}

func (r *run) updateInterleaved(first, then *action, n *node, filter is, h how) changed {
	var what changed
	task := memberTask(first)
	now := first.about(taskStopped) || first.about(taskDemoted)
	for _, t := range then.rsc.instances() {
		f := r.compatibleInstance(t, first.rsc, cluster.RoleUnknown, now)
		if f == nil {
			// With nothing to go with, an instance can go down but not come up.
			if !now && h&(firstMustRun|firstCausesThen) != 0 && r.place(t, nil, true, true) {
				what |= thenChanged
			}
			continue
		}
		a := instanceAction(first.task, f, task, n, true)
		b := instanceAction(then.task, t, then.task, n, false)
		if a == nil || b == nil {
			continue
		}
		if r.link(a, b, h) {
			what |= firstChanged | thenChanged
		}
		what |= r.updateOrdered(b.rsc, a, b, n, r.flagsOf(a, n), filter, h)
	}
	return what
}

// collectiveFlags are the properties of a clone's or bundle's action by those of its instances' actions: it must be done
// when any of them must, and can be when any can.
func (r *run) collectiveFlags(a *action, n *node) is {
	flags := optional | runnable | pseudo
	task := memberTask(a)
	can := false
	list := a.rsc.instances()
	if a.rsc.kind == cluster.Bundle && a.rsc.bundle.child != nil {
		switch a.task {
		case taskPromote, taskPromoted, taskDemote, taskDemoted, taskNotify, taskNotified:
			list = a.rsc.bundle.child.children // these concern what is inside
		}
	}
	for _, c := range list {
		at := n
		if c.kind != cluster.Primitive {
			at = nil
		}
		b := c.first(task, at)
		if b == nil {
			continue
		}
		f := r.flagsOf(b, n)
		if flags&optional != 0 && f&optional == 0 {
			flags &^= optional
			a.clear(optional)
		}
		can = can || f&runnable != 0
	}
	if !can {
		flags &^= runnable
		if n == nil {
			a.clear(runnable)
		}
	}
	return flags
}
