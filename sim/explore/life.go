package explore

import (
	"fmt"
	"time"

	"pacer/engine"
	"pacer/machine"
	"pacer/membership"
)

const never = time.Duration(1<<63 - 1)

// life is a node as it is in a state: a value that never changes.
type life struct {
	id    engine.NodeID
	inc   uint64
	core  *membership.Core // nil: crashed
	timer time.Duration
	epoch uint64 // of the latest view, which a restart remembers
	past  *past
	order membership.Progress
	phase membership.Phase
	hash  uint64
	steps map[input]*outcome
}

// input names a step that a node can take.
type input struct {
	now  time.Duration
	kind rune   // p: packet, t: timer, s: a message to send
	hash uint64 // of the packet or the message
}

// outcome is what a step leads to.
type outcome struct {
	life  *life
	sent  []*packet
	wrong string
}

// packet is under way from one node to another.
type packet struct {
	from, to engine.NodeID
	content  []byte
	hash     uint64
}

func (p *packet) String() string {
	return fmt.Sprintf("%s n%d -> n%d", membership.PacketKind(p.content), p.from, p.to)
}

// config is what all nodes share. Timeouts are fixed: what is measured would keep apart states that differ in nothing else. The
// silence that kills is short in heartbeats, so that one lost packet may be a false alarm.
func config(nodes int) membership.Config {
	c := membership.Config{Links: 1, Quorum: nodes/2 + 1, Heartbeat: 40 * time.Millisecond, Dead: 60 * time.Millisecond,
		Ceiling: 60 * time.Millisecond, Start: time.Second}
	for i := range nodes {
		c.Nodes = append(c.Nodes, membership.Node{ID: engine.NodeID(i + 1), Name: fmt.Sprintf("n%d", i+1), Votes: 1})
	}
	return c
}

// workshop makes lives, and keeps those that are made often.
type workshop struct {
	nodes int
	lives map[uint64]*life
	made  int // steps that cores took
	asked int // steps that were needed
}

// keep is how many lives are remembered before the memory is emptied.
const keep = 60_000

// step lets a node take an event, unless it is known what it does.
func (w *workshop) step(l *life, in input, event membership.Event) *outcome {
	w.asked++
	if o := l.steps[in]; o != nil {
		return o
	}
	w.made++
	o := w.stepAnew(l, in.now, event)
	if l.steps == nil {
		l.steps = map[input]*outcome{}
	}
	l.steps[in] = o
	return o
}

func (w *workshop) stepAnew(l *life, now time.Duration, events ...membership.Event) *outcome {
	next := *l
	next.steps, next.core = nil, machine.Clone(l.core)
	o := &outcome{}
	for _, event := range events {
		if _, ok := event.(membership.TimerFired); ok {
			next.timer = never
		}
		for _, effect := range stepped(next.core, now, event, o) {
			switch e := effect.(type) {
			case membership.SetTimer:
				next.timer = e.At
			case membership.Transmit:
				for to := engine.NodeID(1); int(to) <= w.nodes; to++ {
					if to != l.id && (e.To == 0 || e.To == to) {
						o.sent = append(o.sent, newPacket(l.id, to, e.Packet))
					}
				}
			case membership.Ended:
				o.wrong = fmt.Sprintf("it lives: n%d ended by itself: %s", l.id, e.Reason)
			default:
				var wrong string
				if next.past, wrong = next.past.tell(l.id, l.inc, effect); wrong != "" {
					o.wrong = wrong
				}
			}
		}
	}
	o.life = w.intern(&next)
	return o
}

// stepped steps a core; a panic is a broken promise as well.
func stepped(core *membership.Core, now time.Duration, event membership.Event, o *outcome) (effects []membership.Effect) {
	defer func() {
		if r := recover(); r != nil {
			o.wrong = fmt.Sprintf("it lives: a core panics: %v", r)
		}
	}()
	return core.Step(machine.Now{Mono: now}, event)
}

// intern completes a new life, or gives the known one that is equal.
func (w *workshop) intern(l *life) *life {
	if v := l.past.lastView(); v != nil {
		l.epoch = v.view.Epoch
	}
	l.hash = mix(mix(mix(uint64(l.id), l.inc), l.epoch), l.past.hashed())
	l.order, l.phase = membership.Progress{}, 0
	if l.core != nil {
		l.order, l.phase = l.core.Progress(), l.core.Phase()
		l.hash = mix(mix(l.hash, uint64(l.timer)), machine.Fingerprint(l.core))
	}
	if old := w.lives[l.hash]; old != nil {
		return old
	}
	if len(w.lives) >= keep {
		clear(w.lives)
	}
	w.lives[l.hash] = l
	return l
}

func newPacket(from, to engine.NodeID, content []byte) *packet {
	p := &packet{from: from, to: to, content: content}
	h := mix(uint64(from), uint64(to))
	for i := range content {
		h = (h ^ uint64(content[i])) * 1099511628211
	}
	p.hash = mix(h, uint64(len(content)))
	return p
}

// boot starts a node anew.
func (w *workshop) boot(l *life, now time.Duration) *outcome {
	cfg := config(w.nodes)
	cfg.Self, cfg.Name, cfg.Incarnation, cfg.Epoch = l.id, fmt.Sprintf("n%d", l.id), l.inc+1, l.epoch
	next := *l
	next.inc, next.timer, next.steps = cfg.Incarnation, never, nil
	next.core = membership.New(cfg)
	next.past = (&past{before: l.past, what: began, order: cfg.Incarnation}).seal()
	return w.stepAnew(&next, now, membership.Begin{}, membership.Attach{})
}

// crash ends a node.
func (w *workshop) crash(l *life) *life {
	next := *l
	next.core, next.timer, next.steps = nil, never, nil
	return w.intern(&next)
}
