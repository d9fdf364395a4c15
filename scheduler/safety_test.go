package scheduler_test

import (
	"fmt"
	"slices"

	"pacer/cluster"
)

// nothingOnLostNodes: agents run only on nodes that are there, or whose connection has been made before.
func nothingOnLostNodes(p *plan) string {
	connected := map[*cluster.Node]bool{}
	for _, a := range p.done {
		r, n := a.Resource, a.Node
		if r == nil || n == nil || a.Pseudo || a.Task == "stonith" || a.Task == "clear_failcount" || a.Task == "lrm_delete" {
			continue
		}
		if r.Connection && (a.Task == "start" || a.Task == "migrate_from") {
			connected[p.out.State.NodeByName(r.Name)] = true
		}
		there := n.Online && !n.Unclean
		if n.Type == cluster.Remote {
			// Monitors and cancellations may go to where a connection was; they come to nothing. What can be migrated alive
			// is begun too early where a connection is only being made, by Pacemaker as by us; and with shutdown locks both
			// take remote nodes for online whose connection was active in the history. Stops are tried through a connection
			// that has failed and is still to be stopped. An unmanaged connection, and one from a
			// node in maintenance, is nobody's business.
			stops := (a.Task == "stop" || a.Task == "demote") && n.Connection != nil && len(n.Connection.RunningOn) > 0
			there = n.Online || connected[n] || a.Task == "monitor" || a.Task == "cancel" || r.AllowMigrate || stops ||
				n.Connection != nil && (!n.Connection.Managed || n.Connection.Maintenance) || inMaintenance(n.Container) || p.out.State.Options.ShutdownLock
		}
		if !there {
			return fmt.Sprintf("not there: %s", name(a))
		}
		if (a.Task == "start" || a.Task == "promote") && (n.Standby && n.Type == cluster.Member || n.Pending) {
			return fmt.Sprintf("not to be used: %s", name(a))
		}
	}
	return ""
}

// inMaintenance tells whether a resource runs on a node in maintenance.
func inMaintenance(r *cluster.Resource) bool {
	return r != nil && slices.ContainsFunc(r.RunningOn, func(n *cluster.Node) bool { return n.Maintenance })
}

// fencingFirst: what may run on a node that cannot be trusted starts elsewhere only when the node has been
// fenced, unless it needs no fencing.
func fencingFirst(p *plan) string {
	fenced := map[*cluster.Node]bool{}
	type place struct {
		*cluster.Resource
		*cluster.Node
	}
	stopped := map[place]bool{} // for certain, through a connection that was made again
	for _, a := range p.done {
		switch r := a.Resource; {
		case a.Task == "stonith":
			fenced[a.Node] = true
		case a.Task == "stop" && !a.Pseudo:
			stopped[place{r, a.Node}] = true
		case a.Task == "start" && !a.Pseudo && r != nil && r.Kind == cluster.Primitive && r.Needs >= cluster.NeedsFencing:
			for _, n := range r.RunningOn {
				if n != a.Node && n.Unclean && !fenced[n] && !stopped[place{r, n}] {
					return fmt.Sprintf("not fenced: %s before %s was fenced", name(a), n.Name)
				}
			}
		}
	}
	return ""
}

// promotedMax: at no time are more instances promoted than may be, unless they were to begin with.
func promotedMax(p *plan) string {
	promoted := map[*cluster.Resource][]*cluster.Resource{} // by clone
	leave := func(r *cluster.Resource) {
		for c, list := range promoted { // order: each is changed by itself
			promoted[c] = slices.DeleteFunc(list, func(m *cluster.Resource) bool { return m == r })
		}
	}
	for _, r := range p.out.State.Resources {
		if c := r.Top(false); r.Role == cluster.Promoted && r.Parent == c && c.Promotable && len(r.RunningOn) > 0 {
			promoted[c] = append(promoted[c], r)
		}
	}
	for _, a := range p.done {
		r := a.Resource
		switch {
		case a.Task == "stonith":
			for _, r := range p.out.State.Resources {
				if slices.Contains(r.RunningOn, a.Node) {
					leave(r)
				}
			}
		case r == nil:
		case a.Task == "stop" || a.Task == "demote":
			leave(r)
		case a.Task == "promote" && !a.Pseudo && r.Parent != nil && r.Parent.CloneOptions != nil:
			c := r.Parent
			leave(r)
			promoted[c] = append(promoted[c], r)
			if n := len(promoted[c]); n > c.CloneOptions.PromotedMax {
				return fmt.Sprintf("too many: %s makes %d promoted instances", name(a), n)
			}
		}
	}
	return ""
}
