package executor

import (
	"fmt"
	"slices"
	"time"

	"pacer/note"
	"pacer/ocf"
	"pacer/operation"
)

// run is one process (or call) of an agent.
type run struct {
	id      uint64
	op      operation.Op
	rec     *recurring     // what it is a run of, nil for operations that happen once
	serving []operation.Op // the requests that this result answers, when recurring
	began   time.Duration
	wall    time.Time
	queued  time.Duration
	hint    string

	terminated bool // TERM was sent
	late       bool // because it ran over its time
	silent     bool // nobody wants the result
}

// answers tells whether a request asks for what this run is doing already: a new DC that found it under way asks again. Doing it
// twice would be harmless, but take twice as long, so that the run answers the later request in place of the earlier one, for
// which nobody waits any more.
func (n *run) answers(op *operation.Op) bool {
	switch op.Task {
	case "start", "stop", "promote", "demote":
	default:
		return false
	}
	return !n.terminated && !n.silent && n.rec == nil && n.op.Task == op.Task && n.op.Agent == op.Agent && n.op.Interval == op.Interval &&
		op.Delay == 0 && slices.Equal(n.op.Params, op.Params)
}

func (c *Core) begin(r *resource, n *run) {
	c.lastRun++
	n.id, n.began, n.wall = c.lastRun, c.now.Mono, c.now.Wall
	r.running = n
	c.runs[n.id] = n
	timeout := n.op.Timeout
	if timeout <= 0 {
		timeout = c.opt.DefaultTimeout
	}
	if n.op.Task != "monitor" {
		c.emit(Tell{note.ActionBegun{Resource: r.id, Task: n.op.Task, Node: c.opt.Node}})
	}
	c.emit(Run{Run: n.id, Op: n.op, Timeout: timeout})
	c.setTimer(runKey("deadline", n), c.now.Mono+timeout)
}

// terminate asks a run to end and makes sure that it will.
func (c *Core) terminate(n *run) {
	if n.terminated {
		return
	}
	n.terminated = true
	c.emit(CancelTimer{runKey("deadline", n)}, Kill{Run: n.id})
	c.setTimer(runKey("kill", n), c.now.Mono+c.opt.Grace)
}

func (c *Core) overrun(n *run, stage string) {
	switch stage {
	case "deadline":
		n.late = true
		c.emit(Tell{note.AgentKilled{Resource: n.op.Resource, Task: n.op.Task, After: c.now.Mono - n.began}})
		c.terminate(n)
	case "kill":
		c.emit(Kill{Run: n.id, Hard: true})
		c.setTimer(runKey("giveup", n), c.now.Mono+c.opt.GiveUp)
	case "giveup":
		// The process hangs in the kernel. Waiting longer would keep the cluster from fencing this node for it.
		c.finish(n, Exited{Run: n.id, Status: operation.TimedOut, Code: ocf.ErrGeneric, Reason: "it cannot be killed"})
	}
}

func (c *Core) exited(e Exited) {
	if n := c.runs[e.Run]; n != nil {
		c.finish(n, e)
	}
}

func (c *Core) finish(n *run, e Exited) {
	delete(c.runs, n.id)
	for _, what := range []string{"deadline", "kill", "giveup"} {
		c.emit(CancelTimer{runKey(what, n)})
	}
	r := c.resources[n.op.Resource]
	r.running = nil
	if !n.silent {
		res := operation.Result{
			Op: n.op, Status: e.Status, Code: e.Code, Reason: e.Reason, Output: e.Output, Errors: e.Errors,
			Began: n.wall, Changed: n.wall, Queued: n.queued, Ran: c.now.Mono - n.began, Hint: n.hint,
		}
		if n.late {
			// Whatever it said at last, it had its time.
			res.Status, res.Code = operation.TimedOut, ocf.ErrGeneric
			if res.Reason == "" {
				res.Reason = fmt.Sprintf("%s did not end within %v", n.op.Task, n.timeout(c.opt.DefaultTimeout))
			}
		}
		if n.rec != nil {
			c.ended(r, n.rec, n, res)
		} else {
			c.tellResult(&res)
			c.emit(Report{res})
		}
	}
	c.next(r)
}

func (n *run) timeout(def time.Duration) time.Duration {
	if n.op.Timeout > 0 {
		return n.op.Timeout
	}
	return def
}
