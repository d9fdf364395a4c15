package cluster

import (
	"strconv"
	"strings"
	"time"

	"pacer/option"
	"pacer/score"
	"pacer/xmltree"
)

// NodeID is a node's place in State.Nodes.
type NodeID int32

// NodeType says how a node belongs to the cluster.
type NodeType uint8

// The types of nodes.
const (
	Member NodeType = iota // runs the cluster layer
	Remote                 // reached through a connection resource; also guests
)

// Node is one node with its state as the status section tells it.
type Node struct {
	ID   NodeID
	UUID string // id attribute of <node>
	Name string // uname
	Type NodeType
	// Score is added to every resource's score here (attribute score of <node>).
	Score score.Score

	// Connection is the resource that connects a remote node; Container the resource that a guest lives in.
	Connection *Resource
	Container  *Resource

	// Attributes are the node's attributes with the transient ones on top of the permanent ones.
	Attributes  Values
	Utilization Values

	Online      bool
	Unclean     bool // must be fenced before anything of it is trusted
	Pending     bool // joining, not yet a full member
	Standby     bool // by attribute or by a failure with on-fail=standby
	StandbyFail bool // the standby comes from a failure
	Unseen      bool // never seen by this cluster since it started
	Shutdown    bool // asks to be shut down
	ExpectedUp  bool
	DC          bool
	Maintenance bool
	// Unpacked is true when the history was read, which an offline node's is not always.
	Unpacked bool
	// Probing is false when resource-discovery-enabled is switched off for the node.
	Probing bool
	// Reset says that a remote node's loss asks for fencing; Fenced that it was fenced since it last ran.
	Reset  bool
	Fenced bool
	// RemoteMaintenance is the maintenance state that the node's history was last told.
	RemoteMaintenance bool

	// UncleanReason says why the node must be fenced; "" when it need not.
	UncleanReason string

	// Leftover tells that only the history knows the node: the connection to it is not configured any more.
	Leftover bool

	// FeatureSet is the node's #feature-set attribute.
	FeatureSet string

	fails     failures       // fail counts, by the name of the resource
	state     *xmltree.Node  // the node_state, nil for none
	telling   []*History     // see Telling; nil before the history was read
	allTell   bool           // a resource may be active here although a history says that it was not found: see Telling
	byHistory map[string]int // places of resources in the history; nil before the first look

	// Inner nodes are the containers of bundles, which nothing may use by default.
	Inner bool

	// Running are the primitives active on the node, in the order of the history.
	Running []*Resource
	// Priority is the sum of the priorities of what runs here, for priority-fencing-delay.
	Priority int
}

// ShutdownAt is when the shutdown was asked for, of remote nodes too; zero when unknown.
func (n *Node) ShutdownAt() time.Time {
	if t, err := strconv.ParseInt(n.Attributes["shutdown"], 10, 64); err == nil && t != 0 {
		return time.Unix(t, 0)
	}
	return time.Time{}
}

// Guest tells whether the node lives inside a resource.
func (n *Node) Guest() bool { return n.Type == Remote && n.Container != nil }

// Attr returns a node attribute. The built-in ones (#uname, #id, #kind, #is_dc, #cluster-name, #site-name) are among
// them.
func (n *Node) Attr(name string) (string, bool) {
	v, ok := n.Attributes[name]
	return v, ok
}

func (n *Node) attrTrue(name string) bool { return option.True(n.Attributes[name]) }

func (s *State) unpackNodes(x *xmltree.Node) {
	for e := range x.Elements("node") {
		id, ok := e.Lookup("id")
		if !ok {
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
