package fencer

import (
	"slices"
	"strings"

	"pacer/engine"
	"pacer/exitcode"
	"pacer/note"
)

// maxHistory is how many finished operations are remembered.
const maxHistory = 500

// manual is the device of an administrator's word.
const manual = "manual_ack"

// remain adds a finished operation to the history, which is ordered by the times of the end, and tells whether that changed
// it.
func (c *Core) remain(o Operation) bool {
	if i := slices.IndexFunc(c.history, func(h Operation) bool { return h.ID == o.ID }); i >= 0 {
		if !outranks(&o, &c.history[i]) {
			return false
		}
		c.history = slices.Delete(c.history, i, i+1)
	}
	c.history = append(c.history, o)
	slices.SortStableFunc(c.history, func(a, b Operation) int {
		if d := a.Ended.Compare(b.Ended); d != 0 {
			return d
		}
		return strings.Compare(a.ID, b.ID)
	})
	if over := len(c.history) - maxHistory; over > 0 {
		c.history = slices.Clone(c.history[over:])
	}
	return true
}

// outranks decides between two accounts of one operation, after the two sides of a partition meet again: what its owner said
// counts more than what others took it for, a success more than a failure.
func outranks(a, b *Operation) bool {
	if a.Presumed != b.Presumed {
		return b.Presumed
	}
	if won := a.State == Succeeded; won != (b.State == Succeeded) {
		return won
	}
	if d := a.Ended.Compare(b.Ended); d != 0 {
		return d > 0
	}
	return a.Device+" "+a.Executor+" "+a.Reason > b.Device+" "+b.Executor+" "+b.Reason
}

// confirm passes on an administrator's word.
func (c *Core) confirm(e Confirm) {
	if e.Target == "" {
		c.emit(Reply{ID: e.ID, Code: exitcode.InvalidParam, Reason: "the target has no name"})
		return
	}
	id := c.newID()
	c.waiting[id] = e.ID
	c.broadcast(kindConfirm, confirmBody{ID: id, Target: e.Target, User: e.Principal.User, Origin: c.opt.Name, At: c.now.Wall.UTC()}, 0, "")
}

// confirmed takes an administrator's word: what waits for the target's end is done.
func (c *Core) confirmed(b confirmBody) {
	c.emit(Tell{note.FencingConfirmedByHand{Target: b.Target, User: b.User}})
	word := doneBody{State: Succeeded, Device: manual, Executor: b.Origin, At: b.At}
	for {
		i := slices.IndexFunc(c.ops, func(o *op) bool {
			return o.MergedTo == "" && o.Action != "on" && strings.EqualFold(o.Target, b.Target)
		})
		if i < 0 {
			break
		}
		c.complete(c.ops[i], word)
	}
	o := &op{Operation: Operation{
		ID: b.ID, Target: b.Target, Action: "off", Client: "manual", Origin: b.Origin, Began: b.At, State: Pending, Why: b.User + " said so",
	}}
	c.complete(o, word)
}

// cleanup asks everybody to forget finished operations.
func (c *Core) cleanup(e Cleanup) {
	id := c.newID()
	c.waiting[id] = e.ID
	c.broadcast(kindCleanup, cleanupBody{ID: id, Target: e.Target}, 0, "")
}

func (c *Core) cleaned(b cleanupBody) {
	c.history = slices.DeleteFunc(c.history, func(o Operation) bool { return b.Target == "" || strings.EqualFold(o.Target, b.Target) })
	c.emit(HistoryChanged{})
	if id, ok := c.waiting[b.ID]; ok {
		delete(c.waiting, b.ID)
		c.emit(Reply{ID: id, Code: exitcode.OK})
	}
}

// tellHistory tells newcomers what happened before. Of those who came from one view together, the first one speaks.
func (c *Core) tellHistory(old, now engine.View) {
	var together []engine.NodeID
	newcomers := false
	for _, m := range now.Attached() {
		if was, ok := old.Member(m.ID); ok && was.Attached && managerOf(was) == managerOf(m) {
			together = append(together, m.ID)
		} else {
			newcomers = true
		}
	}
	if !newcomers || len(together) == 0 || together[0] != c.opt.Self || len(c.history)+len(c.ops) == 0 {
		return
	}
	b := historyBody{Operations: c.history}
	for _, o := range c.ops {
		b.Pending = append(b.Pending, pendingBody{
			Operation: o.Operation, Owner: o.owner, Attachment: o.attachment, Timeout: o.timeout, Delay: o.delay, WhileLost: o.whileLost,
		})
	}
	c.broadcast(kindHistory, b, 0, "")
}

func (c *Core) mergeHistory(from engine.NodeID, b historyBody) {
	if from == c.opt.Self {
		return
	}
	changed := false
	for _, o := range b.Operations {
		if c.opOf(o.ID) == nil {
			changed = c.remain(o) || changed
		}
	}
	for _, p := range b.Pending {
		if p.Owner == c.opt.Self || c.opOf(p.Operation.ID) != nil || !c.attachedAs(p.Owner, p.Attachment) ||
			slices.ContainsFunc(c.history, func(o Operation) bool { return o.ID == p.Operation.ID && !o.Presumed }) {
			continue
		}
		c.history = slices.DeleteFunc(c.history, func(o Operation) bool { return o.ID == p.Operation.ID })
		changed = true
		c.ops = append(c.ops, &op{
			Operation: p.Operation, owner: p.Owner, attachment: p.Attachment, timeout: p.Timeout, delay: p.Delay, whileLost: p.WhileLost,
		})
		for _, e := range c.early {
			if e.Op == p.Operation.ID || slices.Contains(e.Merged, p.Operation.ID) {
				c.complete(c.opOf(p.Operation.ID), e)
				break
			}
		}
	}
	if changed {
		c.emit(HistoryChanged{})
	}
}
