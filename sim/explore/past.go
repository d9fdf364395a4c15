package explore

import (
	"fmt"
	"strings"

	"pacer/engine"
	"pacer/membership"
)

// past is what one node was told, latest first. It is shared between states and never changes.
type past struct {
	before *past
	hash   uint64
	what   what
	view   engine.ViewID
	// of a view
	members string
	ids     uint64   // members as bits
	lives   []uint64 // by node, counted from 0: the incarnation, 0 for no member
	chief   uint64   // incarnation of the coordinator, which names the view together with its id
	open    bool     // its manager takes part from the beginning of the view
	// of a message
	order uint64
	text  string
}

type what uint8

const (
	began what = iota // the node started
	viewed
	delivered
)

func (p *past) hashed() uint64 {
	if p == nil {
		return 0
	}
	return p.hash
}

// seal computes the hash of a new entry.
func (p *past) seal() *past {
	h := mix(p.before.hashed(), uint64(p.what)+1)
	h = mix(mix(h, p.view.Epoch), uint64(p.view.Coordinator))
	h = mix(mix(mix(h, p.ids), p.order), p.chief)
	if p.open {
		h = mix(h, 1)
	}
	for _, s := range []string{p.members, p.text} {
		for i := range len(s) {
			h = mix(h, uint64(s[i]))
		}
	}
	p.hash = h
	return p
}

func mix(h, x uint64) uint64 {
	h ^= x + 0x9E3779B97F4A7C15 + h<<6 + h>>2
	h *= 0xBF58476D1CE4E5B9
	return h ^ h>>31
}

// view is the latest view, nil before the first of this life.
func (p *past) lastView() *past {
	for ; p != nil && p.what != began; p = p.before {
		if p.what == viewed {
			return p
		}
	}
	return nil
}

// tell adds an effect to what the node was told. It reports what is wrong with that by itself.
func (p *past) tell(self engine.NodeID, inc uint64, effect membership.Effect) (*past, string) {
	switch e := effect.(type) {
	case membership.Viewed:
		if !e.New {
			return p, ""
		}
		next := &past{before: p, what: viewed, view: e.View.ID, open: e.Open}
		var b strings.Builder
		inside := false
		for _, m := range e.View.Members {
			fmt.Fprintf(&b, " n%d/%d", m.ID, m.Incarnation)
			next.ids |= 1 << m.ID
			for len(next.lives) < int(m.ID) {
				next.lives = append(next.lives, 0)
			}
			next.lives[m.ID-1] = m.Incarnation
			if m.ID == e.View.ID.Coordinator {
				next.chief = m.Incarnation
			}
			inside = inside || m.ID == self && m.Incarnation == inc
		}
		next.members = b.String()
		if !inside {
			return next.seal(), fmt.Sprintf("own view: n%d is not in its own view %v:%s", self, e.View.ID, next.members)
		}
		for q := p; q != nil; q = q.before { // also over its lives
			if q.what == viewed {
				if q.view.Epoch >= e.View.ID.Epoch {
					return next.seal(), fmt.Sprintf("rising epochs: n%d goes from view %v to %v", self, q.view, e.View.ID)
				}
				break
			}
		}
		return next.seal(), ""
	case membership.Deliver:
		next := &past{before: p, what: delivered, order: e.Order, text: fmt.Sprintf("n%d: %s", e.Sender, e.Payload)}
		v := p.lastView()
		if v == nil {
			return next.seal(), fmt.Sprintf("order: n%d delivers %q before any view", self, next.text)
		}
		next.view, next.chief = v.view, v.chief
		switch {
		case v.ids&(1<<e.Sender) == 0:
			return next.seal(), fmt.Sprintf("order: n%d delivers %q of a node that is not in view %v", self, next.text, v.view)
		case !strings.HasSuffix(next.text, " in "+v.view.String()):
			return next.seal(), fmt.Sprintf("sending view: n%d delivers %q in view %v", self, next.text, v.view)
		}
		for q := p; q != v; q = q.before {
			if q.text == next.text {
				return next.seal(), fmt.Sprintf("once: n%d delivers %q twice", self, next.text)
			}
		}
		if v.open {
			expected := uint64(1)
			if p.what == delivered {
				expected = p.order + 1
			}
			if e.Order != expected {
				return next.seal(), fmt.Sprintf("order: n%d delivers number %d where %d is next in view %v", self, e.Order, expected, v.view)
			}
		}
		return next.seal(), ""
	}
	return p, ""
}

// against compares what is new in p, up to old, with everything that another node was told.
func (p *past) against(old *past, self engine.NodeID, other *past, who engine.NodeID) string {
	for ; p.hashed() != old.hashed(); p = p.before { // the same past may have been made twice
		for q := other; q != nil; q = q.before {
			switch {
			case p.what == viewed && q.what == viewed && p.same(q) && p.members != q.members:
				return fmt.Sprintf("agreement: view %v is%s at n%d and%s at n%d", p.view, p.members, self, q.members, who)
			case p.what == viewed && q.what == viewed && !p.same(q) && p.view.Epoch == q.view.Epoch && p.meets(q):
				return fmt.Sprintf("disjoint views: %v:%s and %v:%s have one epoch and a common member", p.view, p.members, q.view, q.members)
			case p.what == delivered && q.what == delivered && p.same(q) && p.order == q.order && p.text != q.text:
				return fmt.Sprintf("order: number %d of view %v is %q at n%d and %q at n%d", p.order, p.view, p.text, self, q.text, who)
			case p.what == viewed && q.what == viewed && p.same(q):
				if a, b := p.hop(), q.hop(); a != nil && b != nil && a.same(b) && a.open && b.open {
					if x, y := p.got(), q.got(); x != y {
						return fmt.Sprintf("virtual synchrony: from view %v to %v went n%d with %d messages and n%d with %d", a.view, p.view, self, x, who, y)
					}
				}
			}
		}
	}
	return ""
}

// same tells whether two entries are of one view.
func (p *past) same(q *past) bool { return p.view == q.view && p.chief == q.chief }

// meets tells whether a node is in both views in the same life.
func (p *past) meets(q *past) bool {
	for i := range min(len(p.lives), len(q.lives)) {
		if p.lives[i] != 0 && p.lives[i] == q.lives[i] {
			return true
		}
	}
	return false
}

// hop is the view of the same life that came before the view p.
func (p *past) hop() *past { return p.before.lastView() }

// got is how many messages were delivered in the view before the view p.
func (p *past) got() uint64 {
	if p.before != nil && p.before.what == delivered {
		return p.before.order
	}
	return 0
}
