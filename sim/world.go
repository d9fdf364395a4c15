package sim

import (
	"container/heap"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"pacer/cib"
	"pacer/engine"
	"pacer/machine"
	"pacer/node"
	"pacer/note"
	"pacer/quorum"
	"pacer/release"
	"pacer/scheduler"
)

// Options describe a world.
type Options struct {
	Seed  uint64
	Nodes int
	// CIB is the configuration that every disk holds at the beginning, as XML.
	CIB string
	// Unchecked leaves out the checkers that cost as much as the play, for measurements.
	Unchecked bool
	// Exclusive are the services that must not be active on two nodes at once.
	Exclusive []string
	// TwoNode lets half of two nodes be quorate.
	TwoNode bool
	// Detect is how long the engine needs to notice that a node is gone.
	Detect time.Duration
	// Fencing is how long the fence device takes; FenceFails makes it fail.
	Fencing    time.Duration
	FenceFails bool
	// Packets plays the real membership core over packets, of which a share of Loss is lost; else an engine that only keeps
	// the promises of package engine is played, which is faster and less kind.
	Packets bool
	Loss    float64
	// Quorum are further rules of quorum where Packets are played; who is there and TwoNode are filled in.
	Quorum quorum.Config
	// Releases are programs, oldest first. A node begins with the first, and each time that it boots it may have got the next one; none
	// is the program that is being played, at all nodes.
	Releases []release.Release
	// Schedule takes the scheduler's place, for tests of what happens when it fails; nil means the real one.
	Schedule func(scheduler.Input) *scheduler.Output
}

// layer is the cluster layer below the managers.
type layer interface {
	up(*Node)
	down(*Node)  // without a word
	leave(*Node) // in order
	attach(*Node)
	detach(*Node)
	partition(sides ...int)
	cut(from, to int, cut bool) // one direction of one link
	send(*Node, []byte)
}

// World is a cluster and all around it.
type World struct {
	opt     Options
	rand    *rand.Rand
	now     time.Duration
	start   time.Time
	queue   happenings
	seq     uint64
	Nodes   []*Node
	net     layer
	trace   []string
	failed  string
	checkup []checker
	client  client
	// watch sees every event before a manager gets it.
	watch func(*Node, node.Event)
	Steps int
}

// happening is one thing that will happen.
type happening struct {
	at   time.Duration
	seq  uint64
	do   func()
	gone bool
}

type happenings []*happening

func (h happenings) Len() int { return len(h) }
func (h happenings) Less(i, j int) bool {
	if h[i].at != h[j].at {
		return h[i].at < h[j].at
	}
	return h[i].seq < h[j].seq
}
func (h happenings) Swap(i, j int) { h[i], h[j] = h[j], h[i] }

// Push implements heap.Interface.
func (h *happenings) Push(x any) { *h = append(*h, x.(*happening)) }

// Pop implements heap.Interface.
func (h *happenings) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}

// New makes a world whose nodes are switched off.
func New(opt Options) *World {
	if opt.Detect == 0 {
		opt.Detect = 250 * time.Millisecond
	}
	if opt.Fencing == 0 {
		opt.Fencing = 300 * time.Millisecond
	}
	w := &World{opt: opt, rand: rand.New(rand.NewPCG(opt.Seed, 7)), start: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	doc := cib.Empty()
	if opt.CIB != "" {
		var err error
		if doc, err = cib.Parse([]byte(opt.CIB)); err != nil {
			panic(err)
		}
	}
	for i := range opt.Nodes {
		n := &Node{w: w, ID: engine.NodeID(i + 1), Name: fmt.Sprintf("node%d", i+1)}
		n.drive.format(doc)
		w.Nodes = append(w.Nodes, n)
	}
	if opt.Packets {
		w.net = newPackets(w)
	} else {
		w.net = newNetwork(w)
	}
	w.checkup = checkers()
	return w
}

// after makes something happen later.
func (w *World) after(d time.Duration, do func()) *happening {
	w.seq++
	h := &happening{at: w.now + max(d, 0), seq: w.seq, do: do}
	heap.Push(&w.queue, h)
	return h
}

// some is a random time between two.
func (w *World) some(from, to time.Duration) time.Duration {
	return from + time.Duration(w.rand.Int64N(int64(to-from)+1))
}

// Run lets the world go on for a while, or until a checker has failed.
func (w *World) Run(d time.Duration) {
	end := w.now + d
	for w.failed == "" && len(w.queue) > 0 && w.queue[0].at <= end {
		w.one()
	}
	w.now = max(w.now, end)
}

// RunUntil lets the world go on until ok, at most for d, and tells whether it came to that.
func (w *World) RunUntil(d time.Duration, ok func() bool) bool {
	end := w.now + d
	for w.failed == "" && !ok() {
		if len(w.queue) == 0 || w.queue[0].at > end {
			w.now = end
			return ok()
		}
		w.one()
	}
	return w.failed == ""
}

func (w *World) one() {
	h := heap.Pop(&w.queue).(*happening)
	if h.gone {
		return
	}
	w.now = h.at
	w.Steps++
	h.do()
	for _, c := range w.checkup {
		if why := c(w); why != "" {
			w.fail("%s", why)
		}
	}
}

// Now is the time since the beginning.
func (w *World) Now() time.Duration { return w.now }

func (w *World) fail(format string, args ...any) {
	if w.failed == "" {
		w.failed = fmt.Sprintf(format, args...)
		for _, n := range w.Nodes {
			if n.manager != nil {
				w.log("%s: %s", n.Name, n.manager.Debug())
			}
		}
		w.log("FAILED %s", w.failed)
	}
}

// Failed is what a checker found, "" when all is well.
func (w *World) Failed() string { return w.failed }

// log adds a line to the trace.
func (w *World) log(format string, args ...any) {
	w.trace = append(w.trace, fmt.Sprintf("%10.3f ", w.now.Seconds())+fmt.Sprintf(format, args...))
}

// Trace is the last n lines of what has happened.
func (w *World) Trace(n int) string {
	return strings.Join(w.trace[max(0, len(w.trace)-n):], "\n")
}

func (w *World) clock() machine.Now {
	return machine.Now{Wall: w.start.Add(w.now), Mono: w.now}
}

// Node is one machine.
type Node struct {
	w    *World
	ID   engine.NodeID
	Name string

	// Release is the program that the next manager is; zero is the one that is being played.
	Release release.Release
	// upgrades counts the programs that it has had.
	upgrades int

	On          bool // has power
	incarnation uint64
	attachments uint64

	manager *node.Manager
	process uint64 // counts managers, so that what belongs to an old one is told from the present one
	timers  map[string]*happening
	frozen  bool
	missed  []node.Event // while frozen
	exited  *node.Exit

	drive drive
	// owed are the services that ran here when the power went, until a fencing or a new boot makes sure that they do not.
	owed   []string
	agents agents
	told   []note.Note
}

// Manager is the node's manager, nil when none runs.
func (n *Node) Manager() *node.Manager { return n.manager }

// PowerOn boots the node: its messaging starts, then its manager.
func (n *Node) PowerOn() {
	if n.On {
		return
	}
	n.On, n.owed = true, nil
	n.mayUpgrade()
	n.incarnation++
	n.attachments = 0
	n.agents = agents{}
	n.w.log("%s is switched on", n.Name)
	n.w.net.up(n)
	n.startManager(false)
}

// mayUpgrade gives the node its first program, or perhaps the next.
func (n *Node) mayUpgrade() {
	list := n.w.opt.Releases
	if len(list) == 0 || n.upgrades == len(list) || n.upgrades > 0 && n.w.rand.IntN(3) == 0 {
		return
	}
	n.Release = list[n.upgrades]
	n.upgrades++
	n.w.log("%s has the program with feature set %s", n.Name, n.Release.Features)
}

// PowerOff is a power cut.
func (n *Node) PowerOff() {
	if !n.On {
		return
	}
	n.w.log("%s is switched off", n.Name)
	for _, s := range n.agents.services {
		if s.Active {
			n.owed = append(n.owed, s.Name)
		}
	}
	n.killManager()
	n.On = false
	n.agents = agents{}
	n.w.net.down(n)
}

// startManager starts the manager process.
func (n *Node) startManager(restarted bool) {
	n.process++
	n.attachments++
	n.exited = nil
	n.timers = map[string]*happening{}
	kept := n.drive.open(n)
	id := engine.Identity{ID: n.ID, Name: n.Name, Stack: "corosync"}
	for _, x := range n.w.Nodes {
		id.Nodes = append(id.Nodes, engine.Member{ID: x.ID, Name: x.Name})
	}
	n.manager = node.New(node.Config{
		Identity: id, Document: kept.Document, Meta: kept.Meta, Trail: kept.Trail, Restarted: restarted, FirstRun: n.agents.lastRun + 1,
		Unique: n.w.rand.Uint64(), Seed: n.w.rand.Uint64(), Started: n.w.clock().Wall,
		Schedule: n.w.opt.Schedule, Release: n.Release,
	})
	n.step(node.Begin{})
	if restarted {
		n.agents.restore(n)
	}
	n.w.net.attach(n)
}

// KillManager kills the manager process; the supervisor starts it again after a while.
func (n *Node) KillManager(again time.Duration) {
	if n.manager == nil {
		return
	}
	n.w.log("%s: manager killed", n.Name)
	n.killManager()
	n.w.net.detach(n)
	inc := n.incarnation
	if again > 0 {
		n.w.after(again, func() {
			if n.On && n.incarnation == inc && n.manager == nil {
				n.w.log("%s: manager starts again", n.Name)
				n.startManager(true)
			}
		})
	}
}

func (n *Node) killManager() {
	n.manager = nil
	n.process++
	n.frozen, n.missed = false, nil
	for _, t := range n.timers {
		t.gone = true
	}
	n.timers = nil
}

// Stop asks the node to leave in order.
func (n *Node) Stop() {
	n.w.log("%s is asked to stop", n.Name)
	n.step(node.StopWanted{Why: "asked"})
}

// step gives the manager an event and does what it wants.
func (n *Node) step(ev node.Event) {
	if n.manager == nil {
		return
	}
	if n.frozen {
		n.missed = append(n.missed, ev)
		return
	}
	if n.w.watch != nil {
		n.w.watch(n, ev)
	}
	p := n.process
	for _, f := range n.manager.Step(n.w.clock(), ev) {
		if n.process != p {
			return
		}
		n.perform(f)
	}
}

// later gives the manager an event after a while, if it is still the same process.
func (n *Node) later(d time.Duration, ev node.Event) {
	p := n.process
	n.w.after(d, func() {
		if n.process == p {
			n.step(ev)
		}
	})
}

func (n *Node) perform(f node.Effect) {
	switch f := f.(type) {
	case node.Send:
		n.w.net.send(n, f.Payload)
	case node.Persist:
		n.drive.persist(n, f)
	case node.Agents:
		n.agents.perform(n, f.Effect)
	case node.FenceAgents:
		n.w.fenceAgent(n, f.Effect)
	case node.SetTimer:
		if old := n.timers[f.Key]; old != nil {
			old.gone = true
		}
		key, p := f.Key, n.process
		n.timers[key] = n.w.after(f.At-n.w.now, func() {
			if n.process == p {
				delete(n.timers, key)
				n.step(node.TimerFired{Key: key})
			}
		})
	case node.CancelTimer:
		if old := n.timers[f.Key]; old != nil {
			old.gone = true
			delete(n.timers, f.Key)
		}
	case node.Tell:
		n.told = append(n.told, f.Note)
		n.w.log("%s: %s", n.Name, note.Sentence(f.Note, note.English))
	case node.Reply:
		n.w.log("%s: reply %d %v", n.Name, f.ID, f.Err)
		n.replied(f)
	case node.Exit:
		n.w.log("%s: manager exits (%d): %s", n.Name, f.Code, f.Why)
		n.leave(&f)
	}
}

// leave ends the service on this node: the messaging says goodbye.
func (n *Node) leave(f *node.Exit) {
	n.exited = f
	n.killManager()
	n.On = false
	n.w.net.leave(n)
}
