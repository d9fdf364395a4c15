package status

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"pacer/cluster"
	"pacer/history"
	"pacer/ocf"
	"pacer/operation"
	"pacer/score"
	"pacer/xmltree"
)

// hiddenAttributes are the beginnings of names of attributes that the cluster keeps for itself.
var hiddenAttributes = []string{"fail-count-", "last-failure-", "#"}

func hidden(name string) bool {
	switch name {
	case "shutdown", "terminate", "standby":
		return true
	}
	for _, p := range hiddenAttributes {
		if strings.HasPrefix(name, p) {
			return true
		}
	}
	return false
}

// attributes are those of the online nodes.
func (b *builder) attributes() []NodeAttributes {
	var list []NodeAttributes
	for _, n := range b.s.Nodes {
		if !n.Online {
			continue
		}
		v := NodeAttributes{Node: n.Name, NodeID: n.UUID, Host: hostOf(n), Guest: n.Guest()}
		for _, name := range slices.Sorted(maps.Keys(n.Attributes)) {
			if hidden(name) {
				continue
			}
			a := Attribute{Name: name, Value: n.Attributes[name]}
			a.Expected, a.Pinged = b.expected(n, name)
			v.List = append(v.List, a)
		}
		if len(v.List) > 0 {
			list = append(list, v)
		}
	}
	return list
}

func hostOf(n *cluster.Node) string {
	if n.Guest() && len(n.Container.RunningOn) > 0 {
		return n.Container.RunningOn[0].Name
	}
	return ""
}

// expected is the value that a ping resource active on a node gives its attribute while everything answers.
func (b *builder) expected(n *cluster.Node, name string) (int, bool) {
	for _, r := range n.Running {
		if r.Type != "ping" && r.Type != "pingd" {
			continue
		}
		params := parameters(r.XML)
		attr := params["name"]
		if attr == "" {
			attr = "pingd"
		}
		if attr != name {
			continue
		}
		hosts := len(strings.Fields(params["host_list"]))
		if f, err := strconv.Atoi(params["multiplier"]); err == nil {
			return hosts * f, true
		}
		return hosts, true
	}
	return 0, false
}

// parameters are the plain instance attributes of a resource; the first value for a name wins.
func parameters(n *xmltree.Node) map[string]string {
	m := map[string]string{}
	for set := range n.Elements("instance_attributes") {
		for nv := range set.Elements("nvpair") {
			if _, ok := m[nv.Get("name")]; !ok {
				m[nv.Get("name")] = nv.Get("value")
			}
		}
	}
	return m
}

// histories are what was done on each online node, in the order of the status section.
func (b *builder) histories() []History {
	var list []History
	for state := range b.s.CIB.Path("status").Elements("node_state") {
		n := b.s.NodeByName(state.Get("uname"))
		if n == nil || !n.Online {
			continue
		}
		h := History{Node: n.Name, NodeID: n.UUID, Host: hostOf(n), Guest: n.Guest()}
		for lr := range state.Path("lrm", "lrm_resources").Elements("lrm_resource") {
			if r, ok := b.resourceHistory(n, lr); ok {
				h.Resources = append(h.Resources, r)
			}
		}
		list = append(list, h)
	}
	return list
}

// resourceHistory is what was done with a resource on a node, unless that is nothing that anybody wants to see: of most resources most nodes
// know only that they are not there.
func (b *builder) resourceHistory(n *cluster.Node, lr *xmltree.Node) (ResourceHistory, bool) {
	r := b.s.ResourceByName(lr.ID())
	shown := slices.ContainsFunc(lr.Children, func(op *xmltree.Node) bool { return op.Name == "lrm_rsc_op" && isShown(op) })
	if !shown {
		if r == nil {
			return ResourceHistory{}, false
		}
		if count, _ := b.s.FailCount(r, n); count == 0 {
			return ResourceHistory{}, false
		}
	}
	v := ResourceHistory{ID: lr.ID(), XMLID: lr.ID(), Threshold: int(score.Infinity)}
	if r == nil {
		v.Orphan = true
	} else {
		v.ID, v.XMLID = shownID(r), r.XMLID
		v.Threshold = int(r.Threshold)
		count, last := b.s.EffectiveFailCount(r, n)
		v.FailCount, v.LastFailure = int(count), last
	}
	if !shown {
		return v, true
	}
	h := cluster.ReadHistory(lr)
	for _, op := range h.Entries() {
		if isShown(op.XML) {
			v.Operations = append(v.Operations, historyEntry(op.XML))
		}
	}
	return v, true
}

// isShown tells whether people want to see an entry: no notifications, no probes that found nothing.
func isShown(op *xmltree.Node) bool {
	switch op.Get("operation") {
	case "notify":
		return false
	case "monitor":
		return number(op.Get("rc-code")) != int(ocf.NotRunning) || milliseconds(op.Get("interval")) != 0
	}
	return true
}

// historyEntry is one entry as people see it.
func historyEntry(op *xmltree.Node) Operation {
	task := op.Get("operation")
	interval := milliseconds(op.Get("interval"))
	rc := number(op.Get("rc-code"))
	if task == "monitor" && interval == 0 {
		task = "probe"
	}
	return Operation{
		Call: number(op.Get("call-id")), Task: task, Interval: interval, Code: rc, Text: codeText(ocf.ExitCode(rc)),
		Changed: epoch(op.Get("last-rc-change")), Ran: milliseconds(op.Get("exec-time")),
		Queued: milliseconds(op.Get("queue-time")), HasTimes: op.Get("exec-time") != "",
	}
}

func number(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}

func milliseconds(s string) time.Duration { return time.Duration(number(s)) * time.Millisecond }

// failures are the failed operations, each once.
func (b *builder) failures() []Failure {
	var list []Failure
	type id struct{ key, node string }
	seen := map[id]bool{}
	for _, op := range b.s.Failures {
		if masked(op) || op.Node == nil {
			continue
		}
		key := op.Key
		if key == "" {
			key = op.ID
		}
		if seen[id{key, op.Node.Name}] {
			continue
		}
		seen[id{key, op.Node.Name}] = true
		f := Failure{
			Key: key, Task: op.Task, Interval: op.Interval, Node: op.Node.Name, Call: op.Call,
			Code: int(op.Code), CodeText: codeText(op.Code), Status: int(op.Status), StatusText: statusText(op.Status),
			Reason: op.Reason, Changed: op.LastChange(), Ran: op.ExecTime, Queued: op.QueueTime,
		}
		if op.Resource != nil {
			f.Resource, f.XMLID = shownID(op.Resource), op.Resource.XMLID
		}
		// The name under which the operation ran is the one that logs have.
		if name, _, _, err := history.ParseOpKey(key); err == nil {
			f.Resource = name
		}
		list = append(list, f)
	}
	return list
}

// statusText are the words for op-status.
func statusText(s operation.Status) string {
	switch s {
	case operation.Pending:
		return "Pending"
	case operation.Done:
		return "Done"
	case operation.Cancelled:
		return "Cancelled"
	case operation.TimedOut:
		return "Timed out"
	case operation.NotSupported:
		return "Unsupported"
	case operation.Error:
		return "Error"
	case operation.HardError:
		return "Hard error"
	case operation.FatalError:
		return "Fatal error"
	case operation.NotInstalled:
		return "Not installed"
	case operation.NotConnected:
		return "Internal communication failure"
	case operation.InvalidNow:
		return "Cannot execute now"
	case operation.NoFenceDevice:
		return "No fence device"
	case operation.NoSecrets:
		return "CIB secrets unavailable"
	}
	return "Unknown"
}

func (b *builder) tickets() []Ticket {
	var list []Ticket
	for _, t := range b.s.Tickets {
		v := Ticket{ID: t.ID, Granted: t.Granted, Standby: t.Standby, LastGranted: t.LastGranted}
		for _, name := range slices.Sorted(maps.Keys(t.Attributes)) {
			switch name {
			case "id", "granted", "standby", "last-granted":
				continue
			}
			v.Details = append(v.Details, Attribute{Name: name, Value: t.Attributes[name]})
		}
		list = append(list, v)
	}
	slices.SortStableFunc(list, func(a, b Ticket) int { return strings.Compare(a.ID, b.ID) })
	return list
}

// bans are the negative location constraints.
func (b *builder) bans() []Ban {
	var list []Ban
	for _, l := range slices.Backward(b.s.Locations()) {
		for _, ns := range l.Nodes {
			if ns.Score < 0 {
				list = append(list, Ban{ID: l.ID, Resource: shownID(l.Resource), Node: ns.Node.Name, NodeID: ns.Node.UUID,
					Score: int(ns.Score), PromotedOnly: l.Role == cluster.Promoted})
			}
		}
	}
	return list
}
