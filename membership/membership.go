package membership

import (
	"slices"
	"time"

	"pacer/engine"
	"pacer/machine"
	"pacer/note"
)

// wakeKey is the one timer: the core looks at all that is due whenever it is stepped.
const wakeKey = "wake"

// never is a time that does not come.
const never = time.Duration(1<<63 - 1)

// Core is the membership of one node.
type Core struct {
	cfg Config
	now time.Duration // of the present step
	out []Effect

	begun, ended bool
	// started is false until the first view may be made.
	started bool
	startBy time.Duration
	// leaveUntil is when the goodbyes are over, leaveNext when the next is due; 0 when nobody leaves.
	leaveUntil, leaveNext time.Duration

	peers []*peer // by rising id, without this node
	own   row
	// moved is when the matrix last changed.
	moved time.Duration
	// choice is the set that this node should be in, by the present matrix; clear tells that nobody could see it otherwise.
	choice     []ident
	clear      bool
	oneWay     bool // not clear because somebody does not hear this node
	choiceOld  bool
	heartLast  time.Duration
	heartDue   time.Duration
	heartLink  int // whose turn it is
	relayFirst int

	view      View
	installed time.Duration
	install   []byte // the packet that installed view, when this node coordinates it
	epoch     uint64 // highest ever heard of
	promised  engine.ViewID
	suitor    uint64 // incarnation of promised's coordinator: the next may use the same id for another round
	frozen    bool
	fetch     *fetch
	round     *round
	offer     *offer // a proposal that could not be accepted yet

	ord *order

	attached   bool
	attachment uint64
	seen       bool

	unheardSince time.Duration // 0 while somebody answers, or nobody is heard

	wake time.Duration // when the timer is set to fire
}

var _ machine.Core[Event, Effect] = (*Core)(nil)

// New makes a core. It does nothing before Begin.
func New(cfg Config) *Core {
	c := &Core{cfg: cfg, epoch: cfg.Epoch, wake: never, choiceOld: true}
	c.own = row{id: cfg.Self, inc: cfg.Incarnation, ver: 1}
	for _, n := range cfg.Nodes {
		if n.ID != cfg.Self {
			c.addPeer(n.ID, n.Name)
		}
	}
	return c
}

// Step takes one event.
func (c *Core) Step(now machine.Now, event Event) []Effect {
	c.now, c.out = now.Mono, nil
	if c.ended {
		return nil
	}
	c.forgiveStall()
	c.take(event)
	if c.begun && !c.ended {
		c.due()
	}
	if !c.ended {
		c.arm()
	}
	out := c.out
	c.out = nil // what was asked for is no state
	return out
}

// take takes note of an event; what is due is done later.
func (c *Core) take(event Event) {
	switch ev := event.(type) {
	case Several:
		for _, e := range ev {
			if c.ended {
				return
			}
			c.take(e)
		}
	case Begin:
		if !c.begun {
			c.begun = true
			c.startBy = c.now + c.cfg.Start
			c.heartDue = c.now
		}
	case Received:
		if c.begun {
			c.receive(ev)
		}
	case Send:
		c.send(ev)
	case Attach:
		c.attached = true
		c.attachment++
		c.sendAttachment()
	case Detach:
		if c.attached {
			c.attached = false
			c.sendAttachment()
		}
	case Seen:
		c.seen = true
	case Leave:
		if c.leaveUntil == 0 {
			c.leaveUntil, c.leaveNext = c.now+leaveSpan, c.now
		}
	case TimerFired:
	}
}

// forgiveStall takes time in which this node did not run off the silence of others.
func (c *Core) forgiveStall() {
	late := c.now - c.wake
	if c.wake == never || late < c.cfg.Heartbeat/2 {
		return
	}
	for _, p := range c.peers {
		if p.last > 0 {
			p.last = min(p.last+late, c.now)
		}
		for i := range p.links {
			if p.links[i].last > 0 {
				p.links[i].last = min(p.links[i].last+late, c.now)
			}
		}
	}
	c.wake = c.now
}

// due does everything whose time has come, then what follows from it.
func (c *Core) due() {
	if c.leaveUntil > 0 {
		c.sayGoodbye()
		return
	}
	c.detect()
	c.decide()
	c.dueOrder()
	c.dueFetch()
	c.pump()
	c.dueRenew()
	if c.now >= c.heartDue {
		c.beat()
	}
}

func (c *Core) sayGoodbye() {
	if c.now >= c.leaveNext {
		c.transmit(0, c.packet(kindLeave))
		c.leaveNext = c.now + leaveSpan/3
	}
	if c.now >= c.leaveUntil {
		c.ended = true
		c.emit(Ended{})
	}
}

// arm sets the timer to the next thing that is due.
func (c *Core) arm() {
	if !c.begun {
		return
	}
	at := c.nextDue()
	if at != c.wake {
		c.wake = at
		c.emit(SetTimer{machine.Timer{Key: wakeKey, At: at}})
	}
}

func (c *Core) nextDue() time.Duration {
	if c.leaveUntil > 0 {
		return min(c.leaveNext, c.leaveUntil)
	}
	at := min(c.heartDue, c.nextDetect(), c.nextDecide(), c.nextOrder(), c.nextFetch(), c.nextRenew())
	return max(at, c.now)
}

func (c *Core) emit(e Effect) { c.out = append(c.out, e) }

func (c *Core) tell(n note.Note) { c.emit(Tell{n}) }

// transmit sends over every link.
func (c *Core) transmit(to engine.NodeID, w *writer) {
	c.emit(Transmit{To: to, Link: -1, Packet: w.b})
}

// carry sends a packet of the order for the first time: over one link while all is calm, else over every one. A packet that is lost with
// the link is repeated over every link; what ends the calm is the heartbeat that is missed.
func (c *Core) carry(to engine.NodeID, w *writer) {
	link := -1
	if c.calm() {
		link = 0
	}
	c.emit(Transmit{To: to, Link: link, Packet: w.b})
}

// receive takes a packet apart.
func (c *Core) receive(ev Received) {
	r := &reader{b: ev.Packet}
	version, k, inc := r.u8(), kind(r.u8()), r.u64()
	if r.err != nil || version < wireVersion || inc == 0 || c.leaveUntil > 0 {
		return
	}
	if ev.From == c.cfg.Self {
		c.meetTwin(inc)
		return
	}
	p := c.known(ev.From)
	if p == nil || !c.incarnate(p, inc) {
		return
	}
	if k == kindLeave {
		c.parted(p)
		return
	}
	if p.left {
		return
	}
	c.hear(p, ev.Link)
	switch k {
	case kindHeartbeat:
		if h, err := readHeartbeat(r); err == nil {
			c.onHeartbeat(p, h)
		}
	case kindPropose:
		c.onPropose(p, r)
	case kindAccept:
		c.onAccept(p, r)
	case kindPlan:
		c.onPlan(p, r)
	case kindReady:
		c.onReady(p, r)
	case kindInstall:
		c.onInstall(p, r)
	case kindSubmit:
		c.onSubmit(p, r)
	case kindOrdered:
		c.onOrdered(p, r)
	case kindNak:
		c.onNak(p, r)
	case kindAck:
		c.onAck(p, r)
	case kindTail:
		c.onTail(p, r)
	case kindSubmitNak:
		c.onSubmitNak(p, r)
	}
}

// meetTwin handles a packet from another process that has this node's id: the younger one stays.
func (c *Core) meetTwin(inc uint64) {
	if inc > c.cfg.Incarnation {
		c.ended = true
		c.emit(Ended{Reason: "another node uses the same node id; give every node its own (nodeid in corosync.conf, name in ha.cf)"})
	}
}

// known returns the peer, or nil when it may not take part.
func (c *Core) known(id engine.NodeID) *peer {
	i, ok := slices.BinarySearchFunc(c.peers, id, func(p *peer, id engine.NodeID) int { return cmpID(p.id, id) })
	if ok {
		return c.peers[i]
	}
	if !c.cfg.Open || id == 0 || id == c.cfg.Self || len(c.peers) >= MaxNodes-1 {
		return nil
	}
	return c.addPeer(id, "")
}

func (c *Core) addPeer(id engine.NodeID, name string) *peer {
	p := &peer{id: id, name: name, links: make([]link, max(c.cfg.Links, 1))}
	i, _ := slices.BinarySearchFunc(c.peers, id, func(p *peer, id engine.NodeID) int { return cmpID(p.id, id) })
	c.peers = slices.Insert(c.peers, i, p)
	return p
}

func cmpID(a, b engine.NodeID) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
