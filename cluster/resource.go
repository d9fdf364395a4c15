package cluster

import (
	"strings"
	"time"

	"pacer/score"
	"pacer/xmltree"
)

// ResourceID is a resource's place in State.Resources.
type ResourceID int32

// Kind is the kind of a resource.
type Kind uint8

// The kinds of resources.
const (
	Primitive Kind = iota
	Group
	Clone
	Bundle
)

// MultiplePolicy is the meta-attribute multiple-active.
type MultiplePolicy uint8

// The policies for a resource found active in too many places.
const (
	StopStart MultiplePolicy = iota
	StopOnly
	BlockMultiple
	StopUnexpected
)

// Needs says what must be before a resource may start (meta-attribute requires).
type Needs uint8

// The needs, each including those before it but Unfencing, which includes Fencing.
const (
	NeedsNothing Needs = iota
	NeedsQuorum
	NeedsFencing
	NeedsUnfencing
)

// Resource is one resource: configured, made from a clone or bundle, or left over in the history (Removed).
type Resource struct {
	ID       ResourceID
	Name     string // with instance number where there is one: "web:0"
	XMLID    string // id in the configuration: "web"
	History  string // name in the operation history; "" when not known otherwise than Name
	Kind     Kind
	Parent   *Resource
	Children []*Resource
	// Index is the place among the Children of the parent.
	Index int

	// XML is the element, with the template's content where it has one; Ops are its operations.
	XML *xmltree.Node
	Ops []Op

	Class, Provider, Type string

	// Instance is the instance number of a clone's instance and what is in it; "" elsewhere.
	Instance string
	// Allowed tells, by NodeID, where the resource may run with what score before any constraint.
	Allowed []Allowance
	// Launcher is the resource whose start makes this one possible (a guest node's virtual machine, a bundle's container);
	// Launched are the resources of which it is the launcher.
	Launcher *Resource
	Launched []*Resource
	// Reconnect is how long a failed connection to a remote node rests; 0: not at all.
	Reconnect time.Duration
	// Dangling are the sources of live migrations that worked but were never finished by a stop.
	Dangling []*Node
	// Utilization is what it takes of its node.
	Utilization Values

	// Meta are the meta-attributes that hold without a node: the resource's own, its parents', rsc_defaults.
	Meta Values

	Priority    int
	Stickiness  score.Score
	Threshold   score.Score   // migration-threshold, in failures; 0: never
	FailTimeout time.Duration // failure-timeout; 0: never
	Multiple    MultiplePolicy
	Needs       Needs
	TargetRole  Role   // RoleUnknown when not set
	TargetText  string // the words that were configured

	Removed         bool // not in the configuration any more ("orphan")
	RemovedLaunched bool // and it was launched by another one
	Managed         bool
	Blocked         bool // nothing may be done with it
	Failed          bool
	StopIfFailed    bool // recovery of its failure needs a stop, not only a demote
	Maintenance     bool
	Critical        bool
	Unique          bool // globally-unique, or in something that is
	Promotable      bool
	Notify          bool
	AllowMigrate    bool
	FenceDevice     bool
	Connection      bool // connects a remote node (ocf:pacemaker:remote)
	Exclusive       bool // runs only where it is said that it is looked for

	// Role is what the resource does now, by its history; Next what it is asked for by a pending operation or target.
	Role Role
	Next Role
	// RunningOn are the nodes where it is active, Known those where its state is known (probed).
	RunningOn []*Node
	Known     []*Node
	// FailedIgnored, PendingTask, PendingNode tell crm_mon what is under way.
	FailureIgnored bool
	StartPending   bool
	PendingTask    string
	PendingNode    *Node
	// MigratingFrom and MigratingTo are the ends of a live migration found half done.
	MigratingFrom, MigratingTo *Node
	// LockedTo is the node that keeps the resource while it is down for a clean shutdown (shutdown-lock).
	LockedTo      *Node
	LockedAt      time.Time
	GroupOptions  *GroupOptions
	CloneOptions  *CloneOptions
	BundleOptions *BundleOptions

	number    int32 // place in State.made
	asked     bool  // target-role is another role than the cluster would aim at anyway: askedRole
	askedRole Role
	stopAsked bool // a fact asks for a stop
}

// Top returns the outermost parent. Without whole a bundle does not count: what it wraps is then the outermost.
func (r *Resource) Top(whole bool) *Resource {
	for r.Parent != nil {
		if !whole && r.Parent.Kind == Bundle {
			break
		}
		r = r.Parent
	}
	return r
}

// HostAttributes tells whether of a guest the resource sees the attributes of the host in place of the guest's
// (container-attribute-target=host).
func (r *Resource) HostAttributes() bool {
	return strings.EqualFold(r.Meta["container-attribute-target"], "host")
}

// attributesOf is the node whose attributes the resource sees on a node: nil for a guest that runs nowhere and whose host counts.
func (r *Resource) attributesOf(n *Node) *Node {
	switch {
	case !n.Guest() || !r.HostAttributes():
		return n
	case len(n.Container.RunningOn) == 0:
		return nil
	}
	return n.Container.RunningOn[0]
}

// Anonymous tells whether the resource is a clone whose instances are all the same.
func (r *Resource) Anonymous() bool { return r.Kind == Clone && !r.Unique }

// Bundled tells whether the resource is part of a bundle.
func (r *Resource) Bundled() bool {
	if r.Kind == Bundle {
		return true
	}
	return r.Top(true).Kind == Bundle
}

// PrintName is the name that people see: without instance number where the instances are all the same.
func (r *Resource) PrintName() string {
	if r.Unique {
		return r.Name
	}
	return r.XMLID
}

// Under tells whether the resource is other or inside it.
func (r *Resource) Under(other *Resource) bool {
	for ; r != nil; r = r.Parent {
		if r == other {
			return true
		}
	}
	return false
}
