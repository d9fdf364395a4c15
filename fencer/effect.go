package fencer

import (
	"time"

	"pacer/exitcode"
	"pacer/machine"
	"pacer/message"
	"pacer/note"
	"pacer/operation"
)

// Effect is what the fencer can want done.
type Effect interface{ fencerEffect() }

// Broadcast sends a message to all members, this node too.
type Broadcast struct{ message.Envelope }

// RunAgent starts a fence agent. Params are the lines of its stdin, action first. The driver answers with one AgentDone,
// also when it cannot start it, and ends the agent itself when Timeout is over.
type RunAgent struct {
	Run     uint64
	Device  string // "" for meta-data of an agent
	Agent   string // "fence_xvm", "external/ipmi"
	Action  string // as the agent names it
	Target  string // node name, "" for list, monitor, metadata
	Params  []operation.Param
	Timeout time.Duration
}

// KillAgent ends a RunAgent early; AgentDone still comes.
type KillAgent struct{ Run uint64 }

// Begun says, at every node, that an operation began.
type Begun struct{ Operation Operation }

// Done says, at every node, that an operation ended (Operation.State tells how). Operations merged into another one end
// with it and have a Done of their own.
type Done struct{ Operation Operation }

// HistoryChanged says that entries came or went otherwise: cleanup, or the history of others after a join.
type HistoryChanged struct{}

// Reply answers Request, Confirm, Cleanup, Monitor and what registers and deregisters at this node.
type Reply struct {
	ID     uint64
	Code   exitcode.Code // exitcode.OK, NoSuchDevice-like codes as stonith_admin returns them
	Reason string
	// Operation is the finished one, for Request and Confirm.
	Operation Operation
}

// SetTimer asks for TimerFired.
type SetTimer struct{ machine.Timer }

// CancelTimer takes a timer back.
type CancelTimer struct{ Key string }

// Tell passes on what is worth telling.
type Tell struct{ note.Note }

func (Broadcast) fencerEffect()      {}
func (RunAgent) fencerEffect()       {}
func (KillAgent) fencerEffect()      {}
func (Begun) fencerEffect()          {}
func (Done) fencerEffect()           {}
func (HistoryChanged) fencerEffect() {}
func (Reply) fencerEffect()          {}
func (SetTimer) fencerEffect()       {}
func (CancelTimer) fencerEffect()    {}
func (Tell) fencerEffect()           {}
