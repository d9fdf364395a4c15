package randomcib

import (
	"strconv"
	"time"

	"pacer/history"
	"pacer/ocf"
	"pacer/operation"
	"pacer/xmltree"
)

// controller stands in the keys of transitions, otherController in those of a coordinator that came after it.
const (
	controller      = "5e9bd2c8-0000-4000-8000-00000000beef"
	otherController = "77a1f00d-0000-4000-8000-00000000cafe"
)

// startLife gives a node the part of its node_state that holds histories.
func (g *generator) startLife(n *node) {
	if n.lrm == nil && n.state != nil {
		n.lrm = n.state.AddNew("lrm", "id", n.id).AddNew("lrm_resources")
	}
}

// entry returns the history of a resource, nil when there is none.
func (n *node) entry(name string) *xmltree.Node { return n.lrm.ByID("lrm_resource", name) }

// event is one operation that ran.
type event struct {
	task     string
	interval int // seconds
	code     ocf.ExitCode
	expected ocf.ExitCode
	status   operation.Status
	ago      int // seconds, 0: at the beginning of the day, in order of the calls
	changed  bool
	from, to string // of a migration
}

// record writes an event into the history of an instance on a node.
func (g *generator) record(in instance, n *node, e event) {
	g.startLife(n)
	if n.lrm == nil {
		return
	}
	x := n.entry(in.name)
	if x == nil {
		x = n.lrm.AddNew("lrm_resource", "id", in.name, "class", in.agent.Class)
		if in.agent.Provider != "" {
			x.Set("provider", in.agent.Provider)
		}
		x.Set("type", in.agent.Type)
		if in.parent != nil && in.parent.kind == bundle && in.agent.Type == "remote" {
			x.Set("container", in.parent.id+"-"+in.parent.engine+"-"+lastDigits(in.id))
		}
	}
	n.calls++
	began := time.Unix(Now-80_000+int64(n.calls)*7, 0)
	if e.ago > 0 {
		began = time.Unix(Now-int64(e.ago), 0)
	}
	params := in.paramsOn(n)
	if e.changed {
		params = append([]operation.Param{{Name: g.dice("changed", in.name).one("ip", "state", "passwd"), Value: "before"}}, params...)
	}
	timeout := g.opTimeout
	for _, o := range in.ops {
		if o.name == e.task && o.interval == e.interval {
			for _, p := range o.params {
				params = append(params, operation.Param{Name: p.name, Value: p.value})
			}
			if o.timeout > 0 {
				timeout = o.timeout
			}
		}
	}
	params = append(params, operation.Param{Name: "CRM_meta_timeout", Value: strconv.Itoa(timeout * 1000)})
	if e.from != "" {
		params = append(params, operation.Param{Name: "CRM_meta_migrate_source", Value: e.from},
			operation.Param{Name: "CRM_meta_migrate_target", Value: e.to})
	}
	key := history.Key{Action: n.calls, Transition: 3 + n.calls/20, Expected: e.expected, UUID: controller}
	call := n.calls
	if e.status == operation.Pending {
		call = -1
		if g.dice("pending", in.name, n.id).chance(.3) {
			key.Transition, key.UUID = 0, otherController
		}
	}
	res := operation.Result{
		Op: operation.Op{Call: call, Resource: in.name, Agent: in.agent, Task: e.task, Interval: time.Duration(e.interval) * time.Second,
			Params: params, Key: key.String()},
		Status: e.status, Code: e.code, Began: began, Ran: 20 * time.Millisecond,
	}
	from := history.Origin{Node: n.name, FeatureSet: featureSet, By: "do_update_resource"}
	if in.reloads {
		from.Agent = history.AgentRules{Reload: true, Restart: []string{"ip"}, Private: []string{"passwd"}}
	}
	entries := history.Entries(&res, from)
	if e.status == operation.Pending {
		entries = []*xmltree.Node{history.PendingEntry(res.Op, began, from)}
	}
	for _, y := range entries {
		g.age(y)
		put(x, y)
	}
}

// put adds an entry to a history, in place of an older one.
func put(x, entry *xmltree.Node) {
	for i, c := range x.Children {
		if c.ID() == entry.ID() {
			x.Children[i] = entry
			return
		}
	}
	x.Add(entry)
}

// age makes an entry look as older versions wrote it.
func (g *generator) age(x *xmltree.Node) {
	if !g.on[OldHistory] {
		return
	}
	d := g.dice("age", x.ID(), x.Get("on_node"))
	if d.chance(.5) {
		x.Unset("op-digest")
		x.Unset("op-restart-digest")
	}
	if d.chance(.3) {
		x.Unset("exit-reason")
		x.Unset("on_node")
		x.Set("crm_feature_set", g.dice("feature-set", x.ID(), x.Get("on_node")).one("3.0.7", "1.0.7", "3.0.14", "3.2.0", "3.11.0"))
	}
	if d.chance(.3) {
		if x.ID() != "" {
			x.Set("id", x.Get("operation_key")) // Versions that had no other key had no other ids either.
		}
		x.Unset("operation_key")
	}
	if d.chance(.2) {
		x.Unset("last-rc-change")
	}
}

// probed writes that an instance was looked for and not found.
func (g *generator) probed(d dice, in instance, n *node) {
	e := event{task: "monitor", code: ocf.NotRunning, expected: ocf.NotRunning}
	switch {
	case g.some(d, Failures, .03):
		e.code = pick(d, []ocf.ExitCode{ocf.ErrInstalled, ocf.ErrArgs, ocf.ErrGeneric, ocf.ErrConfigured, ocf.ErrPerm})
	case g.some(d, Pending, .05):
		e.code, e.status = ocf.UnknownResult, operation.Pending
	}
	g.record(in, n, e)
	if o := in.monitorOf("Stopped"); o != nil && d.chance(.6) {
		g.record(in, n, event{task: "monitor", interval: o.interval, code: ocf.NotRunning, expected: ocf.NotRunning})
	}
}

// monitorOf returns a recurring monitor for a role, nil when there is none.
func (r *resource) monitorOf(role string) *op {
	for i := range r.ops {
		if o := &r.ops[i]; o.name == "monitor" && o.interval > 0 && o.role == role {
			return o
		}
	}
	return nil
}
