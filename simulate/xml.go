package simulate

import (
	"strconv"
	"strings"

	"pacer/cluster"
	"pacer/scheduler"
	"pacer/status"
	"pacer/why"
	"pacer/xmltree"
)

// XML gives a simulation as the elements that crm_simulate puts into its result, in the order of Text.
func (r *Result) XML(o *Options, show Show) []*xmltree.Node {
	var list []*xmltree.Node
	picture := func(s *cluster.State, name string) {
		dress := show.dress()
		list = append(list, xmltree.New(name).Add(status.Build(s, status.Extra{Show: dress.Show}).XML(dress)...))
	}
	if r.Before != nil {
		picture(r.Before, "cluster_status")
	}
	if r.Injected != nil {
		n := xmltree.New("modifications")
		if q := o.Events.Quorum; q != "" {
			n.Set("quorum", q)
		}
		if w := o.Events.Watchdog; w != "" {
			n.Set("watchdog", w)
		}
		addSteps(n, r.Injected)
		list = append(list, n)
	}
	if r.Decided != nil {
		if o.Scores || o.Utilization {
			list = append(list, traceXML(o, r.Decided.Trace))
		}
		list = append(list, decisionsXML(r.Decided))
		if o.Why {
			reasons := xmltree.New("reasons")
			for _, s := range why.Explain(r.Decided).Sentences {
				reasons.AddNew("reason", "id", s.Says.Of, "resource", s.Says.Resource, "node", s.Says.Node, "text", s.Text(o.Lang))
			}
			list = append(list, reasons)
		}
	}
	if r.Output != nil {
		n := xmltree.New("transition")
		addSteps(n, r.Executed)
		list = append(list, n)
	}
	if r.After != nil {
		picture(r.After, "revised_cluster_status")
	}
	return list
}

func addSteps(n *xmltree.Node, steps []Step) {
	for i := range steps {
		if c := steps[i].XML(); c != nil {
			n.Add(c)
		}
	}
}

// traceXML is what went into the placement of resources. The name of the element says what was asked for.
func traceXML(o *Options, trace []scheduler.Trace) *xmltree.Node {
	name := "allocations_utilizations"
	switch {
	case !o.Utilization:
		name = "allocations"
	case !o.Scores:
		name = "utilizations"
	}
	n := xmltree.New(name)
	for i := range trace {
		t := &trace[i]
		var e *xmltree.Node
		switch t.Kind {
		case scheduler.TraceAssignment:
			n.AddNew("node_weight", "function", t.By, "node", t.Node, "score", t.Score.String(), "id", t.Resource)
			continue
		case scheduler.TracePromotion:
			e = n.AddNew("promotion_score", "id", t.Resource, "score", t.Score.String())
			if t.Node != "" {
				e.Set("node", t.Node)
			}
			continue
		case scheduler.TraceCapacity:
			e = n.AddNew("capacity", "node", t.Node, "comment", t.By)
		case scheduler.TraceUse:
			e = n.AddNew("utilization", "resource", t.Resource, "node", t.Node, "function", t.By)
		}
		for _, a := range t.Amounts {
			e.AddNew(a.Name).Add(&xmltree.Node{Kind: xmltree.Text, Text: strconv.Itoa(a.Value)})
		}
	}
	return n
}

func decisionsXML(out *scheduler.Output) *xmltree.Node {
	n := xmltree.New("actions")
	for i := range out.NodeDecisions {
		d := &out.NodeDecisions[i]
		if d.Reason != "" {
			n.AddNew("node_action", "task", d.Task, "node", nodeText(d), "reason", d.Reason)
		}
	}
	for i := range out.Decisions {
		n.Add(decisionXML(&out.Decisions[i]))
	}
	return n
}

// decisionXML is a decision about a resource. Roles are named where they are more than started. A resource that stays is
// named by its source, but one that begins or ends somewhere by its node.
func decisionXML(d *scheduler.Decision) *xmltree.Node {
	c := xmltree.New("rsc_action", "action", strings.ToLower(string(d.Verb)), "resource", d.Resource.Name)
	set := func(name, value string) { c.Set(name, value) }
	roles := d.FromRole > cluster.Started || d.ToRole > cluster.Unpromoted
	same, stays := d.FromRole == d.ToRole, d.From == d.To
	from, to := d.FromRole.String(), d.ToRole.String()
	switch {
	case d.From == nil && d.To == nil:
	case d.From == nil && roles:
		set("role", from)
		set("next-role", to)
		set("dest", d.To.Name)
	case d.From == nil:
		set("node", d.To.Name)
	case d.To == nil:
		if roles {
			set("role", from)
		}
		set("node", d.From.Name)
	case same:
		if roles {
			set("role", from)
		}
		set("source", d.From.Name)
		if !stays {
			set("dest", d.To.Name)
		}
	case stays:
		set("role", from)
		set("next-role", to)
		set("source", d.From.Name)
	default:
		set("role", from)
		set("source", d.From.Name)
		set("next-role", to)
		set("dest", d.To.Name)
	}
	if d.Reason != "" {
		set("reason", d.Reason)
	}
	if d.Blocked {
		set("blocked", "true")
	}
	return c
}

// nodeText is a node's name, of a guest also the resource that it is.
func nodeText(d *scheduler.NodeDecision) string {
	if c := d.Node.Container; c != nil {
		return d.Node.Name + " (resource: " + c.Name + ")"
	}
	return d.Node.Name
}
