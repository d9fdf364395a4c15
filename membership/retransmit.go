package membership

import (
	"slices"
	"time"

	"pacer/engine"
)

// nakSpans limits the gaps named in one packet.
const nakSpans = 32

// ask names the gaps up to last to a node that has them.
func (c *Core) ask(who engine.NodeID, last uint64) {
	o := c.ord
	last = min(last, o.have+2*maxOrderWindow)
	var spans [][2]uint64
	for n := o.have + 1; n <= last && len(spans) <= nakSpans; n++ {
		if o.held[n] != nil {
			continue
		}
		if k := len(spans); k > 0 && spans[k-1][1] == n-1 {
			spans[k-1][1] = n
		} else if k < nakSpans {
			spans = append(spans, [2]uint64{n, n})
		} else {
			break
		}
	}
	if len(spans) == 0 {
		return
	}
	w := c.packet(kindNak)
	w.ids(c.view.ID)
	w.u8(uint8(len(spans)))
	for _, s := range spans {
		w.u64(s[0])
		w.u64(s[1])
	}
	c.transmit(who, w)
}

func (c *Core) onNak(p *peer, r *reader) {
	view, n := r.view(), int(r.u8())
	if r.err != nil || c.ord == nil || view != c.view.ID || n > nakSpans || !c.fellow(p) {
		return
	}
	if !c.frozen && c.coordinates() {
		c.shrink()
	}
	o := c.ord
	for range n {
		from, to := r.u64(), r.u64()
		if r.err != nil || to < from || to-from > 2*maxOrderWindow {
			return
		}
		var run []entry
		for k := from; k <= to+1; k++ {
			h := o.held[k]
			if k <= to && h != nil && c.now-h.sent >= hurry {
				h.sent = c.now
				run = append(run, h.entry)
				continue
			}
			if len(run) > 0 {
				c.transmitOrdered(p.id, view, k-uint64(len(run)), run)
				run = nil
			}
		}
	}
}

// acknowledge tells the coordinator what this node holds.
func (c *Core) acknowledge() {
	if c.coordinates() {
		return
	}
	w := c.packet(kindAck)
	w.ids(c.view.ID)
	w.u64(c.ord.have)
	c.carry(c.view.ID.Coordinator, w)
	c.acked()
}

func (c *Core) acked() { c.ord.ackedAs, c.ord.ackAt = c.ord.have, never }

func (c *Core) onAck(p *peer, r *reader) {
	view, have := r.view(), r.u64()
	if r.err == nil && c.ord != nil && view == c.view.ID && c.fellow(p) && !c.frozen && c.coordinates() {
		c.progress(p.id, have)
	}
}

// progress notes at the coordinator what a member holds; what all hold is stable.
func (c *Core) progress(id engine.NodeID, have uint64) {
	o := c.ord
	i := c.view.index(id)
	if i < 0 || have > o.last || have <= o.acks[i] {
		return
	}
	o.acks[i] = have
	stable := slices.Min(o.acks)
	if stable <= o.stable {
		return
	}
	o.grown += stable - o.stable
	c.release(stable)
	if o.grown >= o.window {
		o.grown = 0
		o.window = min(o.window+8, maxOrderWindow)
	}
	if o.stable == o.last {
		o.tailAt = never
	}
}

// shrink makes the window smaller after a loss, once in a while.
func (c *Core) shrink() {
	o := c.ord
	if c.now >= o.shrunk {
		o.shrunk = c.now + nakRepeat
		o.window = max(o.window*3/4, minOrderWindow)
		o.grown = 0
	}
}

func (c *Core) onTail(p *peer, r *reader) {
	view, last, stable := r.view(), r.u64(), r.u64()
	if r.err != nil || c.ord == nil || view != c.view.ID || c.frozen || p.id != view.Coordinator || !c.fellow(p) {
		return
	}
	c.announced(last, stable)
	c.acknowledge()
}

// dueOrder does what the order's deadlines ask for.
func (c *Core) dueOrder() {
	o := c.ord
	if o == nil || c.frozen {
		return
	}
	if c.now >= o.nakAt {
		c.ask(c.view.ID.Coordinator, o.last)
		o.nakAt = c.now + nakRepeat
	}
	if c.now >= o.ackAt {
		c.acknowledge()
	}
	if c.now >= o.again {
		o.againIn = min(2*o.againIn, resendLimit)
		o.again = c.now + o.againIn
		c.resubmit(0, 8)
	}
	if c.now >= o.tailAt {
		o.tailIn *= 2
		o.tailAt = never
		if o.tailIn < c.cfg.Heartbeat {
			o.tailAt = c.now + o.tailIn
		}
		w := c.packet(kindTail)
		w.ids(c.view.ID)
		w.u64(o.last)
		w.u64(o.stable)
		c.transmitMembers(c.transmit, w)
	}
}

func (c *Core) nextOrder() time.Duration {
	if c.ord == nil || c.frozen {
		return never
	}
	return min(c.ord.nakAt, c.ord.ackAt, c.ord.again, c.ord.tailAt)
}
