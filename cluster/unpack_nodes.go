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

// shutdownAsked tells whether a node's attributes ask for its shutdown.
func shutdownAsked(n *Node) bool {
	v, ok := n.Attributes["shutdown"]
	return ok && v != "0" && v != ""
}

func (n *Node) attrTrue(name string) bool { return option.True(n.Attributes[name]) }
