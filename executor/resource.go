package executor

import (
	"time"

	"pacer/note"
	"pacer/operation"
)

// resource is the queue of one resource and what repeats on it.
type resource struct {
	id        string
	agent     operation.Agent
	queue     []*waiting   // in the order of their requests
	recurring []*recurring // in the order of their first requests
	running   *run
	watched   bool

	hintKind    string // of the hint that waits for its turn, "" for none
	hintWaits   bool   // its timer is set
	hinted      bool   // lastHint means something
	lastHint    time.Duration
	secondLooks int // left to do after a hint whose monitor found nothing
}

// waiting is an operation that happens once and has not begun.
type waiting struct {
	op    operation.Op
	since time.Duration
	after time.Duration // not before, because of its start-delay
}

func (r *resource) find(task string, interval time.Duration) *recurring {
	for _, m := range r.recurring {
		if m.op.Task == task && m.op.Interval == interval {
			return m
		}
	}
	return nil
}

// resourceOf returns the resource, registering it when it is new. The last registration wins: what repeats with another
// agent under the same id is dropped.
func (c *Core) resourceOf(op *operation.Op) *resource {
	r := c.resources[op.Resource]
	if r == nil {
		r = &resource{id: op.Resource, agent: op.Agent}
		c.resources[op.Resource] = r
	}
	if r.agent != op.Agent {
		c.dropRecurring(r)
		r.agent = op.Agent
	}
	return r
}

func (c *Core) execute(op operation.Op) {
	r := c.resourceOf(&op)
	if op.Interval > 0 {
		c.repeat(r, op)
		c.next(r)
		return
	}
	if op.Task == "stop" {
		c.dropRecurring(r)
	}
	if n := r.running; n != nil && len(r.queue) == 0 && n.answers(&op) {
		c.reportCancelled(n.op, "", nil)
		n.op = op
		return
	}
	r.queue = append(r.queue, &waiting{op: op, since: c.now.Mono, after: c.now.Mono + op.Delay})
	c.next(r)
}

// next starts what comes next on a resource that is free.
func (c *Core) next(r *resource) {
	if r.running != nil {
		return
	}
	if len(r.queue) > 0 {
		w := r.queue[0]
		if w.after <= c.now.Mono {
			r.queue = r.queue[1:]
			c.begin(r, &run{op: w.op, queued: c.now.Mono - max(w.since, w.after)})
			return
		}
		// Later requests keep behind a delayed one, so that a stop never overtakes its start; monitors that repeat may pass.
		c.setTimer(delayKey(r.id), w.after)
	}
	var first *recurring
	for _, m := range r.recurring {
		if m.due && (first == nil || m.dueSince < first.dueSince) {
			first = m
		}
	}
	if first != nil {
		c.beginRecurring(r, first)
		return
	}
	c.tidy(r)
}

// tidy forgets a resource about which there is nothing to remember.
func (c *Core) tidy(r *resource) {
	if r.running != nil || len(r.queue) > 0 || len(r.recurring) > 0 || r.watched {
		return
	}
	if r.hintWaits {
		c.emit(CancelTimer{hintKey(r.id)})
	}
	delete(c.resources, r.id)
}

func (c *Core) cancel(e Cancel) {
	r := c.resources[e.Resource]
	if r == nil {
		c.emit(NothingToCancel{e})
		return
	}
	if e.Interval > 0 {
		m := r.find(e.Task, e.Interval)
		if m == nil {
			c.emit(NothingToCancel{e})
			return
		}
		c.endRecurring(r, m, e.Key)
		c.next(r)
		return
	}
	for i, w := range r.queue {
		if w.op.Task != e.Task {
			continue
		}
		r.queue = append(r.queue[:i:i], r.queue[i+1:]...)
		if i == 0 && w.after > c.now.Mono {
			c.emit(CancelTimer{delayKey(r.id)})
		}
		c.reportCancelled(w.op, e.Key, nil)
		c.next(r)
		return
	}
	c.emit(NothingToCancel{e})
}

// reportCancelled confirms that an operation will not run (any more). The code is the last one that it had.
func (c *Core) reportCancelled(op operation.Op, key string, last *operation.Result) {
	res := operation.Result{Op: op, Status: operation.Cancelled, Began: c.now.Wall, Changed: c.now.Wall}
	if last != nil {
		res.Code, res.Reason, res.Began, res.Changed = last.Code, last.Reason, last.Began, last.Changed
	}
	if key != "" {
		res.Op.Key = key
	}
	c.emit(Report{res})
}

func (c *Core) forget(id string) {
	r := c.resources[id]
	if r == nil {
		return
	}
	for _, m := range r.recurring {
		m.wants = nil
	}
	if r.running != nil {
		r.running.silent, r.running.serving = true, nil
	}
	c.dropRecurring(r)
	if len(r.queue) > 0 {
		r.queue = nil
		c.emit(CancelTimer{delayKey(id)})
	}
	c.unwatch(r)
	c.tidy(r)
}

func (c *Core) unwatch(r *resource) {
	if r.watched {
		r.watched = false
		c.emit(Unwatch{r.id})
	}
	if r.hintWaits {
		r.hintWaits = false
		c.emit(CancelTimer{hintKey(r.id)})
	}
	r.hintKind, r.hinted, r.secondLooks = "", false, 0
}

func (c *Core) tellResult(res *operation.Result) {
	op := &res.Op
	if op.Task == "monitor" {
		return
	}
	if res.Status == operation.Done && res.Code == 0 {
		c.emit(Tell{note.ActionDone{Resource: op.Resource, Task: op.Task, Node: c.opt.Node, Took: res.Ran}})
		return
	}
	c.emit(Tell{note.ActionFailed{Resource: op.Resource, Task: op.Task, Node: c.opt.Node, Result: outcome(res), Reason: res.Reason}})
}

func outcome(res *operation.Result) string {
	if res.Status == operation.TimedOut {
		return "timed out"
	}
	return res.Code.String()
}
