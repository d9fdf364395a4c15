package membership

import (
	"pacer/engine"
	"pacer/machine"
	"pacer/note"
)

// Effect is what a core asks for.
type Effect interface{ membershipEffect() }

// Transmit sends a packet to one node or, with To 0, to all. Link -1 means over every link. Packet must not be changed.
type Transmit struct {
	To     engine.NodeID
	Link   int
	Packet []byte
}

// SetTimer asks for TimerFired. There is one key, "wake".
type SetTimer struct{ machine.Timer }

// Member is a member of a view.
type Member struct {
	engine.Member
	// Seen tells that the node has seen all nodes together before (quorum's wait_for_all).
	Seen bool
}

// View is an agreed membership, without the judgement about quorum.
type View struct {
	ID      engine.ViewID
	Members []Member // by rising ID
}

// Viewed tells the view as it is from this place of the order on. New is false when only attachments changed. Open tells
// that the local manager takes part from here on, in its present attachment.
type Viewed struct {
	View      View
	New, Open bool
}

// Deliver is the next message of the order. It comes only while the local manager is attached in the agreed order.
type Deliver struct{ engine.Delivered }

// Renew asks for a new salt of the transport: this node hears others and nobody hears it. So it is in a virtual machine that was
// set back in time, whose packets carry counters that were seen before.
type Renew struct{}

// Tell is worth telling.
type Tell struct{ note.Note }

// Ended is the last effect of a core. Reason is empty after a Leave.
type Ended struct{ Reason string }

func (Transmit) membershipEffect() {}
func (SetTimer) membershipEffect() {}
func (Viewed) membershipEffect()   {}
func (Deliver) membershipEffect()  {}
func (Renew) membershipEffect()    {}
func (Tell) membershipEffect()     {}
func (Ended) membershipEffect()    {}
