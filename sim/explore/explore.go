package explore

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"pacer/engine"
	"pacer/membership"
)

// Bounds limit an exploration.
type Bounds struct {
	Nodes    int // 2 to 5
	Messages int // application messages: the first is of the highest node, the next of the one below it, …
	Faults   int // crashes, losses, cuts and restarts on one path
	// Disturbances are packets that come twice, or later than a timer, on one path.
	Disturbances int
	// Window is how long messages, faults and disturbances may happen.
	Window time.Duration
	// Depth limits the actions of one path, States the states; 0 is no limit.
	Depth, States int
	// Seed, when it is not 0, goes on from a state by chance instead of the latest: for bounds that are not reached, it spreads
	// what is looked at.
	Seed uint64
	// Stop, when set, ends the exploration when it is closed.
	Stop <-chan struct{}
	// Told, when set, hears now and then how far it is.
	Told func(Result)
}

// Result is what an exploration saw.
type Result struct {
	States      int  `json:"states"`
	Transitions int  `json:"transitions"`
	Depth       int  `json:"depth"` // of the longest path
	Ends        int  `json:"ends"`  // states at the end of the window, from each of which one view formed
	Waiting     int  `json:"waiting"`
	Complete    bool `json:"complete"` // everything within the bounds of the paths was seen
	// Steps is how many steps of cores were needed, Made how many were not known already.
	Steps int `json:"steps"`
	Made  int `json:"made"`
	// Violation names the broken promise, Story is how it came to that.
	Violation string   `json:"violation,omitempty"`
	Story     []string `json:"story,omitempty"`
}

// explorer is one exploration under way.
type explorer struct {
	*workshop
	bounds Bounds
	until  time.Duration
	seen   map[uint64]uint16 // state: least depth
	calm   map[uint64]bool   // states after the window from which one view forms
	todo   []*state
	result Result
	failed *state
}

// Run explores. The error is about the bounds.
func Run(b Bounds) (Result, error) {
	switch {
	case b.Nodes < 2 || b.Nodes > 5:
		return Result{}, errors.New("explore: choose 2 to 5 nodes")
	case b.Messages < 0 || b.Messages > 9:
		return Result{}, errors.New("explore: choose 0 to 9 messages")
	case b.Faults < 0 || b.Faults > 9 || b.Disturbances < 0 || b.Disturbances > 9:
		return Result{}, errors.New("explore: choose 0 to 9 faults and disturbances")
	case b.Depth < 0 || b.Depth > 60_000 || b.States < 0:
		return Result{}, errors.New("explore: choose a depth of 0 to 60000, and states of 0 or more")
	case b.Window < 0 || b.Window > time.Minute:
		return Result{}, errors.New("explore: choose a window of 0 to 1m")
	}
	x := &explorer{workshop: &workshop{nodes: b.Nodes, lives: map[uint64]*life{}}, bounds: b, seen: map[uint64]uint16{}, calm: map[uint64]bool{}}
	start, wrong := x.start()
	if wrong == "" {
		x.until = start.now + b.Window
		x.add(start)
		x.search()
	} else {
		x.fail(start, wrong)
	}
	x.result.States, x.result.Waiting = len(x.seen), len(x.todo)
	x.result.Steps, x.result.Made = x.asked, x.made
	if x.failed != nil {
		x.result.Story = x.failed.story()
	}
	return x.result, nil
}

// start boots the cluster, a little apart, and lets it come to rest.
func (x *explorer) start() (*state, string) {
	s := &state{}
	for i := range x.nodes {
		s.lives = append(s.lives, x.intern(&life{id: engine.NodeID(i + 1), timer: never}))
	}
	for i := range x.nodes {
		s = s.next(fmt.Sprintf("n%d starts", i+1))
		s.now = time.Second + time.Duration(i)*13*time.Millisecond
		if wrong := s.take(s.lives[i], x.boot(s.lives[i], s.now)); wrong != "" {
			return s, wrong
		}
	}
	s, wrong := x.calmDown(s, nil)
	if wrong != "" {
		return s, wrong
	}
	// What is in motion at the beginning, such as rows that are passed on for a second, is not what is to be explored.
	for end := s.now + 1500*time.Millisecond; s.now < end || len(s.flying) > 0; {
		if s, wrong = x.plain(s); wrong != "" {
			return s, wrong
		}
	}
	s.before, s.depth = nil, 0
	return s, ""
}

func (x *explorer) fail(s *state, wrong string) {
	if x.failed == nil {
		x.failed, x.result.Violation = s, wrong
	}
}

// add takes up a state that is new, or was not reached by so short a path.
func (x *explorer) add(s *state) {
	x.result.Transitions++
	h := s.hash()
	if depth, ok := x.seen[h]; ok && (x.bounds.Depth == 0 || int(depth) <= s.depth) {
		return
	}
	x.seen[h] = uint16(min(s.depth, 1<<16-1))
	x.result.Depth = max(x.result.Depth, s.depth)
	x.todo = append(x.todo, s)
}

func (x *explorer) stopped() bool {
	select {
	case <-x.bounds.Stop:
		return true
	default:
		return false
	}
}

func (x *explorer) search() {
	rng := rand.New(rand.NewPCG(x.bounds.Seed, 1))
	for len(x.todo) > 0 && x.failed == nil && !x.stopped() && (x.bounds.States == 0 || len(x.seen) < x.bounds.States) {
		last := len(x.todo) - 1
		if x.bounds.Seed != 0 {
			i := rng.IntN(last + 1)
			x.todo[i], x.todo[last] = x.todo[last], x.todo[i]
		}
		s := x.todo[last]
		x.todo[last] = nil
		x.todo = x.todo[:last]
		if x.bounds.Depth > 0 && s.depth >= x.bounds.Depth || s.now > x.until {
			x.end(s)
		} else {
			x.expand(s)
		}
		if x.bounds.Told != nil && len(x.seen)&(1<<16-1) == 0 {
			x.result.States, x.result.Waiting = len(x.seen), len(x.todo)
			x.bounds.Told(x.result)
		}
	}
	x.result.Complete = len(x.todo) == 0 && x.failed == nil
}

// end heals everything and goes on in the plain order.
func (x *explorer) end(s *state) {
	x.result.Ends++
	n := s.next("the faults end")
	n.cuts, n.late = 0, nil
	if s, wrong := x.calmDown(n, x.calm); wrong != "" {
		x.fail(s, wrong)
	}
}

// patience is how long a cluster has to come to one view.
const patience = 30 * time.Second

// calmDown goes on in the plain order until one view has formed, or until a state that is known to lead there.
func (x *explorer) calmDown(s *state, known map[uint64]bool) (*state, string) {
	var passed []uint64
	limit := s.now + patience
	for !s.settled() {
		if known != nil {
			h := s.hash()
			if known[h] {
				break
			}
			passed = append(passed, h)
		}
		if s.now > limit {
			return s, fmt.Sprintf("one view: %v after the faults there is none", patience)
		}
		var wrong string
		if s, wrong = x.plain(s); wrong != "" {
			return s, wrong
		}
	}
	for _, h := range passed {
		known[h] = true
	}
	return s, ""
}

// plain takes the first packet, else a timer that is due, else lets time go on.
func (x *explorer) plain(s *state) (*state, string) {
	if len(s.flying) > 0 {
		return x.deliver(s, s.flying[0], without(s.flying, 0), s.late, "")
	}
	for _, l := range s.lives {
		if l.timer <= s.now {
			return x.fire(s, l)
		}
	}
	n := s.next("")
	n.now = s.nextTimer()
	if n.now == never {
		return n, "it lives: no node waits for anything"
	}
	n.action = "time goes on"
	return n, ""
}

// deliver brings a packet to its node; flying and late are those that are left.
func (x *explorer) deliver(s *state, p *packet, flying, late []*packet, how string) (*state, string) {
	n := s.next(p.String() + how)
	n.flying, n.late = flying, late
	l := s.lives[p.to-1]
	if l.core == nil {
		return n, ""
	}
	return n, n.take(l, x.packetStep(s, l, p))
}

func (x *explorer) packetStep(s *state, l *life, p *packet) *outcome {
	return x.step(l, input{s.now, 'p', p.hash}, membership.Received{From: p.from, Packet: p.content})
}

func (x *explorer) fire(s *state, l *life) (*state, string) {
	n := s.next(fmt.Sprintf("n%d: its timer", l.id))
	return n, n.take(l, x.step(l, input{now: s.now, kind: 't'}, membership.TimerFired{Key: "wake"}))
}

// try adds what an action leads to.
func (x *explorer) try(s *state, wrong string) {
	if wrong != "" {
		x.fail(s, wrong)
		return
	}
	x.add(s)
}

// expand adds every state that one action leads to.
func (x *explorer) expand(s *state) {
	open := s.now <= x.until
	faults := open && int(s.spent.faults) < x.bounds.Faults
	disturb := open && int(s.spent.disturbances) < x.bounds.Disturbances
	if faults {
		x.cutAndCrash(s)
	}
	due := false
	for _, l := range s.lives {
		if l.core != nil && l.timer <= s.now {
			due = true
			if faults {
				x.crashWithin(s, l, x.step(l, input{now: s.now, kind: 't'}, membership.TimerFired{Key: "wake"}), s.flying, s.late, "its timer")
			}
			x.try(x.fire(s, l))
		}
	}
	for i, p := range s.flying {
		if before(s.flying[:i], p) {
			continue
		}
		x.packet(s, p, without(s.flying, i), s.late, faults, disturb)
		if disturb {
			n := s.next(p.String() + " is put off")
			n.spent.disturbances++
			n.flying, n.late = without(s.flying, i), append(s.late[:len(s.late):len(s.late)], p)
			x.add(n)
		}
	}
	for i, p := range s.late {
		if !before(s.late[:i], p) {
			x.packet(s, p, s.flying, without(s.late, i), false, false)
		}
	}
	if open && int(s.spent.messages) < x.bounds.Messages {
		x.send(s, faults)
	}
	if len(s.flying) == 0 && !due {
		n := s.next("time goes on")
		n.now = s.nextTimer()
		x.add(n)
	}
}

func before(list []*packet, p *packet) bool {
	for _, q := range list {
		if q.hash == p.hash {
			return true
		}
	}
	return false
}

// packet is everything that can happen to a packet which arrives now.
func (x *explorer) packet(s *state, p *packet, flying, late []*packet, faults, disturb bool) {
	x.try(x.deliver(s, p, flying, late, ""))
	l := s.lives[p.to-1]
	if l.core == nil {
		return
	}
	if disturb {
		n, wrong := x.deliver(s, p, flying, append(late[:len(late):len(late)], p), ", and will come again")
		n.spent.disturbances++
		x.try(n, wrong)
	}
	if faults {
		n := s.next(p.String() + " is lost")
		n.flying, n.late = flying, late
		n.spent.faults++
		x.add(n)
		x.crashWithin(s, l, x.packetStep(s, l, p), flying, late, p.String())
	}
}

// send lets the next message be sent.
func (x *explorer) send(s *state, faults bool) {
	k := int(s.spent.messages)
	l := s.lives[x.nodes-1-k%x.nodes]
	v := l.past.lastView()
	if l.core == nil || v == nil {
		return
	}
	text := fmt.Sprintf("m%d in %v", k+1, v.view)
	n := s.next(fmt.Sprintf("n%d sends m%d", l.id, k+1))
	n.spent.messages++
	o := x.step(l, input{s.now, 's', uint64(k)}, membership.Send{View: v.view, Payload: []byte(text)})
	x.try(n, n.take(l, o))
	if faults {
		m := *s
		m.spent.messages++
		x.crashWithin(&m, l, o, s.flying, s.late, fmt.Sprintf("m%d", k+1))
	}
}

// cutAndCrash adds the faults that need no packet.
func (x *explorer) cutAndCrash(s *state) {
	for _, l := range s.lives {
		if l.core == nil {
			n := s.next(fmt.Sprintf("n%d starts again", l.id))
			n.spent.faults++
			x.try(n, n.take(l, x.boot(l, s.now)))
			continue
		}
		n := s.next(fmt.Sprintf("n%d crashes", l.id))
		n.spent.faults++
		n.crash(x.workshop, l.id)
		x.add(n)
		for _, other := range s.lives {
			if way := s.direction(l.id, other.id); other.core != nil && other != l && s.cuts&way == 0 {
				n := s.next(fmt.Sprintf("from n%d to n%d nothing goes any more", l.id, other.id))
				n.spent.faults++
				n.cuts |= way
				x.add(n)
			}
		}
	}
}

// crashWithin adds the crashes in the middle of a step: the first or the last of its packets left, the others did not. A packet to all
// leaves for each node by itself, and not in the order of their ids.
func (x *explorer) crashWithin(s *state, l *life, o *outcome, flying, late []*packet, what string) {
	for k := range o.sent {
		x.crashHaving(s, l, o, o.sent[:k], flying, late, what)
		if k > 0 {
			x.crashHaving(s, l, o, o.sent[len(o.sent)-k:], flying, late, what)
		}
	}
}

func (x *explorer) crashHaving(s *state, l *life, o *outcome, sent, flying, late []*packet, what string) {
	n := s.next(fmt.Sprintf("n%d crashes at %s, having sent %v of %d packets", l.id, what, sent, len(o.sent)))
	n.flying, n.late = flying, late
	n.spent.faults++
	cut := *o
	cut.sent = sent
	wrong := n.take(l, &cut)
	n.crash(x.workshop, l.id)
	x.try(n, wrong)
}
