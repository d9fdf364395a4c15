package sim

import (
	"slices"
	"time"

	"pacer/engine"
	"pacer/node"
)

// network is the cluster layer of all nodes: who hears whom, agreed views, one order of messages for each view. It keeps the
// promises of package engine and nothing more: what has not been ordered when a view ends is lost, and its sender must send
// again.
type network struct {
	w     *World
	epoch uint64
	ports []*port // by node
}

// port is one node's place in the network.
type port struct {
	n        *Node
	up       bool
	side     int // nodes of one side hear each other
	attached bool
	group    *group
	attachNo uint64
	lastIn   time.Duration // deliveries stay in order
	lastOut  time.Duration
	joinedAs uint64 // the attachment that has seen its first view
}

// group is the members of one view while it lasts.
type group struct {
	view   engine.View
	ports  []*port
	order  uint64
	broken bool // a member is silent: nothing is ordered any more before the next view
}

var _ layer = (*network)(nil)

func newNetwork(w *World) *network {
	x := &network{w: w}
	for _, n := range w.Nodes {
		x.ports = append(x.ports, &port{n: n})
	}
	return x
}

func (x *network) port(n *Node) *port { return x.ports[n.ID-1] }

func (x *network) up(n *Node) {
	p := x.port(n)
	*p = port{n: n, up: true, side: p.side, lastIn: p.lastIn, lastOut: p.lastOut}
	x.w.after(x.w.some(20*time.Millisecond, 120*time.Millisecond), func() {
		if p.up {
			x.reform()
		}
	})
}

// down is a power cut: nobody is told.
func (x *network) down(n *Node) {
	p := x.port(n)
	p.up, p.attached = false, false
	x.silence(p)
}

func (x *network) silence(p *port) {
	if p.group != nil {
		p.group.broken = true
	}
	x.w.after(x.w.some(x.w.opt.Detect, x.w.opt.Detect*3/2), x.reform)
}

// leave is an orderly goodbye.
func (x *network) leave(n *Node) {
	p := x.port(n)
	p.up, p.attached = false, false
	x.w.after(x.w.some(time.Millisecond, 5*time.Millisecond), x.reform)
}

func (x *network) attach(n *Node) {
	p := x.port(n)
	p.attached, p.attachNo = true, n.attachments
	if p.group != nil {
		x.w.after(x.w.some(time.Millisecond, 3*time.Millisecond), x.reform)
	}
}

func (x *network) detach(n *Node) {
	p := x.port(n)
	p.attached = false
	x.w.after(x.w.some(time.Millisecond, 10*time.Millisecond), x.reform)
}

// partition puts nodes on sides; nodes of different sides do not hear each other.
func (x *network) partition(sides ...int) {
	for i, p := range x.ports {
		if p.side != sides[i] {
			p.side = sides[i]
			if p.group != nil {
				p.group.broken = true
			}
		}
	}
	for _, p := range x.ports {
		if p.group != nil && slices.ContainsFunc(p.group.ports, func(q *port) bool { return q.side != p.side }) {
			p.group.broken = true
		}
	}
	x.w.after(x.w.some(x.w.opt.Detect, x.w.opt.Detect*3/2), x.reform)
}

// cut does nothing: this engine's members hear all or none.
func (x *network) cut(from, to int, cut bool) {}

// reform makes the views what the network is, and tells those for whom something changed.
func (x *network) reform() {
	var sides []int
	for _, p := range x.ports {
		if p.up && !slices.Contains(sides, p.side) {
			sides = append(sides, p.side)
		}
		if !p.up {
			p.group = nil
		}
	}
	for _, s := range sides {
		x.reformSide(s)
	}
}

func (x *network) reformSide(side int) {
	var ports []*port
	v := engine.View{Expected: len(x.ports)}
	for _, p := range x.ports {
		if !p.up || p.side != side {
			continue
		}
		ports = append(ports, p)
		v.Members = append(v.Members, engine.Member{ID: p.n.ID, Name: p.n.Name, Incarnation: p.n.incarnation,
			Attached: p.attached, Attachment: p.attachNo})
	}
	v.Votes = len(ports)
	v.Quorate = v.Votes*2 > v.Expected || x.w.opt.TwoNode && v.Votes*2 == v.Expected
	old := ports[0].group
	same := old != nil && !old.broken && slices.Equal(old.ports, ports) &&
		!slices.ContainsFunc(ports, func(p *port) bool { return p.group != old })
	if same {
		v.ID = old.view.ID
		if v.Quorate == old.view.Quorate && slices.Equal(v.Members, old.view.Members) {
			return
		}
		if slices.EqualFunc(v.Members, old.view.Members, func(a, b engine.Member) bool { return a.ID == b.ID && a.Incarnation == b.Incarnation }) &&
			x.w.rand.IntN(2) == 0 {
			// Only managers came or went: the view may stay, and with it the order of messages.
			old.view = v
			x.tell(old)
			return
		}
	}
	x.epoch++
	v.ID = engine.ViewID{Epoch: x.epoch, Coordinator: ports[0].n.ID}
	g := &group{view: v, ports: ports}
	for _, p := range ports {
		p.group = g
	}
	x.w.log("view %s: %v", v.ID, describe(v))
	x.tell(g)
}

func describe(v engine.View) (out []string) {
	for _, m := range v.Members {
		s := m.Name
		if !m.Attached {
			s += "(detached)"
		}
		out = append(out, s)
	}
	if !v.Quorate {
		out = append(out, "no quorum")
	}
	return out
}

func (x *network) tell(g *group) {
	for _, p := range g.ports {
		if p.attached {
			p.joinedAs = p.attachNo
			x.deliver(p, engine.ViewChanged{View: g.view})
		}
	}
}

// deliver brings an event to a node's manager, after those that are on their way already.
func (x *network) deliver(p *port, ev engine.Event) {
	at := max(p.lastIn, x.w.now+x.w.some(50*time.Microsecond, 900*time.Microsecond))
	p.lastIn = at
	n, process := p.n, p.n.process
	x.w.after(at-x.w.now, func() {
		if n.process == process {
			n.step(node.FromEngine{Event: ev})
		}
	})
}

// send takes a message from a manager; it is ordered a little later, if the view still lasts then.
func (x *network) send(n *Node, payload []byte) {
	p := x.port(n)
	g, no := p.group, p.attachNo
	if g == nil || !p.attached || p.joinedAs != no {
		return
	}
	at := max(p.lastOut, x.w.now+x.w.some(50*time.Microsecond, 900*time.Microsecond))
	p.lastOut = at
	x.w.after(at-x.w.now, func() {
		if p.group != g || g.broken || p.attachNo != no || !p.attached {
			return
		}
		g.order++
		for _, q := range g.ports {
			if q.attached && q.joinedAs == q.attachNo {
				x.deliver(q, engine.Delivered{Sender: n.ID, Order: g.order, Payload: payload})
			}
		}
	})
}
