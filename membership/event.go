package membership

import "pacer/engine"

// Event is what a core can hear.
type Event interface{ membershipEvent() }

// Begin starts the node; nothing is sent before.
type Begin struct{}

// Received is an authenticated packet of another node. The core keeps parts of Packet.
type Received struct {
	From   engine.NodeID
	Link   int
	Packet []byte
}

// Send orders a message of the local manager, which meant it for View. The core keeps Payload.
type Send struct {
	View    engine.ViewID
	Payload []byte
}

// Several are events that came at the same time: what follows from all of them is done once, so that messages share packets.
type Several []Event

// Attach tells that a manager connected: the next attachment of this incarnation.
type Attach struct{}

// Detach tells that the manager is gone or does not answer.
type Detach struct{}

// Seen says that this node has been in a partition that saw all nodes together (quorum's wait_for_all); later views carry it.
type Seen struct{}

// Leave says goodbye. Ended follows.
type Leave struct{}

// TimerFired brings back a SetTimer.
type TimerFired struct{ Key string }

func (Begin) membershipEvent()      {}
func (Received) membershipEvent()   {}
func (Send) membershipEvent()       {}
func (Several) membershipEvent()    {}
func (Attach) membershipEvent()     {}
func (Detach) membershipEvent()     {}
func (Seen) membershipEvent()       {}
func (Leave) membershipEvent()      {}
func (TimerFired) membershipEvent() {}
