package scheduler

import (
	"slices"
	"strings"

	"pacer/cluster"
	"pacer/xmltree"
)

// notice tells the instances of a clone of something that happens to some of them, before (pre) and after (post) it:
//
//	pre ──▶ instances ──▶ preDone ──▶ what happens ──▶ post ──▶ instances ──▶ postDone
type notice struct {
	task                         string
	pre, preDone, post, postDone *action
	start, stop, promote, demote []noticeEntry
	data                         []xmltree.Attr
}

type noticeEntry struct {
	rsc  *rsc
	node *node
}

// cloneNotice are the notices of a clone.
type cloneNotice struct{ start, stop, promote, demote *notice }

// newNotice makes the points of order of a notice. Either of before (the action) and after (its completion) may be missing.
func (r *run) newNotice(x *rsc, task string, before, after *action) *notice {
	if !x.notify {
		return nil
	}
	n := &notice{task: task}
	point := func(of *action, task, kind, when string, can bool) *action {
		a := r.actionAs(x, kind+"_notify_"+of.task, task, 0, nil, of.has(optional))
		a.set(pseudo)
		a.clear(runnable)
		if can {
			a.set(runnable)
		}
		a.setMeta("notify_key_type", kind)
		a.setMeta("notify_key_operation", of.task)
		a.setMeta("notify_type", when)
		a.setMeta("notify_operation", n.task)
		return a
	}
	if before != nil {
		n.pre = point(before, taskNotify, "pre", "pre", true)
		n.preDone = point(before, taskNotified, "confirmed-pre", "pre", true)
		r.link(n.pre, n.preDone, ordered)
		r.link(n.preDone, before, ordered)
	}
	if after != nil {
		n.post = point(after, taskNotify, "post", "post", after.has(runnable))
		n.postDone = point(after, taskNotified, "confirmed-post", "post", after.has(runnable))
		n.post.priority, n.postDone.priority = int(plus), int(plus)
		r.link(after, n.post, firstCausesThen)
		r.link(n.post, n.postDone, firstCausesThen)
	}
	if before != nil && after != nil {
		r.link(n.preDone, n.post, ordered)
	}
	return n
}

func (x *rsc) notices() *cloneNotice {
	if x.clone.notice == nil {
		x.clone.notice = &cloneNotice{}
	}
	return x.clone.notice
}

func (r *run) noticeStartStop(x *rsc, start, started, stop, stopped *action) {
	n := x.notices()
	if n.start == nil {
		n.start = r.newNotice(x, taskStart, start, started)
	}
	if n.stop == nil {
		n.stop = r.newNotice(x, taskStop, stop, stopped)
		if n.start != nil && n.stop != nil {
			r.link(n.stop.postDone, n.start.pre, ordered)
		}
	}
}

func (r *run) noticePromote(x *rsc, promote, promoted *action) {
	if n := x.notices(); n.promote == nil {
		n.promote = r.newNotice(x, taskPromote, promote, promoted)
	}
}

func (r *run) noticeDemote(x *rsc, demote, demoted *action) {
	if n := x.notices(); n.demote == nil {
		n.demote = r.newNotice(x, taskDemote, demote, demoted)
		if n.promote == nil || n.demote == nil {
			return
		}
		r.link(n.stop.postDone, n.promote.pre, ordered)
		r.link(n.start.postDone, n.promote.pre, ordered)
		r.link(n.demote.postDone, n.promote.pre, ordered)
		r.link(n.demote.postDone, n.start.pre, ordered)
		r.link(n.demote.postDone, n.stop.pre, ordered)
	}
}

// createNotifications makes the notifications of a clone's instances, now that it is known what happens.
func (r *run) createNotifications(x *rsc) {
	if !x.notify || x.clone.notice == nil {
		return
	}
	c := x.clone.notice
	for _, n := range []*notice{c.start, c.stop, c.promote, c.demote} {
		if n != nil {
			r.fillNotice(x, n)
			r.notify(x, n)
		}
	}
}

// notifyAfterFencing tells the other instances of a clone of a stop that fencing implies.
func (r *run) notifyAfterFencing(a *action, x *rsc, f *action) {
	n := r.newNotice(x, taskStop, nil, f)
	if n == nil {
		return
	}
	n.data = []xmltree.Attr{{Name: "notify_stop_resource", Value: x.name}, {Name: "notify_stop_uname", Value: a.node.name}}
	r.notify(x.topOf(), n)
}

// fillNotice collects what agents are told: who is in which role, and what happens to whom.
func (r *run) fillNotice(x *rsc, n *notice) {
	var active, inactive, promoted, unpromoted []noticeEntry
	for m := range x.leaves() {
		e := noticeEntry{rsc: m}
		if len(m.running) > 0 {
			e.node = m.running[0]
		}
		switch m.role {
		case cluster.Stopped:
			inactive = append(inactive, e)
		case cluster.Started:
			active = append(active, e)
		case cluster.Unpromoted:
			unpromoted, active = append(unpromoted, e), append(active, e)
		case cluster.Promoted:
			promoted, active = append(promoted, e), append(active, e)
		}
		for _, a := range m.actions {
			if a.has(optional) || a.node == nil || !a.has(runnable) && (a.task != taskStop || !a.node.unclean) {
				continue
			}
			e := noticeEntry{m, a.node}
			switch a.task {
			case taskStart:
				n.start = append(n.start, e)
			case taskStop:
				n.stop = append(n.stop, e)
			case taskPromote:
				n.promote = append(n.promote, e)
			case taskDemote:
				n.demote = append(n.demote, e)
			}
		}
	}
	n.add("stop", n.stop, true)
	n.add("start", n.start, true)
	n.add("demote", n.demote, true)
	n.add("promote", n.promote, true)
	n.add("active", active, true)
	n.add("unpromoted", unpromoted, true)
	n.add("slave", unpromoted, true)
	n.add("promoted", promoted, true)
	n.add("master", promoted, true)
	n.add("inactive", inactive, false)
	r.addNodeNames(x, n)
	if len(n.about()) > 0 {
		for _, a := range []*action{n.pre, n.preDone, n.post, n.postDone} {
			if a != nil {
				a.clear(optional)
			}
		}
	}
}

// addNodeNames adds the names of the nodes that the clone could use, and of all nodes.
func (r *run) addNodeNames(x *rsc, n *notice) {
	var available, all, hosts []string
	for i, m := range r.nodes {
		if x.allowed[i].known {
			available = append(available, m.name)
		}
		all = append(all, m.name)
		if m.guest() {
			if at := r.all[m.in.Container.ID].current(); at != nil {
				m = at
			}
		}
		hosts = append(hosts, m.name)
	}
	put := func(name string, words []string) {
		n.data = append(n.data, xmltree.Attr{Name: name, Value: joined(words)})
	}
	put("notify_available_uname", available)
	if x.in.Meta["container-attribute-target"] == "host" {
		put("notify_all_hosts", hosts)
	}
	put("notify_all_uname", all)
}

// joined joins words for agents, who want at least a blank.
func joined(words []string) string {
	if len(words) == 0 {
		return " "
	}
	return strings.Join(words, " ")
}

// about are the entries of the notice's own task.
func (n *notice) about() []noticeEntry {
	switch n.task {
	case taskStart:
		return n.start
	case taskStop:
		return n.stop
	case taskPromote:
		return n.promote
	}
	return n.demote
}

// add puts a list of instances, and of the nodes where they are, into the data.
func (n *notice) add(what string, list []noticeEntry, withNodes bool) {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b noticeEntry) int {
		if c := strings.Compare(a.rsc.name, b.rsc.name); c != 0 || a.node == nil || b.node == nil {
			return c
		}
		return strings.Compare(a.node.in.UUID, b.node.in.UUID)
	})
	var names, nodes []string
	var last *rsc
	for _, e := range list {
		if withNodes && e.node == nil || e.rsc == last {
			continue
		}
		last = e.rsc
		names = append(names, e.rsc.name)
		if e.node != nil {
			nodes = append(nodes, e.node.name)
		}
	}
	n.data = append(n.data, xmltree.Attr{Name: "notify_" + what + "_resource", Value: joined(names)})
	if withNodes {
		n.data = append(n.data, xmltree.Attr{Name: "notify_" + what + "_uname", Value: joined(nodes)})
	}
}

// notify makes the notifications of the primitives in a clone.
func (r *run) notify(x *rsc, n *notice) {
	for _, c := range x.children {
		r.notify(c, n)
	}
	if len(x.children) > 0 {
		return
	}
	for _, a := range x.actions {
		if a.has(optional) || a.node == nil {
			continue
		}
		switch a.task {
		case taskStart, taskStop, taskPromote, taskDemote:
			a.addData(n)
		}
	}
	if n.task != taskStop && len(n.about()) == 0 {
		return
	}
	goesDown := n.task == taskStop || n.task == taskDemote
	if goesDown && x.role != cluster.Stopped {
		r.notifyDown(x, n)
	}
	if !goesDown && x.next != cluster.Stopped {
		r.notifyUp(x, n)
	}
}

func (a *action) addData(n *notice) {
	for _, d := range n.data {
		a.setMeta(d.Name, d.Value)
	}
}

func (r *run) notifyDown(x *rsc, n *notice) {
	stop := x.first(taskStop, nil)
	for _, at := range x.running {
		if stop != nil && stop.has(pseudo) && (at.unclean || at.reset) {
			continue // it is being fenced
		}
		r.notification(x, at, n.pre, n.preDone, n)
		if n.task == taskDemote || stop == nil || stop.has(optional) {
			r.postNotification(x, at, n)
		}
	}
}

func (r *run) notifyUp(x *rsc, n *notice) {
	start := x.first(taskStart, nil)
	if start != nil && start.node != nil && start.node.connection != nil {
		if c := start.node.connection.first(taskStart, nil); c != nil && !c.has(runnable) {
			return
		}
	}
	if x.assigned == nil {
		return
	}
	if n.task != taskStart || start == nil || start.has(optional) {
		r.notification(x, x.assigned, n.pre, n.preDone, n)
	}
	r.postNotification(x, x.assigned, n)
}

// notification makes the notification of an instance between two points of order.
func (r *run) notification(x *rsc, at *node, point, finished *action, n *notice) *action {
	if point == nil || finished == nil || !at.online || !point.has(runnable) {
		return nil
	}
	a := r.actionAs(x, point.getMeta("notify_type")+"_notify_"+point.getMeta("notify_operation"), point.task, 0, at, point.has(optional))
	for _, m := range point.meta {
		if a.getMeta(m.Name) == "" {
			a.setMeta(m.Name, m.Value)
		}
	}
	a.addData(n)
	r.link(point, a, ordered)
	r.link(a, finished, ordered)
	return a
}

func (r *run) postNotification(x *rsc, at *node, n *notice) {
	if a := r.notification(x, at, n.post, n.postDone, n); a != nil {
		a.priority = int(plus)
	}
	if n.postDone == nil {
		return
	}
	for i := len(x.actions) - 1; i >= 0; i-- {
		if m := x.actions[i]; m.interval > 0 && m.task != taskCancel {
			r.link(n.postDone, m, ordered)
		}
	}
}
