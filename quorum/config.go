package quorum

import (
	"slices"
	"time"

	"pacer/engine"
)

// Node is a configured node with its votes.
type Node struct {
	ID    engine.NodeID
	Votes int
}

// Config says how votes count.
type Config struct {
	// Self is this node.
	Self  engine.NodeID
	Nodes []Node // by rising ID
	// Counted is false when nothing asks for quorum: every view is quorate.
	Counted bool
	// Expected are all votes; 0 means the sum over Nodes. More are expected while more are present, or were.
	Expected            int
	TwoNode, WaitForAll bool
	// TieBreaker lets one half of the expected votes be quorate.
	TieBreaker TieBreaker
	// LastManStanding is how long a quorate view must lack members before no more than those present are expected; 0 is never.
	LastManStanding time.Duration
	// Downscale lets a node that leaves in order take its votes off the expected ones, down to Expected.
	Downscale bool
	// Tracking asks for Track whenever more votes are expected than ever; Tracked is what was kept so. It is the least that a node
	// expects which comes back alone.
	Tracking bool
	Tracked  int
}

// TieBreaker chooses the half that is quorate: the one with the first of Nodes, the lowest or the highest id, among those that were
// together before.
type TieBreaker struct {
	On, Highest bool
	Nodes       []engine.NodeID
}

// choose returns the deciding node among members, which are by rising id; 0 when it is none of them.
func (t TieBreaker) choose(members []engine.NodeID) engine.NodeID {
	switch {
	case len(members) == 0:
		return 0
	case len(t.Nodes) > 0:
		for _, id := range t.Nodes {
			if slices.Contains(members, id) {
				return id
			}
		}
		return 0
	case t.Highest:
		return members[len(members)-1]
	}
	return members[0]
}

// Needed is how many of the expected votes make quorum.
func Needed(expected int, twoNode bool) int {
	if twoNode && expected == 2 {
		return 1
	}
	return expected/2 + 1
}

// votes are those that the configuration gives a node; one that is not listed has one.
func (c *Config) votes(id engine.NodeID) int {
	for _, n := range c.Nodes {
		if n.ID == id {
			return n.Votes
		}
	}
	return 1
}

func (c *Config) expected() int {
	if c.Expected > 0 {
		return c.Expected
	}
	sum := 0
	for _, n := range c.Nodes {
		sum += n.Votes
	}
	return sum
}
