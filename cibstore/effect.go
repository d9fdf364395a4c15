package cibstore

import (
	"pacer/cib"
	"pacer/engine"
	"pacer/machine"
	"pacer/message"
	"pacer/note"
	"pacer/release"
	"pacer/xmltree"
)

// Effect is what a Store wants done: Broadcast, Persist, Changed, Synced, Unsynced, Refused, Reply, SetTimer, CancelTimer or Tell.
type Effect interface{ storeEffect() }

// Broadcast sends a message to all members, this one too, in the agreed order.
type Broadcast struct{ message.Envelope }

// Persist appends a record to what is on disk and is answered by Persisted. Sync asks for durability before the answer;
// several records may share one fsync.
type Persist struct {
	Seq    uint64
	Record Record
	Sync   bool
}

// Changed says that the document is another one now.
type Changed struct {
	Old, New  *cib.Document
	Cause     string
	Principal message.Principal
	// Origin is the node where the change was asked for; 0 when it came by a sync.
	Origin engine.NodeID
}

// Synced says that all attached members of the view have the same document from here on, and that requests go through.
type Synced struct {
	View     engine.View
	Document *cib.Document
	// Quorum tells that writes here are of class quorum.
	Quorum bool
	// Level is what all members can do.
	Level release.Level
}

// Refused says that this node must not take part in the view, because of what its program can do.
type Refused struct{ Why string }

// Unsynced says that a new round has begun: requests wait until the next Synced.
type Unsynced struct{}

// Class says how safe an acknowledged request is.
type Class string

// The classes. ClassNone is that of requests that changed nothing which is kept on disk.
const (
	ClassNone     Class = ""
	ClassQuorum   Class = "quorum"
	ClassDegraded Class = "degraded"
)

// Reply answers a Request. Err is nil or a *cib.Error.
type Reply struct {
	ID      uint64
	Answer  *xmltree.Node // of the last query
	Version cib.Version
	Class   Class
	Err     error
}

// SetTimer asks for TimerFired. Setting a key again moves it.
type SetTimer struct{ machine.Timer }

// CancelTimer takes a timer back.
type CancelTimer struct{ Key string }

// Tell passes on what is worth telling.
type Tell struct{ note.Note }

func (Broadcast) storeEffect()   {}
func (Persist) storeEffect()     {}
func (Changed) storeEffect()     {}
func (Synced) storeEffect()      {}
func (Unsynced) storeEffect()    {}
func (Refused) storeEffect()     {}
func (Reply) storeEffect()       {}
func (SetTimer) storeEffect()    {}
func (CancelTimer) storeEffect() {}
func (Tell) storeEffect()        {}
