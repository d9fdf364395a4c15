package randomcib

import (
	"strconv"

	"pacer/ocf"
	"pacer/operation"
)

// lived writes the life of an instance that ran on a node: how it was started and what happened to it. others are the nodes
// on which it could run as well.
func (g *generator) lived(d dice, in instance, n *node, others []*node) {
	g.startLife(n)
	if n.lrm == nil {
		return
	}
	changed := g.some(d, Changed, .2)
	if d.chance(.3) {
		g.probed(d, in, n)
	}
	g.record(in, n, event{task: "start", changed: changed})
	if in.promoted {
		g.record(in, n, event{task: "promote", changed: changed})
	}
	g.watched(d, in, n, changed)
	if g.some(d, Changed, .05) {
		n.entry(in.name).Set("type", "Other")
	}
	up := in.happened(g, d, n, others)
	if g.some(d, ActiveTwice, .12) && len(others) > 1 {
		if m := pick(d, others); m != n && m.state != nil {
			g.record(in, m, event{task: d.one("start", "start", "monitor")})
			g.watched(d, in, m, false)
		}
	}
	if g.some(d, Wandered, .2) && len(others) > 1 {
		if m := pick(d, others); m != n && m.state != nil && (m.lrm == nil || m.entry(in.name) == nil) {
			g.record(in, m, event{task: "start"})
			g.watched(d, in, m, false)
			g.record(in, m, event{task: "stop"})
		}
	}
	if in.gives != nil && up && n.condition != offline {
		g.remoteState(in.gives)
		if in.resource.agent.Type != "remote" { // a guest: the connection is a resource of its own
			conn := instance{name: in.gives.name, resource: &resource{id: in.gives.name, agent: operation.Agent{Class: "ocf",
				Provider: "pacemaker", Type: "remote"}, ops: []op{{name: "monitor", interval: 30, timeout: 30}}}}
			if in.x.ByID("meta_attributes", in.id+"-guest").ByID("nvpair", in.id+"-guest-remote-port") != nil {
				conn.params = []param{{name: "addr", value: "10.0.0.9"}, {name: "port", value: "3125"}}
			}
			g.record(conn, n, event{task: "start"})
			g.record(conn, n, event{task: "monitor", interval: 30})
			n.entry(conn.name).Set("container", in.id)
		}
		g.startLife(in.gives)
	} else if in.gives != nil {
		in.gives.lived = false
	}
	if g.some(d, ShutdownLocks, .5) && n.condition != online {
		n.entry(in.name).Set("shutdown-lock", strconv.Itoa(Now-d.between(10, 4000)))
	}
}

// watched writes the recurring operations of an instance.
func (g *generator) watched(d dice, in instance, n *node, changed bool) {
	for _, o := range in.ops {
		if o.interval == 0 || o.off || o.role == "Stopped" || g.some(d, Holes, .1) {
			continue
		}
		if master := o.role == "Promoted" || o.role == "Master"; master != in.promoted && o.role != "" {
			continue
		}
		e := event{task: o.name, interval: o.interval, changed: changed}
		if in.promoted {
			e.code, e.expected = ocf.RunningPromoted, ocf.RunningPromoted
		}
		g.record(in, n, e)
	}
}

// happened writes what went wrong or is under way with an instance that runs; it tells whether it still runs.
func (in instance) happened(g *generator, d dice, n *node, others []*node) bool {
	switch {
	case in.migrates && len(others) > 1 && g.some(d, PartialMigration, .4):
		return g.migration(d, in, n, pick(d, others))
	case g.some(d, Failures, .2) || in.promoted && g.some(d, Failures, .2):
		return g.failed(d, in, n)
	case g.some(d, Pending, .15):
		task := d.one("stop", "start", "monitor", "monitor")
		if in.promotableHere() {
			task = d.one("promote", "demote", "stop", "start")
		}
		e := event{task: task, code: ocf.UnknownResult, status: operation.Pending, ago: d.between(1, 100)}
		if o := in.monitorOf(""); task == "monitor" && o != nil {
			e.interval = o.interval
		}
		if d.chance(.2) { // once more what has failed before
			again := e
			again.code, again.status = ocf.ErrGeneric, operation.Error
			again.ago += d.between(1, 100)
			g.record(in, n, again)
		}
		g.record(in, n, e)
	case d.chance(.06):
		g.record(in, n, event{task: "stop"})
		return false
	}
	return true
}

// failed writes a failed operation, and counts it.
func (g *generator) failed(d dice, in instance, n *node) bool {
	codes := []ocf.ExitCode{ocf.NotRunning, ocf.NotRunning, ocf.ErrGeneric, ocf.ErrGeneric, ocf.ErrInstalled, ocf.ErrConfigured, ocf.ErrArgs,
		ocf.ErrPerm, ocf.ErrUnimplemented, ocf.Degraded}
	e := event{task: "monitor", code: pick(d, codes), status: operation.Done, ago: d.between(1, 4000)}
	if e.code != ocf.NotRunning && d.chance(.3) {
		e.status = pick(d, []operation.Status{operation.Error, operation.TimedOut, operation.NotSupported, operation.HardError,
			operation.NotInstalled, operation.Cancelled, operation.NotConnected})
	}
	if e.status == operation.Done && e.code != ocf.NotRunning && d.chance(.5) {
		e.status = operation.Error
	}
	role := ""
	if in.promoted {
		role, e.expected = "Promoted", ocf.RunningPromoted
		if d.chance(.5) {
			e.code = pick(d, []ocf.ExitCode{ocf.FailedPromoted, ocf.OK, ocf.DegradedPromoted})
		}
	}
	o := in.monitorOf(role)
	if o != nil {
		e.interval = o.interval
	}
	tasks := []string{"monitor", "monitor", "start", "stop"}
	if in.promotableHere() {
		tasks = []string{"monitor", "monitor", "monitor", "promote", "promote", "demote", "stop"}
	}
	if task := d.one(tasks...); task != "monitor" || o == nil {
		if task == "monitor" {
			task = "start"
		}
		e.task, e.interval, e.expected = task, 0, ocf.OK
		if task == "start" && e.code == ocf.Degraded {
			e.code = ocf.ErrGeneric
		}
	}
	g.record(in, n, e)
	if d.chance(.85) && n.state != nil {
		name := "fail-count-" + in.name + "#" + e.task + "_" + strconv.Itoa(e.interval*1000)
		set := n.attributes()
		set(name, d.one("1", "1", "2", "3", "INFINITY"))
		if d.chance(.9) {
			set("last-failure-"+name[len("fail-count-"):], strconv.Itoa(Now-e.ago))
		}
	}
	return e.task == "monitor" && e.code != ocf.NotRunning
}

// migration writes a live migration that did not come to its end, and tells whether the instance still runs at its source.
func (g *generator) migration(d dice, in instance, from, to *node) bool {
	if to == from || to.state == nil {
		return true
	}
	there := event{task: "migrate_to", from: from.name, to: to.name, ago: 300}
	here := event{task: "migrate_from", from: from.name, to: to.name, ago: 200}
	switch d.below(7) {
	case 0: // under way
		there.code, there.status = ocf.UnknownResult, operation.Pending
		g.record(in, from, there)
	case 1: // sent
		g.record(in, from, there)
	case 2: // being received
		g.record(in, from, there)
		here.code, here.status = ocf.UnknownResult, operation.Pending
		g.record(in, to, here)
	case 3: // received, not stopped at the source
		g.record(in, from, there)
		g.record(in, to, here)
		if d.chance(.5) {
			g.record(in, to, event{task: "monitor", interval: 10, ago: 100})
		}
	case 4: // received, and gone from there again
		g.record(in, from, there)
		g.record(in, to, here)
		g.record(in, to, event{task: "stop", ago: 50})
	case 5:
		there.code, there.status = ocf.ErrGeneric, operation.Error
		g.record(in, from, there)
		if d.chance(.5) {
			g.record(in, to, event{task: "stop", ago: 100})
		}
	default:
		g.record(in, from, there)
		here.code, here.status = ocf.ErrGeneric, operation.Error
		g.record(in, to, here)
	}
	return true
}

// makeRemoved writes the history of things that are not configured any more.
func (g *generator) makeRemoved() {
	d := g.dice("removed")
	for i := range d.few(3) {
		r := &resource{id: "gone" + strconv.Itoa(i), agent: operation.Agent{Class: "ocf", Provider: "pacemaker", Type: "Dummy"},
			ops: []op{{name: "monitor", interval: 10, timeout: 20}}}
		in := instance{resource: r, name: r.id}
		clone := d.chance(.3)
		for j, n := range g.nodes {
			if n.lrm == nil || !d.chance(.5) {
				continue
			}
			if clone {
				in.name = r.id + ":" + strconv.Itoa(j)
			}
			if d.chance(.3) {
				g.probed(d, in, n)
				continue
			}
			g.lived(d, in, n, nil)
		}
	}
	if n := pick(d, g.nodes); g.on[Guests] && n.lrm != nil { // a guest with its connection
		vm := &resource{id: "gone-vm", agent: operation.Agent{Class: "ocf", Provider: "heartbeat", Type: "VirtualDomain"}}
		g.record(instance{resource: vm, name: vm.id}, n, event{task: "start"})
		c := &resource{id: "gone-guest", agent: operation.Agent{Class: "ocf", Provider: "pacemaker", Type: "remote"}}
		g.record(instance{resource: c, name: c.id}, n, event{task: "start"})
		g.record(instance{resource: c, name: c.id}, n, event{task: "monitor", interval: 30})
		n.entry(c.id).Set("container", vm.id)
	}
	// Instances beyond what is configured now.
	for _, r := range g.tops {
		if r.kind != clone || !r.unique || r.max == 0 || !d.chance(.5) {
			continue
		}
		n := pick(d, g.nodes)
		for _, l := range r.leaves() {
			if n.lrm != nil {
				g.lived(d, instance{resource: l, name: l.id + ":" + strconv.Itoa(r.max+1)}, n, nil)
			}
		}
	}
}
