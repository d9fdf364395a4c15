package cluster

import (
	"time"

	"pacer/score"
	"pacer/xmltree"
)

// NodeID is a node's place in State.Nodes.
type NodeID int32

// NoNode is the NodeID of no node.
const NoNode NodeID = -1

// NodeType says how a node belongs to the cluster.
type NodeType uint8

// The types of nodes.
const (
	Member NodeType = iota // runs the cluster layer
	Remote                 // reached through a connection resource; also guests
)

// Health is the verdict of the health attributes (#health…) of a node.
type Health int8

// The verdicts, best first.
const (
	HealthGreen Health = iota
	HealthYellow
	HealthRed
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
	Quorate     bool // not hindered by no-quorum-policy=demote and its kin
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
	// ShutdownAt is when the shutdown was asked for; zero when unknown.
	ShutdownAt time.Time

	Health      Health
	HealthScore score.Score

	// PendingSince is when the node began joining the cluster (In) and its process group; zero when unknown.
	PendingSince time.Time

	// FeatureSet is the node's #feature-set attribute.
	FeatureSet string

	fails     failures       // fail counts, by the name of the resource
	state     *xmltree.Node  // the node_state, nil for none
	byHistory map[string]int // places of resources in the history; nil before the first look

	// Inner nodes are the containers of bundles, which nothing may use by default.
	Inner bool

	// Running are the primitives active on the node, in the order of the history.
	Running []*Resource
	// Priority is the sum of the priorities of what runs here, for priority-fencing-delay.
	Priority int
}

// Guest tells whether the node lives inside a resource.
func (n *Node) Guest() bool { return n.Type == Remote && n.Container != nil }

// Attr returns a node attribute. The built-in ones (#uname, #id, #kind, #is_dc, #cluster-name, #site-name) are among
// them.
func (n *Node) Attr(name string) (string, bool) {
	v, ok := n.Attributes[name]
	return v, ok
}
