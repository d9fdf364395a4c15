package membership

import (
	"container/heap"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pacer/engine"
	"pacer/machine"
)

// world is a seeded network of cores with checkers that are always on.
type world struct {
	t     testing.TB
	rng   *rand.Rand
	now   time.Duration
	queue events
	seq   uint64
	nodes []*simNode
	conf  Config // what all share
	// the network
	loss, dup float64
	delay     time.Duration // mean
	jitter    time.Duration
	cut       map[[3]int]bool // from, to, link
	// checkers
	members map[engine.ViewID]string
	order   map[engine.ViewID]map[uint64]string
	last    map[hop]uint64 // virtual synchrony: count delivered by those who made this step
	sentIn  map[string]engine.ViewID
	failed  bool
	log     []string
	logging bool
	steps   int
	// spy sees every packet and may lose it; told sees views and deliveries.
	spy  func(*simNode, Transmit) bool
	told func(*simNode, string)
}

type hop struct{ from, to engine.ViewID }

type simNode struct {
	id       engine.NodeID
	core     *Core
	inc      uint64
	timer    time.Duration
	timerSeq uint64
	paused   bool
	mail     []Received
	view     View
	open     bool
	got      map[string]bool
	orderIn  uint64 // last order delivered in view
	sinceAll bool   // was open when the view began
	sent     int
	changes  int
	renewed  int
	epoch    uint64 // survives a crash
}

type event struct {
	at  time.Duration
	seq uint64
	do  func()
}

type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	return e[i].at < e[j].at || e[i].at == e[j].at && e[i].seq < e[j].seq
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)   { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	old := *e
	x := old[len(old)-1]
	*e = old[:len(old)-1]
	return x
}

func testConfig(n, links int) Config {
	c := Config{Links: links, Quorum: n/2 + 1, Heartbeat: 40 * time.Millisecond, Dead: 360 * time.Millisecond,
		Ceiling: 2 * time.Second, Start: time.Second}
	for i := range n {
		c.Nodes = append(c.Nodes, Node{ID: engine.NodeID(i + 1), Name: fmt.Sprintf("n%d", i+1), Votes: 1})
	}
	return c
}

func newWorld(t testing.TB, seed uint64, n, links int) *world {
	w := &world{t: t, rng: rand.New(rand.NewPCG(seed, 7)), conf: testConfig(n, links), delay: 200 * time.Microsecond,
		jitter: 100 * time.Microsecond, cut: map[[3]int]bool{}, members: map[engine.ViewID]string{},
		order: map[engine.ViewID]map[uint64]string{}, last: map[hop]uint64{}, sentIn: map[string]engine.ViewID{}}
	for i := range n {
		w.nodes = append(w.nodes, &simNode{id: engine.NodeID(i + 1)})
	}
	return w
}

func (w *world) at(d time.Duration, do func()) {
	w.seq++
	heap.Push(&w.queue, event{w.now + d, w.seq, do})
}

func (w *world) fail(format string, args ...any) {
	if !w.failed {
		w.failed = true
		w.note("FAILED: "+format, args...)
		w.t.Errorf(format, args...)
	}
}

func (w *world) note(format string, args ...any) {
	if w.logging {
		w.log = append(w.log, fmt.Sprintf("%9.3f ", w.now.Seconds()*1000)+fmt.Sprintf(format, args...))
	}
}

func (w *world) boot(i int, attach bool) {
	n := w.nodes[i]
	inc := n.inc + 1
	*n = simNode{id: n.id, inc: inc, got: map[string]bool{}, epoch: n.epoch}
	cfg := w.conf
	cfg.Self, cfg.Name, cfg.Incarnation, cfg.Epoch = n.id, cfg.Nodes[i].Name, n.inc, n.epoch
	n.core = New(cfg)
	w.note("n%d boots as %d", n.id, n.inc)
	w.step(n, Begin{})
	if attach {
		w.step(n, Attach{})
	}
}

func (w *world) crash(i int) {
	w.note("n%d crashes", w.nodes[i].id)
	w.nodes[i].core = nil
	w.nodes[i].paused = false
	w.nodes[i].mail = nil
}

func (w *world) pause(i int, d time.Duration) {
	n := w.nodes[i]
	if n.core == nil || n.paused {
		return
	}
	w.note("n%d pauses for %v", n.id, d)
	n.paused = true
	core := n.core
	w.at(d, func() {
		if n.core != core {
			return
		}
		w.note("n%d goes on", n.id)
		n.paused = false
		mail := n.mail
		n.mail = nil
		if n.timer <= w.now {
			w.step(n, TimerFired{wakeKey})
		}
		for _, m := range mail {
			if n.core == core {
				w.step(n, m)
			}
		}
	})
}

func (w *world) step(n *simNode, ev Event) {
	w.steps++
	core := n.core
	for _, e := range core.Step(machine.Now{Mono: w.now}, ev) {
		switch e := e.(type) {
		case Transmit:
			w.transmit(n, e)
		case SetTimer:
			n.timer = e.At
			n.timerSeq++
			seq := n.timerSeq
			w.at(max(e.At-w.now, 0), func() {
				if n.core == core && n.timerSeq == seq && !n.paused {
					n.timerSeq++
					w.step(n, TimerFired{e.Key})
				}
			})
		case Viewed:
			w.viewed(n, e)
		case Deliver:
			w.delivered(n, e)
		case Renew:
			n.renewed++
		case Tell:
			w.note("n%d tells %+v", n.id, e.Note)
		case Ended:
			w.note("n%d ended: %s", n.id, e.Reason)
			n.core = nil
			return
		}
	}
}

func (w *world) transmit(n *simNode, e Transmit) {
	if w.spy != nil && w.spy(n, e) {
		return
	}
	for i, to := range w.nodes {
		if to == n || e.To != 0 && e.To != to.id {
			continue
		}
		for link := range w.conf.Links {
			if e.Link >= 0 && e.Link != link || w.cut[[3]int{int(n.id) - 1, i, link}] || w.rng.Float64() < w.loss {
				continue
			}
			copies := 1
			if w.rng.Float64() < w.dup {
				copies = 2
			}
			for range copies {
				d := w.delay + time.Duration(w.rng.ExpFloat64()*float64(w.jitter))
				w.at(d, func() {
					switch {
					case to.core == nil:
					case to.paused:
						if len(to.mail) < 300 {
							to.mail = append(to.mail, Received{n.id, link, e.Packet})
						}
					default:
						w.step(to, Received{n.id, link, e.Packet})
					}
				})
			}
		}
	}
}

func (w *world) viewed(n *simNode, e Viewed) {
	v := e.View
	if i := v.index(n.id); i < 0 || v.Members[i].Incarnation != n.inc {
		w.fail("n%d is not in its own view %v", n.id, v)
	}
	if e.New {
		var b strings.Builder
		for _, m := range v.Members {
			fmt.Fprintf(&b, " %d/%d", m.ID, m.Incarnation)
		}
		w.note("n%d view %v:%s (delivered %d in %v)", n.id, v.ID, b.String(), n.orderIn, n.view.ID)
		if w.told != nil {
			w.told(n, fmt.Sprintf("view %v:%s", v.ID, b.String()))
		}
		if old, ok := w.members[v.ID]; ok && old != b.String() {
			w.fail("view %v has members%s and%s", v.ID, old, b.String())
		}
		w.members[v.ID] = b.String()
		if n.view.ID.Epoch >= v.ID.Epoch {
			w.fail("n%d goes from view %v to %v", n.id, n.view.ID, v.ID)
		}
		if n.sinceAll && n.view.ID.Epoch > 0 && n.open {
			h := hop{n.view.ID, v.ID}
			if count, ok := w.last[h]; ok && count != n.orderIn {
				w.fail("from %v to %v: n%d delivered %d, another %d", h.from, h.to, n.id, n.orderIn, count)
			}
			w.last[h] = n.orderIn
		}
		n.orderIn, n.epoch = 0, v.ID.Epoch
		n.sinceAll = e.Open
		n.changes++
	}
	n.sinceAll = n.sinceAll && e.Open
	n.view, n.open = v, e.Open
}

func (w *world) delivered(n *simNode, e Deliver) {
	m := string(e.Payload)
	if len(m) > 40 {
		m = m[:40]
	}
	id := fmt.Sprintf("%d:%s", e.Sender, m)
	if w.told != nil {
		w.told(n, fmt.Sprintf("delivers %d: %s", e.Order, id))
	}
	if !n.open {
		w.fail("n%d got %s while its manager was detached", n.id, id)
	}
	if n.got[id] {
		w.fail("n%d got %s twice", n.id, id)
	}
	n.got[id] = true
	if n.sinceAll && e.Order != n.orderIn+1 {
		w.fail("n%d got number %d after %d in %v", n.id, e.Order, n.orderIn, n.view.ID)
	}
	n.orderIn = e.Order
	in := w.order[n.view.ID]
	if in == nil {
		in = map[uint64]string{}
		w.order[n.view.ID] = in
	}
	if old, ok := in[e.Order]; ok && old != id {
		w.fail("number %d in %v is %s at n%d and %s elsewhere", e.Order, n.view.ID, id, n.id, old)
	}
	in[e.Order] = id
	if w.sentIn[id] != n.view.ID {
		w.fail("n%d got %s in %v, it was sent in %v", n.id, id, n.view.ID, w.sentIn[id])
	}
}

// send lets a node send a message of size bytes in the view that it sees.
func (w *world) send(i, size int) {
	n := w.nodes[i]
	if n.core == nil || n.paused || !n.open {
		return
	}
	n.sent++
	m := fmt.Sprintf("%d.%d", n.inc, n.sent)
	w.sentIn[fmt.Sprintf("%d:%s", n.id, m)] = n.view.ID
	if size > len(m) {
		pad := fmt.Sprintf("%s%s", m, strings.Repeat("-", size-len(m)))
		short := pad[:min(40, len(pad))]
		w.sentIn[fmt.Sprintf("%d:%s", n.id, short)] = n.view.ID
		m = pad
	}
	w.step(n, Send{n.view.ID, []byte(m)})
}

// run goes on for d, or until done.
func (w *world) run(d time.Duration, done func() bool) bool {
	end := w.now + d
	for len(w.queue) > 0 && w.queue[0].at <= end && !w.failed {
		e := heap.Pop(&w.queue).(event)
		w.now = e.at
		e.do()
		if done != nil && done() {
			return true
		}
	}
	w.now = end
	return false
}

// together tells whether all running nodes share one view of exactly them.
func (w *world) together() bool {
	var id engine.ViewID
	n := 0
	for _, s := range w.nodes {
		if s.core == nil {
			continue
		}
		n++
		if s.paused || s.view.ID == (engine.ViewID{}) || id != (engine.ViewID{}) && s.view.ID != id || s.core.frozen {
			return false
		}
		id = s.view.ID
	}
	for _, s := range w.nodes {
		if s.core != nil && len(s.view.Members) != n {
			return false
		}
	}
	return true
}

func (w *world) dump() {
	if w.failed && w.logging {
		w.t.Log("\n" + strings.Join(w.log, "\n"))
	}
}

func (w *world) partition(groups ...[]int) {
	w.note("partition %v", groups)
	for i := range w.nodes {
		for j := range w.nodes {
			same := slices.ContainsFunc(groups, func(g []int) bool { return slices.Contains(g, i) && slices.Contains(g, j) })
			for l := range w.conf.Links {
				w.cut[[3]int{i, j, l}] = !same
			}
		}
	}
}

func (w *world) heal() {
	w.note("heal")
	clear(w.cut)
	w.loss, w.dup, w.jitter = 0, 0, 100*time.Microsecond
}
