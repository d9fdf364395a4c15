package quorum

import (
	"pacer/engine"
	"pacer/machine"
	"pacer/note"
)

// Node is a configured node with its votes.
type Node struct {
	ID    engine.NodeID
	Votes int
}

// Config says how votes count.
type Config struct {
	Nodes []Node // by rising ID
	// Counted is false when nothing asks for quorum: every view is quorate.
	Counted bool
	// Expected are all votes; 0 means the sum over Nodes. More are expected while more are present.
	Expected            int
	TwoNode, WaitForAll bool
}

// Event is what the core can hear.
type Event interface{ quorumEvent() }

// Member is a member of a view.
type Member struct {
	ID engine.NodeID
	// Seen tells that the node has been in a view that satisfied wait_for_all.
	Seen bool
}

// Viewed tells the agreed view.
type Viewed struct{ Members []Member }

func (Viewed) quorumEvent() {}

// Effect is what the core asks for.
type Effect interface{ quorumEffect() }

// Judged is the answer to every Viewed. Needed are the votes that make quorum.
type Judged struct {
	Quorate                 bool
	Votes, Expected, Needed int
}

// SawAll tells that wait_for_all is satisfied: later views must carry Seen for this node.
type SawAll struct{}

// Tell is worth telling.
type Tell struct{ note.Note }

func (Judged) quorumEffect() {}
func (SawAll) quorumEffect() {}
func (Tell) quorumEffect()   {}

// Core judges views.
type Core struct {
	cfg      Config
	expected int
	seen     bool
	told     bool
	last     Judged
}

var _ machine.Core[Event, Effect] = (*Core)(nil)

// New makes a core.
func New(cfg Config) *Core {
	c := &Core{cfg: cfg, expected: cfg.Expected}
	if c.expected == 0 {
		for _, n := range cfg.Nodes {
			c.expected += n.Votes
		}
	}
	return c
}

// Needed is how many of the expected votes make quorum.
func Needed(expected int, twoNode bool) int {
	if twoNode && expected == 2 {
		return 1
	}
	return expected/2 + 1
}

// Step takes one event.
func (c *Core) Step(_ machine.Now, event Event) []Effect {
	ev, ok := event.(Viewed)
	if !ok {
		return nil
	}
	j := Judged{Quorate: true}
	seen := false
	for _, m := range ev.Members {
		j.Votes += c.votes(m.ID)
		seen = seen || m.Seen
	}
	// Unlisted nodes raise what is expected while they are there; it is not remembered, for members must judge alike.
	j.Expected = max(c.expected, j.Votes)
	j.Needed = Needed(j.Expected, c.cfg.TwoNode)
	if c.cfg.Counted {
		together := !c.cfg.WaitForAll || seen || j.Votes >= j.Expected
		j.Quorate = j.Votes >= j.Needed && together
	}
	out := []Effect{j}
	if c.cfg.WaitForAll && j.Quorate && !c.seen {
		c.seen = true
		out = append(out, SawAll{})
	}
	if !c.told || j.Quorate != c.last.Quorate {
		out = append(out, Tell{note.QuorumChanged{Quorate: j.Quorate, Votes: j.Votes, Expected: j.Expected}})
	}
	c.told, c.last = true, j
	return out
}

func (c *Core) votes(id engine.NodeID) int {
	for _, n := range c.cfg.Nodes {
		if n.ID == id {
			return n.Votes
		}
	}
	return 1
}
