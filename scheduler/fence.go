package scheduler

import (
	"slices"
	"strconv"

	"pacer/cluster"
)

// fence returns the fencing of a node, made when it is new. how is "" for what the options say, or "on" for unfencing.
func (r *run) fence(n *node, how string, may bool, reason string, delay bool) *action {
	a, devices := r.fencingOf(n, how)
	may = may && !devices.Changed
	for _, text := range devices.Notices {
		r.notice(text)
	}
	if limit := r.st.Options.PriorityFencingDelay; limit > 0 && (delay || a.getMeta("priority-fencing-delay") != "") {
		a.setMeta("priority-fencing-delay", strconv.Itoa(r.fencingDelay(n)))
	}
	if !may && r.canFence(n) {
		a.clear(optional)
	}
	if reason != "" {
		a.because(&Because{Kind: ByNode, Text: reason}, false)
	}
	return a
}

// fencingOf returns the fencing of a node, made when it is new, which nothing asks for yet. Of a new one it tells what became of the
// devices with which the node was unfenced.
func (r *run) fencingOf(n *node, how string) (*action, cluster.DeviceDigests) {
	var d cluster.DeviceDigests
	if how == "" {
		how = r.st.Options.FencingAction
	}
	key := "stonith-" + n.name + "-" + how
	a := r.singles[key]
	if a != nil {
		return a, d
	}
	a = r.single(key, taskFence, n)
	a.set(optional)
	a.setMeta("on_node", n.name)
	a.setMeta("on_node_uuid", n.in.UUID)
	a.setMeta("stonith_action", how)
	if r.st.Unfencing() {
		d = r.st.DeviceDigests(unfencingDevices(nil, r.top), n.in, r.sanitized, func(x *cluster.Resource) cluster.Values { return r.paramsOn(r.all[x.ID], n) })
		a.setMeta("digests-all", d.All)
		a.setMeta("digests-secure", d.Secure)
	}
	return a, d
}

// canFence tells whether a node can be fenced; see cluster.State.CanFence.
func (r *run) canFence(n *node) bool { return r.st.CanFenceAs(n.in, n.online, r.connectsElsewhere(n)) }

// connectsElsewhere tells whether the connection to a remote node may, after all constraints, be made on a node that is offline.
func (r *run) connectsElsewhere(n *node) bool {
	if !n.remote() || n.connection == nil {
		return false
	}
	for i := range n.connection.allowed {
		if n.connection.allowed[i].known && !r.nodes[i].online {
			return true
		}
	}
	return false
}

// fencingDelay is the head start, in seconds, of the partition that has the more important resources: the fencing of the
// most important of the lost nodes waits that long.
func (r *run) fencingDelay(n *node) int {
	if n.remote() || n.online {
		return 0
	}
	members, online, top, bottom := 0, 0, 0, 0
	for _, m := range r.nodes {
		if m.remote() {
			continue
		}
		p := m.in.Priority
		if members == 0 {
			top, bottom = p, p
		}
		members++
		if m.online {
			online++
		}
		top, bottom = max(top, p), min(bottom, p)
	}
	if online > members/2 || top == bottom || n.in.Priority < top {
		return 0
	}
	return int((r.st.Options.PriorityFencingDelay.Milliseconds() + 500) / 1000)
}

// fenceNode marks a node as one that must be fenced, found while deciding.
func (r *run) fenceNode(n *node, reason string, delay bool) {
	switch {
	case n.guest():
		c := r.all[n.in.Container.ID]
		if !c.failed && c.managed {
			n.reset = true
			c.failed, c.stopIfFailed = true, true
		}
	case n.remote():
		if c := n.connection; c == nil || c.managed {
			n.reset = true
		}
		n.unclean = true
		r.fence(n, "", true, reason, false)
	case !n.unclean:
		n.unclean = true
		r.fence(n, "", true, reason, delay)
	}
}

// scheduleFencing fences and shuts down nodes, the coordinator last.
func (r *run) scheduleFencing() {
	managed := false
	for _, x := range r.all {
		managed = managed || x.managed
	}
	var fences, shutdowns []*action
	var coordinator *action
	lost := false
	for _, n := range r.nodes {
		if n.guest() {
			if n.reset && managed && r.canFence(n) {
				r.fenceGuest(n)
			}
			continue
		}
		dc := n.in == r.st.DC
		fenced := false
		if managed && n.unclean && r.canFence(n) {
			fenced = true
			a := r.fence(n, "", false, "node is unclean", false)
			r.orderVsFencing(a)
			if dc {
				coordinator = a
			} else {
				if !r.st.Options.ConcurrentFencing && len(fences) > 0 {
					r.link(fences[len(fences)-1], a, ordered)
				}
				fences = append(fences, a)
			}
		} else if !n.remote() && n.online && n.shutdown {
			a := r.shutdownOf(n)
			if dc {
				coordinator = a
			} else {
				shutdowns = append(shutdowns, a)
			}
		}
		if !fenced && n.unclean {
			lost = true
			r.say(cluster.ConfigWarning, "Node "+n.name+" is unclean but cannot be fenced")
		}
	}
	if lost && !r.fencing {
		r.say(cluster.ConfigWarning, "Without fencing neither services nor data are safe.")
	}
	if coordinator == nil {
		return
	}
	if coordinator.task == taskShutdown {
		for i := len(shutdowns) - 1; i >= 0; i-- {
			r.link(shutdowns[i], coordinator, ordered)
		}
	}
	for i := len(fences) - 1; i >= 0; i-- {
		r.link(fences[i], coordinator, ordered)
		if !r.st.Options.ConcurrentFencing {
			break // the others are before that one
		}
	}
}

// shutdownOf makes the shutdown of a node, after all stops there.
func (r *run) shutdownOf(n *node) *action {
	a := r.single(taskShutdown+"-"+n.name, taskShutdown, n)
	for i := len(r.acts) - 1; i >= 0; i-- {
		s := r.acts[i]
		if s.node != n || s.task != taskStop || s.rsc == nil || s.rsc.maintenance || n.maintenance || !s.rsc.managed && !s.rsc.blocked {
			continue
		}
		s.clear(optional)
		r.addOrder(&order{first: s, then: a, how: ordered | firstMustRun})
	}
	a.setMeta("op_no_wait", "true")
	return a
}

// orderVsFencing orders what all resources do against a fencing: starts after it, stops implied by it.
func (r *run) orderVsFencing(f *action) {
	for _, x := range r.top {
		r.resourceVsFencing(x, f)
	}
}

func (r *run) resourceVsFencing(x *rsc, f *action) {
	if len(x.children) > 0 {
		for _, c := range x.children {
			r.resourceVsFencing(c, f)
		}
		return
	}
	if x.managed {
		r.startVsFencing(x, f)
		r.stopVsFencing(x, f)
	}
}

func (r *run) startVsFencing(x *rsc, f *action) {
	n := f.node
	known := x.known[n.id] || x.kind == cluster.Primitive && x.parent.isAnonymous() && x.parent.known[n.id]
	for i := len(x.actions) - 1; i >= 0; i-- {
		switch a := x.actions[i]; {
		case a.needs >= cluster.NeedsFencing:
			r.link(f, a, ordered)
		case a.needs == cluster.NeedsQuorum && a.task == taskStart && x.allowed[n.id].known && !known:
			// It may be active on the node that nobody has asked.
			r.link(f, a, ordered|firstMustRun)
		}
	}
}

func (r *run) stopVsFencing(x *rsc, f *action) {
	n := f.node
	after := x.needsFencing() || n.guest()
	stops := x.findAll(taskStop, 0, n, false)
	var parent *action
	if len(stops) > 0 && after {
		parent = x.topOf().first(taskStop, nil)
	}
	for _, a := range stops {
		a.set(pseudo | runnable) // it would never be done
		if after {
			a.set(implied)
			if !x.bundled() {
				r.link(f, a, inside)
			}
			r.link(f, parent, inside)
		}
		if x.notify {
			r.notifyAfterFencing(a, x, f)
		}
	}
	for _, a := range x.findAll(taskDemote, 0, n, false) {
		if a.node != nil && a.node.online && !a.node.unclean && !x.failed {
			continue
		}
		a.set(pseudo | runnable)
		if !x.bundled() && after {
			r.link(f, a, inside|ordered)
		}
	}
}

// fenceGuest makes the point of order that stands for the loss of a guest node, which its container's recovery brings about.
func (r *run) fenceGuest(n *node) {
	c := r.all[n.in.Container.ID]
	stop := c.first(taskStop, nil)
	how := "off"
	if c.first(taskStart, nil) != nil {
		how = "reboot"
	}
	f := r.fence(n, how, false, "guest is unclean", false)
	f.set(pseudo | runnable)
	switch {
	case stop != nil && stop.has(pseudo):
		r.link(r.fence(stop.node, "", false, "", false), f, firstMustRun|firstCausesThen)
	case stop != nil:
		r.link(stop, f, firstMustRun|firstCausesThen)
	default:
		if n.connection != nil {
			r.link(n.connection.first(taskStop, nil), f, ordered)
		}
	}
	r.orderVsFencing(f)
}

// unfenced tells whether a node was unfenced since it joined.
func (n *node) unfenced() bool {
	v, ok := n.attr("#node-unfenced")
	return ok && v != "0"
}

// unfence asks for the unfencing of a node, because of a device or on behalf of none (nil). Where the node cannot be unfenced,
// all others on which the device may run are.
func (r *run) unfence(x *rsc, n *node, reason string) {
	if !r.st.Unfencing() || x != nil && !x.in.FenceDevice {
		return
	}
	able := func(n *node) bool { return n.online && !n.unclean && !n.shutdown }
	switch {
	case n != nil && able(n):
		r.fence(n, "on", false, reason, false)
	case x != nil:
		for _, n := range r.inTableOrder(x) {
			if able(n) {
				r.fence(n, "on", false, reason, false)
			}
		}
	}
}

// orderVsUnfencing lets an action wait for the unfencing of its node, where the resource needs that.
func (r *run) orderVsUnfencing(x *rsc, n *node, a *action, h how) {
	if !(x.in.FenceDevice && r.st.Unfencing()) && x.in.Needs != cluster.NeedsUnfencing {
		return
	}
	r.link(r.fence(n, "on", true, "", false), a, h)
	if !n.unfenced() {
		r.unfence(nil, n, "required by "+x.name+" "+a.task)
	}
}

// orderRestartVsUnfencing stops a resource before its node is unfenced and starts it after.
func (r *run) orderRestartVsUnfencing(x *rsc) {
	for i := range x.allowed {
		if !x.allowed[i].known {
			continue
		}
		u := r.fence(r.nodes[i], "on", true, "", false)
		r.addOrder(&order{firstRsc: x, firstVerb: taskStop, then: u, how: ordered | sameNode})
		r.addOrder(&order{first: u, thenRsc: x, thenVerb: taskStart, how: causesThenOnNode | sameNode})
	}
}

// unfencingDevices adds the devices that unfence among resources to a list, the last first. Top resources change their order when they
// are assigned by importance.
func unfencingDevices(list []*cluster.Resource, among []*rsc) []*cluster.Resource {
	for _, x := range slices.Backward(among) {
		if x.in.Unfences() {
			list = append(list, x.in)
		}
		list = unfencingDevices(list, x.children)
	}
	return list
}
