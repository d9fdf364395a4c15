package errand

import (
	"time"

	"pacer/engine"
	"pacer/exitcode"
	"pacer/machine"
	"pacer/message"
)

// Event is what the core can hear: View, Delivered, Request, Done or TimerFired.
type Event interface{ errandEvent() }

// View says who is here now.
type View struct{ View engine.View }

// Delivered is one ordered message whose kind begins with "errand.".
type Delivered struct {
	From     engine.NodeID
	Envelope message.Envelope
}

// Request asks nodes to do something. Nodes empty means all that have a manager.
type Request struct {
	ID        uint64
	Nodes     []engine.NodeID
	Task      string
	Body      []byte
	Timeout   time.Duration
	Principal message.Principal
	Cause     string
}

// Done is how a Work ended here. Problem is "" when all is well; Code says what kind it is.
type Done struct {
	Run     uint64
	Body    []byte
	Code    exitcode.Code
	Problem string
}

// TimerFired brings back a timer of SetTimer.
type TimerFired struct{ Key string }

func (View) errandEvent()       {}
func (Delivered) errandEvent()  {}
func (Request) errandEvent()    {}
func (Done) errandEvent()       {}
func (TimerFired) errandEvent() {}

// Effect is what the core wants done: Broadcast, Work, Finished, SetTimer or CancelTimer.
type Effect interface{ errandEffect() }

// Broadcast wants a message sent to all members in order.
type Broadcast struct{ Envelope message.Envelope }

// Work is to be done here. The driver answers with one Done.
type Work struct {
	Run       uint64
	Task      string
	Body      []byte
	Principal message.Principal
	Cause     string
}

// Finished answers a Request: one answer for each node that was asked, by rising id.
type Finished struct {
	ID      uint64
	Answers []Answer
}

// Answer is what one node has to say.
type Answer struct {
	Node    engine.NodeID
	Body    []byte
	Code    exitcode.Code // exitcode.OK when all is well
	Problem string
}

// SetTimer asks for TimerFired.
type SetTimer struct{ machine.Timer }

// CancelTimer takes a timer back.
type CancelTimer struct{ Key string }

func (Broadcast) errandEffect()   {}
func (Work) errandEffect()        {}
func (Finished) errandEffect()    {}
func (SetTimer) errandEffect()    {}
func (CancelTimer) errandEffect() {}
