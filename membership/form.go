package membership

import (
	"slices"
	"time"

	"pacer/engine"
)

// round is the coordinator's side of making a view.
type round struct {
	id      engine.ViewID // becomes the view's
	members []ident
	accepts []*accept // by member
	ready   []bool
	plan    []byte // the packet, once all have accepted and some must fetch
	began   time.Duration
	again   time.Duration // when to repeat what is not answered
}

// accept is a member's answer to a proposal: which view it comes from, how much of it it holds, and what shall stand about it
// in the new view.
type accept struct {
	view   engine.ViewID
	have   uint64
	member Member
}

// target says how far the members that come from one view must get before they leave it, and who holds everything.
type target struct {
	view   engine.ViewID
	upTo   uint64
	holder engine.NodeID
}

// decide acts on the matrix.
func (c *Core) decide() {
	c.consider()
	set, clear := c.choose()
	if !c.started && !c.mayStart(set, clear) {
		return
	}
	if set[0].id != c.cfg.Self {
		c.round = nil
		return
	}
	if c.round != nil && slices.Equal(c.round.members, set) && !c.overtaken() {
		if c.now >= c.round.again {
			c.repeatRound()
		}
		return
	}
	if c.round == nil && !c.mustForm(set) {
		return
	}
	c.round = nil
	if !clear && c.now < c.moved+c.settle() {
		return
	}
	c.propose(set)
}

// mayStart tells whether the first view may be made: all configured nodes hear each other, or the time is over.
func (c *Core) mayStart(set []ident, clear bool) bool {
	if c.now >= c.startBy || !c.cfg.Open && clear && len(set) == len(c.cfg.Nodes) {
		c.started = true
		c.beatSoon()
	}
	return c.started
}

func (c *Core) nextDecide() time.Duration {
	at := never
	if !c.started {
		at = c.startBy
	}
	if c.round != nil {
		at = min(at, c.round.again)
	}
	set, clear := c.choose()
	if c.started && set[0].id == c.cfg.Self {
		if c.round == nil && c.mustForm(set) && !clear {
			at = min(at, c.moved+c.settle())
		}
		if late := c.installed + c.cfg.stubborn(); late > c.now && c.round == nil && c.someBehind() {
			at = min(at, late)
		}
	}
	return at
}

// mustForm tells whether this node, first of set, has to make a new view.
func (c *Core) mustForm(set []ident) bool {
	if c.frozen || c.view.ID == (engine.ViewID{}) || !c.view.is(set) {
		return true
	}
	for _, m := range set {
		p := c.known(m.id)
		if p == nil {
			continue
		}
		if c.view.ID.Less(p.promised) && p.promised.Epoch > c.view.ID.Epoch {
			return true // it has begun to leave this view
		}
	}
	return c.now >= c.installed+c.cfg.stubborn() && c.someBehind()
}

// someBehind tells whether a member has not told yet that it is in this view.
func (c *Core) someBehind() bool {
	for _, m := range c.view.Members {
		if p := c.known(m.ID); p != nil && p.view != c.view.ID {
			return true
		}
	}
	return false
}

func (v View) is(set []ident) bool {
	if len(v.Members) != len(set) {
		return false
	}
	for i, m := range v.Members {
		if m.ID != set[i].id || m.Incarnation != set[i].inc {
			return false
		}
	}
	return true
}

// overtaken tells whether a member has promised another round that this one cannot beat.
func (c *Core) overtaken() bool {
	for _, m := range c.round.members {
		if p := c.known(m.id); p != nil && p.promised.Epoch >= c.round.id.Epoch && p.promised != c.round.id {
			return true
		}
	}
	return false
}

// propose begins a round.
func (c *Core) propose(set []ident) {
	c.epoch = max(c.epoch, c.promised.Epoch, c.view.ID.Epoch) + 1
	c.round = &round{
		id:      engine.ViewID{Epoch: c.epoch, Coordinator: c.cfg.Self},
		members: set, accepts: make([]*accept, len(set)), ready: make([]bool, len(set)),
		began: c.now, again: c.now,
	}
	c.promise(c.round.id, c.cfg.Incarnation)
	c.round.accepts[0] = c.accepted()
	c.repeatRound()
	c.advance()
}

// promise freezes the present view for a round.
func (c *Core) promise(id engine.ViewID, suitor uint64) {
	c.promised, c.suitor = id, suitor
	c.epoch = max(c.epoch, id.Epoch)
	c.frozen = true
	c.fetch = nil
	c.beatSoon()
}

func (c *Core) accepted() *accept {
	a := &accept{view: c.view.ID, member: Member{Seen: c.seen, Member: engine.Member{ID: c.cfg.Self, Name: c.cfg.Name,
		Incarnation: c.cfg.Incarnation, Attached: c.attached, Attachment: c.attachment}}}
	if c.ord != nil {
		a.have = c.ord.have
	}
	return a
}

// repeatRound asks those again who have not answered.
func (c *Core) repeatRound() {
	r := c.round
	r.again = c.now + formResend
	if c.now-r.began > c.cfg.stubborn() && c.refuse() {
		return
	}
	w := c.packet(kindPropose)
	w.ids(r.id)
	w.u8(uint8(len(r.members)))
	for _, m := range r.members {
		w.id(m.id)
		w.u64(m.inc)
	}
	for i, m := range r.members {
		switch {
		case m.id == c.cfg.Self:
		case r.accepts[i] == nil:
			c.transmit(m.id, w)
		case r.plan != nil && !r.ready[i]:
			c.transmit(m.id, &writer{b: r.plan})
		}
	}
}

// refuse leaves out those who are heard but do not take part, for a time that doubles.
func (c *Core) refuse() bool {
	any := false
	for i, m := range c.round.members {
		p := c.known(m.id)
		if p != nil && (c.round.accepts[i] == nil || c.round.plan != nil && !c.round.ready[i]) {
			p.refused = c.now + c.cfg.stubborn()<<min(p.refusals, 4)
			p.refusals++
			any = true
		}
	}
	if any {
		c.round = nil
		c.rowMoved()
	}
	return any
}

func (c *Core) onPropose(p *peer, r *reader) {
	id := r.view()
	n := int(r.u8())
	if r.err != nil || n == 0 || n > MaxNodes || id.Coordinator != p.id || id.Epoch > maxEpoch {
		return
	}
	members := make([]ident, n)
	for i := range members {
		members[i] = ident{r.id(), r.u64()}
	}
	if r.err != nil || members[0].id != p.id || !slices.Contains(members, ident{c.cfg.Self, c.cfg.Incarnation}) {
		return
	}
	c.epoch = max(c.epoch, id.Epoch)
	if id != c.promised || p.inc != c.suitor {
		if id.Epoch <= c.promised.Epoch || id.Epoch <= c.view.ID.Epoch {
			c.beatSoon() // the proposer learns which epoch to beat
			return
		}
		c.offer = &offer{id, p.inc, members}
		c.consider()
	} else if c.frozen {
		c.answer() // the first answer was lost, perhaps
	}
}

// offer is the latest proposal heard of.
type offer struct {
	id      engine.ViewID
	suitor  uint64
	members []ident
}

// consider accepts the proposal when this node would choose the same set. It may come to that a little later, when a row
// arrives that the proposer knew already.
func (c *Core) consider() {
	o := c.offer
	if o == nil {
		return
	}
	if o.id.Epoch <= c.promised.Epoch || o.id.Epoch <= c.view.ID.Epoch {
		c.offer = nil
		return
	}
	if set, _ := c.choose(); !slices.Equal(set, o.members) {
		return
	}
	c.offer = nil
	c.started = true
	c.round = nil
	c.promise(o.id, o.suitor)
	c.answer()
}

// answer tells the coordinator of the promised round that this node accepts.
func (c *Core) answer() {
	a := c.accepted()
	w := c.packet(kindAccept)
	w.ids(c.promised)
	w.ids(a.view)
	w.u64(a.have)
	w.member(a.member, c.cfg.Open)
	w.u64(c.suitor)
	c.transmit(c.promised.Coordinator, w)
}

const (
	memberAttached = 1 << 0
	memberSeen     = 1 << 1
)

func (w *writer) member(m Member, named bool) {
	var flags uint8
	if m.Attached {
		flags |= memberAttached
	}
	if m.Seen {
		flags |= memberSeen
	}
	w.id(m.ID)
	w.u64(m.Incarnation)
	w.u8(flags)
	w.u64(m.Attachment)
	if named {
		w.text(m.Name)
	} else {
		w.text("")
	}
}

func (c *Core) member(r *reader) Member {
	m := Member{Member: engine.Member{ID: r.id(), Incarnation: r.u64()}}
	flags := r.u8()
	m.Attached, m.Seen = flags&memberAttached != 0, flags&memberSeen != 0
	m.Attachment, m.Name = r.u64(), r.text()
	if n, ok := c.cfg.configured(m.ID); ok {
		m.Name = n.Name
	}
	return m
}

func (c *Core) onAccept(p *peer, r *reader) {
	id := r.view()
	a := &accept{view: r.view(), have: r.u64(), member: c.member(r)}
	if r.err != nil || c.round == nil || id != c.round.id || c.round.plan != nil || !c.meant(r) {
		return
	}
	i := slices.Index(c.round.members, ident{p.id, p.inc})
	if i < 0 || c.round.accepts[i] != nil || a.member.ID != p.id || a.member.Incarnation != p.inc {
		return
	}
	c.round.accepts[i] = a
	c.advance()
}

// meant reads for which life of this node an answer is; the packets of older programs do not say it.
func (c *Core) meant(r *reader) bool { return len(r.b) < 8 || r.u64() == c.cfg.Incarnation }

// advance goes on with the round when all have accepted: fetch or install.
func (c *Core) advance() {
	r := c.round
	for _, a := range r.accepts {
		if a == nil {
			return
		}
	}
	targets, missing := plan(r.accepts)
	if !missing {
		c.conclude()
		return
	}
	w := c.packet(kindPlan)
	w.ids(r.id)
	w.u8(uint8(len(targets)))
	for _, t := range targets {
		w.ids(t.view)
		w.u64(t.upTo)
		w.id(t.holder)
	}
	r.plan = w.b
	for _, m := range r.members {
		if m.id != c.cfg.Self {
			c.transmit(m.id, w)
		}
	}
	r.again = c.now + formResend
	c.startFetch(targets)
}

// plan finds for each old view how far its survivors must get, and whether anybody lacks something.
func plan(accepts []*accept) (targets []target, missing bool) {
	for _, a := range accepts {
		if a.view == (engine.ViewID{}) {
			continue
		}
		i := slices.IndexFunc(targets, func(t target) bool { return t.view == a.view })
		switch {
		case i < 0:
			targets = append(targets, target{a.view, a.have, a.member.ID})
		case targets[i].upTo < a.have:
			targets[i].upTo, targets[i].holder = a.have, a.member.ID
			missing = true
		case targets[i].upTo > a.have:
			missing = true
		}
	}
	return targets, missing
}

// conclude ends the round: all members hold what they must.
func (c *Core) conclude() {
	r := c.round
	view := View{ID: r.id}
	w := c.packet(kindInstall)
	w.ids(r.id)
	w.u8(uint8(len(r.accepts)))
	for _, a := range r.accepts {
		view.Members = append(view.Members, a.member)
		w.member(a.member, c.cfg.Open)
	}
	for _, m := range r.members {
		if m.id != c.cfg.Self {
			c.transmit(m.id, w)
		}
	}
	c.enter(view)
	c.install = w.b
}

func (c *Core) onInstall(p *peer, r *reader) {
	id := r.view()
	n := int(r.u8())
	if r.err != nil || id != c.promised || p.inc != c.suitor || !c.frozen || id.Coordinator != p.id || n == 0 || n > MaxNodes {
		return
	}
	view := View{ID: id}
	for range n {
		view.Members = append(view.Members, c.member(r))
	}
	if r.err != nil || c.lacks() {
		return
	}
	c.enter(view)
}

// onProgress looks at a heartbeat for what a member of view has missed or done.
func (c *Core) onProgress(p *peer, h heartbeat) {
	if c.view.ID == (engine.ViewID{}) {
		return
	}
	if c.coordinates() && h.frozen && h.promised == c.view.ID && c.install != nil && c.fellow(p) {
		c.transmit(p.id, &writer{b: c.install})
	}
	if h.view != c.view.ID || c.frozen || !c.fellow(p) {
		return
	}
	if c.coordinates() {
		c.progress(p.id, h.have)
	} else if p.id == c.view.ID.Coordinator {
		c.announced(h.last, h.stable)
	}
}
