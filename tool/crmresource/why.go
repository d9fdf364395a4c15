package crmresource

import (
	"slices"
	"strings"

	"pacer/cluster"
	"pacer/option"
	"pacer/xmltree"
)

// why tells whether resources are active, and if not, what the configuration has to do with it.
func (r *run) why() error {
	if err := r.unpack(); err != nil {
		return err
	}
	reason := xmltree.New("reason")
	var list []*cluster.Resource
	switch {
	case r.resource != "":
		if x := r.state.ResourceByName(r.resource); x != nil {
			list = append(list, x)
		}
	case r.node != "":
		if n := r.state.NodeByName(r.node); n != nil {
			list = n.Running
		}
	default:
		list = r.state.Top
	}
	all := reason
	if r.resource == "" {
		all = reason.AddNew("resources")
	}
	for _, x := range list {
		r.explain(x, all)
	}
	r.Out.Add(reason)
	return nil
}

// explain tells of one resource. What is known of it stands at the element of the answer when the resource was named, else at an entry
// of the list.
func (r *run) explain(x *cluster.Resource, at *xmltree.Node) {
	on, _ := active(x)
	running, host := len(on) > 0, ""
	if r.node != "" {
		running, host = slices.Contains(on, r.node), " on host "+r.node
	}
	word, truth := "is not running", "false"
	if running {
		word, truth = "is running", "true"
	}
	r.Out.Line("Resource %s %s%s", x.Name, word, host)
	if r.resource == "" {
		at = at.AddNew("resource", "id", x.Name)
	}
	switch {
	case r.node == "":
		at.Set("running", truth)
	case r.resource == "":
		at.Set("running", truth).Set("host", r.node)
	case running:
		at.Set("running_on", r.node)
	}
	at.Add(r.obstacles(x))
}

// obstacles tells what in the configuration keeps a resource from running, or from staying as it is.
func (r *run) obstacles(x *cluster.Resource) *xmltree.Node {
	top := x.Top(true)
	n := xmltree.New("check", "id", top.XMLID)
	switch {
	case top.TargetRole == cluster.Stopped:
		r.Out.Line("Configuration specifies '%s' should remain stopped", top.Name)
		n.Set("remain_stopped", "true")
	case top.Promotable && top.TargetRole == cluster.Unpromoted:
		r.Out.Line("Configuration specifies '%s' should not be promoted", top.Name)
		n.Set("promotable", "false")
	}
	if v, ok := top.Meta["is-managed"]; ok && !option.True(v) {
		r.Out.Line("Configuration prevents cluster from stopping or starting unmanaged '%s'", top.Name)
		n.Set("unmanaged", "true")
	}
	if x.LockedTo != nil {
		r.Out.Line("'%s' is locked to node %s due to shutdown", top.Name, x.LockedTo.Name)
		n.Set("locked-to", x.LockedTo.Name)
	}
	if node := r.state.NodeByName(r.node); node != nil && unhealthy(node) {
		r.Out.Line("'%s' cannot run on unhealthy node %s", top.Name, node.Name)
		n.Set("unhealthy", "true")
	}
	return n
}

// unhealthy tells whether one of a node's health attributes is red.
func unhealthy(n *cluster.Node) bool {
	for _, name := range n.Attributes.Names() {
		if v, _ := n.Attributes.Get(name); strings.HasPrefix(name, "#health") && v == "red" {
			return true
		}
	}
	return false
}
