package membership

import (
	"slices"
	"time"

	"pacer/engine"
)

// fetch is what a member still has to get of its old view before it may leave it.
type fetch struct {
	upTo   uint64
	holder engine.NodeID
	again  time.Duration
}

// startFetch begins to get what is missing of this node's old view.
func (c *Core) startFetch(targets []target) {
	i := slices.IndexFunc(targets, func(t target) bool { return t.view == c.view.ID })
	if i < 0 || c.ord == nil {
		c.fetch = &fetch{again: never}
	} else {
		c.fetch = &fetch{upTo: targets[i].upTo, holder: targets[i].holder, again: c.now}
	}
	c.fetched()
	c.dueFetch()
}

func (c *Core) onPlan(p *peer, r *reader) {
	id, n := r.view(), int(r.u8())
	if r.err != nil || id != c.promised || p.inc != c.suitor || !c.frozen || id.Coordinator != p.id || n > MaxNodes {
		return
	}
	targets := make([]target, n)
	for i := range targets {
		targets[i] = target{r.view(), r.u64(), r.id()}
	}
	if r.err != nil {
		return
	}
	if c.fetch == nil {
		c.startFetch(targets)
		return
	}
	c.fetched() // the answer was lost, perhaps
}

// fetched tells the coordinator when nothing is missing any more.
func (c *Core) fetched() {
	if c.lacks() {
		return
	}
	c.fetch.again = never
	if c.promised.Coordinator == c.cfg.Self {
		c.isReady(c.cfg.Self)
		return
	}
	w := c.packet(kindReady)
	w.ids(c.promised)
	w.u64(c.suitor)
	c.transmit(c.promised.Coordinator, w)
}

// lacks tells whether something of the old view is still to come.
func (c *Core) lacks() bool { return c.fetch != nil && c.fetch.upTo > 0 && c.ord.have < c.fetch.upTo }

// dueFetch asks the holder again.
func (c *Core) dueFetch() {
	if f := c.fetch; f != nil && c.frozen && c.now >= f.again {
		f.again = c.now + nakRepeat
		c.ask(f.holder, f.upTo)
	}
}

func (c *Core) nextFetch() time.Duration {
	if c.fetch == nil || !c.frozen {
		return never
	}
	return c.fetch.again
}

func (c *Core) onReady(p *peer, r *reader) {
	if id := r.view(); r.err == nil && c.round != nil && id == c.round.id && c.meant(r) {
		c.isReady(p.id)
	}
}

// isReady counts; when all members are ready the round is over.
func (c *Core) isReady(id engine.NodeID) {
	r := c.round
	if r == nil || r.plan == nil {
		return
	}
	for i, m := range r.members {
		if m.id == id {
			r.ready[i] = true
		}
	}
	if !slices.Contains(r.ready, false) {
		c.conclude()
	}
}
