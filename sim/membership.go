package sim

import (
	"slices"
	"time"

	"pacer/engine"
	"pacer/machine"
	"pacer/membership"
	"pacer/node"
	"pacer/note"
	"pacer/quorum"
)

// packets is the cluster layer made of the real cores, membership and quorum, over a network that delays and loses packets.
type packets struct {
	w     *World
	boxes []*box // by node
	cuts  map[[2]int]int
	// said is how each view was judged at each place of its order: all members must judge alike.
	said map[judgedAt]verdict
}

// judgedAt is a place in the order of a view: the managers that take part and the messages before.
type judgedAt struct {
	managers string
	order    uint64
}

type verdict struct {
	quorate         bool
	votes, expected int
}

func (x *packets) cut(from, to int, cut bool) {
	if cut {
		x.cuts[[2]int{from, to}]++
	} else {
		x.cuts[[2]int{from, to}]--
	}
}

// box is the messaging process of one node.
type box struct {
	n      *Node
	core   *membership.Core // nil while it does not run
	quorum *quorum.Core
	began  time.Duration
	life   uint64 // counts processes
	timer  *happening
	side   int
	epoch  uint64 // kept over restarts, as in a file

	manager bool // one is connected
	open    bool
	view    engine.View
	inView  engine.ViewID // the membership's
	order   uint64        // of the message delivered last in it
	shown   engine.View   // the manager was given last
	seen    engine.ViewID // the view that the manager has taken
	// later are events for the membership that come of its present step.
	later    []membership.Event
	stepping bool
	lastIn   time.Duration
	lastOut  time.Duration
}

var _ layer = (*packets)(nil)

func newPackets(w *World) *packets {
	x := &packets{w: w, cuts: map[[2]int]int{}, said: map[judgedAt]verdict{}}
	for _, n := range w.Nodes {
		x.boxes = append(x.boxes, &box{n: n})
	}
	return x
}

func (x *packets) up(n *Node) {
	b := x.boxes[n.ID-1]
	cfg := membership.Config{Self: n.ID, Name: n.Name, Incarnation: n.incarnation, Links: 1, Quorum: len(x.boxes)/2 + 1,
		Heartbeat: 40 * time.Millisecond, Dead: 360 * time.Millisecond, Ceiling: 2 * time.Second, Start: time.Second, Epoch: b.epoch}
	q := x.w.opt.Quorum
	q.Self, q.Counted, q.TwoNode, q.Nodes = n.ID, true, x.w.opt.TwoNode, nil
	for _, m := range x.w.Nodes {
		cfg.Nodes = append(cfg.Nodes, membership.Node{ID: m.ID, Name: m.Name, Votes: 1})
		q.Nodes = append(q.Nodes, quorum.Node{ID: m.ID, Votes: 1})
	}
	*b = box{n: n, core: membership.New(cfg), quorum: quorum.New(q), began: x.w.now, life: b.life + 1, side: b.side, epoch: b.epoch,
		lastIn: b.lastIn, lastOut: b.lastOut}
	x.step(b, membership.Begin{})
}

func (x *packets) down(n *Node) {
	b := x.boxes[n.ID-1]
	b.core, b.manager, b.open = nil, false, false
	b.life++
}

func (x *packets) leave(n *Node) {
	b := x.boxes[n.ID-1]
	b.manager, b.open = false, false
	if b.core != nil {
		x.judge(b, quorum.Detached{})
		x.step(b, membership.Detach{})
	}
	if b.core != nil {
		x.step(b, membership.Leave{})
	}
}

func (x *packets) attach(n *Node) {
	b := x.boxes[n.ID-1]
	b.manager, b.open, b.shown = true, false, engine.View{}
	if b.core != nil {
		x.step(b, membership.Attach{})
	}
}

func (x *packets) detach(n *Node) {
	b := x.boxes[n.ID-1]
	b.manager, b.open = false, false
	if b.core != nil {
		x.judge(b, quorum.Detached{})
		x.step(b, membership.Detach{})
	}
}

func (x *packets) partition(sides ...int) {
	for i, b := range x.boxes {
		b.side = sides[i]
	}
}

// now is a process's clock; time 0 means "never" to the core.
func (x *packets) now(b *box) machine.Now {
	return machine.Now{Wall: x.w.start.Add(x.w.now), Mono: x.w.now - b.began + time.Second}
}

// step steps the membership; events that come of a step follow it.
func (x *packets) step(b *box, ev membership.Event) {
	b.later = append(b.later, ev)
	if b.stepping {
		return
	}
	b.stepping = true
	for life := b.life; len(b.later) > 0 && b.life == life; {
		next := b.later[0]
		b.later = b.later[1:]
		x.stepOne(b, next)
	}
	b.later, b.stepping = nil, false
}

func (x *packets) stepOne(b *box, ev membership.Event) {
	life := b.life
	for _, f := range b.core.Step(x.now(b), ev) {
		if b.life != life {
			return
		}
		switch f := f.(type) {
		case membership.Transmit:
			x.transmit(b, f)
		case membership.SetTimer:
			if b.timer != nil {
				b.timer.gone = true
			}
			b.timer = x.w.after(f.At-x.now(b).Mono, func() {
				if b.life == life && b.core != nil {
					x.step(b, membership.TimerFired{})
				}
			})
		case membership.Viewed:
			x.viewed(b, f)
		case membership.Deliver:
			b.order = f.Order
			x.judge(b, quorum.Delivered{Delivered: f.Delivered})
		case membership.Tell:
			x.w.log("%s (messaging): %s", b.n.Name, note.Sentence(f.Note, note.English))
		case membership.Ended:
			manager := b.manager
			b.core, b.manager, b.open = nil, false, false
			b.life++
			if manager {
				x.deliver(b, engine.Lost{Reason: f.Reason})
			}
		}
	}
}

func (x *packets) viewed(b *box, f membership.Viewed) {
	ev := quorum.Viewed{ID: f.View.ID, New: f.New, Open: f.Open && b.manager}
	for _, m := range f.View.Members {
		ev.Members = append(ev.Members, quorum.Member{Member: m.Member, Seen: m.Seen})
	}
	if f.New {
		b.order = 0
	}
	b.inView, b.open = f.View.ID, ev.Open
	b.epoch = max(b.epoch, f.View.ID.Epoch)
	x.judge(b, ev)
}

// judge steps the core quorum; what it sends is stepped when the membership's present step is done.
func (x *packets) judge(b *box, ev quorum.Event) {
	life := b.life
	for _, f := range b.quorum.Step(x.now(b), ev) {
		switch f := f.(type) {
		case quorum.Judged:
			v := f.View
			if v.ID != b.view.ID {
				x.w.log("%s: view %s: %v", b.n.Name, v.ID, describe(v))
			}
			same := b.shown.ID == v.ID && b.shown.Quorate == v.Quorate && b.shown.Votes == v.Votes &&
				b.shown.Expected == v.Expected && slices.Equal(b.shown.Members, v.Members)
			b.view = v
			if b.open && b.manager {
				x.alike(b, v)
			}
			if b.open && b.manager && !same {
				b.shown = v
				x.deliver(b, engine.ViewChanged{View: v})
			}
		case quorum.Pass:
			if b.open && b.manager {
				x.deliver(b, f.Delivered)
			}
		case quorum.Send:
			x.step(b, membership.Send{View: b.inView, Payload: f.Payload})
		case quorum.SawAll:
			x.step(b, membership.Seen{})
		case quorum.SetTimer:
			x.w.after(f.At-x.now(b).Mono, func() {
				if b.life == life && b.core != nil {
					x.judge(b, quorum.TimerFired{Key: f.Key})
				}
			})
		}
	}
}

// alike compares a judgement with those of other members at the same place of the order.
func (x *packets) alike(b *box, v engine.View) {
	at, mine := judgedAt{v.Managers(), b.order}, verdict{v.Quorate, v.Votes, v.Expected}
	if first, ok := x.said[at]; ok && first != mine {
		x.w.fail("%s judges view %s after %d messages as %+v, another member as %+v", b.n.Name, v.ID, b.order, mine, first)
	}
	x.said[at] = mine
}

// deliver brings an event over the local socket.
func (x *packets) deliver(b *box, ev engine.Event) {
	at := max(b.lastIn, x.w.now+x.w.some(20*time.Microsecond, 200*time.Microsecond))
	b.lastIn = at
	n, process := b.n, b.n.process
	x.w.after(at-x.w.now, func() {
		if n.process != process {
			return
		}
		if v, ok := ev.(engine.ViewChanged); ok {
			b.seen = v.View.ID
		}
		n.step(node.FromEngine{Event: ev})
	})
}

func (x *packets) send(n *Node, payload []byte) {
	b := x.boxes[n.ID-1]
	if b.core == nil || !b.manager {
		return
	}
	at := max(b.lastOut, x.w.now+x.w.some(20*time.Microsecond, 200*time.Microsecond))
	b.lastOut = at
	view, life, process := b.seen, b.life, n.process
	x.w.after(at-x.w.now, func() {
		if b.life == life && n.process == process && b.core != nil {
			x.step(b, membership.Send{View: view, Payload: payload})
		}
	})
}

// transmit puts a packet on the network.
func (x *packets) transmit(b *box, f membership.Transmit) {
	for _, to := range x.boxes {
		if to == b || f.To != 0 && to.n.ID != f.To || to.core == nil || to.side != b.side {
			continue
		}
		if x.cuts[[2]int{int(b.n.ID) - 1, int(to.n.ID) - 1}] > 0 {
			continue
		}
		if x.w.opt.Loss > 0 && x.w.rand.Float64() < x.w.opt.Loss {
			continue
		}
		life, from := to.life, b.n.ID
		x.w.after(x.w.some(30*time.Microsecond, 600*time.Microsecond), func() {
			if to.life == life && to.core != nil && to.side == b.side {
				x.step(to, membership.Received{From: from, Packet: f.Packet})
			}
		})
	}
}
