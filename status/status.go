package status

import (
	"time"

	"pacer/cluster"
)

// Status is the picture of a cluster.
type Status struct {
	Summary    Summary          `json:"summary"`
	Nodes      []Node           `json:"nodes"`
	Resources  []Resource       `json:"resources"`
	Attributes []NodeAttributes `json:"node_attributes"`
	Histories  []History        `json:"history"`
	Failures   []Failure        `json:"failures"`
	Fencing    []Fencing        `json:"fencing"`
	Tickets    []Ticket         `json:"tickets"`
	Bans       []Ban            `json:"bans"`

	// Errors are what was found wrong with the history while reading it.
	Errors []string `json:"errors,omitempty"`

	// Tags are the names that stand for several nodes or resources in filters.
	Tags map[string][]string `json:"tags,omitempty"`
}

// Summary is the header.
type Summary struct {
	Stack       string    `json:"stack"`
	DC          string    `json:"dc"` // "" while there is none
	DCID        string    `json:"dc_id"`
	DCVersion   string    `json:"dc_version"`
	Mixed       bool      `json:"mixed_version"` // the nodes have different feature sets
	Quorum      bool      `json:"quorum"`
	QuorumShown bool      `json:"-"`
	Updated     time.Time `json:"updated"`
	Origin      string    `json:"origin"` // the node that was asked; "" for files
	// Changed is cib-last-written as it stands in the document.
	Changed       string `json:"changed"`
	ChangedBy     string `json:"changed_by"`
	ChangedVia    string `json:"changed_via"`
	ChangedOrigin string `json:"changed_origin"`

	NodesConfigured int `json:"nodes_configured"`
	Instances       int `json:"instances"`
	Disabled        int `json:"disabled"`
	Blocked         int `json:"blocked"`

	Fencing        bool   `json:"fencing"`
	Symmetric      bool   `json:"symmetric"`
	NoQuorumPolicy string `json:"no_quorum_policy"` // in words
	NoQuorumValue  string `json:"no_quorum_value"`
	Maintenance    bool   `json:"maintenance"`
	StopAll        bool   `json:"stop_all"`
	FencingTimeout int64  `json:"fencing_timeout_ms"`
	PriorityDelay  int64  `json:"priority_fencing_delay_ms"`
	StillSettingUp bool   `json:"still_setting_up"` // no DC and no status yet
	FencingDevices bool   `json:"fencing_devices"`
	Unsafe         Unsafe `json:"unsafe"`
	// Storage are sentences about what is wrong with the configuration's files on the node that was asked.
	Storage         []string `json:"storage,omitempty"`
	FeatureSet      string   `json:"feature_set"`
	ClusterName     string   `json:"cluster_name"`
	PacemakerdState string   `json:"pacemakerd_state"`
}

// Unsafe says by what a configuration can run a service twice. Both false is a safe one.
type Unsafe struct {
	NoFencing     bool `json:"no_fencing"`     // fencing is off, or on without any device
	IgnoresQuorum bool `json:"ignores_quorum"` // no-quorum-policy=ignore
}

// Any tells whether there is anything to warn of.
func (u Unsafe) Any() bool { return u.NoFencing || u.IgnoresQuorum }

// NodeType says how a node belongs to the cluster.
type NodeType string

// The types of nodes.
const (
	Member NodeType = "member"
	Remote NodeType = "remote"
	Guest  NodeType = "guest"
)

// Node is one node.
type Node struct {
	Name string   `json:"name"`
	ID   string   `json:"id"`
	Type NodeType `json:"type"`
	// State is the state in words as the lists show it: "online", "standby", "UNCLEAN (offline)", …
	State string `json:"state"`
	// Plain nodes have nothing to tell but whether they are online; they share a line.
	Plain       bool   `json:"plain"`
	Online      bool   `json:"online"`
	Standby     bool   `json:"standby"`
	StandbyFail bool   `json:"standby_on_fail"`
	Maintenance bool   `json:"maintenance"`
	Pending     bool   `json:"pending"`
	Unclean     bool   `json:"unclean"`
	Shutdown    bool   `json:"shutdown"`
	ExpectedUp  bool   `json:"expected_up"`
	DC          bool   `json:"is_dc"`
	Health      string `json:"health"` // green, yellow, red
	FeatureSet  string `json:"feature_set"`
	Host        string `json:"host,omitempty"`       // of a guest: the node its container runs on
	HostID      string `json:"host_id,omitempty"`    // and that node's id
	Container   string `json:"container,omitempty"`  // of a guest
	Connection  string `json:"connection,omitempty"` // of a remote node
	// Running are the primitives active on the node, in the order of the history.
	Running []Resource `json:"running"`
}

// Place is where something is active.
type Place struct {
	Name    string `json:"name"`
	ID      string `json:"id"`
	Online  bool   `json:"online"`
	Unclean bool   `json:"unclean"`
}

// Resource is a resource with what is inside it.
type Resource struct {
	// ID is the name shown: without instance number where instances are alike. Name always has the number.
	ID   string       `json:"id"`
	Name string       `json:"name"`
	Kind cluster.Kind `json:"kind"`
	// Agent is "class:provider:type"; "" for collections.
	Agent string `json:"agent,omitempty"`
	// Role is the role shown, Target the configured target role ("" when none).
	Role   cluster.Role `json:"role"`
	Target string       `json:"target_role,omitempty"`
	// Doing is what is under way in place of a role ("Starting"), Checking what is under way beside it ("Monitoring").
	Doing string `json:"doing,omitempty"`
	// DoingOn is where that is, for what is active nowhere yet. It is shown where Doing and Checking are not, too.
	DoingOn  *Place `json:"doing_on,omitempty"`
	Checking string `json:"checking,omitempty"`

	Nodes  []Place `json:"nodes,omitempty"`
	Locked string  `json:"locked_to,omitempty"`

	Active      bool `json:"active"`       // something of it is active
	FullyActive bool `json:"fully_active"` // all of it is active
	Removed     bool `json:"orphaned"`
	Blocked     bool `json:"blocked"`
	Unmanaged   bool `json:"unmanaged"`
	Maintenance bool `json:"maintenance"`
	Failed      bool `json:"failed"`
	Ignored     bool `json:"failure_ignored"`
	Disabled    bool `json:"disabled"` // target-role=Stopped
	Unique      bool `json:"unique"`
	Promotable  bool `json:"promotable"` // it or what it is in
	IsFencing   bool `json:"fencing,omitempty"`
	// Inner connections are those that a bundle makes for its containers; lists by node leave them out.
	Inner bool `json:"-"`

	// Probe is the text of a failed probe that keeps the resource from running, by node and for any node ("").
	Probe       string `json:"probe_failure,omitempty"`
	Description string `json:"description,omitempty"`

	Members []Resource `json:"members,omitempty"`

	// Of clones: Max is the largest number of instances, StoppedOn where none runs.
	Max       int       `json:"max,omitempty"`
	StoppedOn []Stopped `json:"stopped_on,omitempty"`

	// Of bundles.
	Image    string    `json:"image,omitempty"`
	Engine   string    `json:"engine,omitempty"`
	Replicas []Replica `json:"replicas,omitempty"`
}

// Stopped is a node where no instance of a clone runs, and the words for that.
type Stopped struct {
	Node string `json:"node"`
	Why  string `json:"why"` // "Stopped", "Stopped (disabled)", "Stopped (Not installed)"
}

// Replica is one container of a bundle.
type Replica struct {
	Offset     int       `json:"offset"`
	Name       string    `json:"name"`
	Address    string    `json:"address,omitempty"`
	Image      string    `json:"image,omitempty"`
	Container  *Resource `json:"container"`
	IP         *Resource `json:"ip,omitempty"`
	Connection *Resource `json:"connection,omitempty"`
	Child      *Resource `json:"child,omitempty"`

	at    int    // which of the container's nodes it runs on, when there are several: the best (cluster.Resource.ActiveNode); -1 for none
	probe string // as Resource.Probe of what is inside, where the container is
}

// NodeAttributes are the attributes of a node that people want to see.
type NodeAttributes struct {
	Node   string      `json:"node"`
	NodeID string      `json:"node_id"`
	Host   string      `json:"host,omitempty"`
	Guest  bool        `json:"guest,omitempty"`
	List   []Attribute `json:"list"`
}

// Attribute is one attribute. Expected is what a ping resource would give with everything reachable, 0 for other attributes.
type Attribute struct {
	Name     string `json:"name"`
	Value    string `json:"value"`
	Expected int    `json:"expected,omitempty"`
	Pinged   bool   `json:"pinged,omitempty"`
}

// History is what was done on a node.
type History struct {
	Node   string `json:"node"`
	NodeID string `json:"node_id"`
	Host   string `json:"host,omitempty"`
	Guest  bool   `json:"guest,omitempty"`
	// Resources are those of which there is something to see.
	Resources []ResourceHistory `json:"resources"`
}

// ResourceHistory is what was done with one resource on a node.
type ResourceHistory struct {
	ID          string      `json:"id"`
	XMLID       string      `json:"-"`
	Threshold   int         `json:"migration_threshold"`
	FailCount   int         `json:"fail_count"`
	LastFailure time.Time   `json:"last_failure"`
	Orphan      bool        `json:"orphan"`
	Operations  []Operation `json:"operations"`
}

// Operation is one entry of the history.
type Operation struct {
	Call     int           `json:"call"`
	Task     string        `json:"task"` // "probe" for monitors that run once
	Interval time.Duration `json:"interval"`
	Code     int           `json:"rc"`
	Text     string        `json:"rc_text"`
	Changed  time.Time     `json:"changed"`
	Ran      time.Duration `json:"exec_time"`
	Queued   time.Duration `json:"queue_time"`
	HasTimes bool          `json:"-"`
}

// Failure is a failed operation.
type Failure struct {
	Key        string        `json:"op_key"`
	Resource   string        `json:"resource"`
	XMLID      string        `json:"-"`
	Task       string        `json:"task"`
	Interval   time.Duration `json:"interval"`
	Node       string        `json:"node"`
	Call       int           `json:"call"`
	Code       int           `json:"rc"`
	CodeText   string        `json:"rc_text"`
	Status     int           `json:"status"`
	StatusText string        `json:"status_text"`
	Reason     string        `json:"reason"`
	Changed    time.Time     `json:"changed"`
	Ran        time.Duration `json:"exec_time"`
	Queued     time.Duration `json:"queue_time"`
}

// Fencing is a fencing action: under way, done or failed.
type Fencing struct {
	Target    string    `json:"target"`
	Action    string    `json:"action"` // reboot, off, on
	Origin    string    `json:"origin"`
	Client    string    `json:"client"`
	Delegate  string    `json:"delegate"`
	State     string    `json:"state"` // pending, success, failed
	Reason    string    `json:"reason,omitempty"`
	Completed time.Time `json:"completed"`
}

// Ticket is a ticket.
type Ticket struct {
	ID          string `json:"id"`
	Granted     bool   `json:"granted"`
	Standby     bool   `json:"standby"`
	LastGranted string `json:"last_granted,omitempty"`
	// Details are further attributes, by name.
	Details []Attribute `json:"details,omitempty"`
}

// Ban is a location constraint that keeps a resource from a node.
type Ban struct {
	ID           string `json:"id"`
	Resource     string `json:"resource"`
	Node         string `json:"node"`
	NodeID       string `json:"node_id"`
	Score        int    `json:"score"`
	PromotedOnly bool   `json:"promoted_only"`
}
