package fencer

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"pacer/engine"
	"pacer/machine"
)

// Options are who this fencer is.
type Options struct {
	Self engine.NodeID
	Name string
	// Unique makes operation ids unique over restarts of this manager; the driver takes it from the system's random source.
	Unique uint64
	// Rand chooses random delays (pcmk_delay_max).
	Rand *rand.Rand
}

// Core is the fencer of one node.
type Core struct {
	opt Options
	now machine.Now
	out []Effect // being filled during a Step

	view     engine.View
	haveView bool

	configured *config // what the CIB says; nil before the first CIB
	cfg        *config // with what was registered; nil before the first CIB
	// levels are the configured ones with what was registered and deregistered here, own the devices registered here, registrations
	// those of all nodes by their numbers.
	levels        []level
	own           []registeredDevice
	registrations []registration
	// registering are requests to be answered when this node knows what its devices can do.
	registering []uint64

	meta  []*metadata
	local []*local
	peers []*peer // by id
	dirty bool    // what this node can do has changed since it was announced
	// said is what it announced last in this view, as it was sent.
	said []byte

	ops     []*op       // under way, in the order of their requests
	history []Operation // finished, by their ends
	early   []doneBody  // ends of operations that this node has not heard of, the last few
	// waiting are the requests of this node, by operation id.
	waiting map[string]uint64

	execs     []*exec // steps on this node, in the order in which they were asked
	inquiries []*inquiry
	runs      map[uint64]*agentRun
	lastRun   uint64
	lastOp    uint64
}

// New returns a fencer without devices.
func New(opt Options) *Core {
	return &Core{opt: opt, waiting: map[string]uint64{}, runs: map[uint64]*agentRun{}}
}

// Step implements machine.Core.
func (c *Core) Step(now machine.Now, event Event) []Effect {
	now.Wall = now.Wall.UTC() // which holds no pointer to a zone, so that clones are equal
	c.now, c.out = now, nil
	switch e := event.(type) {
	case EngineView:
		c.viewed(e.View)
	case Delivered:
		c.delivered(e)
	case CIB:
		c.configure(readConfig(e.Root, now.Wall))
	case DeviceActive:
		if l := c.localOf(e.Device); l != nil && l.active != e.Active {
			l.active = e.Active
			c.dirty = true
			c.announceIfReady()
		}
	case Request:
		c.request(e)
	case Confirm:
		c.confirm(e)
	case Cleanup:
		c.cleanup(e)
	case Monitor:
		c.monitor(e)
	case Register:
		c.register(e)
	case Deregister:
		c.deregister(e)
	case SetLevel:
		c.setLevel(e)
	case DropLevel:
		c.dropLevel(e)
	case AgentDone:
		c.agentDone(e)
	case TimerFired:
		c.timer(e.Key)
	default:
		panic(fmt.Sprintf("fencer: unknown event %T", event))
	}
	out := c.out
	c.out = nil
	return out
}

func (c *Core) emit(e ...Effect) { c.out = append(c.out, e...) }

func (c *Core) setTimer(key string, at time.Duration) {
	c.emit(SetTimer{machine.Timer{Key: key, At: at}})
}

func (c *Core) timer(key string) {
	kind, rest, _ := strings.Cut(key, "/")
	switch kind {
	case "total":
		if o := c.opOf(rest); o != nil && o.work != nil {
			if o.work.phase == on && o.Action == "reboot" {
				c.finish(o, doneBody{State: Succeeded}) // it is off; only switching it on again takes too long
				return
			}
			reason := fmt.Sprintf("it did not succeed within %v", o.Total)
			if o.work.reason != "" {
				reason += " (" + o.work.reason + ")"
			}
			c.finish(o, doneBody{State: Failed, TimedOut: true, Reason: reason})
		}
	case "query":
		if o := c.opOf(rest); o != nil && o.work != nil && o.work.querying {
			c.answersIn(o)
		}
	case "step":
		_, id, _ := strings.Cut(rest, "/")
		if o := c.opOf(id); o != nil && o.work != nil && o.work.running && o.stepKey() == key {
			c.stepLost(o, "it did not answer in time")
		}
	case "delay", "retry":
		step, id, _ := strings.Cut(rest, "/")
		if x := c.execOf(step, id); x != nil {
			c.proceed(x)
		}
	}
}

// viewed takes a new view. What hung on managers that are gone ends, in the same way at all nodes.
func (c *Core) viewed(v engine.View) {
	old := c.view
	first := !c.haveView
	c.view, c.haveView = v, true
	if m, ok := v.Member(c.opt.Self); ok {
		if p := c.peer(c.opt.Self); p != nil {
			p.attachment = managerOf(m)
		}
	}
	c.peers = slices.DeleteFunc(c.peers, func(p *peer) bool { return p.id != c.opt.Self && !c.attachedAs(p.id, p.attachment) })
	newcomers := first
	for _, m := range v.Attached() {
		if was, ok := old.Member(m.ID); !ok || !was.Attached || managerOf(was) != managerOf(m) {
			newcomers = true
		}
	}
	c.dropRegistrations(newcomers)
	if newcomers {
		c.dirty, c.said = true, nil
		c.announceIfReady()
	}
	heirs := c.orphans()
	if !first {
		c.tellHistory(old, v) // before anything ends that it says is under way
	}
	for _, id := range heirs {
		if o := c.opOf(id); o != nil {
			c.begin(o)
		}
	}
	c.withdraw()
	for _, o := range slices.Clone(c.ops) {
		w := o.work
		if w == nil {
			continue
		}
		switch {
		case w.running && w.executor != c.opt.Self && !c.attachedBy(w.executor):
			c.stepLost(o, "the node is gone")
		case w.querying:
			if o.whileLost && c.attached(o.Target) {
				c.finish(o, doneBody{State: Cancelled, Reason: o.Target + " came back before its fencing began"})
				continue
			}
			w.waitFor = slices.DeleteFunc(w.waitFor, func(id engine.NodeID) bool { return !c.attachedBy(id) })
			if len(w.waitFor) == 0 {
				c.answersIn(o)
			}
		}
	}
}

// orphans ends the operations whose owner's manager is gone. Where another node wanted the same, its wish takes over;
// those are returned.
func (c *Core) orphans() (heirs []string) {
	for {
		i := slices.IndexFunc(c.ops, func(o *op) bool { return !c.attachedAs(o.owner, o.attachment) })
		if i < 0 {
			return heirs
		}
		lost := c.ops[i]
		if lost.MergedTo == "" {
			var heir *op
			for _, o := range c.ops {
				if o.MergedTo != lost.ID || !c.attachedAs(o.owner, o.attachment) {
					continue
				}
				if heir == nil {
					heir, o.MergedTo = o, ""
				} else {
					o.MergedTo = heir.ID
				}
			}
			c.loseOwner(lost)
			if heir != nil {
				heirs = append(heirs, heir.ID)
			}
			continue
		}
		c.loseOwner(lost)
	}
}

func (c *Core) loseOwner(o *op) {
	// Nobody said when it ended, and clocks differ: the time of its beginning is the same at all nodes.
	c.complete(o, doneBody{Op: o.ID, State: Failed, Presumed: true, Reason: "the manager of " + o.Origin + " is gone", At: o.Began})
}

// managerOf tells one manager from all others of its node: attachments are counted anew with each incarnation, and a node
// that boots quickly is never out of a view.
func managerOf(m engine.Member) uint64 { return m.Incarnation*0x9E3779B97F4A7C15 + m.Attachment }

func (c *Core) attachedAs(id engine.NodeID, attachment uint64) bool {
	m, ok := c.view.Member(id)
	return ok && m.Attached && managerOf(m) == attachment
}

func (c *Core) attachedBy(id engine.NodeID) bool {
	m, ok := c.view.Member(id)
	return ok && m.Attached
}

// attached tells whether the manager of a node, by name, answers.
func (c *Core) attached(name string) bool {
	for _, m := range c.view.Members {
		if m.Attached && strings.EqualFold(m.Name, name) {
			return true
		}
	}
	return false
}

func (c *Core) nameOf(id engine.NodeID) string {
	if id == c.opt.Self {
		return c.opt.Name
	}
	m, _ := c.view.Member(id)
	return m.Name
}
