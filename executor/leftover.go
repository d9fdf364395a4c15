package executor

import (
	"pacer/note"
	"pacer/ocf"
	"pacer/operation"
)

// restore takes over what the previous manager of this boot left: what repeats is repeated again and reports its first
// result anew, since the controller that knew the last one is gone; runs that go on keep their resource busy until they
// end; of the others the result is reported, or, where nobody knows it and asking again does no harm, they run again.
func (c *Core) restore(e Restored) {
	var inFlight []operation.Op
	for _, op := range e.Recurring {
		op.Delay = 0
		c.repeat(c.resourceOf(&op), op)
	}
	for _, l := range e.Runs {
		c.lastRun = max(c.lastRun, l.Run)
	}
	for _, l := range e.Runs {
		l.Began = l.Began.UTC()
		if c.takeOver(l) {
			inFlight = append(inFlight, l.Op)
		}
	}
	for _, id := range c.ids() {
		if r := c.resources[id]; r != nil {
			c.next(r)
		}
	}
	c.emit(Recovered{InFlight: inFlight, Recurring: c.Recurring()})
}

// takeOver handles one leftover and tells whether its result is still to come.
func (c *Core) takeOver(l Leftover) bool {
	tell := func(what string) {
		c.emit(Tell{note.AgentLeftover{Resource: l.Op.Resource, Task: l.Op.Task, Action: what}})
	}
	if l.Op.Interval > 0 {
		if l.State == StillRunning {
			// It was repeated above and begins anew; the old run only has to be out of the way.
			r := c.resourceOf(&l.Op)
			if r.running != nil {
				c.emit(Kill{Run: l.Run, Hard: true})
				return false
			}
			tell("killed, begun anew")
			n := c.adopt(r, l)
			n.silent = true
			c.terminate(n)
		}
		return false
	}
	r := c.resourceOf(&l.Op)
	if l.Op.Task == "stop" {
		c.dropRecurring(r)
	}
	switch {
	case l.State == StillRunning && r.running == nil:
		tell("taken over")
		n := c.adopt(r, l)
		c.setTimer(runKey("deadline", n), c.now.Mono+max(l.Left, 0))
		return true
	case l.State == StillRunning:
		// Two runs of one resource cannot have been begun by us; keep the rule and end the later one.
		tell("killed")
		c.emit(Kill{Run: l.Run, Hard: true})
		c.lost(l)
		return false
	case l.State == Ended:
		tell("ended meanwhile")
		res := operation.Result{
			Op: l.Op, Status: l.End.Status, Code: l.End.Code, Reason: l.End.Reason, Output: l.End.Output,
			Errors: l.End.Errors, Began: l.Began, Changed: l.Began,
		}
		c.tellResult(&res)
		c.emit(Report{res})
		return false
	case repeatable(l.Op.Task):
		tell("lost, run again")
		op := l.Op
		op.Delay = 0
		r.queue = append(r.queue, &waiting{op: op, since: c.now.Mono, after: c.now.Mono})
		return true
	default:
		tell("lost")
		c.lost(l)
		return false
	}
}

// repeatable tells which actions may be run again when nobody saw how they ended. OCF wants them to be harmless twice; a stop
// that counted as failed would get this node fenced, a start would move the service.
func repeatable(task string) bool {
	switch task {
	case "start", "stop", "monitor", "promote", "demote", "notify":
		return true
	}
	return false
}

func (c *Core) adopt(r *resource, l Leftover) *run {
	n := &run{id: l.Run, op: l.Op, began: c.now.Mono - max(c.now.Wall.Sub(l.Began), 0), wall: l.Began}
	r.running = n
	c.runs[n.id] = n
	return n
}

func (c *Core) lost(l Leftover) {
	res := operation.Result{
		Op: l.Op, Status: operation.Error, Code: ocf.ErrGeneric, Reason: "its end was not seen, the manager was restarted",
		Began: l.Began, Changed: l.Began,
	}
	c.tellResult(&res)
	c.emit(Report{res})
}
