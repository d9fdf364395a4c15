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

// allow adds a score for a resource and what is inside it on a node, nil for all nodes. The default of symmetric
// clusters does not open resources that are looked for on named nodes only.
func (s *State) allow(r *Resource, n *Node, points score.Score, byDefault bool) {
	if n == nil {
		for _, n := range s.Nodes {
			s.allow(r, n, points, byDefault)
		}
		return
	}
	for len(r.Allowed) < len(s.Nodes) {
		r.Allowed = append(r.Allowed, Allowance{})
	}
	if byDefault && (r.Exclusive || n.Inner) {
		return
	}
	for _, c := range r.Children {
		s.allow(c, n, points, byDefault)
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
