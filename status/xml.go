package status

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pacer/cluster"
	"pacer/xmltree"
)

// xmlTime is how XML shows the time of a failure.
const xmlTime = "2006-01-02 15:04:05Z"

func flag(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// XML gives the sections as the elements that crm_mon puts into its result.
func (st *Status) XML(d Dress) []*xmltree.Node {
	x := &xmlPrinter{d: &d, f: st.filterOf(&d), st: st}
	var list []*xmltree.Node
	add := func(n *xmltree.Node, always bool) {
		if n != nil && (always || len(n.Children) > 0) {
			list = append(list, n)
		}
	}
	if d.Show&(SummarySections|Options) != 0 {
		add(x.summary(), false)
	}
	if d.Show&Nodes != 0 {
		add(x.nodes(), true)
	}
	if d.Show&Resources != 0 && !(d.ByNode && !d.Inactive) {
		add(x.resources(), len(st.Resources) > 0)
	}
	if d.Show&AttributesSection != 0 {
		add(x.attributes(), false)
	}
	if d.Show&(Operations|FailCounts) != 0 {
		any := slices.ContainsFunc(st.Histories, func(h History) bool { return x.f.node(h.Node) })
		add(x.histories(), any)
	}
	if d.Show&FailuresSection != 0 {
		add(x.failures(), false)
	}
	if d.Show&AllFencing != 0 {
		add(x.fencing(), false)
	}
	if d.Show&TicketsSection != 0 {
		add(x.tickets(), false)
	}
	if d.Show&BansSection != 0 {
		add(x.bans(), false)
	}
	return list
}

type xmlPrinter struct {
	d  *Dress
	f  filter
	st *Status
}

func (x *xmlPrinter) summary() *xmltree.Node {
	s, show := &x.st.Summary, x.d.Show
	n := xmltree.New("summary")
	if show&Stack != 0 {
		e := n.AddNew("stack", "type", orUnknown(s.Stack))
		if s.PacemakerdState != "" {
			e.Set("pacemakerd-state", "running")
		}
	}
	if show&DC != 0 {
		if s.DC == "" {
			n.AddNew("current_dc", "present", "false")
		} else {
			n.AddNew("current_dc", "present", "true", "version", orUnknown(s.DCVersion), "name", s.DC, "id", s.DCID,
				"with_quorum", flag(s.Quorum), "mixed_version", flag(s.Mixed))
		}
	}
	if show&Times != 0 {
		e := n.AddNew("last_update", "time", s.Updated.Format(timeForm))
		if s.Origin != "" {
			e.Set("origin", s.Origin)
		}
		n.AddNew("last_change", "time", s.Changed, "user", s.ChangedBy, "client", s.ChangedVia, "origin", s.ChangedOrigin)
	}
	if show&Counts != 0 {
		n.AddNew("nodes_configured", "number", strconv.Itoa(s.NodesConfigured))
		n.AddNew("resources_configured", "number", strconv.Itoa(s.Instances), "disabled", strconv.Itoa(s.Disabled),
			"blocked", strconv.Itoa(s.Blocked))
	}
	if show&Options != 0 {
		timeout := strconv.FormatInt(s.FencingTimeout, 10)
		n.AddNew("cluster_options", "fencing-enabled", flag(s.Fencing), "fencing-timeout-ms", timeout,
			"symmetric-cluster", flag(s.Symmetric), "no-quorum-policy", s.NoQuorumValue,
			"maintenance-mode", flag(s.Maintenance), "stop-all-resources", flag(s.StopAll),
			"priority-fencing-delay-ms", strconv.FormatInt(s.PriorityDelay, 10),
			"stonith-enabled", flag(s.Fencing), "stonith-timeout-ms", timeout)
	}
	return n
}

func (x *xmlPrinter) nodes() *xmltree.Node {
	list := xmltree.New("nodes")
	for i := range x.st.Nodes {
		n := &x.st.Nodes[i]
		if !x.f.node(n.Name) {
			continue
		}
		e := list.AddNew("node", "name", n.Name, "id", n.ID, "online", flag(n.Online), "standby", flag(n.Standby),
			"standby_onfail", flag(n.StandbyFail), "maintenance", flag(n.Maintenance), "pending", flag(n.Pending),
			"unclean", flag(n.Unclean), "health", n.Health)
		if n.FeatureSet != "" {
			e.Set("feature_set", n.FeatureSet)
		}
		e.Set("shutdown", flag(n.Shutdown)).Set("expected_up", flag(n.ExpectedUp)).Set("is_dc", flag(n.DC))
		e.Set("resources_running", strconv.Itoa(len(n.Running)))
		if n.Type == Member {
			e.Set("type", "member")
		} else {
			e.Set("type", "remote")
		}
		if n.Type == Guest {
			e.Set("id_as_resource", n.Container)
		}
		if x.d.ByNode {
			for j := range n.Running {
				if r := &n.Running[j]; x.f.resources == nil || x.f.runningAsked(x.st, r) {
					p := x.primitive(r)
					if r.Description != "" {
						p.Set("description", r.Description)
					}
					e.Add(p)
				}
			}
		}
	}
	return list
}

func (x *xmlPrinter) resources() *xmltree.Node {
	list := xmltree.New("resources")
	for i := range x.st.Resources {
		r := &x.st.Resources[i]
		switch {
		case r.Removed && !r.FullyActive, x.d.ByNode && r.FullyActive, !r.Active && !x.d.Inactive, r.Active && !x.f.onNode(r):
			continue
		}
		if e := x.resource(r, false); e != nil {
			list.Add(e)
		}
	}
	return list
}

func (x *xmlPrinter) resource(r *Resource, asked bool) *xmltree.Node {
	if !asked && !x.f.within(r) || r.Active && !x.f.onNode(r) {
		return nil
	}
	asked = asked || x.f.self(r)
	var e *xmltree.Node
	off := r.Disabled || r.Promotable && isUnpromoted(r.Target)
	switch r.Kind {
	case cluster.Primitive:
		return x.primitive(r)
	case cluster.Group:
		e = xmltree.New("group", "id", r.Name, "number_resources", strconv.Itoa(len(r.Members)),
			"maintenance", flag(r.Maintenance), "managed", flag(!r.Unmanaged), "disabled", flag(off))
	case cluster.Clone:
		e = xmltree.New("clone", "id", r.ID, "multi_state", flag(r.Promotable), "unique", flag(r.Unique),
			"maintenance", flag(r.Maintenance), "managed", flag(!r.Unmanaged), "disabled", flag(off),
			"failed", flag(r.Failed), "failure_ignored", flag(r.Ignored))
		if r.Target != "" {
			e.Set("target_role", r.Target)
		}
	case cluster.Bundle:
		e = xmltree.New("bundle", "id", r.ID, "type", r.Engine, "image", r.Image, "unique", flag(r.Unique),
			"maintenance", flag(r.Maintenance), "managed", flag(!r.Unmanaged), "failed", flag(r.Failed))
		x.replicas(e, r, asked)
	}
	if r.Description != "" && (x.d.Describe || x.d.Bare) {
		e.Set("description", r.Description)
	}
	for i := range r.Members {
		m := &r.Members[i]
		if m.Removed && !m.Active {
			continue
		}
		if c := x.resource(m, asked); c != nil {
			e.Add(c)
		}
	}
	if r.Kind == cluster.Group {
		e.Set("number_resources", strconv.Itoa(len(e.Children)))
	}
	return e
}

func (x *xmlPrinter) replicas(e *xmltree.Node, r *Resource, asked bool) {
	for i := range r.Replicas {
		rep := &r.Replicas[i]
		if c := rep.Container; c == nil || c.Active && !x.f.onNode(c) {
			continue
		}
		n := xmltree.New("replica", "id", strconv.Itoa(rep.Offset))
		for _, m := range rep.all() {
			if asked || x.f.within(m) {
				n.Add(x.primitive(m))
			}
		}
		if len(n.Children) > 0 {
			e.Add(n)
		}
	}
}

func (x *xmlPrinter) primitive(r *Resource) *xmltree.Node {
	role := r.Role.String()
	if r.Doing != "" {
		role = r.Doing
	}
	e := xmltree.New("resource", "id", r.ID, "resource_agent", r.Agent, "role", role)
	if r.Target != "" {
		e.Set("target_role", r.Target)
	}
	for _, a := range []struct {
		name string
		on   bool
	}{{"active", r.Active}, {"orphaned", r.Removed}, {"removed", r.Removed}, {"blocked", r.Blocked},
		{"maintenance", r.Maintenance}, {"managed", !r.Unmanaged}, {"failed", r.Failed}, {"failure_ignored", r.Ignored}} {
		e.Set(a.name, flag(a.on))
	}
	e.Set("nodes_running_on", strconv.Itoa(len(r.Nodes)))
	if r.Checking != "" {
		e.Set("pending", r.Checking)
	}
	if r.Locked != "" {
		e.Set("locked_to", r.Locked)
	}
	if r.Description != "" && (x.d.Describe || x.d.Bare) {
		e.Set("description", r.Description)
	}
	for i := range r.Nodes {
		p := &r.Nodes[i]
		e.AddNew("node", "name", p.Name, "id", p.ID, "cached", flag(p.Online))
	}
	return e
}

func (x *xmlPrinter) attributes() *xmltree.Node {
	list := xmltree.New("node_attributes")
	for i := range x.st.Attributes {
		n := &x.st.Attributes[i]
		if !x.f.node(n.Node) {
			continue
		}
		e := list.AddNew("node", "name", n.Node)
		for _, a := range n.List {
			c := e.AddNew("attribute", "name", a.Name, "value", a.Value)
			if a.Pinged {
				c.Set("expected", strconv.Itoa(a.Expected))
			}
		}
	}
	return list
}

func (x *xmlPrinter) histories() *xmltree.Node {
	list := xmltree.New("node_history")
	for i := range x.st.Histories {
		h := &x.st.Histories[i]
		if !x.f.node(h.Node) {
			continue
		}
		e := xmltree.New("node", "name", h.Node)
		for j := range h.Resources {
			r := &h.Resources[j]
			if !x.f.history(x.st, r) || x.d.Show&Operations == 0 && r.FailCount == 0 || x.d.Show&Operations != 0 && len(r.Operations) == 0 {
				continue
			}
			c := e.AddNew("resource_history", "id", r.ID, "orphan", flag(r.Orphan), "removed", flag(r.Orphan))
			if !r.Orphan {
				c.Set("migration-threshold", strconv.Itoa(r.Threshold))
				if r.FailCount > 0 {
					c.Set("fail-count", failCountText(r.FailCount))
					if !r.LastFailure.IsZero() {
						c.Set("last-failure", r.LastFailure.Format(timeForm))
					}
				}
			}
			if x.d.Show&Operations == 0 {
				continue
			}
			for k := range r.Operations {
				o := &r.Operations[k]
				op := c.AddNew("operation_history", "call", strconv.Itoa(o.Call), "task", o.Task, "rc", strconv.Itoa(o.Code), "rc_text", o.Text)
				if o.Interval > 0 {
					op.Set("interval", fmt.Sprintf("%dms", o.Interval.Milliseconds()))
				}
				if !o.Changed.IsZero() {
					op.Set("last-rc-change", o.Changed.Format(timeForm))
				}
				if o.HasTimes {
					op.Set("exec-time", fmt.Sprintf("%dms", o.Ran.Milliseconds()))
					op.Set("queue-time", fmt.Sprintf("%dms", o.Queued.Milliseconds()))
				}
			}
		}
		if len(e.Children) > 0 {
			list.Add(e)
		}
	}
	return list
}

func (x *xmlPrinter) failures() *xmltree.Node {
	list := xmltree.New("failures")
	for i := range x.st.Failures {
		f := &x.st.Failures[i]
		if !x.f.node(f.Node) || !x.f.names(f.Resource, f.XMLID) {
			continue
		}
		e := list.AddNew("failure", "op_key", f.Key, "node", f.Node, "exitstatus", f.CodeText, "exitreason", f.Reason,
			"exitcode", strconv.Itoa(f.Code), "call", strconv.Itoa(f.Call), "status", f.StatusText)
		if !f.Changed.IsZero() {
			e.Set("last-rc-change", f.Changed.UTC().Format(xmlTime))
		}
		e.Set("queued", strconv.FormatInt(f.Queued.Milliseconds(), 10)).Set("exec", strconv.FormatInt(f.Ran.Milliseconds(), 10))
		e.Set("interval", strconv.FormatInt(f.Interval.Milliseconds(), 10)).Set("task", f.Task)
	}
	return list
}

func (x *xmlPrinter) fencing() *xmltree.Node {
	list := xmltree.New("fence_history", "status", "0")
	for i := range x.st.Fencing {
		f := &x.st.Fencing[i]
		if !x.f.node(f.Target) {
			continue
		}
		e := list.AddNew("fence_event", "target", f.Target, "action", f.Action, "client", f.Client, "origin", f.Origin,
			"status", f.State)
		if f.Delegate != "" {
			e.Set("delegate", f.Delegate)
		}
		if f.Reason != "" {
			e.Set("exit-reason", f.Reason)
		}
		if !f.Completed.IsZero() && f.State != "pending" {
			e.Set("completed", f.Completed.UTC().Format(xmlTime))
		}
	}
	return list
}

func (x *xmlPrinter) tickets() *xmltree.Node {
	list := xmltree.New("tickets")
	for i := range x.st.Tickets {
		t := &x.st.Tickets[i]
		state := "revoked"
		if t.Granted {
			state = "granted"
		}
		e := list.AddNew("ticket", "id", t.ID, "status", state, "standby", flag(t.Standby))
		if at := epoch(t.LastGranted); !at.IsZero() {
			e.Set("last-granted", at.Format(timeForm))
		}
	}
	return list
}

func (x *xmlPrinter) bans() *xmltree.Node {
	list := xmltree.New("bans")
	for i := range x.st.Bans {
		b := &x.st.Bans[i]
		if strings.HasPrefix(b.ID, x.d.BanPrefix) && x.f.names(b.Resource) {
			list.AddNew("ban", "id", b.ID, "resource", b.Resource, "node", b.Node, "weight", strconv.Itoa(b.Score),
				"promoted-only", flag(b.PromotedOnly), "master_only", flag(b.PromotedOnly))
		}
	}
	return list
}
