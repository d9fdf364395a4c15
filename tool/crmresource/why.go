package crmresource

import (
	"slices"
	"strings"

	"pacer/cluster"
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
	for _, x := range list {
		r.explain(x, reason)
	}
	r.Out.Add(reason)
	return nil
}

func (r *run) explain(x *cluster.Resource, reason *xmltree.Node) {
	on, _ := active(x)
	host := ""
	running := len(on) > 0
	if r.node != "" {
		host = " on host " + r.node
		running = slices.Contains(on, r.node)
	}
	// The attributes stand at the element of one resource, or at an entry of the list of all.
	at := reason
	if r.resource == "" {
		at = reason.AddNew("resource", "id", x.Name)
	}
	switch {
	case running:
		r.Out.Line("Resource %s is running%s", x.Name, host)
	default:
		r.Out.Line("Resource %s is not running%s", x.Name, host)
	}
	if r.node == "" {
		at.Set("running", map[bool]string{true: "true", false: "false"}[running])
	} else if running {
		at.Set("running_on", r.node)
	}
	if !running {
		at.Add(r.obstacles(x))
	}
}

// obstacles tells what in the configuration keeps a resource from running.
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
	if !x.Managed {
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
