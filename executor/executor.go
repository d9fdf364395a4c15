package executor

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"pacer/machine"
	"pacer/operation"
)

// Options are the executor's settings. Zero values mean the defaults.
type Options struct {
	// Node is this node's name, for notes.
	Node string
	// FirstRun is the number of the first run; it must be above those of all leftover runs.
	FirstRun uint64
	// Grace is what an agent gets between TERM and KILL; 2 s when 0.
	Grace time.Duration
	// GiveUp is how long after KILL a run that does not end (a process in an uninterruptible wait) keeps its resource
	// busy; 3 s when 0.
	GiveUp time.Duration
	// HintGap is the shortest time between two monitors brought forward by hints; 200 ms when 0.
	HintGap time.Duration
	// DefaultTimeout is for operations without one; 20 s when 0.
	DefaultTimeout time.Duration
}

func (o Options) withDefaults() Options {
	def := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	def(&o.Grace, 2*time.Second)
	def(&o.GiveUp, 3*time.Second)
	def(&o.HintGap, 200*time.Millisecond)
	def(&o.DefaultTimeout, 20*time.Second)
	if o.FirstRun == 0 {
		o.FirstRun = 1
	}
	return o
}

// Core is the executor.
type Core struct {
	opt       Options
	now       machine.Now
	lastRun   uint64
	resources map[string]*resource
	runs      map[uint64]*run
	out       []Effect // being filled during a Step
}

// New returns an executor that knows no resource.
func New(opt Options) *Core {
	opt = opt.withDefaults()
	return &Core{opt: opt, lastRun: opt.FirstRun - 1, resources: map[string]*resource{}, runs: map[uint64]*run{}}
}

// Step implements machine.Core.
func (c *Core) Step(now machine.Now, event Event) []Effect {
	now.Wall = now.Wall.UTC() // which holds no pointer to a zone, so that clones are equal
	c.now, c.out = now, nil
	switch e := event.(type) {
	case Restored:
		c.restore(e)
	case Execute:
		c.execute(e.Op)
	case Cancel:
		c.cancel(e)
	case Forget:
		c.forget(e.Resource)
	case Halt:
		for _, id := range c.ids() {
			c.dropRecurring(c.resources[id])
			c.tidy(c.resources[id])
		}
	case Exited:
		c.exited(e)
	case Hint:
		c.hint(e)
	case TimerFired:
		c.timer(e.Key)
	default:
		panic(fmt.Sprintf("executor: unknown event %T", event))
	}
	out := c.out
	c.out = nil
	return out
}

// InFlight returns the operations under way, by resource id.
func (c *Core) InFlight() []operation.Op {
	var out []operation.Op
	for _, id := range c.ids() {
		if r := c.resources[id].running; r != nil && !r.silent {
			out = append(out, r.op)
		}
	}
	return out
}

// Recurring returns the recurring operations, by resource id.
func (c *Core) Recurring() []operation.Op {
	var out []operation.Op
	for _, id := range c.ids() {
		for _, m := range c.resources[id].recurring {
			out = append(out, m.op)
		}
	}
	return out
}

// Idle tells that nothing is under way or waits to begin; recurring monitors between two runs do not count.
func (c *Core) Idle() bool {
	for _, id := range c.ids() {
		if r := c.resources[id]; r.running != nil || len(r.queue) > 0 {
			return false
		}
	}
	return true
}

func (c *Core) ids() []string {
	ids := make([]string, 0, len(c.resources))
	for id := range c.resources { // order: sorted below
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

func (c *Core) emit(e ...Effect) { c.out = append(c.out, e...) }

func (c *Core) setTimer(key string, at time.Duration) {
	c.emit(SetTimer{machine.Timer{Key: key, At: at}})
}

// Timer keys. The resource comes last, so that whatever its id holds is read back.

func dueKey(m *recurring) string {
	return fmt.Sprintf("due/%d/%s/%s", m.op.Interval.Milliseconds(), m.op.Task, m.op.Resource)
}
func delayKey(resource string) string   { return "delay/" + resource }
func hintKey(resource string) string    { return "hint/" + resource }
func runKey(what string, r *run) string { return what + "/" + strconv.FormatUint(r.id, 10) }

func (c *Core) timer(key string) {
	kind, rest, _ := strings.Cut(key, "/")
	switch kind {
	case "due":
		part := strings.SplitN(rest, "/", 3)
		if len(part) != 3 {
			return
		}
		ms, _ := strconv.ParseInt(part[0], 10, 64)
		if r := c.resources[part[2]]; r != nil {
			if m := r.find(part[1], time.Duration(ms)*time.Millisecond); m != nil {
				c.due(r, m)
			}
		}
	case "delay":
		if r := c.resources[rest]; r != nil {
			c.next(r)
		}
	case "hint":
		if r := c.resources[rest]; r != nil {
			c.hintNow(r)
		}
	case "deadline", "kill", "giveup":
		id, _ := strconv.ParseUint(rest, 10, 64)
		if run := c.runs[id]; run != nil {
			c.overrun(run, kind)
		}
	}
}
