package scheduler_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"pacer/cluster"
	"pacer/graph"
	"pacer/internal/randomcib"
	"pacer/internal/randomcib/campaign"
	"pacer/operation"
	"pacer/scheduler"
	"pacer/score"
	"pacer/simulate"
	"pacer/xmltree"
)

// carryOut pretends to do what was decided, and does what the cluster does beside: it forgets what it is told to forget, and
// lets nodes leave that shut down. It returns the document afterwards, nil when not all could be done.
func carryOut(out *scheduler.Output, cib *xmltree.Node) *xmltree.Node {
	names := map[string]bool{}
	for _, r := range out.State.Resources {
		names[r.Name], names[r.History] = true, true
	}
	run := simulate.Execute(&simulate.Transition{Graph: out.Graph, Known: names, Now: out.State.Now}, cib)
	if !run.Complete {
		return nil
	}
	doc := run.CIB.Clone()
	doc.First("status").Walk(func(x *xmltree.Node) bool {
		if x.Get("crm-debug-origin") == "crm_simulate" {
			for _, old := range []string{"op-force-restart", "op-restart-digest", "op-secure-params", "op-secure-digest"} {
				x.Unset(old) // which agents would say anew
			}
		}
		return true
	})
	for _, s := range out.Graph.Synapses {
		a := &s.Action
		state := doc.First("status").ByID("node_state", a.Node.UUID)
		if state == nil {
			continue
		}
		switch a.Operation {
		case "clear_failcount":
			forgetFailures(state, a.Primitive)
		case "delete", "lrm_delete":
			list := state.Path("lrm", "lrm_resources")
			if list == nil {
				continue // fenced
			}
			list.Children = slices.DeleteFunc(list.Children, func(x *xmltree.Node) bool { return of(x.ID(), a.Primitive) })
		case "cancel":
			for r := range state.Path("lrm", "lrm_resources").Elements("lrm_resource") {
				if !of(r.ID(), a.Primitive) {
					continue
				}
				r.Children = slices.DeleteFunc(r.Children, func(x *xmltree.Node) bool {
					return x.Get("operation") == "cancel" || x.Get("operation") == a.Attr("CRM_meta_operation") && x.Get("interval") == a.Attr("CRM_meta_interval")
				})
			}
		case "stonith":
			if a.Attr("CRM_meta_stonith_action") == "on" {
				unfenced(state, a)
			} else if a.Kind == graph.Pseudo {
				state.Children = nil // a guest, whose fencing is the end of what it runs in
			} else if state.Get("remote_node") == "true" {
				state.Set("node_fenced", "1")
			}
		case "do_shutdown":
			state.Set("in_ccm", "false").Set("crmd", "offline").Set("join", "down").Set("expected", "down")
			state.Children = nil
		}
	}
	return doc
}

// unfenced notes that a node was switched on, and by which devices.
func unfenced(state *xmltree.Node, a *graph.Action) {
	set := state.Path("transient_attributes", "instance_attributes")
	if set == nil {
		set = state.AddNew("transient_attributes", "id", state.ID()).AddNew("instance_attributes", "id", "status-"+state.ID())
	}
	for name, value := range map[string]string{"#node-unfenced": strconv.Itoa(randomcib.Now), "#digests-all": a.Attr("CRM_meta_digests_all"),
		"#digests-secure": a.Attr("CRM_meta_digests_secure")} { // order: names differ
		set.Children = slices.DeleteFunc(set.Children, func(x *xmltree.Node) bool { return x.Get("name") == name })
		set.AddNew("nvpair", "id", set.ID()+name, "name", name, "value", value)
	}
}

// of tells whether a name in the history is that of an action's resource.
func of(name string, p *graph.Primitive) bool { return p != nil && (name == p.ID || name == p.LongID) }

func forgetFailures(state *xmltree.Node, p *graph.Primitive) {
	for set := range state.First("transient_attributes").Elements("instance_attributes") {
		set.Children = slices.DeleteFunc(set.Children, func(x *xmltree.Node) bool {
			rest, ok := strings.CutPrefix(x.Get("name"), "fail-count-")
			if !ok {
				rest, ok = strings.CutPrefix(x.Get("name"), "last-failure-")
			}
			name, _, _ := strings.Cut(rest, "#")
			return ok && of(name, p)
		})
	}
	for r := range state.Path("lrm", "lrm_resources").Elements("lrm_resource") {
		if of(r.ID(), p) {
			r.Children = slices.DeleteFunc(r.Children, func(x *xmltree.Node) bool { return strings.HasSuffix(x.ID(), "_last_failure_0") })
		}
	}
}

// runs is after how many transitions a cluster must be content.
const runs = 6

// TestSettles feeds what a transition leaves behind to the next one, until nothing is to be done any more, or what is left has an
// excuse. A cluster without one: see first whether Pacemaker comes to rest.
func TestSettles(t *testing.T) {
	campaign.Run(t, 100, everything, func(cib *xmltree.Node) string {
		doc := cib
		var out *scheduler.Output
		for range runs {
			if out = scheduler.Schedule(scheduler.Input{CIB: doc}); out.Err != nil {
				return "error: " + out.Err.Error()
			}
			if len(out.Graph.Synapses) == 0 {
				return ""
			}
			if doc = carryOut(out, doc); doc == nil {
				return ""
			}
		}
		if content(out) || excused(out) {
			return ""
		}
		var list []string
		for _, s := range out.Graph.Synapses {
			if s.Action.Kind != graph.Pseudo {
				list = append(list, s.Action.Key+" on "+s.Action.Node.Name)
			}
		}
		return "restless: " + strings.Join(list, ", ")
	})
}

// content tells whether a graph has nothing that changes anything: points of order only, monitors of what is not there to be
// monitored (multiple-active=stop_unexpected, lost guests), notifications of stops that need not be, and instances of clones,
// which may trade places for ever when some of them may not be everywhere.
func content(out *scheduler.Output) bool {
	cloned := map[string]bool{}
	for _, r := range out.State.Resources {
		if top := r.Top(false); top.Kind == cluster.Clone {
			cloned[r.Name], cloned[r.XMLID] = true, true
		}
	}
	return !slices.ContainsFunc(out.Graph.Synapses, func(s graph.Synapse) bool {
		a := &s.Action
		return a.Kind != graph.Pseudo && a.Operation != "monitor" && a.Operation != "notify" && (a.Primitive == nil || !cloned[a.Primitive.ID])
	})
}

// excuses are what never comes to rest, as docs/scheduler.md says: each a rule on what is decided, or on the document.
var excuses = []func(out *scheduler.Output) bool{monitoredAfterStop, notConnected, ofNoNode, leavingRemote, unfencing, resting,
	clonesApart, connectionNotStopped, migratedClone, restartsOnly, unmanagedConnection, noRoom, uncritical, standby}

func excused(out *scheduler.Output) bool {
	return slices.ContainsFunc(excuses, func(excuse func(*scheduler.Output) bool) bool { return excuse(out) })
}

// monitoredAfterStop tells whether something is stopped on a node where it is monitored further, as on a guest that comes back:
// that monitor, done after the stop, says that it runs there again.
func monitoredAfterStop(out *scheduler.Output) bool {
	type place struct{ resource, node string }
	done := map[string]map[place]bool{"stop": {}, "start": {}}
	for i := range out.Graph.Synapses {
		a := &out.Graph.Synapses[i].Action
		if list := done[a.Operation]; list != nil && a.Primitive != nil && a.Kind != graph.Pseudo {
			list[place{a.Primitive.ID, a.Node.Name}] = true
		}
	}
	return slices.ContainsFunc(out.Graph.Synapses, func(s graph.Synapse) bool {
		a := &s.Action
		if a.Operation != "monitor" || a.Primitive == nil {
			return false
		}
		at := place{a.Primitive.ID, a.Node.Name}
		return done["stop"][at] && !done["start"][at]
	})
}

// inStatus tells whether there is something in the status section.
func inStatus(out *scheduler.Output, is func(x *xmltree.Node) bool) bool {
	found := false
	out.State.CIB.First("status").Walk(func(x *xmltree.Node) bool {
		found = found || is(x)
		return !found
	})
	return found
}

// notConnected tells whether the history says of an operation that there was no connection to its node: as long as that is
// remembered, the connection counts as failed.
func notConnected(out *scheduler.Output) bool {
	return inStatus(out, func(x *xmltree.Node) bool {
		return x.Name == "lrm_rsc_op" && x.Get("op-status") == strconv.Itoa(int(operation.NotConnected))
	})
}

// ofNoNode tells whether there are entries that do not say of which node they are, as old versions wrote them: those that do are
// not put in order with them by their calls.
func ofNoNode(out *scheduler.Output) bool {
	return inStatus(out, func(x *xmltree.Node) bool { return x.Name == "lrm_rsc_op" && x.Get("on_node") == "" })
}

// leavingRemote tells whether a node that only a resource connects is asked to shut down: that is seen while it is connected only.
func leavingRemote(out *scheduler.Output) bool {
	for state := range out.State.CIB.First("status").Elements("node_state") {
		for set := range state.First("transient_attributes").Elements("instance_attributes") {
			for v := range set.Elements("nvpair") {
				if state.Get("remote_node") == "true" && v.Get("name") == "shutdown" && v.Get("value") != "0" {
					return true
				}
			}
		}
	}
	return false
}

// unfencing tells whether a node is switched on: again each time where its device is not what the node's attributes say, and where
// no device can, as for what runs in a guest or a container.
func unfencing(out *scheduler.Output) bool {
	return slices.ContainsFunc(out.Graph.Synapses, func(s graph.Synapse) bool {
		return s.Action.Operation == "stonith" && s.Action.Attr("CRM_meta_stonith_action") == "on"
	})
}

// resting tells whether a remote node is fenced whose connection rests after a failure: it does so until its reconnect_interval
// has passed, and here no time passes.
func resting(out *scheduler.Output) bool {
	return slices.ContainsFunc(out.Graph.Synapses, func(s graph.Synapse) bool {
		return s.Action.Operation == "stonith" && slices.ContainsFunc(out.State.Resources, func(r *cluster.Resource) bool {
			return r.Name == s.Action.Node.Name && r.Reconnect > 0
		})
	})
}

// clonesApart tells whether a clone must be away from another one: which of its instances find a place may follow from where
// they are, and change with it.
func clonesApart(out *scheduler.Output) bool {
	clones := map[string]bool{}
	for _, r := range out.State.Resources {
		clones[r.Name] = r.Kind == cluster.Clone
	}
	for k := range out.State.CIB.Path("configuration", "constraints").Elements("rsc_colocation") {
		if score.ParseOr(k.Get("score"), 0) < 0 && clones[k.Get("rsc")] && clones[k.Get("with-rsc")] {
			return true
		}
	}
	return false
}

// connectionNotStopped tells whether the history says that the connection to a guest or a container could not be stopped: as
// long as that is remembered, what it connects to counts as failed, also where it runs by now.
func connectionNotStopped(out *scheduler.Output) bool {
	return inStatus(out, func(x *xmltree.Node) bool {
		if x.Name != "lrm_resource" || x.Get("container") == "" {
			return false
		}
		return slices.ContainsFunc(x.Children, func(entry *xmltree.Node) bool {
			return entry.Get("operation") == "stop" && entry.Get("op-status") != "-1" && (entry.Get("op-status") != "0" || entry.Get("rc-code") != "0")
		})
	})
}

// migratedClone tells whether an instance of an anonymous clone was migrated alive, which no version does any more: what follows in the
// history, by the plain name, is not seen as the end of the instance's migration.
func migratedClone(out *scheduler.Output) bool {
	cloned := map[string]bool{}
	for _, r := range out.State.Resources {
		if r.Top(false).Kind == cluster.Clone {
			cloned[r.XMLID] = true
		}
	}
	return inStatus(out, func(x *xmltree.Node) bool {
		return x.Name == "lrm_resource" && cloned[x.ID()] &&
			slices.ContainsFunc(x.Children, func(entry *xmltree.Node) bool { return entry.Get("operation") == "migrate_to" })
	})
}

// restartsOnly tells whether nothing is left but restarts of what runs after instances that come and go: instances of a clone that trade
// places, and a replica of a bundle that cannot be started, for which the bundle counts as about to start.
func restartsOnly(out *scheduler.Output) bool {
	found := false
	for _, d := range out.Decisions {
		switch top := d.Resource.Top(true).Kind; {
		case d.Verb == scheduler.Restart:
		case top == cluster.Clone, top == cluster.Bundle && d.Blocked:
			found = true
		case !d.Blocked:
			return false
		}
	}
	return found
}

// unmanagedConnection tells whether a remote node is fenced whose connection failed and must not be touched.
func unmanagedConnection(out *scheduler.Output) bool {
	return slices.ContainsFunc(out.State.Resources, func(r *cluster.Resource) bool {
		return r.Connection && !r.Managed && r.Failed && slices.ContainsFunc(out.NodeDecisions, func(d scheduler.NodeDecision) bool {
			return d.Node.Name == r.Name && strings.HasPrefix(d.Task, "Fence")
		})
	})
}

// noRoom tells whether something that takes room loses its place or gets one: who has the room that is left may follow from where all the others
// are, and change with it.
func noRoom(out *scheduler.Output) bool {
	return out.State.Options.PlacementStrategy != "default" && slices.ContainsFunc(out.Decisions, func(d scheduler.Decision) bool {
		return (d.Verb == scheduler.Stop || d.Verb == scheduler.Start && !d.Blocked) && len(d.Resource.Utilization) > 0
	})
}

// uncritical tells whether something with critical=false loses its place because others that it must be with are apart: its wish to have
// them together counts only as long as it does not run.
func uncritical(out *scheduler.Output) bool {
	return slices.ContainsFunc(out.Decisions, func(d scheduler.Decision) bool {
		if d.Verb != scheduler.Stop || d.To != nil || d.Resource.Critical {
			return false
		}
		with := 0
		for k := range out.State.CIB.Path("configuration", "constraints").Elements("rsc_colocation") {
			if k.Get("rsc") == d.Resource.XMLID && score.ParseOr(k.Get("score"), 0) >= score.Infinity {
				with++
			}
		}
		return with > 1
	})
}

// standby tells whether the history has a failure for which the node is put into standby, by on-fail. That empties the node, and what is empty
// does not fail: the node is used again.
func standby(out *scheduler.Output) bool {
	failing := map[string]bool{}
	for _, r := range out.State.Resources {
		for op := range r.XML.First("operations").Elements("op") {
			onFail := op.Get("on-fail")
			op.Walk(func(x *xmltree.Node) bool {
				if x.Name == "nvpair" && x.Get("name") == "on-fail" {
					onFail = x.Get("value")
				}
				return true
			})
			if onFail == "standby" {
				failing[r.XMLID+"_last_failure_0 "+op.Get("name")] = true
			}
		}
	}
	return inStatus(out, func(x *xmltree.Node) bool {
		return x.Name == "lrm_rsc_op" && failing[x.ID()+" "+x.Get("operation")]
	})
}
