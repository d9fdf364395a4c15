package controller

import (
	"time"

	"pacer/cib"
	"pacer/exitcode"
	"pacer/machine"
	"pacer/message"
	"pacer/note"
	"pacer/operation"
)

// Effect is what the core wants done.
type Effect interface{ controllerEffect() }

// Broadcast wants a message sent to all members in order.
type Broadcast struct{ Envelope message.Envelope }

// UpdateCIB wants the CIB changed, all of it or nothing, and is answered by Written.
type UpdateCIB struct {
	ID     uint64
	Ops    []cib.Op
	Client string
	Cause  string
}

// Execute is for this node's executor, as Cancel, Forget and Halt are. Execute of a start or promote may be refused by the
// arbiter; it then ends as a failed operation.
type Execute struct{ Op operation.Op }

// Cancel ends a recurring operation.
type Cancel struct {
	Resource, Task string
	Interval       time.Duration
	Key            string
}

// Forget drops everything about a resource.
type Forget struct{ Resource string }

// Halt ends all recurring operations.
type Halt struct{}

// Fence asks the fencer; it is answered by FencingAnswered.
type Fence struct {
	ID             uint64
	Target, Action string
	Timeout, Delay time.Duration
	Why, Cause     string
	// WhileLost lets the fencer give up when the target is back before anything was done.
	WhileLost bool
}

// SetAttribute changes a transient attribute of a node.
type SetAttribute struct{ Name, Node, Value, Cause string }

// ClearFailures forgets fail counts. Empty fields match everything.
type ClearFailures struct {
	Resource, Operation string
	Interval            time.Duration
	Node, Cause         string
}

// DropAttributes forgets the transient attributes of a failed node at all members.
type DropAttributes struct{ Node string }

// Acting tells whether this node now coordinates.
type Acting struct{ Acting bool }

// SeenDC tells that a DC was seen at work.
type SeenDC struct{}

// Leaving tells that this node is about to stop.
type Leaving struct{}

// Answer ends a Cleanup, Fail, RemoveNode or Stop. Err is "" when it went well.
type Answer struct {
	ID     uint64
	Expect int // operations that a Cleanup has set off
	Code   exitcode.Code
	Err    string
}

// SaveInput keeps a scheduler input. Kind is "input", "warn", "error" or "panic".
type SaveInput struct {
	Kind   string
	Number int
	CIB    *cib.Document
}

// Exit ends the manager. Clean tells that the node has left as it was asked to, Stopped that nothing runs here any more, Refused that
// it stopped because it must not take part, and that trying again is of no use.
type Exit struct {
	Clean, Stopped, Refused bool
	Why                     string
}

// SetTimer wants TimerFired at a time.
type SetTimer struct{ machine.Timer }

// CancelTimer takes a timer back.
type CancelTimer struct{ Key string }

// Tell passes on what is worth telling.
type Tell struct{ note.Note }

func (Broadcast) controllerEffect()      {}
func (UpdateCIB) controllerEffect()      {}
func (Execute) controllerEffect()        {}
func (Cancel) controllerEffect()         {}
func (Forget) controllerEffect()         {}
func (Halt) controllerEffect()           {}
func (Fence) controllerEffect()          {}
func (SetAttribute) controllerEffect()   {}
func (ClearFailures) controllerEffect()  {}
func (DropAttributes) controllerEffect() {}
func (Acting) controllerEffect()         {}
func (SeenDC) controllerEffect()         {}
func (Leaving) controllerEffect()        {}
func (Answer) controllerEffect()         {}
func (SaveInput) controllerEffect()      {}
func (Exit) controllerEffect()           {}
func (SetTimer) controllerEffect()       {}
func (CancelTimer) controllerEffect()    {}
func (Tell) controllerEffect()           {}
