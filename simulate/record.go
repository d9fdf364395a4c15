package simulate

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"pacer/history"
	"pacer/ocf"
	"pacer/operation"
	"pacer/release"
	"pacer/score"
	"pacer/xmltree"
)

// debugOrigin is the crm-debug-origin of everything that is only pretended.
const debugOrigin = "crm_simulate"

// pretender stands in transition keys for the controller that would have asked.
const pretender = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"

// setNode makes a node a full member, or offline.
func (d *draft) setNode(s *site, up bool) {
	d.happened()
	if state := s.state; up {
		state.Set("in_ccm", "true").Set("crmd", "online").Set("join", "member").Set("expected", "member")
	} else {
		state.Set("in_ccm", "false").Set("crmd", "offline").Set("join", "down").Set("expected", "down")
	}
	s.state.Set("crm-debug-origin", debugOrigin)
}

// nextCall is a call id larger than those of a resource's history. Where a node has two histories of a resource, neither
// counts, and the new result does not follow after what is there.
func (s *site) nextCall(rsc *xmltree.Node) int {
	last := 0
	if s.twice[rsc.ID()] {
		return 1
	}
	for _, op := range rsc.Children {
		if n, err := strconv.Atoi(op.Get("call-id")); err == nil && n > last {
			last = n
		}
	}
	return last + 1
}

// record stores a result in a resource's history as the controller would.
func (d *draft) record(rsc *xmltree.Node, node string, op operation.Op, expected, code ocf.ExitCode, reason string, now time.Time) {
	d.happened()
	op.Key = history.Key{Action: op.Call, Transition: -1, Expected: expected, UUID: pretender}.String()
	res := operation.Result{Op: op, Status: operation.Done, Code: code, Reason: reason, Began: now, Changed: now}
	from := history.Origin{Node: node, FeatureSet: release.Features, By: debugOrigin}
	entries := history.Entries(&res, from)
	if !history.Recordable(op.Task) {
		// What the controller forgets, a pretended run still keeps for the lists to show.
		id := history.OpKey(op.Resource, op.Task, op.Interval)
		if op.Task == "notify" {
			id = history.NotifyKey(op.Resource, op.Param("CRM_meta_notify_type"), op.Param("CRM_meta_notify_operation"))
		}
		entries = append(entries, history.Record(id, &res, from))
	}
	for _, e := range entries {
		put(rsc, e)
	}
}

// put adds an entry, or writes it over one with the same id, which keeps what the new one does not have.
func put(rsc, entry *xmltree.Node) {
	for i, c := range rsc.Children {
		if c.Kind == xmltree.Element && c.Name == entry.Name && c.ID() == entry.ID() {
			old := *c
			old.Attrs = slices.Clone(c.Attrs)
			for _, a := range entry.Attrs {
				old.Set(a.Name, a.Value)
			}
			rsc.Children[i] = &old
			return
		}
	}
	rsc.Add(entry)
}

// setAttribute gives a node a transient attribute and returns the step that tells of it. It is written along with the result
// that it comes from.
func (d *draft) setAttribute(s *site, name, value string) Step {
	id := s.state.ID()
	step := Step{Kind: StepAttribute, Task: name, Value: value, Node: id}
	set := d.child(d.child(s.state, "transient_attributes", "id", id), "instance_attributes", "id", "status-"+id)
	if nv := d.search(set, "nvpair", func(n *xmltree.Node) bool { return n.Get("name") == name }); nv != nil {
		nv.Set("value", value)
		return step
	}
	d.add(set, "nvpair", "id", set.ID()+"-"+strings.ReplaceAll(name, "#", "."), "name", name, "value", value)
	return step
}

// countFailure adds one to the fail count of an operation, or makes it infinite. A probe that finds nothing is no failure.
func (d *draft) countFailure(s *site, resource, task string, interval time.Duration, code ocf.ExitCode, fatal bool,
	now time.Time) []Step {
	if code == ocf.OK || code == ocf.NotRunning && interval == 0 {
		return nil
	}
	name := history.FailCountName(resource, task, interval)
	count := score.Score(0)
	for nv := range s.state.Path("transient_attributes", "instance_attributes").Elements("nvpair") {
		if nv.Get("name") == name {
			count = score.ParseOr(nv.Get("value"), 0) // What is no number counts as none.
		}
	}
	if count = score.Add(count, 1); fatal {
		count = score.Infinity
	}
	return []Step{
		d.setAttribute(s, name, count.String()),
		d.setAttribute(s, history.LastFailureName(resource, task, interval), strconv.FormatInt(now.Unix(), 10)),
	}
}
