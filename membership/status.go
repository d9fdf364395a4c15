package membership

import (
	"time"

	"pacer/engine"
)

// Status is a picture of the core for people.
type Status struct {
	View    View
	Frozen  bool // a new view is being made
	Started bool
	Peers   []PeerStatus // by rising id
}

// PeerStatus is what is known of another node.
type PeerStatus struct {
	ID          engine.NodeID
	Name        string
	Incarnation uint64
	// Alive tells that this node hears it; Links which links carry something from it.
	Alive bool
	Links []bool
	// Patience is how long it may be silent now.
	Patience time.Duration
	// View is the view that it is in.
	View engine.ViewID
}

// Status takes the picture.
func (c *Core) Status() Status {
	s := Status{View: c.view.clone(), Frozen: c.frozen, Started: c.started}
	for _, p := range c.peers {
		ps := PeerStatus{ID: p.id, Name: p.name, Incarnation: p.inc, Alive: p.alive, Patience: c.patience(p), View: p.view}
		for _, l := range p.links {
			ps.Links = append(ps.Links, l.up)
		}
		s.Peers = append(s.Peers, ps)
	}
	return s
}

// Phase is where a core is in the life of a view.
type Phase uint8

// The phases.
const (
	PhaseWaiting      Phase = iota // has had no view yet
	PhaseMember                    // in a view that another node coordinates
	PhaseCoordinating              // in a view that this node coordinates
	PhaseProposing                 // has proposed a round, and waits for members to accept it
	PhaseGathering                 // its round was accepted; waits for members that fetch what they lack
	PhasePromised                  // has accepted the round of another
	PhaseFetching                  // and gets what it lacks of its old view
	PhaseFetched                   // and has got it
	PhaseAbandoned                 // has promised a round that is over: no new one has begun
	PhaseLeaving                   // says goodbye
	PhaseOver                      // has ended
	phases
)

// Phases is how many there are.
const Phases = int(phases)

func (p Phase) String() string {
	return [...]string{"waiting", "member", "coordinating", "proposing", "gathering", "promised", "fetching", "fetched", "abandoned",
		"leaving", "over"}[p]
}

// Phase tells where the core is.
func (c *Core) Phase() Phase {
	switch {
	case c.ended:
		return PhaseOver
	case c.leaveUntil > 0:
		return PhaseLeaving
	case c.round != nil && c.round.plan != nil:
		return PhaseGathering
	case c.round != nil:
		return PhaseProposing
	case c.frozen && c.promised.Coordinator == c.cfg.Self:
		return PhaseAbandoned
	case c.frozen && c.fetch == nil:
		return PhasePromised
	case c.frozen && c.lacks():
		return PhaseFetching
	case c.frozen:
		return PhaseFetched
	case c.ord == nil:
		return PhaseWaiting
	case c.coordinates():
		return PhaseCoordinating
	}
	return PhaseMember
}

// Progress is how far the order of a view is at one node.
type Progress struct {
	View engine.ViewID
	// Frozen tells that the node is leaving View.
	Frozen bool
	// Have is held without a gap, Last known to be ordered, Stable known to be held by all members.
	Have, Last, Stable uint64
}

// Progress tells how far the order of the present view is.
func (c *Core) Progress() Progress {
	p := Progress{View: c.view.ID, Frozen: c.frozen}
	if c.ord != nil {
		p.Have, p.Last, p.Stable = c.ord.have, c.ord.last, c.ord.stable
	}
	return p
}
