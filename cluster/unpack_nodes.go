package cluster

import (
	"strings"

	"pacer/option"
	"pacer/score"
	"pacer/xmltree"
)

// addNode makes a node. Its number is provisional until all nodes are known.
func (s *State) addNode(uuid, name string, kind NodeType, points score.Score) *Node {
	n := &Node{ID: NodeID(len(s.Nodes)), UUID: uuid, Name: name, Type: kind, Score: points, Unseen: true, Probing: true,
		Attributes: Values{}, Utilization: Values{}}
	n.Attributes["#kind"] = "cluster"
	if kind == Remote {
		n.Attributes["#kind"] = "remote"
		s.RemoteNodes = true
	}
	key := strings.ToLower(name)
	if s.nodeNames[key] != nil {
		s.say(ConfigWarning, "More than one node is called %s.", name)
	} else {
		s.nodeNames[key] = n
	}
	if s.nodeIDs[uuid] == nil {
		s.nodeIDs[uuid] = n
	}
	s.Nodes = append(s.Nodes, n)
	return n
}

func (s *State) unpackNodes(x *xmltree.Node) {
	for e := range x.Elements("node") {
		id := e.ID()
		if id == "" {
			s.say(Config, "Line %d: a <node> without id is left out.", e.Line)
			continue
		}
		kind := Member
		switch t := e.Get("type"); {
		case t == "", strings.EqualFold(t, "member"), strings.EqualFold(t, "normal"):
		case strings.EqualFold(t, "remote"):
			kind = Remote
		default:
			s.say(Config, "Line %d: node %s has the unknown type %q and is left out.", e.Line, id, t)
			continue
		}
		n := s.addNode(id, e.Get("uname"), kind, score.ParseOr(e.Get("score"), 0))
		s.startupFencing(n)
		s.addAttributes(n, e, false)
	}
}

// startupFencing makes nodes that have never been seen unclean, where the options want that.
func (s *State) startupFencing(n *Node) {
	if n.Type == Remote && n.Connection == nil {
		return // a leftover of a connection that is gone
	}
	n.Unclean = s.Options.StartupFencing
}

// addAttributes reads the attributes of a <node> (permanent) or of a node_state's transient_attributes, which win.
func (s *State) addAttributes(n *Node, x *xmltree.Node, overwrite bool) {
	a := n.Attributes
	a["#uname"], a["#id"] = n.Name, n.UUID
	if s.DC == nil && s.DCUUID != "" && strings.EqualFold(n.UUID, s.DCUUID) {
		s.DC, n.DC = n, true
		a["#is_dc"] = "true"
	} else if s.DC != n {
		a["#is_dc"] = "false"
	}
	name := s.Options.ClusterName
	if name != "" {
		a["#cluster-name"] = name
	}
	if overwrite {
		fresh := Values{}
		s.fill(fresh, x, "instance_attributes", "", s.facts())
		for _, k := range fresh.Names() {
			a[k] = fresh[k]
		}
		n.fails = nil
	} else {
		s.fill(a, x, "instance_attributes", "", s.facts())
	}
	s.fill(n.Utilization, x, "utilization", "", s.facts())
	if _, ok := a["#site-name"]; !ok {
		if site, ok := a["site-name"]; ok {
			a["#site-name"] = site
		} else if name != "" {
			a["#site-name"] = name
		}
	}
	n.FeatureSet = a["#feature-set"]
}

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

// shutdownAsked tells whether a node's attributes ask for its shutdown.
func shutdownAsked(n *Node) bool {
	v, ok := n.Attributes["shutdown"]
	return ok && v != "0" && v != ""
}

func (n *Node) attrTrue(name string) bool { return option.True(n.Attributes[name]) }
