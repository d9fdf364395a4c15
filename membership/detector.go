package membership

import (
	"time"

	"pacer/engine"
	"pacer/note"
)

// peer is what is known of another node.
type peer struct {
	id    engine.NodeID
	name  string
	inc   uint64 // 0: never heard
	links []link
	// last is when anything came from it, over any link.
	last time.Duration
	// alive puts it into the row of this node.
	alive bool
	// left tells that this incarnation said goodbye.
	left bool
	// after a loss, the peer is believed again when it was heard without a pause for hold, counted from since.
	since, hold, lostAt time.Duration
	flaps               int
	// refused is how long it is left out because it does not accept rounds.
	refused  time.Duration
	refusals int
	// worst is the worst lateness of a sign of life, worstAt when it was measured.
	worst, worstAt time.Duration

	row row // the latest known, its own or relayed
	// from its last heartbeat
	view, promised engine.ViewID
	frozen, uneasy bool
}

// link is one way to a peer.
type link struct {
	last time.Duration
	up   bool
	told bool // its loss was told
}

// incarnate checks the incarnation of a packet and starts a new one. It reports whether the packet counts.
func (c *Core) incarnate(p *peer, inc uint64) bool {
	if inc == p.inc {
		return true
	}
	// A lower incarnation is late mail, unless the known one has been dead for long: then a clock was set back.
	if inc < p.inc && (p.alive || c.now-p.last < 3*c.cfg.Ceiling) {
		return false
	}
	wasAlive := p.alive
	*p = peer{id: p.id, name: p.name, inc: inc, links: p.links, row: p.row, worst: p.worst, worstAt: p.worstAt}
	if p.row.inc != inc {
		p.row = row{}
	}
	if wasAlive {
		c.rowMoved()
	}
	return true
}

// hear notes that something came over a link.
func (c *Core) hear(p *peer, number int) {
	if number >= 0 && number < len(p.links) {
		l := &p.links[number]
		l.last = c.now
		if !l.up {
			l.up = true
			if l.told {
				c.tell(note.LinkUp{Peer: p.name, Link: number})
			}
			l.told = false
		}
	}
	gap := c.now - p.last
	first := p.last == 0
	p.last = c.now
	switch {
	case p.alive:
		if c.cfg.Warn > 0 && gap >= c.cfg.Warn {
			c.tell(note.HeartbeatLate{Node: p.name, Silent: gap})
		}
		if late := gap - c.cfg.Heartbeat; c.measures() && late > c.jitter(p) {
			p.worst, p.worstAt = late, c.now
		}
	case p.hold == 0:
		c.believe(p)
	case first || gap > max(c.cfg.Dead/2, 3*c.cfg.Heartbeat):
		p.since = c.now
	case c.now-p.since >= p.hold:
		c.believe(p)
	}
}

func (c *Core) believe(p *peer) {
	p.alive = true
	c.rowMoved()
}

// measures tells whether lateness matters to this node: it widens what is not fixed, and ends the turns of the links.
func (c *Core) measures() bool { return c.cfg.Ceiling > c.cfg.Dead || c.cfg.Links > 1 }

// jitter is the measured lateness, which fades.
func (c *Core) jitter(p *peer) time.Duration {
	halves := (c.now - p.worstAt) / jitterHalf
	if halves > 20 {
		return 0
	}
	return p.worst >> halves
}

// patience is how long p may be silent.
func (c *Core) patience(p *peer) time.Duration {
	if c.cfg.Ceiling <= c.cfg.Dead {
		return c.cfg.Dead
	}
	return min(max(c.cfg.Dead, c.cfg.Dead/2+2*c.jitter(p)), c.cfg.Ceiling)
}

// detect finds the peers and links that have been silent for too long.
func (c *Core) detect() {
	for _, p := range c.peers {
		limit := c.patience(p)
		if p.alive && c.now >= p.last+limit {
			c.lose(p)
		}
		for i := range p.links {
			l := &p.links[i]
			if l.up && c.now >= l.last+limit+c.turns() {
				l.up = false
				if p.alive && c.now-p.last < limit/2 {
					l.told = true
					c.tell(note.LinkDown{Peer: p.name, Link: i})
				}
			}
		}
		if p.refused > 0 && c.now >= p.refused {
			p.refused = 0
			c.rowMoved()
		}
	}
}

func (c *Core) nextDetect() time.Duration {
	at := never
	for _, p := range c.peers {
		limit := c.patience(p)
		if p.alive {
			at = min(at, p.last+limit)
		}
		for i := range p.links {
			if p.links[i].up {
				at = min(at, p.links[i].last+limit+c.turns())
			}
		}
		if p.refused > 0 {
			at = min(at, p.refused)
		}
	}
	return at
}

// turns is how much later than the next heartbeat the next one over the same link may come: on a calm network they take turns.
func (c *Core) turns() time.Duration { return time.Duration(max(c.cfg.Links, 1)-1) * c.cfg.Heartbeat }

// uneasy tells that something is not as it should be between this node and the others: a heartbeat that was missed within the memory of
// jitter, or a link that is silent.
func (c *Core) uneasy() bool {
	for _, p := range c.peers {
		if !p.alive {
			continue
		}
		if c.jitter(p) >= c.cfg.Heartbeat*3/4 {
			return true
		}
		for _, l := range p.links {
			if !l.up {
				return true
			}
		}
	}
	return false
}

// calm tells that one link is enough for a packet: all links to all living peers carry, nobody misses anything, nothing is in motion.
func (c *Core) calm() bool {
	if c.cfg.Links < 2 || !c.clear || c.choiceOld || c.frozen || c.now-c.moved <= time.Second || c.uneasy() {
		return false
	}
	for _, p := range c.peers {
		if p.alive && p.uneasy {
			return false
		}
	}
	return true
}

// lose takes p for dead.
func (c *Core) lose(p *peer) {
	p.alive = false
	if c.now-p.lostAt > flapMemory {
		p.flaps = 0
	}
	p.lostAt = c.now
	p.hold = min(holdFirst<<min(p.flaps, 10), holdLimit)
	p.flaps++
	p.since = c.now
	c.rowMoved()
}

// parted handles a goodbye.
func (c *Core) parted(p *peer) {
	if p.left {
		return
	}
	p.left = true
	for i := range p.links {
		p.links[i] = link{}
	}
	if p.alive {
		p.alive = false
		c.rowMoved()
	}
}

// corroborate takes those for dead that q no longer hears and that are silent here as well, though not yet for so long:
// the least patient node decides for all, unless somebody did hear the silent one.
func (c *Core) corroborate(q *peer, before []engine.NodeID) {
	enough := max(3*c.cfg.Heartbeat, c.cfg.Dead/3)
	for _, id := range before {
		if id == c.cfg.Self || contains(q.row.hears, id) {
			continue
		}
		if p := c.known(id); p != nil && p.alive && c.now-p.last > enough {
			c.lose(p)
		}
	}
}

// rowMoved writes the row of this node anew and tells it soon.
func (c *Core) rowMoved() {
	c.own.hears = nil
	for _, p := range c.peers {
		if p.alive && p.refused == 0 {
			c.own.hears = append(c.own.hears, p.id)
		}
	}
	c.ownMoved()
}

func (c *Core) ownMoved() {
	c.own.ver++
	c.matrixMoved()
	c.beatSoon()
}

func (c *Core) beatSoon() { c.heartDue = min(c.heartDue, c.heartLast+hurry) }

// beat sends the heartbeat.
func (c *Core) beat() {
	h := heartbeat{frozen: c.frozen, started: c.started, uneasy: c.cfg.Links > 1 && c.uneasy(), view: c.view.ID, promised: c.promised, epoch: c.epoch, row: c.own}
	if c.cfg.Open {
		h.name = c.cfg.Name
	}
	if c.ord != nil {
		h.have, h.stable = c.ord.have, c.ord.stable
		if c.coordinates() {
			h.last = c.ord.last
		}
		c.acked()
	}
	h.relays = c.relays()
	w := c.packet(kindHeartbeat)
	h.append(w, c.cfg.packetSize())
	link := -1
	if c.calm() { // the links take turns
		link, c.heartLink = c.heartLink, (c.heartLink+1)%c.cfg.Links
	}
	c.emit(Transmit{To: 0, Link: link, Packet: w.b})
	c.heartLast, c.heartDue = c.now, c.now+c.cfg.Heartbeat
}

// relays are the rows of others, told while something is in motion or not everybody hears everybody. They start at
// another peer each time, so that all get their turn when not all fit.
func (c *Core) relays() []row {
	if c.clear && !c.choiceOld && c.now-c.moved > time.Second {
		return nil
	}
	var out []row
	for i := range c.peers {
		if p := c.peers[(i+c.relayFirst)%len(c.peers)]; p.row.ver > 0 && !p.left {
			out = append(out, p.row)
		}
	}
	if len(c.peers) > 0 {
		c.relayFirst = (c.relayFirst + 1) % len(c.peers)
	}
	return out
}

func (c *Core) onHeartbeat(p *peer, h heartbeat) {
	if max(h.epoch, h.promised.Epoch, h.view.Epoch) > maxEpoch {
		return
	}
	if h.name != "" && p.name == "" {
		p.name = h.name
	}
	c.epoch = max(c.epoch, h.epoch)
	p.frozen, p.uneasy = h.frozen, h.uneasy
	if p.view != h.view || p.promised != h.promised {
		p.view, p.promised = h.view, h.promised
	}
	if h.row.id == p.id && h.row.inc == p.inc {
		c.learn(p, h.row)
	}
	for _, r := range h.relays {
		if q := c.known(r.id); q != nil && r.inc >= q.inc {
			c.learn(q, r)
		}
	}
	if !c.started && h.view != (engine.ViewID{}) {
		c.started = true // a cluster is there already: no need to wait for the others
	}
	c.onProgress(p, h)
}

// dueRenew asks for a new salt when this node has been heard by nobody for long.
func (c *Core) dueRenew() {
	heard, answered := false, false
	for _, p := range c.peers {
		heard = heard || p.alive
		answered = answered || p.alive && contains(p.row.hears, c.cfg.Self)
	}
	switch {
	case !heard || answered:
		c.unheardSince = 0
	case c.unheardSince == 0:
		c.unheardSince = c.now
	case c.now >= c.unheardSince+renewAfter:
		c.unheardSince = c.now
		c.emit(Renew{})
	}
}

func (c *Core) nextRenew() time.Duration {
	if c.unheardSince == 0 {
		return never
	}
	return c.unheardSince + renewAfter
}
