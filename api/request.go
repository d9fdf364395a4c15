package api

import (
	"time"

	"pacer/cib"
	"pacer/engine"
	"pacer/operation"
)

// UserHeader names in whose name root or hacluster ask: access control lists then count for that user.
const UserHeader = "Pacer-User"

// Millis is a duration in whole milliseconds, as the API writes durations.
type Millis int64

// MillisOf rounds up to whole milliseconds.
func MillisOf(d time.Duration) Millis {
	return Millis((d + time.Millisecond - 1) / time.Millisecond)
}

// Duration converts.
func (m Millis) Duration() time.Duration { return time.Duration(m) * time.Millisecond }

// Request is a change that somebody wants, or a question that the node cannot answer from its Snapshot. Path is the
// end of its address below /v1/.
type Request interface{ Path() string }

// CIBApply changes the CIB: all operations or none. The answer is in Response.CIB.
type CIBApply struct {
	Ops []cib.Op `json:"ops"`
	// Client is the program that asks, Cause an id that the change belongs to.
	Client string `json:"client,omitempty"`
	Cause  string `json:"cause,omitempty"`
}

// AttributeAction says what AttributeUpdate does.
type AttributeAction string

// The actions on transient attributes.
const (
	AttributeSet      AttributeAction = "set"       // value
	AttributeSetBoth  AttributeAction = "set-both"  // value and delay
	AttributeSetDelay AttributeAction = "set-delay" // delay only
	AttributeDelete   AttributeAction = "delete"
	AttributeRefresh  AttributeAction = "refresh" // write all attributes to the CIB again
)

// AttributeWait says when AttributeUpdate is answered.
type AttributeWait string

// When AttributeUpdate is answered: at once, when the local node has the value, when every member has it.
const (
	WaitNo      AttributeWait = "no"
	WaitLocal   AttributeWait = "local"
	WaitCluster AttributeWait = "cluster"
)

// AttributeUpdate changes transient node attributes through the attribute manager.
type AttributeUpdate struct {
	Action AttributeAction `json:"action"`
	Name   string          `json:"name,omitempty"`
	// Pattern is a POSIX extended regular expression that picks existing attributes instead of Name.
	Pattern string `json:"pattern,omitempty"`
	// Node is a name; empty means the answering node.
	Node string `json:"node,omitempty"`
	// Value may be "++", "--", "+=N" or "-=N" arithmetic ("value++", "value+=2").
	Value string `json:"value,omitempty"`
	// Delay dampens writing to the CIB; used when HasDelay.
	Delay    Millis `json:"delay_ms,omitempty"`
	HasDelay bool   `json:"has_delay,omitempty"`
	// Set is the id of the set that holds the attribute; empty means the default.
	Set         string        `json:"set,omitempty"`
	Private     bool          `json:"private,omitempty"` // never written to the CIB
	Utilization bool          `json:"utilization,omitempty"`
	Wait        AttributeWait `json:"wait,omitempty"`
}

// Cleanup forgets operation history and fail counts, so that the cluster looks again.
type Cleanup struct {
	// Resource is an id; empty means all. Node is a name; empty means all.
	Resource string `json:"resource,omitempty"`
	Node     string `json:"node,omitempty"`
	// Operation and Interval pick failures of one operation; they count only when All is false.
	Operation string `json:"operation,omitempty"`
	Interval  Millis `json:"interval_ms,omitempty"`
	// All forgets the whole history (refresh); otherwise only what failed (cleanup).
	All bool `json:"all,omitempty"`
	// Force takes Resource as a plain resource and not as the group or clone around it.
	Force  bool   `json:"force,omitempty"`
	Client string `json:"client,omitempty"`
}

// FailResource pretends that a resource's monitor has failed on a node.
type FailResource struct {
	Resource string `json:"resource"`
	Node     string `json:"node"`
}

// Fence fences a node and answers when that is over (Response.Fence).
type Fence struct {
	Target string `json:"target"`
	// Action is off, reboot or on.
	Action  string `json:"action"`
	Timeout Millis `json:"timeout_ms,omitempty"`
	// Delay is an extra delay before the action; -1 disables all configured delays.
	Delay Millis `json:"delay_ms,omitempty"`
	// Tolerance takes an equal action that succeeded so recently as done.
	Tolerance Millis `json:"tolerance_ms,omitempty"`
	// Client is the program that asks, with its tag ("stonith_admin.123", "stonith-api.123").
	Client string `json:"client,omitempty"`
}

// FenceConfirm takes a person's word that a node is down.
type FenceConfirm struct {
	Target string `json:"target"`
	Client string `json:"client,omitempty"`
}

// FenceQuery asks which devices can fence a target, or which targets a device knows. The answer is in
// Response.Devices.
type FenceQuery struct {
	Target  string `json:"target,omitempty"`
	Device  string `json:"device,omitempty"`
	Timeout Millis `json:"timeout_ms,omitempty"`
}

// FenceRegister tells the answering node of a fencing device that is not in the CIB, until it stops.
type FenceRegister struct {
	ID      string            `json:"id"`
	Agent   string            `json:"agent"`
	Options []operation.Param `json:"options,omitempty"`
}

// FenceDeregister forgets a device that was registered at the answering node.
type FenceDeregister struct {
	ID string `json:"id"`
}

// FenceLevelRegister adds devices to a fencing level by which the fencing that the answering node conducts goes, until the
// topology in the CIB changes.
type FenceLevelRegister struct {
	// Target is a node, @PATTERN or ATTRIBUTE=VALUE.
	Target string `json:"target"`
	// Index is from 1 to 9.
	Index   int      `json:"index"`
	Devices []string `json:"devices,omitempty"`
}

// FenceLevelDeregister takes a fencing level away in the same sense; the index 0 means all levels of the target.
type FenceLevelDeregister struct {
	Target string `json:"target"`
	Index  int    `json:"index,omitempty"`
}

// FenceCleanup forgets fencing history, of one target or of all.
type FenceCleanup struct {
	Target string `json:"target,omitempty"`
}

// RemoveNode makes all nodes forget a node that is not a member any more, in caches and in the CIB.
type RemoveNode struct {
	Name string        `json:"name,omitempty"`
	ID   engine.NodeID `json:"id,omitempty"`
}

// Shutdown stops the answering node gracefully: its resources move away first. The answer comes when that has begun.
type Shutdown struct{}

// Path implements Request.
func (CIBApply) Path() string { return "cib/apply" }

// Path implements Request.
func (AttributeUpdate) Path() string { return "attributes/update" }

// Path implements Request.
func (Cleanup) Path() string { return "resources/cleanup" }

// Path implements Request.
func (FailResource) Path() string { return "resources/fail" }

// Path implements Request.
func (Fence) Path() string { return "fencing/fence" }

// Path implements Request.
func (FenceConfirm) Path() string { return "fencing/confirm" }

// Path implements Request.
func (FenceQuery) Path() string { return "fencing/query" }

// Path implements Request.
func (FenceRegister) Path() string { return "fencing/register" }

// Path implements Request.
func (FenceDeregister) Path() string { return "fencing/deregister" }

// Path implements Request.
func (FenceLevelRegister) Path() string { return "fencing/levels/register" }

// Path implements Request.
func (FenceLevelDeregister) Path() string { return "fencing/levels/deregister" }

// Path implements Request.
func (FenceCleanup) Path() string { return "fencing/cleanup" }

// Path implements Request.
func (RemoveNode) Path() string { return "nodes/remove" }

// Path implements Request.
func (Shutdown) Path() string { return "shutdown" }
