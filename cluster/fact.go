package cluster

import (
	"time"
)

// FactKind says what a Fact is about.
type FactKind uint8

// The kinds of facts.
const (
	// FactFence: the node must be fenced, for the reason; Optional when only the reason is to be remembered.
	FactFence FactKind = iota
	// FactStop: the resource must be stopped on the node.
	FactStop
	// FactStopDone: stops of the resource on the node that an earlier fact asked for are not needed after all.
	FactStopDone
	// FactDemote: the resource must be demoted on the node.
	FactDemote
	// FactRecurring: the recurring operation runs on the node.
	FactRecurring
	// FactClearFailure: the fail count of the resource on the node can be forgotten; Fencing is the remote node after whose
	// fencing, or nil.
	FactClearFailure
	// FactForget: the history of the resource on the node can be deleted.
	FactForget
)

// Fact is something that the history asks for. The scheduler makes the first actions of its plan from the facts, in
// their order.
type Fact struct {
	Kind     FactKind
	Resource *Resource
	Node     *Node
	Task     string
	Interval time.Duration
	Reason   string
	// Delay asks for priority-fencing-delay.
	Delay   bool
	Fencing *Node
	// Managed, Online, Unclean and Reset tell how it was with the resource and the node when the fact was found.
	Managed, Online, Unclean, Reset bool
}

func (s *State) fact(f Fact) {
	if f.Resource != nil {
		f.Managed = f.Resource.Managed
	}
	if f.Node != nil {
		f.Online, f.Unclean, f.Reset = f.Node.Online, f.Node.Unclean, f.Node.Reset
	}
	s.Facts = append(s.Facts, f)
}

// stopFact asks for a stop. A stop that a node which is down would have to do makes that node unclean.
func (s *State) stopFact(r *Resource, n *Node) {
	r.stopAsked = true
	s.fact(Fact{Kind: FactStop, Resource: r, Node: n})
	if !n.Online && !(n.Guest() && !n.Reset) && r.Managed && !n.Unclean {
		s.fenceNode(n, "stop is unrunnable", false)
	}
}
