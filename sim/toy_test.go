package sim

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"pacer/graph"
	"pacer/history"
	"pacer/scheduler"
	"pacer/xmltree"
)

// toy is a scheduler of a page for the loop around it: probes, one place for everything, monitors, fencing.
func toy(in scheduler.Input) *scheduler.Output {
	g := &graph.Graph{ClusterDelay: time.Minute, FencingTimeout: time.Minute, MigrationLimit: -1, FailedStopOffset: "INFINITY", FailedStartOffset: "INFINITY"}
	id := 0
	add := func(kind graph.Kind, op, key string, node *xmltree.Node, prim *xmltree.Node, inputs []int, attrs ...string) int {
		id++
		a := graph.Action{ID: id, Kind: kind, Operation: op, Key: key, Node: graph.NodeRef{UUID: node.ID(), Name: node.Get("uname")}}
		if prim != nil {
			a.Primitive = &graph.Primitive{ID: prim.ID(), Class: prim.Get("class"), Provider: prim.Get("provider"), Type: prim.Get("type")}
		}
		for i := 0; i < len(attrs); i += 2 {
			a.Attrs = append(a.Attrs, xmltree.Attr{Name: attrs[i], Value: attrs[i+1]})
		}
		g.Synapses = append(g.Synapses, graph.Synapse{ID: len(g.Synapses), Action: a, Inputs: inputs})
		return id
	}
	text := string(in.CIB.Append(nil))
	stonith := strings.Contains(text, `name="stonith-enabled" value="true"`)
	stopAll := strings.Contains(text, `name="stop-all-resources" value="true"`)
	quorum := in.CIB.Get("have-quorum") == "1"
	var online []*xmltree.Node
	var before []int
	for s := range in.CIB.First("status").Elements("node_state") {
		switch {
		case s.Get("crmd") != "0" && s.Get("join") == "member":
			online = append(online, s)
		case stonith && s.Get("expected") == "member" && quorum:
			before = append(before, add(graph.Cluster, "stonith", "stonith-"+s.Get("uname")+"-reboot", s, nil, nil, "CRM_meta_stonith_action", "reboot"))
		}
	}
	for n := range in.CIB.Path("configuration", "nodes").Elements("node") {
		if stonith && quorum && in.CIB.First("status").ByID("node_state", n.ID()) == nil {
			before = append(before, add(graph.Cluster, "stonith", "stonith-"+n.Get("uname")+"-reboot", n, nil, nil, "CRM_meta_stonith_action", "reboot"))
		}
	}
	shut := func(s *xmltree.Node) bool {
		t := s.First("transient_attributes")
		return t != nil && strings.Contains(string(t.Append(nil)), `name="shutdown"`)
	}
	failed := func(s *xmltree.Node) bool {
		t := s.First("transient_attributes")
		return t != nil && strings.Contains(string(t.Append(nil)), "fail-count-") || standby(in.CIB, s.ID())
	}
	newest := func(s *xmltree.Node, rsc string) (*xmltree.Node, bool) {
		var e *xmltree.Node
		monitored := false
		r := s.Path("lrm", "lrm_resources").ByID("lrm_resource", rsc)
		for x := range r.Elements("lrm_rsc_op") {
			a, _ := strconv.Atoi(x.Get("call-id"))
			b, _ := strconv.Atoi(e.Get("call-id"))
			if e == nil || a >= b {
				e = x
			}
		}
		for x := range r.Elements("lrm_rsc_op") {
			if x.Get("interval") != "0" && x == e {
				monitored = true
			}
		}
		return e, monitored
	}
	active := func(e *xmltree.Node) bool {
		return e != nil && e.Get("operation") != "stop" && e.Get("rc-code") == "0" && e.Get("op-status") == "0" || e.Get("op-status") == "-1"
	}
	prims := []*xmltree.Node{}
	in.CIB.Walk(func(n *xmltree.Node) bool {
		if n.Name == "primitive" && n.Get("class") != "stonith" {
			prims = append(prims, n)
		}
		return true
	})
	for _, p := range prims {
		for _, s := range online {
			if e, _ := newest(s, p.ID()); e == nil {
				before = append(before, add(graph.Resource, "monitor", p.ID()+"_monitor_0", s, p, nil, "CRM_meta_op_target_rc", "7", "CRM_meta_timeout", "20000"))
			}
		}
	}
	var target *xmltree.Node
	for _, s := range online {
		for _, p := range prims {
			if e, _ := newest(s, p.ID()); active(e) && !failed(s) && !shut(s) && target == nil {
				target = s
			}
		}
	}
	for _, s := range online {
		if !failed(s) && !shut(s) && target == nil {
			target = s
		}
	}
	if !quorum || stopAll {
		target = nil
	}
	{
		stopped := before
		for i := len(prims) - 1; i >= 0; i-- {
			p := prims[i]
			for _, s := range online {
				e, _ := newest(s, p.ID())
				bad := e != nil && e.Get("operation") != "stop" && e.Get("rc-code") != "0" && e.Get("rc-code") != "7"
				if s != target && (active(e) || bad) || s == target && bad {
					stopped = append(stopped[:len(stopped):len(stopped)], add(graph.Resource, "stop", p.ID()+"_stop_0", s, p, stopped, "CRM_meta_timeout", "20000"))
				}
			}
		}
		last := stopped
		for _, p := range prims {
			if target == nil {
				break
			}
			e, monitored := newest(target, p.ID())
			if !active(e) {
				n := add(graph.Resource, "start", p.ID()+"_start_0", target, p, last, "CRM_meta_timeout", "20000")
				last = append(last[:len(last):len(last)], n)
				monitored = false
			}
			if !monitored {
				add(graph.Resource, "monitor", p.ID()+"_monitor_10000", target, p, last, "CRM_meta_interval", "10000", "CRM_meta_timeout", "20000")
			}
		}
		for _, s := range online {
			if shut(s) && s.Get("expected") == "member" {
				add(graph.Cluster, "do_shutdown", "do_shutdown-"+s.Get("uname"), s, nil, stopped)
			}
		}
	}
	_ = fmt.Sprint
	_ = history.Milliseconds
	return &scheduler.Output{Graph: g}
}

func standby(root *xmltree.Node, id string) bool {
	n := root.Path("configuration", "nodes").ByID("node", id)
	return n != nil && strings.Contains(string(n.Append(nil)), `name="standby" value="on"`)
}
