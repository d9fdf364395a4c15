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
