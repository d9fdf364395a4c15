package status

import (
	"slices"
	"strings"

	"pacer/cluster"
	"pacer/exitcode"
	"pacer/ocf"
	"pacer/operation"
	"pacer/option"
)

// resource is the picture of a resource and all in it.
func (b *builder) resource(r *cluster.Resource) Resource {
	v := Resource{
		ID: shownID(r), Name: r.Name, Kind: r.Kind,
		Role: shownRole(r), Target: r.TargetText,
		Active: r.Active(false), FullyActive: r.Active(true),
		Removed: r.Removed, Blocked: r.Blocked, Unmanaged: !r.Managed, Maintenance: r.Maintenance, Failed: r.Failed,
		Ignored: r.FailureIgnored, Disabled: r.TargetRole == cluster.Stopped, Unique: r.Unique,
		Promotable: r.Top(false).Promotable, IsFencing: r.FenceDevice, Description: r.XML.Get("description"),
	}
	for _, n := range r.RunningOn {
		v.Nodes = append(v.Nodes, place(n))
	}
	if r.LockedTo != nil {
		v.Locked = r.LockedTo.Name
		if len(v.Nodes) == 0 && r.PendingNode == nil {
			// A locked resource is shown where it will be again.
			v.Nodes = []Place{place(r.LockedTo)}
		}
	}
	switch r.Kind {
	case cluster.Primitive:
		v.Agent = agentOf(r)
		v.Inner = inner(r)
		v.Doing, v.Checking = underWay(r.PendingTask)
		if r.PendingNode != nil && len(v.Nodes) == 0 {
			p := place(r.PendingNode)
			v.DoingOn = &p
		}
		if r.Role == cluster.Stopped {
			where := ""
			switch {
			case len(v.Nodes) > 0:
				where = v.Nodes[0].Name // locked there
			case v.DoingOn != nil:
				where = v.DoingOn.Name
			}
			v.Probe = b.failedProbe(r, where)
		}
	case cluster.Clone:
		if o := r.CloneOptions; o != nil {
			v.Max = o.Max
		}
		v.Image = childName(r)
		v.StoppedOn = b.stoppedOn(r)
	case cluster.Bundle:
		b.bundle(&v, r)
		return v
	}
	for _, c := range r.Children {
		v.Members = append(v.Members, b.resource(c))
	}
	return v
}

// inner tells whether a resource is one that the cluster itself made: it stands nowhere in the configuration.
func inner(r *cluster.Resource) bool { return option.True(r.Meta["internal-rsc"]) }

// shownID is the id of a resource as lists show it. Instances that are alike go without their number.
func shownID(r *cluster.Resource) string {
	if r.Unique || r.XMLID == "" {
		return r.Name
	}
	return r.XMLID
}

// shownRole makes what is started in a promotable clone unpromoted.
func shownRole(r *cluster.Resource) cluster.Role {
	if r.Role == cluster.Started && r.Kind == cluster.Primitive && r.Top(false).Promotable {
		return cluster.Unpromoted
	}
	return r.Role
}

// underWay gives the words for a pending operation: in place of the role, or beside it.
func underWay(task string) (doing, checking string) {
	switch task {
	case "start":
		return "Starting", ""
	case "stop":
		return "Stopping", ""
	case "promote":
		return "Promoting", ""
	case "demote":
		return "Demoting", ""
	case "migrate_to", "migrate_from":
		return "Migrating", ""
	case "monitor":
		return "", "Monitoring"
	}
	return "", ""
}

// childName is the id of what a clone multiplies.
func childName(r *cluster.Resource) string {
	if o := r.CloneOptions; o != nil && o.Child != nil {
		return o.Child.ID()
	}
	for _, c := range r.Children {
		return shownID(c)
	}
	return ""
}

// stoppedOn are the nodes where a clone whose instances are alike could run and does not.
func (b *builder) stoppedOn(r *cluster.Resource) []Stopped {
	if r.Unique || r.CloneOptions == nil {
		return nil
	}
	running := map[string]bool{}
	for _, n := range runningNodes(r) {
		running[n.UUID] = true
	}
	var list []Stopped
	for _, n := range candidates(b.s, r) {
		if running[n.UUID] {
			continue
		}
		why := "Stopped"
		if off(r) {
			why = "Stopped (disabled)"
		}
		if p := b.failedProbe(r, n.Name); p != "" {
			why = "Stopped (" + p + ")"
		}
		list = append(list, Stopped{Node: n.Name, Why: why})
	}
	return list
}

// off tells whether a clone shall be stopped, by its own target role or, when it has none, by that of what it multiplies.
func off(r *cluster.Resource) bool {
	if r.TargetText == "" && len(r.Children) > 0 {
		r = r.Children[0]
	}
	return r.TargetRole == cluster.Stopped
}

// candidates are the nodes where a resource may run as far as its kind says. Where the cluster is not symmetric only
// constraints tell, which do not count here: then they are those where its state is known.
func candidates(s *cluster.State, r *cluster.Resource) []*cluster.Node {
	var list []*cluster.Node
	for _, n := range s.Nodes {
		if r.Allowed[n.ID].Known {
			list = append(list, n)
		}
	}
	if len(list) > 0 {
		return list
	}
	for _, n := range s.Nodes {
		if slices.Contains(r.Known, n) {
			list = append(list, n)
		}
	}
	return list
}

// runningNodes are all nodes where something of a resource is active.
func runningNodes(r *cluster.Resource) []*cluster.Node {
	if r.Kind == cluster.Primitive {
		return r.RunningOn
	}
	var list []*cluster.Node
	seen := map[*cluster.Node]bool{}
	for _, c := range r.Children {
		for _, n := range runningNodes(c) {
			if !seen[n] {
				seen[n] = true
				list = append(list, n)
			}
		}
	}
	return list
}

func (b *builder) bundle(v *Resource, r *cluster.Resource) {
	o := r.BundleOptions
	if o == nil {
		return
	}
	v.Image, v.Engine = o.Image, o.Engine
	for i := range o.Replica {
		rep := &o.Replica[i]
		x := Replica{Offset: rep.Offset, Address: rep.Address}
		if rep.Container != nil {
			c := b.resource(rep.Container)
			x.Container, x.Name = &c, c.ID
			x.at = slices.Index(rep.Container.RunningOn, rep.Container.CurrentNode())
		}
		if rep.IP != nil {
			c := b.resource(rep.IP)
			x.IP = &c
		}
		if rep.Connection != nil {
			c := b.resource(rep.Connection)
			x.Connection, x.Name = &c, c.ID
		}
		if rep.Child != nil {
			c := b.resource(rep.Child)
			x.Child = &c
		}
		x.probe = b.replicaProbe(rep, &x)
		v.Replicas = append(v.Replicas, x)
	}
}

// maskedProbes are the failed probes that do not count as failures but say that the resource cannot run there: what
// it needs is not installed there, or its parameters do not fit.
func maskedProbes(s *cluster.State) []*cluster.Operation {
	var list []*cluster.Operation
	for _, op := range s.Failures {
		if masked(op) {
			list = append(list, op)
		}
	}
	return list
}

func masked(op *cluster.Operation) bool {
	if op.Task != "monitor" || op.Interval != 0 {
		return false
	}
	switch op.Status {
	case operation.NotInstalled:
		return true
	case operation.Done, operation.NotSupported, operation.Error, operation.HardError, operation.FatalError, operation.Unknown:
		switch op.Code {
		case ocf.ErrInstalled, ocf.ErrArgs:
			return true
		}
	}
	return false
}

// failedProbe is the text of the masked probe failure of a resource on a node, on any node when node is "". Entries of versions
// that did not write in them where they come from are not known for any.
func (b *builder) failedProbe(r *cluster.Resource, node string) string {
	name := probedName(r)
	for _, op := range b.probes {
		host := op.XML.Get("on_node")
		if host == "" || node != "" && !strings.EqualFold(host, node) {
			continue
		}
		if id, _, ok := strings.Cut(op.Key, "_monitor_"); ok && id == name {
			return codeText(op.Code)
		}
	}
	return ""
}

// replicaProbe is the text of the masked probe failure that is shown with a replica: of what is inside it, or of the container when that is
// all, where the container is.
func (b *builder) replicaProbe(rep *cluster.Replica, x *Replica) string {
	shown := rep.Child
	if shown == nil {
		shown = rep.Container
	}
	if shown == nil {
		return ""
	}
	at := ""
	if x.Container != nil && len(x.Container.Nodes) > 0 {
		at = x.Container.Nodes[max(x.at, 0)].Name
	}
	return b.failedProbe(shown, at)
}

// probedName is the name by which an entry of the history must go for its failed probe to be shown with a resource: for all of a clone the
// plain name of what is cloned, by which neither instances that differ nor members of a cloned group go.
func probedName(r *cluster.Resource) string {
	if top := r.Top(false); top.Kind == cluster.Clone && len(top.Children) > 0 {
		return top.Children[0].XMLID
	}
	return r.Name
}

// codeText is the text for an agent's exit code.
func codeText(c ocf.ExitCode) string { return exitcode.Code(c).Text() }
