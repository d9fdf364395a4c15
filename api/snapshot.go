package api

import (
	"time"

	"pacer/cib"
	"pacer/engine"
	"pacer/release"
)

// Snapshot is what a node knows at one moment. It is never changed once it is handed out.
type Snapshot struct {
	Node NodeInfo
	// CIB is nil until the node has one.
	CIB        *cib.Document
	Attributes []Attribute
	Fencing    []FenceRecord
	Devices    []FenceDevice
}

// NodeState says how far a node has come. The words are those of the controller.
type NodeState string

// The states of a node's manager.
const (
	StateStarting NodeState = "starting" // no view yet
	StateJoining  NodeState = "joining"  // in a view, not yet taken in by the DC
	StateDeciding NodeState = "deciding" // DC: the scheduler runs
	StateActing   NodeState = "acting"   // DC: a transition is being carried out
	StateIdle     NodeState = "idle"     // DC: nothing to do
	StateMember   NodeState = "member"   // not DC, taken in
	StateElecting NodeState = "electing"
	StateStopping NodeState = "stopping"
)

// NodeInfo describes the answering node and its view of the others.
type NodeInfo struct {
	ID      engine.NodeID `json:"id"`
	Name    string        `json:"name"`
	Cluster string        `json:"cluster,omitempty"` // the cluster's name
	Stack   string        `json:"stack"`             // "corosync", "heartbeat", "pacer"
	View    engine.View   `json:"view"`
	// Peers are all nodes that this one knows of, members or not, by rising ID.
	Peers []Peer    `json:"peers"`
	DC    string    `json:"dc,omitempty"` // name of the DC; empty while there is none
	State NodeState `json:"state"`
	// Settled tells that the cluster has nothing left to do: no transition runs and none is wanted. Only the DC knows;
	// elsewhere it is what the DC said last.
	Settled bool `json:"settled"`
	// Unsafe gives the reason why a resource might become active twice (fencing off, quorum ignored); empty when safe.
	Unsafe string `json:"unsafe,omitempty"`
	// Storage is what is wrong with this node's copy of the configuration: what was damaged when it started, and what cannot be
	// written now. It is empty when nothing is.
	Storage []StorageProblem `json:"storage,omitempty"`
	Version string           `json:"version"` // of Pacer
	Feature string           `json:"feature"` // the CIB feature set
	// Level is what all members of the view can do, and at which it works; empty until that is known.
	Level   release.Level `json:"level,omitzero"`
	Started time.Time     `json:"started"`
	PID     int           `json:"pid"`
}

// StorageProblem is a file of the configuration that could not be used, or cannot be written.
type StorageProblem struct {
	File    string `json:"file"`
	Problem string `json:"problem"`
	// Used is what took its place, Kept the name under which it is kept.
	Used string `json:"used,omitempty"`
	Kept string `json:"kept,omitempty"`
	// Refusing tells that this node acknowledges no change for that reason.
	Refusing bool `json:"refusing,omitempty"`
}

// String says it in one sentence, without a stop.
func (p StorageProblem) String() string {
	if p.Refusing {
		return p.File + " cannot be written: " + p.Problem + "; this node acknowledges no change until it can"
	}
	out := p.File + " could not be used: " + p.Problem
	if p.Used != "" {
		out += "; " + p.Used + " was used"
	}
	if p.Kept != "" {
		out += "; the bad file is kept as " + p.Kept
	}
	return out
}

// Peer is a node as the answering one sees it.
type Peer struct {
	ID     engine.NodeID `json:"id"`
	UUID   string        `json:"uuid"` // its id in the CIB
	Name   string        `json:"name"`
	Member bool          `json:"member"` // in the view
	Joined bool          `json:"joined"` // taken in by the DC
}

// Attribute is one transient node attribute on one node.
type Attribute struct {
	Name    string `json:"name"`
	Node    string `json:"node"`
	Value   string `json:"value"`
	Set     string `json:"set,omitempty"` // id of its set when not the default one
	Private bool   `json:"private,omitempty"`
}

// FenceRecord is one fencing, running or over.
type FenceRecord struct {
	ID         string    `json:"id"`
	Target     string    `json:"target"`
	Action     string    `json:"action"` // off, reboot, on
	State      string    `json:"state"`  // pending, success, failed
	Origin     string    `json:"origin"` // node that asked
	Client     string    `json:"client"` // program that asked
	Delegate   string    `json:"delegate,omitempty"`
	Device     string    `json:"device,omitempty"`
	Began      time.Time `json:"began,omitzero"`
	Completed  time.Time `json:"completed,omitzero"`
	ExitReason string    `json:"exit_reason,omitempty"`
}

// FenceDevice is one registered device.
type FenceDevice struct {
	ID    string `json:"id"`
	Agent string `json:"agent"`
	// Targets are the nodes that it is known to fence; Dynamic tells that only asking the device shows them.
	Targets []string `json:"targets,omitempty"`
	Dynamic bool     `json:"dynamic,omitempty"`
	// Local tells that the answering node may use the device itself.
	Local bool `json:"local"`
}
