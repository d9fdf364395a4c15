package explore

import (
	"fmt"
	"time"

	"pacer/engine"
	"pacer/membership"
)

// state is a whole world at one moment: a value that never changes.
type state struct {
	now    time.Duration
	lives  []*life
	flying []*packet // under way, in the order of sending, which means nothing
	late   []*packet // put off
	cuts   uint64    // bit from*nodes+to, counted from 0
	spent  spent
	depth  int
	// for the story
	before *state
	action string
}

// spent is how much of the bounds is used.
type spent struct{ messages, faults, disturbances uint8 }

func (s *state) hash() uint64 {
	h := mix(mix(uint64(s.now), s.cuts), uint64(s.spent.messages)<<16|uint64(s.spent.faults)<<8|uint64(s.spent.disturbances))
	for _, l := range s.lives {
		h = mix(h, l.hash)
	}
	// Sums do not depend on the order.
	var flying, late uint64
	for _, p := range s.flying {
		flying += mix(1, p.hash)
	}
	for _, p := range s.late {
		late += mix(2, p.hash)
	}
	return mix(mix(h, flying), late)
}

// next begins a successor.
func (s *state) next(action string) *state {
	n := *s
	n.before, n.action, n.depth = s, action, s.depth+1
	return &n
}

// without gives the packets but one.
func without(list []*packet, i int) []*packet {
	out := make([]*packet, 0, len(list)-1)
	return append(append(out, list[:i]...), list[i+1:]...)
}

func (s *state) replace(l *life) {
	lives := make([]*life, len(s.lives))
	copy(lives, s.lives)
	lives[l.id-1] = l
	s.lives = lives
}

// post puts packets under way.
func (s *state) post(sent []*packet) {
	if len(sent) == 0 {
		return
	}
	flying := make([]*packet, len(s.flying), len(s.flying)+len(sent))
	copy(flying, s.flying)
	for _, p := range sent {
		if s.lives[p.to-1].core != nil && s.cuts&s.direction(p.from, p.to) == 0 {
			flying = append(flying, p)
		}
	}
	s.flying = flying
}

func (s *state) direction(from, to engine.NodeID) uint64 {
	return 1 << (int(from-1)*len(s.lives) + int(to-1))
}

// take lets a node have made a step: it is checked against all others.
func (s *state) take(old *life, o *outcome) string {
	if o.wrong != "" {
		return o.wrong
	}
	s.replace(o.life)
	s.post(o.sent)
	for _, l := range s.lives {
		if l.id == old.id {
			continue
		}
		if o.life.past.hashed() != old.past.hashed() {
			if wrong := o.life.past.against(old.past, old.id, l.past, l.id); wrong != "" {
				return wrong
			}
		}
		if wrong := stability(o.life, l); wrong != "" {
			return wrong
		}
		if wrong := stability(l, o.life); wrong != "" {
			return wrong
		}
	}
	return ""
}

// stability: what one takes for held by all members of its view, and so forgets, is held by another member of it.
func stability(l, other *life) string {
	if l.core == nil || other.core == nil || l.order.View != other.order.View || l.past.lastView().chiefOrNone() != other.past.lastView().chiefOrNone() || l.order.Stable <= other.order.Have ||
		l.order.View == (engine.ViewID{}) {
		return ""
	}
	return fmt.Sprintf("stability: n%d takes %d messages of view %v for held by all, n%d holds %d", l.id, l.order.Stable, l.order.View, other.id,
		other.order.Have)
}

// crash ends a node: what was on its way to it is gone.
func (s *state) crash(w *workshop, id engine.NodeID) {
	s.replace(w.crash(s.lives[id-1]))
	var left []*packet
	for _, p := range s.flying {
		if p.to != id {
			left = append(left, p)
		}
	}
	s.flying = left
}

// nextTimer is when the next timer fires.
func (s *state) nextTimer() time.Duration {
	at := never
	for _, l := range s.lives {
		at = min(at, l.timer)
	}
	return at
}

// settled tells whether all that run are in one view of just them, where everything ordered is held by all.
func (s *state) settled() bool {
	var running uint64
	var first *life
	for _, l := range s.lives {
		if l.core != nil {
			running |= 1 << l.id
			if first == nil {
				first = l
			}
		}
	}
	for _, l := range s.lives {
		if l.core == nil {
			continue
		}
		v := l.past.lastView()
		if v == nil || v.ids != running || l.order.View != first.order.View || l.order.Frozen || l.order.Have != first.order.Have ||
			l.order.Last != l.order.Have || l.core.Backlog() > 0 || l.phase != membership.PhaseMember && l.phase != membership.PhaseCoordinating {
			return false
		}
		if v.members != first.past.lastView().members { // another life is to come
			return false
		}
	}
	return true
}

func (p *past) chiefOrNone() uint64 {
	if p == nil {
		return 0
	}
	return p.chief
}

// storyLength is how many lines a story has.
const storyLength = 300

// story is how the state came about.
func (s *state) story() []string {
	var out []string
	for ; s.before != nil; s = s.before {
		out = append(out, fmt.Sprintf("%8.1fms %s", float64(s.now.Microseconds())/1000, s.action))
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	if n := len(out); n > storyLength { // it did not come to rest: the middle is more of the same
		out = append(append(out[:storyLength/2:storyLength/2], fmt.Sprintf("… %d lines …", n-storyLength)), out[n-storyLength/2:]...)
	}
	return out
}
