package cluster

import (
	"pacer/score"
)

// Allowance is what is known of a resource on a node before any constraint.
type Allowance struct {
	Known     bool // false: nothing is said, which forbids where the cluster is not symmetric
	Score     score.Score
	Discovery Discovery
}

// Discovery says on which nodes a resource is probed (resource-discovery of a location constraint).
type Discovery uint8

// The modes of discovery.
const (
	DiscoverAlways Discovery = iota
	DiscoverNever
	DiscoverExclusive
)

func discovery(text string) Discovery {
	switch text {
	case "never":
		return DiscoverNever
	case "exclusive":
		return DiscoverExclusive
	}
	return DiscoverAlways
}

// allNodes makes room in Allowed for all nodes that there are by now.
func (s *State) allNodes(r *Resource) {
	switch n := len(s.Nodes); {
	case len(r.Allowed) >= n:
	case r.Allowed == nil:
		r.Allowed = s.allowances()
	default:
		r.Allowed = append(r.Allowed, make([]Allowance, n-len(r.Allowed))...)
	}
}

// allowances makes an empty Allowed. There is one for each resource, so that many are made at once.
func (s *State) allowances() []Allowance {
	n := len(s.Nodes)
	if len(s.spareAllowances) < n {
		s.spareAllowances = make([]Allowance, n*64)
	}
	a := s.spareAllowances[:n:n]
	s.spareAllowances = s.spareAllowances[n:]
	return a
}

// open lets a resource run everywhere, which is the default of symmetric clusters, but inside of bundles and where it is
// looked for on named nodes only. What is inside it was opened before.
func (s *State) open(r *Resource) {
	s.allNodes(r)
	for _, n := range s.Nodes {
		if a := &r.Allowed[n.ID]; !r.Exclusive && !n.Inner && !a.Known {
			a.Known, a.Score = true, n.Score
		}
	}
}

// allow adds a score for a resource and what is inside it on a node, nil for all nodes.
func (s *State) allow(r *Resource, n *Node, points score.Score) {
	if n == nil {
		for _, n := range s.Nodes {
			s.allow(r, n, points)
		}
		return
	}
	s.allNodes(r)
	for _, c := range r.Children {
		s.allow(c, n, points)
	}
	a := &r.Allowed[n.ID]
	if !a.Known {
		a.Known, a.Score = true, n.Score
	}
	a.Score = score.Add(a.Score, points)
}

// banEverywhere leaves a resource, not what is inside it, no node at all.
func (s *State) banEverywhere(r *Resource) {
	r.Allowed = make([]Allowance, len(s.Nodes))
	for i := range r.Allowed {
		r.Allowed[i] = Allowance{Known: true, Score: score.MinusInfinity}
	}
}

// forbid keeps a resource and all in it from a node, and from being looked for there.
func forbid(r *Resource, n *Node) {
	for _, c := range r.Children {
		forbid(c, n)
	}
	if int(n.ID) < len(r.Allowed) && r.Allowed[n.ID].Known {
		r.Allowed[n.ID] = Allowance{Known: true, Score: score.MinusInfinity, Discovery: DiscoverNever}
	}
}
