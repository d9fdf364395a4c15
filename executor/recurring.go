package executor

import (
	"strconv"
	"time"

	"pacer/note"
	"pacer/ocf"
	"pacer/operation"
)

// recurring is an operation that repeats.
type recurring struct {
	op    operation.Op
	wants []operation.Op // requests that have not had a result yet
	// base is a point of the grid base + k*Interval on which it runs.
	base     time.Duration
	armed    bool // its timer is set
	due      bool
	dueSince time.Duration
	hint     string
	last     *operation.Result // what was reported last
}

// repeat begins a recurring operation, or merges the request into the one that is there: the newest parameters and key
// count, every request gets a result, one Cancel ends them all.
func (c *Core) repeat(r *resource, op operation.Op) {
	c.emit(Keep{op})
	m := r.find(op.Task, op.Interval)
	if m == nil {
		m = &recurring{op: op, base: c.now.Mono + op.Delay}
		r.recurring = append(r.recurring, m)
	}
	m.op = op
	m.wants = append(m.wants, op)
	if op.Delay > 0 && m.last == nil && !m.due {
		m.base = c.now.Mono + op.Delay
		c.arm(m, m.base)
		return
	}
	c.setDue(m)
}

func (c *Core) setDue(m *recurring) {
	if !m.due {
		m.due, m.dueSince = true, c.now.Mono
	}
}

func (c *Core) arm(m *recurring, at time.Duration) {
	m.armed = true
	c.setTimer(dueKey(m), at)
}

// due is called when the timer of a recurring operation fires.
func (c *Core) due(r *resource, m *recurring) {
	m.armed = false
	if r.running != nil && r.running.rec == m {
		return // it is being run just now; its end sets the timer again
	}
	c.setDue(m)
	c.next(r)
}

func (c *Core) beginRecurring(r *resource, m *recurring) {
	n := &run{op: m.op, rec: m, serving: m.wants, queued: c.now.Mono - m.dueSince, hint: m.hint}
	m.due, m.hint, m.wants = false, "", nil
	c.begin(r, n)
}

// nextOnGrid returns the first point of the grid after now.
func (m *recurring) nextOnGrid(now time.Duration) time.Duration {
	if now < m.base {
		return m.base
	}
	return m.base + ((now-m.base)/m.op.Interval+1)*m.op.Interval
}

// ended handles the result of one run of a recurring operation.
func (c *Core) ended(r *resource, m *recurring, n *run, res operation.Result) {
	changed := m.last == nil || m.last.Status != res.Status || m.last.Code != res.Code
	res.Changed = res.Began
	if !changed {
		res.Changed = m.last.Changed
	}
	well := m.well(&res)
	if changed && !well {
		c.emit(Tell{note.ServiceFailed{Resource: r.id, Node: c.opt.Node, Result: outcome(&res), Hint: n.hint}})
	}
	for _, op := range n.serving {
		res.Op = op
		c.emit(Report{res})
	}
	if changed && len(n.serving) == 0 {
		c.emit(Report{res})
	}
	// What was running and is so again may have other processes now, so the watch is renewed.
	if active(&res) && (changed || !r.watched) {
		r.watched = true
		c.emit(Watch{m.op})
	}
	c.lookAgain(r, n, well)
	kept := res
	kept.Output, kept.Errors = "", ""
	m.last = &kept
	if !m.armed {
		c.arm(m, m.nextOnGrid(c.now.Mono))
	}
}

// active tells that the resource was found running, in whatever role.
func active(res *operation.Result) bool {
	if res.Status != operation.Done {
		return false
	}
	switch res.Code {
	case ocf.OK, ocf.RunningPromoted, ocf.Degraded, ocf.DegradedPromoted:
		return true
	}
	return false
}

// well tells that a monitor found what it was meant to find.
func (m *recurring) well(res *operation.Result) bool {
	if want, err := strconv.Atoi(m.op.Param("CRM_meta_op_target_rc")); err == nil && res.Status == operation.Done {
		return int(res.Code) == want || active(res) && want == 0
	}
	return active(res)
}

// dropRecurring ends everything that repeats on a resource, because it is stopped or replaced. Only requests that still
// wait for their first result get a report.
func (c *Core) dropRecurring(r *resource) {
	for len(r.recurring) > 0 {
		m := r.recurring[0]
		c.remove(r, m)
		for _, op := range m.wants {
			c.reportCancelled(op, "", m.last)
		}
	}
	c.unwatch(r)
}

// endRecurring ends one by request.
func (c *Core) endRecurring(r *resource, m *recurring, key string) {
	c.remove(r, m)
	told := false
	for _, op := range m.wants {
		c.reportCancelled(op, "", m.last)
		told = told || key == "" || op.Key == key
	}
	if !told {
		c.reportCancelled(m.op, key, m.last)
	}
	if len(r.recurring) == 0 {
		c.unwatch(r)
	}
}

// remove takes a recurring operation away. A run of it that is under way is killed and its result ignored; the requests
// that it was to answer are put back into wants.
func (c *Core) remove(r *resource, m *recurring) {
	for i := range r.recurring {
		if r.recurring[i] == m {
			r.recurring = append(r.recurring[:i:i], r.recurring[i+1:]...)
			break
		}
	}
	if m.armed {
		c.emit(CancelTimer{dueKey(m)})
	}
	c.emit(Drop{Resource: m.op.Resource, Task: m.op.Task, Interval: m.op.Interval})
	if n := r.running; n != nil && n.rec == m {
		m.wants = append(n.serving, m.wants...)
		n.serving, n.silent, n.rec = nil, true, nil
		c.terminate(n)
	}
}
