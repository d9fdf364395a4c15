package fencer

import (
	"time"

	"pacer/engine"
	"pacer/message"
	"pacer/operation"
	"pacer/xmltree"
)

// Event is what the fencer can hear.
type Event interface{ fencerEvent() }

// EngineView is the agreed view.
type EngineView struct{ View engine.View }

// Delivered is one ordered message whose kind begins with "fencer.".
type Delivered struct {
	From     engine.NodeID
	Envelope message.Envelope
}

// CIB is the configuration: devices are the stonith primitives, levels the fencing-topology. Send it at the start and
// whenever the configuration section (or a node attribute that a level names) changed.
type CIB struct{ Root *xmltree.Node } // the cib element

// DeviceActive says that the resource of a device is now started on this node, or no more (executor results of class
// stonith). A node with the started device is preferred as the one that uses it.
type DeviceActive struct {
	Device string
	Active bool
}

// Request asks for the fencing of a node. It is answered by one Reply with the same ID.
type Request struct {
	ID     uint64
	Target string // node name
	Action string // "reboot", "off", "on"
	// Timeout is for each device that has none of its own; 0 means the cluster's stonith-timeout.
	Timeout time.Duration
	// Delay waits before the first device, on top of the device's own; below 0 switches all delays off.
	Delay time.Duration
	// Tolerance takes a success that is not older as the answer.
	Tolerance time.Duration
	Client    string // who asks, as the history shows it: "controller", "stonith_admin.1234"
	Why       string // for people: "node is lost", "stop of db failed"
	// WhileLost cancels the operation when the target is back in the view before an agent was started for it.
	WhileLost bool
	Principal message.Principal
	Cause     string
}

// Confirm is an administrator's word that a node is off (stonith_admin --confirm). It is answered by a Reply.
type Confirm struct {
	ID        uint64
	Target    string
	Principal message.Principal
}

// Cleanup clears the finished operations of a target, or all when Target is empty. It is answered by a Reply.
type Cleanup struct {
	ID        uint64
	Target    string
	Principal message.Principal
}

// Monitor asks a device whether it answers (stonith_admin --query). It is answered by a Reply.
type Monitor struct {
	ID      uint64
	Device  string
	Timeout time.Duration
}

// Register tells this node of a device that is not in the CIB (stonith_admin --register). It is forgotten with the manager. It is
// answered by a Reply.
type Register struct {
	ID            uint64
	Device, Agent string
	Params        []operation.Param
}

// Deregister forgets a device that this node was told of. It is answered by a Reply.
type Deregister struct {
	ID     uint64
	Device string
}

// SetLevel adds devices to a fencing level by which this node's fencing goes (stonith_admin --register-level), until the topology in
// the CIB changes. Target is a node, @PATTERN or ATTRIBUTE=VALUE; Index is from 1 to MaxLevel. It is answered by a Reply.
type SetLevel struct {
	ID      uint64
	Target  string
	Index   int
	Devices []string
}

// DropLevel takes a level away in the same sense, with Index 0 all of the target's. It is answered by a Reply.
type DropLevel struct {
	ID     uint64
	Target string
	Index  int
}

// AgentDone ends a RunAgent. Code is what the agent returned; when it returned nothing, Code is 1 and TimedOut or
// NotInstalled may be set.
type AgentDone struct {
	Run          uint64
	Code         int
	TimedOut     bool
	NotInstalled bool
	Output       string // stdout, limited
	Reason       string // why it failed: the last line of stderr, or ours
}

// TimerFired brings back a timer of SetTimer.
type TimerFired struct{ Key string }

func (EngineView) fencerEvent()   {}
func (Delivered) fencerEvent()    {}
func (CIB) fencerEvent()          {}
func (DeviceActive) fencerEvent() {}
func (Request) fencerEvent()      {}
func (Confirm) fencerEvent()      {}
func (Cleanup) fencerEvent()      {}
func (Monitor) fencerEvent()      {}
func (Register) fencerEvent()     {}
func (Deregister) fencerEvent()   {}
func (SetLevel) fencerEvent()     {}
func (DropLevel) fencerEvent()    {}
func (AgentDone) fencerEvent()    {}
func (TimerFired) fencerEvent()   {}
