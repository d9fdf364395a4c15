package attributes

import (
	"pacer/cib"
	"pacer/machine"
	"pacer/message"
)

// Effect is what the core wants done: Broadcast, Write, Answer, Changed, SetTimer or CancelTimer.
type Effect interface{ attributesEffect() }

// Broadcast wants a message sent to all members in order.
type Broadcast struct{ Envelope message.Envelope }

// Write wants the CIB changed, all of it or nothing, and is answered by Written.
type Write struct {
	ID    uint64
	Ops   []cib.Op
	Cause string
}

// Answer ends an Update or Clear. Err is "" when it was applied.
type Answer struct {
	ID  uint64
	Err string
}

// Changed says that Values differ from before.
type Changed struct{}

// SetTimer wants TimerFired at a time.
type SetTimer struct{ machine.Timer }

// CancelTimer takes a timer back.
type CancelTimer struct{ Key string }

func (Broadcast) attributesEffect()   {}
func (Write) attributesEffect()       {}
func (Answer) attributesEffect()      {}
func (Changed) attributesEffect()     {}
func (SetTimer) attributesEffect()    {}
func (CancelTimer) attributesEffect() {}
