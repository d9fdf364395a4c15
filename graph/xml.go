package graph

import (
	"strconv"

	"pacer/xmltree"
)

// XML is the graph in the form that the tools write and read.
func (g *Graph) XML() *xmltree.Node {
	x := xmltree.New("transition_graph", "cluster-delay", g.Text.ClusterDelay, "fencing-timeout", g.Text.FencingTimeout,
		"failed-stop-offset", g.FailedStopOffset, "failed-start-offset", g.FailedStartOffset)
	if g.Text.BatchLimit != "" {
		x.Set("batch-limit", g.Text.BatchLimit)
	}
	x.Set("transition_id", strconv.Itoa(g.ID))
	if g.MigrationLimit > 0 {
		x.Set("migration-limit", g.Text.MigrationLimit)
	}
	if !g.RecheckBy.IsZero() {
		x.Set("recheck-by", strconv.FormatInt(g.RecheckBy.Unix(), 10))
	}
	byID := make(map[int]*Action, len(g.Synapses))
	for i := range g.Synapses {
		byID[g.Synapses[i].Action.ID] = &g.Synapses[i].Action
	}
	for i := range g.Synapses {
		s := &g.Synapses[i]
		syn := x.AddNew("synapse", "id", strconv.Itoa(s.ID))
		if s.Priority > 0 {
			syn.Set("priority", strconv.Itoa(s.Priority))
		}
		a := s.Action.head()
		s.Action.details(a)
		syn.AddNew("action_set").Add(a)
		in := syn.AddNew("inputs")
		for _, id := range s.Inputs {
			if b := byID[id]; b != nil {
				in.AddNew("trigger").Add(b.head())
			}
		}
	}
	return x
}

// Append writes the graph as text.
func (g *Graph) Append(dst []byte) []byte { return g.XML().Pretty(dst) }

// head is the element of an action without what is in it.
func (a *Action) head() *xmltree.Node {
	name := "rsc_op"
	switch a.Kind {
	case Pseudo:
		name = "pseudo_event"
	case Cluster:
		name = "crm_event"
	}
	x := xmltree.New(name)
	set := func(name, value string) {
		if value != "" {
			x.Set(name, value)
		}
	}
	set("mode", a.Mode)
	set("id", strconv.Itoa(a.ID))
	set("operation", a.Operation)
	set("operation_key", a.Key)
	set("internal_operation_key", a.InternalKey)
	set("on_node", a.Node.Name)
	set("on_node_uuid", a.Node.UUID)
	set("router_node", a.RouterNode)
	return x
}

// details adds what an action carries.
func (a *Action) details(x *xmltree.Node) {
	if a.ShutdownLock != "" {
		x.Set("shutdown-lock", a.ShutdownLock)
	}
	if p := a.Primitive; p != nil {
		e := x.AddNew("primitive", "id", p.ID)
		for _, at := range []xmltree.Attr{{Name: "long-id", Value: p.LongID}, {Name: "class", Value: p.Class},
			{Name: "provider", Value: p.Provider}, {Name: "type", Value: p.Type}} {
			if at.Value != "" {
				e.Set(at.Name, at.Value)
			}
		}
	}
	attrs := x.AddNew("attributes")
	attrs.Attrs = a.Attrs
	for _, p := range a.Params {
		attrs.AddNew("param", "name", p.Name, "value", p.Value)
	}
	if len(a.Downed) > 0 {
		d := x.AddNew("downed")
		for _, id := range a.Downed {
			d.AddNew("node", "id", id)
		}
	}
	if a.Maintenance != nil {
		m := x.AddNew("maintenance")
		for _, n := range a.Maintenance {
			on := "0"
			if n.On {
				on = "1"
			}
			m.AddNew("node", "id", n.UUID, "node_in_maintenance", on)
		}
	}
}
