package fencer

import (
	"math/rand/v2"
	"time"

	"pacer/engine"
	"pacer/machine"
)

// Options are who this fencer is.
type Options struct {
	Self engine.NodeID
	Name string
	// Unique makes operation ids unique over restarts of this manager; the driver takes it from the system's random source.
	Unique uint64
	// Rand chooses random delays (pcmk_delay_max).
	Rand *rand.Rand
}

// Core is the fencer of one node.
type Core struct {
	opt Options
	now machine.Now
}

// New returns a fencer without devices.
func New(opt Options) *Core { return &Core{opt: opt} }

// Step implements machine.Core.
func (c *Core) Step(now machine.Now, event Event) []Effect {
	c.now = now
	return nil
}

// State says how far an operation is.
type State string

// The states of an operation.
const (
	Pending   State = "pending"
	Succeeded State = "success"
	Failed    State = "failed"
	// Cancelled: the target came back before an agent was started. Displays show it as failed.
	Cancelled State = "cancelled"
)

// Operation is one fencing of one node, as the history of every node has it.
type Operation struct {
	ID       string        `json:"id"`
	Target   string        `json:"target"`
	Action   string        `json:"action"`
	Client   string        `json:"client"`
	Origin   string        `json:"origin"`             // the node that asked
	Executor string        `json:"executor,omitempty"` // the node that used the last device
	Device   string        `json:"device,omitempty"`   // the last device, "manual_ack" for an administrator's word
	State    State         `json:"state"`
	Reason   string        `json:"reason,omitempty"` // why it failed
	Why      string        `json:"why,omitempty"`    // why it was asked
	MergedTo string        `json:"merged,omitempty"` // the operation that it joined
	Cause    string        `json:"cause,omitempty"`
	Began    time.Time     `json:"began"`
	Ended    time.Time     `json:"ended,omitzero"`
	Total    time.Duration `json:"total,omitempty"` // the time it was given
}

// DeviceInfo describes a device for lists.
type DeviceInfo struct {
	ID     string   `json:"id"`
	Agent  string   `json:"agent"`
	Hosts  []string `json:"hosts,omitempty"` // the static or the last dynamic list
	Check  string   `json:"check"`           // static-list, dynamic-list, status, none
	Nodes  []string `json:"nodes,omitempty"` // where it can be used, as announced
	Active []string `json:"active,omitempty"`
}

// History returns the operations, newest first.
func (c *Core) History() []Operation { return nil }

// Registered returns the devices that this node knows, by id.
func (c *Core) Registered() []DeviceInfo { return nil }

// Capable returns the ids of the devices that can fence the target from anywhere, by id.
func (c *Core) Capable(target string) []string { return nil }
