package membership

import (
	"slices"
	"time"

	"pacer/engine"
)

// entry is one fragment, or one word about a manager, in the order of a view.
type entry struct {
	sender engine.NodeID
	flags  uint8
	data   []byte
}

const (
	entryFirst   = 1 << 0
	entryLast    = 1 << 1
	entryControl = 1 << 2
)

// held is an ordered entry that somebody may still need.
type held struct {
	entry
	sent time.Duration // when it was last transmitted
}

// order is everything about the messages of one view. It is thrown away with the view.
type order struct {
	// have is delivered without a gap, last is known to be ordered, stable is held by all members.
	have, last, stable uint64
	held               map[uint64]*held // numbers above stable
	nakAt              time.Duration    // when to ask for the gap; never when there is none
	ackedAs            uint64           // what the coordinator was told
	ackAt              time.Duration
	count              uint64   // messages delivered
	parts              [][]byte // by member: fragments of the message that is not complete

	// sender
	queue    []entry // not submitted
	sent     []entry // submitted, not seen in the order
	sentNext uint64  // number of the next to be submitted, from 1
	again    time.Duration
	againIn  time.Duration

	// coordinator
	inboxes []inbox // by member
	acks    []uint64
	window  uint64
	grown   uint64
	shrunk  time.Duration
	turn    int
	batch   []entry // ordered in this step, not transmitted; the last has number last
	tailAt  time.Duration
	tailIn  time.Duration
}

// inbox holds the submitted entries of one member that are not ordered yet; waiting[0] has number next.
type inbox struct {
	next    uint64
	waiting []*entry
	nakked  time.Duration
}

func newOrder(members int) *order {
	o := &order{held: map[uint64]*held{}, nakAt: never, ackAt: never, parts: make([][]byte, members), sentNext: 1,
		again: never, inboxes: make([]inbox, members), acks: make([]uint64, members), window: initOrderWindow, tailAt: never}
	for i := range o.inboxes {
		o.inboxes[i].next = 1
	}
	return o
}

func (o *order) pendingControl() bool {
	is := func(e entry) bool { return e.flags&entryControl != 0 }
	return slices.ContainsFunc(o.queue, is) || slices.ContainsFunc(o.sent, is)
}

// Room for the fixed parts of submit and ordered packets and for one entry in them.
const (
	orderedHead  = 10 + 12 + 8 + 8 + 1
	orderedEntry = 4 + 1 + 2
	submitHead   = 10 + 12 + 8 + 1
	submitEntry  = 1 + 2
	packetMost   = 255 // entries
)

// send cuts a message into fragments.
func (c *Core) send(ev Send) {
	if c.ord == nil || c.frozen || ev.View != c.view.ID || !c.open() || len(ev.Payload) > MaxMessage {
		return
	}
	size := c.cfg.packetSize() - orderedHead - orderedEntry
	flags, rest := uint8(entryFirst), ev.Payload
	for {
		n := min(len(rest), size)
		if n == len(rest) {
			flags |= entryLast
		}
		c.ord.queue = append(c.ord.queue, entry{c.cfg.Self, flags, rest[:n:n]})
		if rest, flags = rest[n:], 0; len(rest) == 0 {
			return
		}
	}
}

// Backlog is how many fragments of this node wait to be ordered. A driver that takes messages only while it is small
// keeps memory small.
func (c *Core) Backlog() int {
	if c.ord == nil {
		return 0
	}
	return len(c.ord.queue) + len(c.ord.sent)
}

// pump moves what may be moved: submits, or as coordinator orders.
func (c *Core) pump() {
	if c.ord == nil || c.frozen {
		return
	}
	if !c.coordinates() {
		c.submit()
		return
	}
	o := c.ord
	own := c.view.index(c.cfg.Self)
	for idle := 0; idle < len(c.view.Members) && o.last-o.stable < o.window; {
		i := o.turn
		o.turn = (o.turn + 1) % len(c.view.Members)
		if i == own {
			if len(o.queue) == 0 {
				idle++
				continue
			}
			e := o.queue[0]
			o.queue = o.queue[1:]
			c.assign(e)
		} else {
			b := &o.inboxes[i]
			if len(b.waiting) == 0 || b.waiting[0] == nil {
				idle++
				continue
			}
			e := *b.waiting[0]
			b.waiting = b.waiting[1:]
			b.next++
			c.assign(e)
		}
		idle = 0
	}
	c.flush()
}

// assign gives an entry the next number.
func (c *Core) assign(e entry) {
	o := c.ord
	o.last++
	o.held[o.last] = &held{entry: e, sent: c.now}
	o.batch = append(o.batch, e)
	if len(o.batch) == packetMost {
		c.flush()
	}
	c.advanceOrder()
	c.progress(c.cfg.Self, o.have)
}

// flush transmits the batch.
func (c *Core) flush() {
	o := c.ord
	if len(o.batch) == 0 {
		return
	}
	if len(c.view.Members) > 1 {
		c.transmitOrdered(0, c.view.ID, o.last-uint64(len(o.batch))+1, o.batch)
		o.tailAt, o.tailIn = c.now+tailDelay, tailDelay
	}
	o.batch = nil
}

// transmitOrdered sends consecutive entries, in as many packets as it takes.
func (c *Core) transmitOrdered(to engine.NodeID, view engine.ViewID, first uint64, list []entry) {
	for len(list) > 0 {
		size, n := orderedHead, 0
		for n < len(list) && n < packetMost {
			if size += orderedEntry + len(list[n].data); size > c.cfg.packetSize() && n > 0 {
				break
			}
			n++
		}
		w := c.packet(kindOrdered)
		w.ids(view)
		w.u64(c.ord.stable)
		w.u64(first)
		w.u8(uint8(n))
		for _, e := range list[:n] {
			w.id(e.sender)
			w.u8(e.flags)
			w.u16(uint16(len(e.data)))
			w.bytes(e.data)
		}
		if to != 0 {
			c.transmit(to, w)
		} else {
			c.transmitMembers(c.carry, w)
		}
		first, list = first+uint64(n), list[n:]
	}
}

// transmitMembers sends to all members of the view, by carry or transmit: to everybody at once when that is the same.
func (c *Core) transmitMembers(by func(engine.NodeID, *writer), w *writer) {
	if len(c.view.Members) == len(c.peers)+1 {
		by(0, w)
		return
	}
	for _, m := range c.view.Members {
		if m.ID != c.cfg.Self {
			by(m.ID, w)
		}
	}
}

func (c *Core) onOrdered(p *peer, r *reader) {
	view, stable, first, n := r.view(), r.u64(), r.u64(), uint64(r.u8())
	if r.err != nil || c.ord == nil || view != c.view.ID || !c.fellow(p) {
		return
	}
	o := c.ord
	if c.frozen {
		if c.fetch == nil {
			return
		}
	} else if p.id != view.Coordinator {
		return
	}
	if first == 0 || first > o.have+4*maxOrderWindow {
		return
	}
	for i := range n {
		e := entry{sender: r.id(), flags: r.u8()}
		e.data = r.take(int(r.u16()))
		if r.err != nil {
			return
		}
		number := first + i
		if number <= o.have || o.held[number] != nil || c.frozen && number > c.fetch.upTo {
			continue
		}
		o.held[number] = &held{entry: e}
		o.last = max(o.last, number)
	}
	c.advanceOrder()
	if c.frozen {
		c.fetched()
		return
	}
	c.announced(o.last, stable)
	if o.have >= o.ackedAs+ackEvery {
		c.acknowledge()
	} else if o.have > o.ackedAs && o.ackAt == never {
		o.ackAt = c.now + ackDelay
	}
}

// advanceOrder delivers what has come without a gap.
func (c *Core) advanceOrder() {
	o := c.ord
	for {
		h := o.held[o.have+1]
		if h == nil || c.frozen && (c.fetch == nil || o.have >= c.fetch.upTo) {
			break // what lies beyond the round's target is nobody's any more
		}
		o.have++
		c.deliver(h.entry)
	}
	if o.have >= o.last {
		o.nakAt = never
	} else if o.nakAt == never {
		o.nakAt = c.now + nakDelay
	}
}

// announced learns from the coordinator how far the order is and what all hold.
func (c *Core) announced(last, stable uint64) {
	o := c.ord
	if last > o.last {
		o.last = last
	}
	c.release(min(stable, o.have))
	if o.have < o.last && o.nakAt == never {
		o.nakAt = c.now + nakDelay
	}
}

// release forgets what all members hold.
func (c *Core) release(stable uint64) {
	o := c.ord
	for o.stable < stable {
		o.stable++
		delete(o.held, o.stable)
	}
}

// deliver hands an entry on: put together with others of its message, or to control.
func (c *Core) deliver(e entry) {
	o := c.ord
	if e.sender == c.cfg.Self && !c.coordinates() && len(o.sent) > 0 {
		o.sent = o.sent[1:]
		o.againIn = resendFirst
		o.again = never
		if len(o.sent) > 0 {
			o.again = c.now + o.againIn
		}
	}
	if e.flags&entryControl != 0 {
		c.control(e)
		return
	}
	i := c.view.index(e.sender)
	if i < 0 {
		return
	}
	if e.flags&entryFirst != 0 {
		o.parts[i] = nil
	}
	if e.flags&(entryFirst|entryLast) == entryFirst|entryLast {
		c.hand(e.sender, e.data)
		return
	}
	if len(o.parts[i])+len(e.data) > MaxMessage {
		return
	}
	o.parts[i] = append(o.parts[i], e.data...)
	if e.flags&entryLast != 0 {
		whole := o.parts[i]
		o.parts[i] = nil
		c.hand(e.sender, whole)
	}
}

func (c *Core) hand(sender engine.NodeID, payload []byte) {
	c.ord.count++
	if c.open() {
		c.emit(Deliver{engine.Delivered{Sender: sender, Order: c.ord.count, Payload: payload}})
	}
}
