package controller

import (
	"time"

	"pacer/cib"
	"pacer/engine"
	"pacer/message"
	"pacer/operation"
)

// Event is what the core can hear.
type Event interface{ controllerEvent() }

// View is the agreed view.
type View struct{ View engine.View }

// Elected says who is DC. Formed tells that somebody has seen a DC before; FeatureSet is what the members have in common.
type Elected struct {
	DC         engine.NodeID
	Final      bool
	Formed     bool
	FeatureSet string
}

// Synced says that all attached members of the view have the same CIB. Features is the least feature set of their programs.
type Synced struct{ Features string }

// Refuse says that this node must not take part in the cluster: it stops what runs here and goes.
type Refuse struct{ Why string }

// CIB is a new document, what this node has from now on. Own says that it came by the oldest UpdateCIB of this controller
// that was not applied yet; its Written may come later, when the disk is sure of it.
type CIB struct {
	New *cib.Document
	Own bool
}

// Written answers an UpdateCIB.
type Written struct {
	ID  uint64
	Err string
}

// Delivered is one ordered message whose kind begins with "controller.".
type Delivered struct {
	From     engine.NodeID
	Envelope message.Envelope
}

// Result is what the executor reports.
type Result struct{ Result operation.Result }

// NothingToCancel answers a Cancel that found nothing.
type NothingToCancel struct {
	Resource, Task string
	Interval       time.Duration
	Key            string
}

// Recovered is what the executor found of an earlier manager.
type Recovered struct{ InFlight, Recurring []operation.Op }

// Fenced says, at every node, that a fencing ended.
type Fenced struct {
	Target, Action string
	OK             bool
	Cancelled      bool
	Reason         string
}

// FencingAnswered answers a Fence of this node.
type FencingAnswered struct {
	ID        uint64
	OK        bool
	Cancelled bool // the target came back before it began
	NoDevice  bool
	Reason    string
}

// Decide tells that nothing else of this node is on its way to the CIB. It is sent only while Ready.
type Decide struct{}

// Cleanup forgets history and fail counts. Resource and Node may be empty (all). It is answered by Answer.
type Cleanup struct {
	ID                  uint64
	Resource, Node      string
	Operation           string
	Interval            time.Duration
	All                 bool // the whole history, not only failures
	Force               bool // Resource as it is, not what it is part of
	Client, User, Cause string
}

// Fail pretends that a monitor of the resource failed. It is answered by Answer.
type Fail struct {
	ID             uint64
	Resource, Node string
	Cause          string
}

// RemoveNode forgets a node. It is answered by Answer.
type RemoveNode struct {
	ID    uint64
	Name  string
	Node  engine.NodeID
	Cause string
}

// Stop asks this node to leave: its resources move away first. With an ID it is answered when that has begun.
type Stop struct {
	ID  uint64
	Why string
}

// EngineLost says that the cluster layer is gone: everything here is stopped, then the manager ends.
type EngineLost struct{ Reason string }

// TimerFired brings back a timer of SetTimer.
type TimerFired struct{ Key string }

func (View) controllerEvent()            {}
func (Elected) controllerEvent()         {}
func (Synced) controllerEvent()          {}
func (CIB) controllerEvent()             {}
func (Written) controllerEvent()         {}
func (Delivered) controllerEvent()       {}
func (Result) controllerEvent()          {}
func (NothingToCancel) controllerEvent() {}
func (Recovered) controllerEvent()       {}
func (Fenced) controllerEvent()          {}
func (FencingAnswered) controllerEvent() {}
func (Decide) controllerEvent()          {}
func (Cleanup) controllerEvent()         {}
func (Fail) controllerEvent()            {}
func (RemoveNode) controllerEvent()      {}
func (Stop) controllerEvent()            {}
func (Refuse) controllerEvent()          {}
func (EngineLost) controllerEvent()      {}
func (TimerFired) controllerEvent()      {}
