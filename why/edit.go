package why

import (
	"slices"
	"strings"

	"pacer/cluster"
	"pacer/score"
	"pacer/xmltree"
)

// The edits do in a copy of the CIB what a command would do in the cluster, as far as that matters for a decision.

// prune takes the children away for which drop holds. It tells whether there were any.
func prune(x *xmltree.Node, drop func(c *xmltree.Node) bool) bool {
	if x == nil {
		return false
	}
	before := len(x.Children)
	x.Children = slices.DeleteFunc(slices.Clone(x.Children), func(c *xmltree.Node) bool { return c.Kind == xmltree.Element && drop(c) })
	return len(x.Children) < before
}

func nodeState(cib *xmltree.Node, n *cluster.Node) *xmltree.Node {
	for s := range cib.First("status").Elements("node_state") {
		if s.ID() == n.UUID || s.Get("uname") == n.Name {
			return s
		}
	}
	return nil
}

// base is a name without the number of an instance.
func base(name string) string {
	name, _, _ = strings.Cut(name, ":")
	return name
}

// dropFailures forgets the failures of a resource on a node.
func dropFailures(cib *xmltree.Node, resource string, n *cluster.Node) bool {
	s := nodeState(cib, n)
	if s == nil {
		return false
	}
	any := false
	for set := range s.First("transient_attributes").Elements("instance_attributes") {
		any = prune(set, func(v *xmltree.Node) bool {
			for _, prefix := range []string{"fail-count-", "last-failure-"} {
				if rest, ok := strings.CutPrefix(v.Get("name"), prefix); ok {
					name, _, _ := strings.Cut(rest, "#")
					return base(name) == resource
				}
			}
			return false
		}) || any
	}
	for r := range s.Path("lrm", "lrm_resources").Elements("lrm_resource") {
		if base(r.ID()) != resource {
			continue
		}
		any = prune(r, func(op *xmltree.Node) bool {
			return strings.HasSuffix(op.ID(), "_last_failure_0") || op.Get("operation") == "stop" && op.Get("rc-code") != "0"
		}) || any
	}
	return any
}

// dropNodeAttr takes an attribute of a node away.
func dropNodeAttr(cib *xmltree.Node, n *cluster.Node, name string) bool {
	named := func(v *xmltree.Node) bool { return v.Get("name") == name }
	any := false
	for x := range cib.Path("configuration", "nodes").Elements("node") {
		if x.Get("uname") == n.Name {
			for set := range x.Elements("instance_attributes") {
				any = prune(set, named) || any
			}
		}
	}
	if s := nodeState(cib, n); s != nil {
		for set := range s.First("transient_attributes").Elements("instance_attributes") {
			any = prune(set, named) || any
		}
	}
	return any
}

// nodeUp makes a node a member without history.
func nodeUp(cib *xmltree.Node, n *cluster.Node) bool {
	s := nodeState(cib, n)
	if s == nil {
		s = cib.First("status").AddNew("node_state", "id", n.UUID, "uname", n.Name)
	}
	s.Set("in_ccm", "true").Set("crmd", "online").Set("join", "member").Set("expected", "member")
	s.Children = nil
	return true
}

// nodeDown makes a node one that is certainly off.
func nodeDown(cib *xmltree.Node, n *cluster.Node) bool {
	s := nodeState(cib, n)
	if s == nil {
		return false
	}
	s.Set("in_ccm", "false").Set("crmd", "offline").Set("join", "down").Set("expected", "down")
	s.Children = nil
	return true
}

func dropConstraint(cib *xmltree.Node, id string) bool {
	list := cib.Path("configuration", "constraints")
	return prune(list, func(c *xmltree.Node) bool {
		if c.ID() == id {
			return true
		}
		// What a set does goes with its constraint.
		for s := range c.Elements("resource_set") {
			if s.ID() == id {
				return true
			}
		}
		return false
	})
}

func grantTicket(cib *xmltree.Node, name string) bool {
	status := cib.First("status")
	if status == nil {
		return false
	}
	tickets := status.First("tickets")
	if tickets == nil {
		tickets = status.AddNew("tickets")
	}
	t := tickets.ByID("ticket_state", name)
	if t == nil {
		t = tickets.AddNew("ticket_state", "id", name)
	}
	t.Set("granted", "true").Set("standby", "false")
	return true
}

// setPair sets a name in the first set of an element, which is made when there is none.
func setPair(x *xmltree.Node, set, name, value string) {
	for s := range x.Elements(set) {
		for v := range s.Elements("nvpair") {
			if v.Get("name") == name {
				v.Set("value", value)
				return
			}
		}
	}
	s := x.First(set)
	if s == nil {
		s = x.AddNew(set, "id", x.ID()+"-"+set)
	}
	s.AddNew("nvpair", "id", s.ID()+"-"+name, "name", name, "value", value)
}

func setUtilization(cib *xmltree.Node, n *cluster.Node, name, value string) bool {
	for x := range cib.Path("configuration", "nodes").Elements("node") {
		if x.Get("uname") == n.Name {
			setPair(x, "utilization", name, value)
			return true
		}
	}
	return false
}

// find returns the element of a resource.
func find(x *xmltree.Node, id string) *xmltree.Node {
	for c := range x.Elements() {
		switch c.Name {
		case "primitive", "group", "clone", "master", "bundle":
			if c.ID() == id {
				return c
			}
			if found := find(c, id); found != nil {
				return found
			}
		}
	}
	return nil
}

// setMeta sets a meta-attribute of a resource; inside takes it away from all that is in it.
func setMeta(cib *xmltree.Node, id, name, value string, inside bool) bool {
	x := find(cib.Path("configuration", "resources"), id)
	if x == nil {
		return false
	}
	if inside {
		dropMeta(x, name)
	}
	setPair(x, "meta_attributes", name, value)
	return true
}

func dropMeta(x *xmltree.Node, name string) {
	for c := range x.Elements() {
		if c.Name == "meta_attributes" {
			prune(c, func(v *xmltree.Node) bool { return v.Get("name") == name })
		} else {
			dropMeta(c, name)
		}
	}
}

// setProperty sets a cluster option where it is set, or in a set of its own.
func setProperty(cib *xmltree.Node, name, value string) bool {
	config := cib.Path("configuration", "crm_config")
	if config == nil {
		return false
	}
	setPair(config, "cluster_property_set", name, value)
	return true
}

func dropLock(cib *xmltree.Node, resource string) bool {
	any := false
	for s := range cib.First("status").Elements("node_state") {
		for r := range s.Path("lrm", "lrm_resources").Elements("lrm_resource") {
			if base(r.ID()) == resource && r.Get("shutdown-lock") != "" {
				r.Unset("shutdown-lock")
				any = true
			}
		}
	}
	return any
}

func addLocation(cib *xmltree.Node, id, resource, node, role string, points score.Score) bool {
	list := cib.Path("configuration", "constraints")
	if list == nil {
		return false
	}
	l := list.AddNew("rsc_location", "id", id, "rsc", resource, "node", node, "score", points.String())
	if role != "" {
		l.Set("role", role)
	}
	return true
}

// move does what crm_resource --move does: in place of what it said before, the resource shall be on the node.
func move(cib *xmltree.Node, resource, node string) bool {
	prune(cib.Path("configuration", "constraints"), func(c *xmltree.Node) bool {
		return c.Get("rsc") == resource && (strings.HasPrefix(c.ID(), "cli-ban-") && c.Get("node") == node || strings.HasPrefix(c.ID(), "cli-prefer-"))
	})
	return addLocation(cib, "cli-prefer-"+resource, resource, node, "", score.Infinity)
}

func setLocationScore(cib *xmltree.Node, id string, points score.Score) bool {
	l := cib.Path("configuration", "constraints").ByID("rsc_location", id)
	if l == nil || l.Get("score") == "" {
		return false
	}
	l.Set("score", points.String())
	return true
}
