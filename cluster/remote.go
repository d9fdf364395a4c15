package cluster

import (
	"strings"

	"pacer/option"
	"pacer/xmltree"
)

// isRemote tells whether an element is the connection to a remote node.
func isRemote(x *xmltree.Node) bool {
	return x.Get("class") == "ocf" && x.Get("provider") == "pacemaker" && x.Get("type") == "remote"
}

// unpackRemoteNodes makes the nodes that resources stand for: remote nodes by their connection, guest nodes by the
// meta-attribute remote-node. For guests it adds the connection to the list of resource elements, which it returns.
func (s *State) unpackRemoteNodes(x *xmltree.Node) []*xmltree.Node {
	var all, added []*xmltree.Node
	ids := map[string]bool{}
	for e := range x.Elements() {
		all = append(all, e)
		ids[e.ID()] = true
	}
	node := func(name string) {
		if name != "" && s.nodeNames[strings.ToLower(name)] == nil {
			s.addNode(name, name, Remote, 0)
		}
	}
	guest := func(e *xmltree.Node) {
		if c := guestConnection(e); c != nil && !ids[c.ID()] {
			added = append(added, c)
			node(c.ID())
		}
	}
	for _, e := range all {
		switch {
		case isRemote(e):
			node(e.ID())
		case e.Name == "primitive":
			guest(e)
		case e.Name == "group":
			for m := range e.Elements("primitive") {
				guest(m)
			}
		}
	}
	return append(all, added...)
}

// guestConnection builds the connection resource of a guest node; nil when the element is no guest.
func guestConnection(e *xmltree.Node) *xmltree.Node {
	meta := map[string]string{"remote-connect-timeout": "60s"}
	for b := range e.Elements("meta_attributes") {
		for p := range b.Elements("nvpair") {
			meta[p.Get("name")] = p.Get("value")
		}
	}
	name := meta["remote-node"]
	if name == "" {
		return nil
	}
	return connectionElement(name, e.ID(), meta["remote-allow-migrate"], meta["is-managed"], meta["remote-connect-timeout"],
		meta["remote-addr"], meta["remote-port"])
}

// connectionElement builds a connection resource that the cluster itself adds.
func connectionElement(name, container, migrate, managed, timeout, addr, port string) *xmltree.Node {
	c := xmltree.New("primitive", "id", name, "class", "ocf", "provider", "pacemaker", "type", "remote")
	m := c.AddNew("meta_attributes", "id", name+"-meta_attributes")
	pair := func(block *xmltree.Node, key, value string) {
		if value != "" {
			block.AddNew("nvpair", "id", block.ID()+"-"+key, "name", key, "value", value)
		}
	}
	pair(m, "internal-rsc", "true")
	pair(m, "container", container)
	pair(m, "allow-migrate", migrate)
	pair(m, "is-managed", managed)
	ops := c.AddNew("operations")
	ops.AddNew("op", "id", name+"-monitor-interval-30s", "name", "monitor", "timeout", "30s", "interval", "30s")
	if timeout != "" {
		ops.AddNew("op", "id", name+"-start-interval-0", "name", "start", "timeout", timeout, "interval", "0")
	}
	if addr != "" || port != "" {
		p := c.AddNew("instance_attributes", "id", name+"-instance_attributes")
		pair(p, "addr", addr)
		pair(p, "port", port)
	}
	return c
}

// linkRemote ties a connection resource to its node.
func (s *State) linkRemote(r *Resource) {
	if !r.Connection {
		return
	}
	n := s.nodeNames[strings.ToLower(r.Name)]
	if n == nil {
		return
	}
	n.Connection = r
	if r.Launcher == nil {
		s.startupFencing(n)
	} else {
		n.Container = r.Launcher
		n.Attributes["#kind"] = "container"
	}
}

// remoteOnline decides by its connection whether a remote node is online.
func (s *State) remoteOnline(n *Node) {
	c := n.Connection
	if c == nil {
		n.Online = false
		return
	}
	l := c.Launcher
	var host *Node
	if l != nil && len(c.RunningOn) == 1 {
		host = c.RunningOn[0]
	}
	if c.Role == Started {
		n.Online = true
		if c.Next == Stopped {
			n.Shutdown = true
		}
	}
	switch {
	case l != nil && l.Failed:
		n.Online, n.Reset = false, true
	case c.Failed:
		n.Online = false
	case c.Role == Stopped || l != nil && l.Role == Stopped:
		n.Online, n.Reset = false, false
	case host != nil && !host.Online && host.Unclean:
		n.Online, n.Reset = false, true
	}
}

// remoteAttributes reads what a remote node's node_state says of it.
func (s *State) remoteAttributes(n *Node, x *xmltree.Node) {
	n.RemoteMaintenance = positive(x.Get("node_in_maintenance"))
	if !n.Reset {
		n.Unclean, n.Unseen = false, false
	}
	s.addAttributes(n, x.First("transient_attributes"), true)
	if n.ShutdownAsked() {
		n.Shutdown = true
	}
	n.Standby = n.Standby || n.attrTrue("standby")
	if n.attrTrue("maintenance") || n.Connection != nil && !n.Connection.Managed {
		n.Maintenance = true
	}
	if v, ok := n.Attributes["resource-discovery-enabled"]; ok && !option.True(v) {
		if n.Guest() || s.Options.FencingEnabled {
			n.Probing = false
		} else {
			s.say(ConfigWarning, "Node %s: resource-discovery-enabled does not count, because fencing is disabled.", n.Name)
		}
	}
}
