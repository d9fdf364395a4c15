package fencer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"pacer/engine"
	"pacer/exitcode"
	"pacer/note"
)

// op is an operation under way, at every node.
type op struct {
	Operation
	owner      engine.NodeID
	attachment uint64
	timeout    time.Duration
	delay      time.Duration
	whileLost  bool
	work       *work // at its owner, unless it is merged into another one
}

// phase is the part of a level that is being done.
type phase uint8

const (
	plain phase = iota // each device once with the action
	off                // a reboot over several devices: all off,
	on                 // then all on
)

// use is a device on a node.
type use struct {
	device string
	node   engine.NodeID
}

// work is how far the owner is.
type work struct {
	levels  [][]string
	level   int
	index   int
	phase   phase
	failed  []use    // what was tried in vain
	spent   []string // devices that failed in this pass
	again   bool     // the second pass, over the nodes that have not tried yet
	tried   []string // devices that were used
	delayed bool     // the requested delay has been waited for

	step     int
	running  bool
	executor engine.NodeID
	device   string
	action   string

	querying bool
	queried  bool
	waitFor  []engine.NodeID

	begun  bool // a device was used or is being asked to be
	reason string
}

func (c *Core) opOf(id string) *op {
	for _, o := range c.ops {
		if o.ID == id {
			return o
		}
	}
	return nil
}

// request begins the way of a wish through the total order.
func (c *Core) request(e Request) {
	switch e.Action {
	case "on", "off", "reboot":
	default:
		c.emit(Reply{ID: e.ID, Code: exitcode.InvalidParam, Reason: fmt.Sprintf("%q is not a fencing action (on, off, reboot)", e.Action)})
		return
	}
	if e.Target == "" {
		c.emit(Reply{ID: e.ID, Code: exitcode.InvalidParam, Reason: "the target has no name"})
		return
	}
	timeout := e.Timeout
	if timeout <= 0 {
		timeout = c.timeout()
	}
	id := c.newID()
	c.waiting[id] = e.ID
	c.broadcast(kindRequest, requestBody{
		ID: id, Target: e.Target, Action: e.Action, Timeout: timeout, Delay: e.Delay, Tolerance: e.Tolerance, Client: e.Client,
		Why: e.Why, WhileLost: e.WhileLost, Origin: c.opt.Name, At: c.now.Wall.UTC(), Principal: e.Principal,
	}, 0, e.Cause)
}

func (c *Core) newID() string {
	c.lastOp++
	return fmt.Sprintf("%s-%016x-%d", c.opt.Name, c.opt.Unique, c.lastOp)
}

func (c *Core) timeout() time.Duration {
	if c.cfg == nil {
		return defaultFencingTimeout
	}
	return c.cfg.timeout
}

// requested is the beginning of an operation at every node.
func (c *Core) requested(from engine.NodeID, b requestBody, cause string) {
	m, _ := c.view.Member(c.ownerFor(from, b))
	o := &op{
		Operation: Operation{
			ID: b.ID, Target: b.Target, Action: b.Action, Client: b.Client, Origin: b.Origin, State: Pending, Why: b.Why,
			Cause: cause, Began: b.At,
		},
		owner: m.ID, attachment: managerOf(m), timeout: b.Timeout, delay: b.Delay, whileLost: b.WhileLost,
	}
	if b.Tolerance > 0 {
		for _, h := range slices.Backward(c.history) {
			if h.State == Succeeded && h.Action == b.Action && strings.EqualFold(h.Target, b.Target) && b.At.Sub(h.Ended) <= b.Tolerance {
				c.ops = append(c.ops, o)
				c.complete(o, doneBody{Op: o.ID, State: Succeeded, Device: h.Device, Executor: h.Executor, At: b.At})
				return
			}
		}
	}
	for _, first := range c.ops {
		if first.MergedTo == "" && first.Action == o.Action && strings.EqualFold(first.Target, o.Target) {
			o.MergedTo = first.ID
			// Somebody who wants it whether or not the target comes back makes it so for all.
			first.whileLost = first.whileLost && o.whileLost
			break
		}
	}
	c.ops = append(c.ops, o)
	if o.MergedTo == "" {
		c.emit(Begun{o.Operation}, Tell{note.FencingBegun{Target: o.Target, Action: o.Action, Why: o.Why}})
	}
	c.begin(o)
}

// ownerFor chooses who does the work of a request: who asked, unless that is the target itself, which would take the result
// with it. Then it is the first of the others, if there is one.
func (c *Core) ownerFor(from engine.NodeID, b requestBody) engine.NodeID {
	m, _ := c.view.Member(from)
	if b.Action == "on" || !strings.EqualFold(m.Name, b.Target) {
		return from
	}
	for _, other := range c.view.Attached() {
		if other.ID != from {
			return other.ID
		}
	}
	return from
}

// begin starts the owner's work.
func (c *Core) begin(o *op) {
	if o.owner != c.opt.Self || o.MergedTo != "" {
		return
	}
	o.work = &work{}
	c.plan(o)
	o.Total = c.total(o)
	c.setTimer("total/"+o.ID, c.now.Mono+o.Total)
	if !c.usable(o) && c.worthAsking(o) {
		c.inquire(o)
		return
	}
	c.advance(o)
}

// advance does the next step of an operation that waits for none.
func (c *Core) advance(o *op) {
	w := o.work
	if o.whileLost && !w.begun && c.attached(o.Target) {
		c.finish(o, doneBody{State: Cancelled, Reason: o.Target + " came back before its fencing began"})
		return
	}
	for {
		if w.level >= len(w.levels) {
			if c.worthAsking(o) {
				c.inquire(o)
				return
			}
			if !w.again && w.begun {
				// Every device had its chance from one node. What cannot be reached from there may be from elsewhere.
				w.again, w.spent, w.level, w.index = true, nil, 0, 0
				w.phase = c.firstPhase(o, w.levels, 0)
				continue
			}
			c.exhausted(o)
			return
		}
		level := w.levels[w.level]
		if w.index >= len(level) {
			if w.phase == off {
				w.phase, w.index = on, 0
				continue
			}
			c.finish(o, doneBody{State: Succeeded})
			return
		}
		id := level[w.index]
		d := c.cfg.device(id)
		var p *peer
		action := ""
		if d != nil && !slices.Contains(w.spent, id) {
			p, action = c.choose(o, d)
		}
		switch {
		case p != nil:
			c.use(o, d, p, action)
			return
		case w.phase == on:
			// The node is off, which is what counts; switching it on again is a favour.
			w.index++
		default:
			if w.reason == "" && d == nil {
				w.reason = fmt.Sprintf("there is no device %s", id)
			}
			w.level, w.index = w.level+1, 0
			w.phase = c.firstPhase(o, w.levels, w.level)
		}
	}
}

// use asks a node to use a device.
func (c *Core) use(o *op, d *device, p *peer, action string) {
	w := o.work
	w.step++
	w.running, w.begun = true, true
	w.executor, w.device, w.action = p.id, d.id, action
	w.tried = appendOnce(w.tried, d.id)
	timeout, delay := d.timeout(action, o.timeout), time.Duration(0)
	if o.delay >= 0 && action != "on" {
		least, most := d.delays(o.Target)
		delay = least
		if most > least && c.opt.Rand != nil {
			delay += time.Duration(c.opt.Rand.Int64N(int64(most - least + 1)))
		}
		if !w.delayed {
			delay += o.delay
		}
	}
	w.delayed = true
	c.setTimer(o.stepKey(), c.now.Mono+withReserve(timeout+delay))
	b := runBody{Op: o.ID, Step: w.step, Device: d.id, Action: action, Target: o.Target, Timeout: timeout, Delay: delay, WhileLost: o.whileLost}
	if p.id == c.opt.Self {
		c.execute(&exec{runBody: b, owner: c.opt.Self})
	} else {
		c.broadcast(kindRun, b, p.id, o.Cause)
	}
}

func (o *op) stepKey() string { return "step/" + strconv.Itoa(o.work.step) + "/" + o.ID }

// ran takes the result of a step.
func (c *Core) ran(from engine.NodeID, b ranBody) {
	o := c.opOf(b.Op)
	if o == nil || o.work == nil || !o.work.running || o.work.step != b.Step || o.work.executor != from {
		return // an answer that came too late
	}
	w := o.work
	w.running = false
	c.emit(CancelTimer{o.stepKey()})
	switch {
	case b.OK:
		w.index++
	case b.Withdrawn:
		c.finish(o, doneBody{State: Cancelled, Reason: b.Reason})
		return
	default:
		w.reason = fmt.Sprintf("%s on %s: %s", w.device, c.nameOf(from), b.Reason)
		w.failed = append(w.failed, use{w.device, from})
		if !b.Node {
			w.spent = appendOnce(w.spent, w.device)
		}
	}
	c.advance(o)
}

// stepLost ends a step whose node does not answer any more.
func (c *Core) stepLost(o *op, why string) {
	c.ran(o.work.executor, ranBody{Op: o.ID, Step: o.work.step, Reason: why, Node: true})
}

func (c *Core) exhausted(o *op) {
	w := o.work
	if !w.begun {
		reason := "no device can fence " + o.Target
		if w.reason != "" {
			reason += ": " + w.reason
		}
		c.finish(o, doneBody{State: Failed, NoDevice: true, Reason: reason})
		return
	}
	c.finish(o, doneBody{State: Failed, Reason: w.reason})
}

// finish is the owner's word on the result; it counts when it is delivered.
func (c *Core) finish(o *op, b doneBody) {
	w := o.work
	b.Op, b.At, b.Total = o.ID, c.now.Wall.UTC(), o.Total
	if w.begun && b.State != Cancelled {
		b.Device, b.Executor = w.device, c.nameOf(w.executor)
	}
	c.emit(CancelTimer{"total/" + o.ID}, CancelTimer{"query/" + o.ID})
	if w.running {
		c.emit(CancelTimer{o.stepKey()})
	}
	for _, x := range c.ops {
		if x.MergedTo == o.ID {
			b.Merged = append(b.Merged, x.ID)
		}
	}
	o.work = nil
	c.broadcast(kindDone, b, 0, o.Cause)
}

// maxEarly is how many results without an operation are remembered.
const maxEarly = 100

// done ends an operation at every node. A node that joined while it was under way may hear of its end before it hears of it,
// and may not know that another one was merged into it.
func (c *Core) done(b doneBody) {
	o := c.opOf(b.Op)
	if o == nil {
		if c.early = append(c.early, b); len(c.early) > maxEarly {
			c.early = slices.Clone(c.early[1:])
		}
	} else {
		c.complete(o, b)
	}
	for _, id := range b.Merged {
		if o := c.opOf(id); o != nil {
			o.MergedTo = b.Op
			c.complete(o, b)
		}
	}
}

// complete moves an operation, and those merged into it, to the history.
func (c *Core) complete(o *op, b doneBody) {
	c.ops = slices.DeleteFunc(c.ops, func(x *op) bool { return x == o })
	if w := o.work; w != nil { // confirmed by hand, or its owner was wrong about itself
		c.emit(CancelTimer{"total/" + o.ID}, CancelTimer{"query/" + o.ID})
		if w.running {
			c.emit(CancelTimer{o.stepKey()})
		}
	}
	c.dropExecs(o.ID)
	o.State, o.Device, o.Executor, o.Reason, o.Ended, o.Total = b.State, b.Device, b.Executor, b.Reason, b.At, b.Total
	o.Presumed = b.Presumed
	c.remain(o.Operation)
	c.emit(Done{o.Operation})
	if o.MergedTo == "" {
		switch o.State {
		case Succeeded:
			if b.Device != manual {
				c.emit(Tell{note.FencingDone{Target: o.Target, Action: o.Action, Device: o.Device, By: o.Executor, Took: o.Ended.Sub(o.Began)}})
			}
		case Cancelled:
			c.emit(Tell{note.FencingCancelled{Target: o.Target}})
		default:
			c.emit(Tell{note.FencingFailed{Target: o.Target, Action: o.Action, Reason: o.Reason}})
		}
	}
	if id, ok := c.waiting[o.ID]; ok {
		delete(c.waiting, o.ID)
		r := Reply{ID: id, Reason: o.Reason, Operation: o.Operation}
		switch {
		case o.State == Succeeded:
			r.Code = exitcode.OK
		case b.NoDevice:
			r.Code = exitcode.NoSuch
		case b.TimedOut:
			r.Code = exitcode.Timeout
		default:
			r.Code = exitcode.Error
		}
		c.emit(r)
	}
	for {
		i := slices.IndexFunc(c.ops, func(x *op) bool { return x.MergedTo == o.ID })
		if i < 0 {
			return
		}
		c.complete(c.ops[i], b)
	}
}
