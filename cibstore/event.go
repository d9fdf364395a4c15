package cibstore

import (
	"pacer/cib"
	"pacer/engine"
	"pacer/message"
)

// Event is what a Store can hear: EngineView, Delivered, Request, Persisted or TimerFired.
type Event interface{ storeEvent() }

// EngineView is a view of the engine, in its place between the messages. Every view must be given.
type EngineView struct{ engine.View }

// Delivered is an ordered message whose kind begins with "cib.". Others are ignored.
type Delivered struct {
	From     engine.NodeID
	Envelope message.Envelope
}

// Request asks for operations, all or none. It is answered by one Reply with the same ID. A request with queries only is
// answered at once from this node's document.
type Request struct {
	ID        uint64
	Principal message.Principal
	Cause     string
	Ops       []cib.Op
	// Client is the program that asks, for update-client.
	Client string
	// Unchecked leaves out the check of the result's structure: the cluster's own writes.
	Unchecked bool
}

// Persisted answers Persist: this record and all before it are written, and durable if one of them had Sync. With Err they
// are not, and nothing is written until a record of a later attempt comes.
type Persisted struct {
	Seq uint64
	Err string
}

// TimerFired brings back a timer.
type TimerFired struct{ Key string }

func (EngineView) storeEvent() {}
func (Delivered) storeEvent()  {}
func (Request) storeEvent()    {}
func (Persisted) storeEvent()  {}
func (TimerFired) storeEvent() {}
