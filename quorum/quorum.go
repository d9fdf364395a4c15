package quorum

import (
	"errors"
	"fmt"
	"time"

	"pacer/engine"
	"pacer/machine"
	"pacer/note"
)

// The keys of timers: the window of last_man_standing, and the patience with words.
const (
	Window = "window"
	Words  = "words"
)

// wordsPatience is how long words are awaited before it is ordered to do without those that are missing. They come within
// milliseconds; only a member of another mind (its file counts no quorum) never sends one.
const wordsPatience = 2 * time.Second

// Core judges views.
type Core struct {
	cfg   Config
	now   time.Duration // of the present step
	out   []Effect
	own   state
	round round
	open  bool // the local manager takes part
	// judged tells that the words of round are complete; given that the local manager was shown this view.
	judged, given bool
	// waiting are messages of a view that is not judged yet.
	waiting []engine.Delivered
	// window is when no more than what is present will be expected; words when a missing word is done without. 0 is never.
	window, words time.Duration

	seen, told bool
	last       verdict
}

var _ machine.Core[Event, Effect] = (*Core)(nil)

// New makes a core.
func New(cfg Config) *Core {
	return &Core{cfg: cfg, own: state{Votes: cfg.votes(cfg.Self), Expected: max(cfg.expected(), cfg.Tracked)}}
}

// Step takes one event.
func (c *Core) Step(now machine.Now, event Event) []Effect {
	c.now, c.out = now.Mono, nil
	switch ev := event.(type) {
	case Viewed:
		c.viewed(ev)
	case Delivered:
		c.delivered(ev.Delivered)
	case Detached:
		c.own.Quorate, c.given = false, false
	case Change:
		if c.Refusal(ev) == nil && c.cfg.Counted {
			c.change(ev)
		}
	case Leave:
		if c.open && c.cfg.Counted {
			s := c.own
			s.Leaving = true
			c.send(word{State: &s})
		}
	case TimerFired:
		c.fired(ev.Key)
	}
	return c.out
}

func (c *Core) emit(e Effect) { c.out = append(c.out, e) }

func (c *Core) send(w word) { c.emit(Send{w.encode()}) }

func (c *Core) viewed(ev Viewed) {
	old, news := c.round, ev.New || attachedAnew(c.round.members, ev.Members)
	if ev.New {
		c.downscale(old, ev)
		c.given = false
	}
	c.open = ev.Open
	switch {
	case !c.cfg.Counted || !ev.Open:
		// Nobody here takes part in the order: words do not arrive. What is judged now only this node's own displays show.
		c.own.Quorate, c.given = false, false
		c.round = newRound(ev)
		c.round.agree(&c.cfg)
		c.round.expected = max(c.round.expected, c.own.Expected)
		c.judged, c.words, c.window, c.waiting = false, 0, 0, nil
		c.show(c.round.judge(&c.cfg))
		c.given = ev.Open
		return
	case news:
		c.round = newRound(ev)
		c.judged, c.window, c.waiting = false, 0, nil
		s := c.own
		c.send(word{State: &s})
		c.words = c.now + wordsPatience
		c.emit(SetTimer{machine.Timer{Key: Words, At: c.words}})
	default:
		c.round.members = ev.Members
	}
	c.conclude()
}

// attachedAnew tells whether a manager takes part that did not before.
func attachedAnew(old, now []Member) bool {
	r := round{members: old}
	for _, m := range now {
		if i := r.index(m.ID); m.Attached && (i < 0 || !old[i].Attached || old[i].Attachment != m.Attachment) {
			return true
		}
	}
	return false
}

// downscale takes off the votes of nodes that left the old view in order.
func (c *Core) downscale(old round, ev Viewed) {
	if !c.cfg.Downscale || !c.judged || !c.own.Quorate {
		return
	}
	now := round{members: ev.Members}
	for i, m := range old.members {
		if s := old.words[i]; s != nil && s.Leaving && now.index(m.ID) < 0 {
			c.own.Expected = max(c.own.Expected-s.Votes, c.cfg.expected())
		}
	}
}

func (c *Core) delivered(d engine.Delivered) {
	if len(d.Payload) == 0 || d.Payload[0] != mark {
		switch {
		case c.given || !c.cfg.Counted:
			c.emit(Pass{d})
		case !c.judged:
			c.waiting = append(c.waiting, d)
		}
		return
	}
	w, err := decode(d.Payload)
	i := c.round.index(d.Sender)
	if err != nil || i < 0 || !c.open || !c.cfg.Counted {
		return
	}
	switch {
	case w.State != nil:
		c.round.words[i] = w.State
	case len(w.Without) > 0:
		for _, id := range w.Without {
			if k := c.round.index(id); k >= 0 && c.round.words[k] == nil {
				c.round.without[k] = true
			}
		}
	case !c.judged:
		return // A change was meant for a view that is no more.
	case w.Expected > 0:
		c.round.expected = w.Expected
	case w.Shrink:
		if c.last.quorate {
			c.round.expected = max(1, c.last.votes)
		}
	case w.Votes != nil:
		c.setVotes(*w.Votes)
	}
	c.conclude()
}

func (c *Core) setVotes(n Node) {
	k := c.round.index(n.ID)
	if k < 0 || c.round.words[k] == nil {
		return
	}
	s := *c.round.words[k]
	s.Votes = n.Votes
	c.round.words[k] = &s
	if n.ID == c.cfg.Self {
		c.own.Votes = n.Votes
	}
}

// conclude judges the round when all words are there.
func (c *Core) conclude() {
	if !c.round.complete() {
		return
	}
	first := !c.judged
	if first {
		c.judged, c.words = true, 0
		c.round.agree(&c.cfg)
	}
	v := c.round.judge(&c.cfg)
	c.round.expected = v.expected
	c.own.Expected, c.own.Quorate = v.expected, v.quorate
	if v.quorate {
		c.own.Since, c.own.Together = c.round.id, nil
		for _, m := range c.round.members {
			c.own.Together = append(c.own.Together, m.ID)
		}
	}
	if c.cfg.Tracking && v.expected > c.cfg.Tracked {
		c.cfg.Tracked = v.expected
		c.emit(Track{v.expected})
	}
	c.given = true
	c.show(v)
	c.watchWindow(v)
	for _, d := range c.waiting {
		c.emit(Pass{d})
	}
	c.waiting = nil
}

// show tells a judgement.
func (c *Core) show(v verdict) {
	j := Judged{Needed: v.needed, Of: v.of,
		View: engine.View{ID: c.round.id, Quorate: v.quorate, Votes: v.votes, Expected: v.expected}}
	for _, m := range c.round.members {
		j.View.Members = append(j.View.Members, m.Member)
	}
	c.emit(j)
	if c.cfg.WaitForAll && v.quorate && !c.seen {
		c.seen = true
		c.emit(SawAll{})
	}
	if !c.told || v.quorate != c.last.quorate {
		c.emit(Tell{note.QuorumChanged{Quorate: v.quorate, Votes: v.votes, Expected: v.expected}})
	}
	c.told, c.last = true, v
}

// watchWindow begins the window of last_man_standing, or ends it.
func (c *Core) watchWindow(v verdict) {
	switch short := c.cfg.LastManStanding > 0 && v.quorate && v.votes < v.expected; {
	case !short:
		c.window = 0
	case c.window == 0:
		c.window = c.now + c.cfg.LastManStanding
		c.emit(SetTimer{machine.Timer{Key: Window, At: c.window}})
	}
}

func (c *Core) fired(key string) {
	switch {
	case key == Window && c.window > 0 && c.now >= c.window:
		c.window = 0
		c.send(word{Shrink: true})
	case key == Words && c.words > 0 && c.now >= c.words:
		if missing := c.round.missing(); len(missing) > 0 && c.open {
			c.send(word{Without: missing})
			c.words = c.now + wordsPatience
			c.emit(SetTimer{machine.Timer{Key: Words, At: c.words}})
		}
	}
}

// Why a Change is refused.
var (
	ErrNotJudged = errors.New("quorum: this node takes no part in a view yet; try again")
	ErrUncounted = errors.New("quorum: the configuration counts no votes (there is no quorum provider)")
	ErrNoMember  = errors.New("quorum: the node is not a member of this partition")
)

// Refusal tells why a change cannot be made now; nil when it can. As with corosync no fewer votes can be expected than are present, nor
// so many that the partition would not be quorate.
func (c *Core) Refusal(ch Change) error {
	switch {
	case !c.cfg.Counted:
		return ErrUncounted
	case !c.open || !c.judged:
		return ErrNotJudged
	}
	votes, expected := c.last.votes, ch.Expected
	if ch.Node != 0 {
		i := c.round.index(ch.Node)
		if i < 0 || c.round.words[i] == nil {
			return ErrNoMember
		}
		if ch.Votes < 0 || ch.Votes > MaxVotes {
			return fmt.Errorf("quorum: %d votes are out of the range 0 to %d", ch.Votes, MaxVotes)
		}
		votes += ch.Votes - c.round.words[i].Votes
		expected = c.round.expected
	} else if expected < 1 || expected > MaxVotes {
		return fmt.Errorf("quorum: %d expected votes are out of the range 1 to %d", expected, MaxVotes)
	}
	switch {
	case ch.Node == 0 && expected < votes:
		return fmt.Errorf("quorum: %d votes are present; no fewer can be expected", votes)
	case Needed(max(expected, votes), c.cfg.TwoNode) > votes:
		return fmt.Errorf("quorum: with %d of %d votes present this partition would not be quorate", votes, max(expected, votes))
	}
	return nil
}

func (c *Core) change(ch Change) {
	if ch.Node != 0 {
		c.send(word{Votes: &Node{ID: ch.Node, Votes: ch.Votes}})
	} else {
		c.send(word{Expected: ch.Expected})
	}
}
