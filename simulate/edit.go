package simulate

import (
	"strconv"
	"strings"
	"time"

	"pacer/history"
	"pacer/ocf"
	"pacer/operation"
	"pacer/xmltree"
)

// debugOrigin is the crm-debug-origin of everything that is only pretended.
const debugOrigin = "crm_simulate"

// pretender stands in transition keys for the controller that would have asked.
const pretender = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"

// child returns the first child element of that name, made when there is none.
func child(n *xmltree.Node, name string, attrs ...string) *xmltree.Node {
	if c := n.First(name); c != nil {
		return c
	}
	return n.AddNew(name, attrs...)
}

// remove takes the child elements of that name away.
func remove(n *xmltree.Node, name string) {
	kept := n.Children[:0:0]
	for _, c := range n.Children {
		if c.Kind != xmltree.Element || c.Name != name {
			kept = append(kept, c)
		}
	}
	n.Children = kept
}

// nodeState finds a node's state, or makes an empty one. An empty uuid is looked up among the configured nodes.
func nodeState(doc *xmltree.Node, uuid, name string) *xmltree.Node {
	status := child(doc, "status")
	for s := range status.Elements("node_state") {
		if s.Get("uname") == name {
			return s
		}
	}
	if uuid == "" {
		uuid = name
		for n := range doc.Path("configuration", "nodes").Elements("node") {
			if n.Get("uname") == name {
				uuid = n.ID()
			}
		}
	}
	if s := status.ByID("node_state", uuid); s != nil {
		return s
	}
	return status.AddNew("node_state", "id", uuid, "uname", name)
}

// setNode makes a node a full member, or offline.
func setNode(state *xmltree.Node, up bool) {
	if up {
		state.Set("in_ccm", "true").Set("crmd", "online").Set("join", "member").Set("expected", "member")
	} else {
		state.Set("in_ccm", "false").Set("crmd", "offline").Set("join", "down").Set("expected", "down")
	}
	state.Set("crm-debug-origin", debugOrigin)
}

// lrmResource finds a resource's history on a node by one of two names, or makes one under the first.
func lrmResource(state *xmltree.Node, name, other string, agent operation.Agent) *xmltree.Node {
	list := child(child(state, "lrm", "id", state.ID()), "lrm_resources")
	for _, id := range []string{name, other} {
		if r := list.ByID("lrm_resource", id); r != nil {
			return r
		}
	}
	r := list.AddNew("lrm_resource", "id", name, "class", agent.Class)
	if agent.Provider != "" {
		r.Set("provider", agent.Provider)
	}
	return r.Set("type", agent.Type)
}

// nextCall is a call id larger than those of a resource's history.
func nextCall(rsc *xmltree.Node) int {
	last := 0
	for op := range rsc.Elements("lrm_rsc_op") {
		if n, err := strconv.Atoi(op.Get("call-id")); err == nil && n > last {
			last = n
		}
	}
	return last + 1
}

// record stores a result in a resource's history as the controller would.
func record(rsc *xmltree.Node, node string, op operation.Op, expected, code ocf.ExitCode, reason string, now time.Time) {
	op.Key = history.Key{Action: op.Call, Transition: -1, Expected: expected, UUID: pretender}.String()
	res := operation.Result{Op: op, Status: operation.Done, Code: code, Reason: reason, Began: now, Changed: now}
	from := history.Origin{Node: node, FeatureSet: FeatureSet, By: debugOrigin}
	entries := history.Entries(&res, from)
	if !history.Recordable(op.Task) {
		// What the controller forgets, a pretended run still keeps for the lists to show.
		entries = append(entries, history.Record(history.OpKey(op.Resource, op.Task, op.Interval), &res, from))
	}
	for _, e := range entries {
		put(rsc, e)
	}
}

// put adds an entry, in the place of one with the same id.
func put(rsc, entry *xmltree.Node) {
	for i, c := range rsc.Children {
		if c.Kind == xmltree.Element && c.Name == entry.Name && c.ID() == entry.ID() {
			rsc.Children[i] = entry
			return
		}
	}
	rsc.Add(entry)
}

// setAttribute gives a node a transient attribute and returns the step that tells of it.
func setAttribute(state *xmltree.Node, name, value string) Step {
	step := Step{Kind: StepAttribute, Task: name, Value: value, Node: state.ID()}
	attrs := child(state, "transient_attributes", "id", state.ID())
	set := child(attrs, "instance_attributes", "id", "status-"+state.ID())
	for nv := range set.Elements("nvpair") {
		if nv.Get("name") == name {
			nv.Set("value", value)
			return step
		}
	}
	id := "status-" + state.ID() + "-" + strings.ReplaceAll(name, "#", ".")
	set.AddNew("nvpair", "id", id, "name", name, "value", value)
	return step
}

// countFailure adds one to the fail count of an operation. A probe that finds nothing is no failure.
func countFailure(state *xmltree.Node, resource, task string, interval time.Duration, code ocf.ExitCode, now time.Time) []Step {
	if code == ocf.OK || code == ocf.NotRunning && interval == 0 {
		return nil
	}
	name := history.FailCountName(resource, task, interval)
	count := 0
	for nv := range state.Path("transient_attributes", "instance_attributes").Elements("nvpair") {
		if nv.Get("name") == name {
			count, _ = strconv.Atoi(nv.Get("value"))
		}
	}
	return []Step{
		setAttribute(state, name, strconv.Itoa(count+1)),
		setAttribute(state, history.LastFailureName(resource, task, interval), strconv.FormatInt(now.Unix(), 10)),
	}
}
