package record

import (
	"slices"
	"time"
)

// Change is one line of a recorder: from At on the node does, or does not, have the thing.
type Change struct {
	At    time.Duration `json:"at"` // monotonic
	Node  string        `json:"node,omitempty"`
	Thing string        `json:"thing"` // "address" or "service"
	Has   bool          `json:"has"`
}

// Overlap is a time in which two nodes had the same thing.
type Overlap struct {
	Thing    string
	A, B     string
	From, To time.Duration
}

// Book collects the changes of all nodes.
type Book struct{ spans []span }

type span struct {
	node, thing string
	from, to    time.Duration
	open        bool
}

// Add enters one change. Changes of one node come in their order.
func (b *Book) Add(c Change) {
	i := b.open(c.Node, c.Thing)
	switch {
	case c.Has && i < 0:
		b.spans = append(b.spans, span{node: c.Node, thing: c.Thing, from: c.At, open: true})
	case !c.Has && i >= 0:
		b.spans[i].to, b.spans[i].open = c.At, false
	}
}

// Died ends all spans of a node whose last process is gone.
func (b *Book) Died(node string, at time.Duration) {
	for i := range b.spans {
		if s := &b.spans[i]; s.node == node && s.open {
			s.to, s.open = at, false
		}
	}
}

// Holders lists the nodes that have the thing now.
func (b *Book) Holders(thing string) []string {
	var out []string
	for _, s := range b.spans {
		if s.open && s.thing == thing {
			out = append(out, s.node)
		}
	}
	slices.Sort(out)
	return out
}

// Overlaps lists the times in which two nodes had the same thing; now ends the open spans.
func (b *Book) Overlaps(now time.Duration) []Overlap {
	var out []Overlap
	for i, a := range b.spans {
		for _, c := range b.spans[i+1:] {
			if a.thing != c.thing || a.node == c.node {
				continue
			}
			from, to := max(a.from, c.from), min(a.end(now), c.end(now))
			if from < to {
				out = append(out, Overlap{a.thing, a.node, c.node, from, to})
			}
		}
	}
	return out
}

func (s span) end(now time.Duration) time.Duration {
	if s.open {
		return now
	}
	return s.to
}

func (b *Book) open(node, thing string) int {
	return slices.IndexFunc(b.spans, func(s span) bool { return s.open && s.node == node && s.thing == thing })
}
