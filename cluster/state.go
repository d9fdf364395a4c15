package cluster

import (
	"time"

	"pacer/score"
	"pacer/xmltree"
)

// QuorumPolicy is the cluster option no-quorum-policy.
type QuorumPolicy uint8

// The policies for a partition without quorum.
const (
	QuorumStop QuorumPolicy = iota
	QuorumFreeze
	QuorumIgnore
	QuorumFence // suicide
	QuorumDemote
)

// State is the cluster as the CIB tells it.
type State struct {
	CIB *xmltree.Node
	Now time.Time
	// TimeGiven is true when Now came from the document (execution-date).
	TimeGiven bool

	Options Options

	Nodes     []*Node     // by name, as the tools list them
	Resources []*Resource // all, parents before children
	Top       []*Resource // those without parent, in document order, removed ones last

	Locations   []*Location
	Colocations []*Colocation
	Orders      []*Order
	TicketDeps  []*TicketDependency
	Tickets     []*Ticket
	Tags        []Tag
	Templates   []Tag

	// DC is the coordinator, nil when the document names none.
	DC     *Node
	DCUUID string

	HaveQuorum bool
	// FenceDevices tells whether any fence device is configured.
	FenceDevices bool
	RemoteNodes  bool

	// Failures are the failed entries of the history, in document order.
	Failures []*Operation

	// Instances, Disabled and Blocked count the primitives (instances) for the line under the header.
	Instances, Disabled, Blocked int

	// RecheckBy is when something is known to change by time alone; zero when nothing is.
	RecheckBy time.Time

	// Messages are the findings while reading, in order.
	Messages []Message
}

// Level is how grave a Message is.
type Level uint8

// The levels.
const (
	Info Level = iota
	Notice
	Warning
	Error
	Config // a configuration error, for crm_verify
	ConfigWarning
)

// Message is a finding worth telling.
type Message struct {
	Level Level
	Text  string
}

// Options are the cluster options that matter for decisions.
type Options struct {
	// All are the options as configured, by today's names.
	All map[string]string

	Symmetric            bool
	Quorum               QuorumPolicy
	Maintenance          bool
	FencingEnabled       bool
	FencingAction        string // reboot, off
	FencingTimeout       time.Duration
	ConcurrentFencing    bool
	StartupFencing       bool
	PriorityFencingDelay time.Duration
	StopRemovedResources bool
	StopRemovedActions   bool
	StopAll              bool
	EnableStartupProbes  bool
	StartFailureFatal    bool
	ShutdownLock         bool
	ShutdownLockLimit    time.Duration
	ClusterDelay         time.Duration
	BatchLimit           string // as configured
	MigrationLimit       string // as configured
	NodePendingTimeout   time.Duration
	PlacementStrategy    string
	NodeHealthStrategy   string
	NodeHealthBase       score.Score
	HealthGreen          score.Score
	HealthYellow         score.Score
	HealthRed            score.Score
	HaveWatchdog         bool
	WatchdogTimeout      time.Duration
	ClusterName          string
}

// NodeByName returns the node with that name (letter case does not matter), or nil.
func (s *State) NodeByName(name string) *Node { return s.findNode(name) }

// ResourceByName returns the resource or instance with that name, or nil. The plain name of a clone's child finds its
// first instance.
func (s *State) ResourceByName(name string) *Resource { return s.findResource(name) }
