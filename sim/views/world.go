package views

import (
	"container/heap"
	"fmt"
	"math/rand/v2"
	"time"

	"pacer/engine"
	"pacer/machine"
	"pacer/membership"
)

// world is one cluster in virtual time.
type world struct {
	conf  membership.Config // what all share
	rng   *rand.Rand
	now   time.Duration
	queue happenings
	seq   uint64
	nodes []*node
	// the network
	loss, dup float64
	jitter    time.Duration   // mean of what is added to delay
	cut       map[[3]int]bool // from, to, link
	checks    checks
	cover     *Coverage
	wrong     string
	log       []string
	logging   bool
	steps     uint64
	bound     time.Time // of the day at the beginning
}

const delay = 200 * time.Microsecond

// node is one machine.
type node struct {
	id     engine.NodeID
	core   *membership.Core // nil: off
	inc    uint64
	life   uint64 // counts processes
	clock  time.Duration
	wall   time.Duration
	timer  uint64 // number of the timer that counts
	due    time.Duration
	paused bool
	mail   membership.Several
	epoch  uint64 // survives a crash
	wants  bool   // a manager is attached
	talks  int
	// crashAt is the step, counted down, in which it dies, having done the first part of what it was to do; 0: it does not.
	crashAt int
	dying   bool // in that step
	told    told
}

type happening struct {
	at  time.Duration
	seq uint64
	do  func()
}

type happenings []happening

func (e happenings) Len() int { return len(e) }
func (e happenings) Less(i, j int) bool {
	return e[i].at < e[j].at || e[i].at == e[j].at && e[i].seq < e[j].seq
}
func (e happenings) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *happenings) Push(x any)   { *e = append(*e, x.(happening)) }
func (e *happenings) Pop() any {
	old := *e
	x := old[len(old)-1]
	old[len(old)-1] = happening{}
	*e = old[:len(old)-1]
	return x
}

func newWorld(seed uint64, conf membership.Config, cover *Coverage) *world {
	w := &world{conf: conf, rng: rand.New(rand.NewPCG(seed, 3)), cut: map[[3]int]bool{}, checks: newChecks(), cover: cover,
		bound: time.Unix(1_000_000_000, 0)}
	w.calm()
	for i := range conf.Nodes {
		w.nodes = append(w.nodes, &node{id: engine.NodeID(i + 1)})
	}
	return w
}

// settings is the configuration of n nodes.
func settings(n, links int, heartbeat, dead, ceiling, start time.Duration) membership.Config {
	c := membership.Config{Links: links, Quorum: n/2 + 1, Heartbeat: heartbeat, Dead: dead, Ceiling: ceiling, Start: start}
	for i := range n {
		c.Nodes = append(c.Nodes, membership.Node{ID: engine.NodeID(i + 1), Name: fmt.Sprintf("n%d", i+1), Votes: 1})
	}
	return c
}

func (w *world) after(d time.Duration, do func()) {
	w.seq++
	heap.Push(&w.queue, happening{w.now + max(d, 0), w.seq, do})
}

func (w *world) fail(format string, args ...any) {
	if w.wrong == "" {
		w.wrong = fmt.Sprintf(format, args...)
		w.note("VIOLATION %s", w.wrong)
	}
}

func (w *world) note(format string, args ...any) {
	if w.logging {
		w.log = append(w.log, fmt.Sprintf("%10.3fms ", float64(w.now.Microseconds())/1000)+fmt.Sprintf(format, args...))
	}
}

// run goes on for d, or until done. It tells whether it was done.
func (w *world) run(d time.Duration, done func() bool) bool {
	end := w.now + d
	for len(w.queue) > 0 && w.queue[0].at <= end && w.wrong == "" {
		e := heap.Pop(&w.queue).(happening)
		w.now = e.at
		e.do()
		if done != nil && done() {
			return true
		}
	}
	w.now = end
	return false
}

// calm makes the network as good as it gets.
func (w *world) calm() {
	clear(w.cut)
	w.loss, w.dup, w.jitter = 0, 0, 100*time.Microsecond
}

func (w *world) boot(n *node) {
	if n.core != nil {
		return
	}
	cfg := w.conf
	n.inc++
	n.life++
	cfg.Self, cfg.Name, cfg.Incarnation, cfg.Epoch = n.id, fmt.Sprintf("n%d", n.id), n.inc, n.epoch
	n.core, n.paused, n.mail, n.wants, n.crashAt, n.told = membership.New(cfg), false, nil, false, 0, told{}
	n.dying = false
	n.clock = time.Duration(1+w.rng.IntN(1000))*time.Second - w.now
	w.note("n%d starts as %d", n.id, n.inc)
	w.step(n, membership.Begin{})
}

func (w *world) attach(n *node) {
	if n.core != nil && !n.wants {
		n.wants = true
		w.step(n, membership.Attach{})
	}
}

func (w *world) off(n *node) {
	n.core, n.paused, n.mail, n.wants = nil, false, nil, false
	n.life++
}

// step lets a node take an event and does what it asks for.
func (w *world) step(n *node, ev membership.Event) {
	w.steps++
	core, life := n.core, n.life
	from := core.Phase()
	effects := w.take(n, ev)
	if w.cover != nil {
		w.cover.count(from, ev, core.Phase())
	}
	most := -1
	if n.crashAt > 0 {
		if n.crashAt--; n.crashAt == 0 {
			most = w.rng.IntN(4)
		}
	}
	n.dying = most >= 0
	for _, e := range effects {
		if n.life != life {
			return
		}
		if _, ok := e.(membership.Transmit); ok && most >= 0 {
			if most == 0 {
				break
			}
			most--
		}
		w.effect(n, e)
	}
	if n.life == life {
		w.checkStability(n)
	}
	if most >= 0 && n.life == life {
		w.note("n%d crashes within a step (%s)", n.id, eventName(ev))
		w.off(n)
	}
}

// take steps the core; a panic is a broken promise as well.
func (w *world) take(n *node, ev membership.Event) (effects []membership.Effect) {
	defer func() {
		if r := recover(); r != nil {
			w.fail("it lives: n%d panics at %s: %v", n.id, eventName(ev), r)
		}
	}()
	return n.core.Step(machine.Now{Mono: w.now + n.clock, Wall: w.bound.Add(w.now + n.wall)}, ev)
}

func (w *world) effect(n *node, e membership.Effect) {
	switch e := e.(type) {
	case membership.Transmit:
		w.transmit(n, e)
	case membership.SetTimer:
		n.timer++
		n.due = e.At
		w.wait(n)
	case membership.Viewed:
		w.viewed(n, e)
	case membership.Deliver:
		w.delivered(n, e)
	case membership.Ended:
		w.note("n%d has ended", n.id)
		if e.Reason != "" {
			w.fail("it lives: n%d ended by itself: %s", n.id, e.Reason)
		}
		w.off(n)
	}
}

// wait lets the timer of a node fire when it is due by its clock.
func (w *world) wait(n *node) {
	number, life := n.timer, n.life
	w.after(n.due-w.now-n.clock, func() {
		if n.life == life && n.timer == number && !n.paused {
			n.timer++
			w.step(n, membership.TimerFired{Key: "wake"})
		}
	})
}

// transmit puts a packet on all its ways.
func (w *world) transmit(n *node, e membership.Transmit) {
	for i, to := range w.nodes {
		if to == n || e.To != 0 && e.To != to.id || to.core == nil {
			continue
		}
		if n.dying && w.rng.IntN(2) == 0 {
			continue // a packet to all leaves for each by itself
		}
		for link := range w.conf.Links {
			if e.Link >= 0 && e.Link != link || len(w.cut) > 0 && w.cut[[3]int{int(n.id) - 1, i, link}] || w.loss > 0 && w.rng.Float64() < w.loss {
				continue
			}
			w.carry(n.id, to, link, e.Packet)
			if w.dup > 0 && w.rng.Float64() < w.dup {
				w.carry(n.id, to, link, e.Packet)
			}
		}
	}
}

func (w *world) carry(from engine.NodeID, to *node, link int, content []byte) {
	w.after(delay+time.Duration(w.rng.ExpFloat64()*float64(w.jitter)), func() {
		ev := membership.Received{From: from, Link: link, Packet: content}
		switch {
		case to.core == nil:
		case to.paused:
			if len(to.mail) < 300 { // as much as a socket holds
				to.mail = append(to.mail, ev)
			}
		default:
			w.step(to, ev)
		}
	})
}

func (w *world) pause(n *node, d time.Duration) {
	if n.core == nil || n.paused {
		return
	}
	n.paused = true
	life := n.life
	w.after(d, func() {
		if n.life != life {
			return
		}
		n.paused = false
		mail := n.mail
		n.mail = nil
		if n.due <= w.now+n.clock {
			n.timer++
			w.step(n, membership.TimerFired{Key: "wake"})
		} else {
			w.wait(n)
		}
		if n.life == life && len(mail) > 0 { // a driver takes what came meanwhile at once
			w.step(n, mail)
		}
	})
}

// jump sets the clocks of a node: the one that counts goes forward only, as after a suspension; the time of day goes anywhere.
func (w *world) jump(n *node, mono, wall time.Duration) {
	n.clock += mono
	n.wall += wall
	if n.core != nil && !n.paused {
		n.timer++
		w.wait(n)
	}
}

// send lets a node send a message of size bytes, which it means for the view that its manager was told last.
func (w *world) send(n *node, size int) {
	if n.core == nil || n.paused || !n.told.open {
		return
	}
	view := n.told.view
	if n.told.before != (engine.ViewID{}) && w.rng.IntN(8) == 0 {
		view = n.told.before // the manager has not heard of the new view yet
	}
	n.talks++
	text := fmt.Sprintf("%d.%d.%d in %v ", n.id, n.inc, n.talks, view)
	payload := make([]byte, max(size, len(text)))
	copy(payload, text)
	w.step(n, membership.Send{View: view, Payload: payload})
}

// together tells whether all that run share one view of just them.
func (w *world) together() bool {
	var first *node
	count := 0
	for _, n := range w.nodes {
		if n.core == nil {
			continue
		}
		count++
		if first == nil {
			first = n
		}
		if n.paused || n.told.members == 0 || n.told.view != first.told.view || n.core.Progress().Frozen {
			return false
		}
	}
	return first == nil || first.told.members == count
}
