package membership

import "pacer/engine"

// submit sends queued entries to the coordinator, as many as may be on the way.
func (c *Core) submit() {
	o := c.ord
	n := min(len(o.queue), submitWindow-len(o.sent))
	if n <= 0 {
		return
	}
	fresh := o.queue[:n]
	o.queue = o.queue[n:]
	if len(o.queue) == 0 {
		o.queue = nil
	}
	if len(o.sent) == 0 {
		o.againIn = resendFirst
		o.again = c.now + o.againIn
	}
	c.transmitSubmit(c.carry, o.sentNext, fresh)
	o.sent = append(o.sent, fresh...)
	o.sentNext += uint64(n)
}

// transmitSubmit sends consecutive entries, the first with number first, by carry or transmit.
func (c *Core) transmitSubmit(by func(engine.NodeID, *writer), first uint64, list []entry) {
	for len(list) > 0 {
		size, n := submitHead, 0
		for n < len(list) && n < packetMost {
			if size += submitEntry + len(list[n].data); size > c.cfg.packetSize() && n > 0 {
				break
			}
			n++
		}
		w := c.packet(kindSubmit)
		w.ids(c.view.ID)
		w.u64(first)
		w.u8(uint8(n))
		for _, e := range list[:n] {
			w.u8(e.flags)
			w.u16(uint16(len(e.data)))
			w.bytes(e.data)
		}
		by(c.view.ID.Coordinator, w)
		first, list = first+uint64(n), list[n:]
	}
}

// resubmit repeats the oldest entries that were not ordered, because the coordinator asked or did not answer.
func (c *Core) resubmit(from uint64, most int) {
	o := c.ord
	first := o.sentNext - uint64(len(o.sent))
	if from > first {
		if from >= o.sentNext {
			return
		}
	} else {
		from = first
	}
	list := o.sent[from-first:]
	c.transmitSubmit(c.transmit, from, list[:min(len(list), most)])
}

func (c *Core) onSubmit(p *peer, r *reader) {
	view, first, n := r.view(), r.u64(), uint64(r.u8())
	if r.err != nil || c.ord == nil || view != c.view.ID || c.frozen || !c.coordinates() || !c.fellow(p) {
		return
	}
	i := c.view.index(p.id)
	if i < 0 {
		return
	}
	b := &c.ord.inboxes[i]
	for k := range n {
		e := entry{sender: p.id, flags: r.u8()}
		e.data = r.take(int(r.u16()))
		if r.err != nil {
			return
		}
		number := first + k
		if number < b.next || number >= b.next+2*submitWindow {
			continue
		}
		at := int(number - b.next)
		for len(b.waiting) <= at {
			b.waiting = append(b.waiting, nil)
		}
		if b.waiting[at] == nil {
			b.waiting[at] = &e
		}
	}
	if len(b.waiting) > 0 && b.waiting[0] == nil && c.now >= b.nakked {
		b.nakked = c.now + nakRepeat
		w := c.packet(kindSubmitNak)
		w.ids(c.view.ID)
		w.u64(b.next)
		c.transmit(p.id, w)
	}
}

func (c *Core) onSubmitNak(p *peer, r *reader) {
	view, next := r.view(), r.u64()
	if r.err != nil || c.ord == nil || view != c.view.ID || c.frozen || p.id != view.Coordinator || !c.fellow(p) {
		return
	}
	c.resubmit(next, submitWindow)
}
