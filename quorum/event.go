package quorum

import (
	"pacer/engine"
	"pacer/machine"
	"pacer/note"
)

// Event is what the core can hear.
type Event interface{ quorumEvent() }

// Member is a member of a view.
type Member struct {
	engine.Member
	// Seen tells that the node has been in a view that satisfied wait_for_all.
	Seen bool
}

// Viewed tells the agreed view as it is from this place of the order on. New is false when only attachments changed; Open tells that
// the local manager takes part in its present attachment.
type Viewed struct {
	ID        engine.ViewID
	Members   []Member // by rising ID
	New, Open bool
}

// Delivered is the next message of the order.
type Delivered struct{ engine.Delivered }

// Detached tells that the local manager is gone: messages are missed from now on.
type Detached struct{}

// Leave tells that this node is being stopped in order; its manager is about to go.
type Leave struct{}

// Change is what an administrator asks for: Expected votes, or when Node is set the Votes of that node. Ask Refusal before.
type Change struct {
	Expected int
	Node     engine.NodeID
	Votes    int
}

// TimerFired brings back a SetTimer.
type TimerFired struct{ Key string }

func (Viewed) quorumEvent()     {}
func (Delivered) quorumEvent()  {}
func (Detached) quorumEvent()   {}
func (Leave) quorumEvent()      {}
func (Change) quorumEvent()     {}
func (TimerFired) quorumEvent() {}

// Effect is what the core asks for.
type Effect interface{ quorumEffect() }

// Send orders a word in the view told last.
type Send struct{ Payload []byte }

// Judged is the view with its judgement. The local manager, when it takes part, is to be given it now; but not again when nothing in
// it differs from what it was given last. Needed are the votes that make quorum, Of are those of the members, by place.
type Judged struct {
	View   engine.View
	Needed int
	Of     []int
}

// Pass hands a message on to the local manager.
type Pass struct{ engine.Delivered }

// SawAll tells that wait_for_all is satisfied: later views must carry Seen for this node.
type SawAll struct{}

// Track asks to keep how many votes were ever expected.
type Track struct{ Expected int }

// SetTimer asks for TimerFired; an earlier one with the same key is forgotten. Keys are Window and Words.
type SetTimer struct{ machine.Timer }

// Tell is worth telling.
type Tell struct{ note.Note }

func (Send) quorumEffect()     {}
func (Judged) quorumEffect()   {}
func (Pass) quorumEffect()     {}
func (SawAll) quorumEffect()   {}
func (Track) quorumEffect()    {}
func (SetTimer) quorumEffect() {}
func (Tell) quorumEffect()     {}
