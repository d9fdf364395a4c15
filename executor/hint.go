package executor

// hint brings the monitors of a resource forward: at once when the last hint is old enough, else at the end of the gap. Only
// what has a recurring monitor is looked at: before its first monitor a resource is being started, and after the stop
// nobody expects its processes to live.
func (c *Core) hint(e Hint) {
	r := c.resources[e.Resource]
	if r == nil || len(r.recurring) == 0 {
		return
	}
	r.hintKind = e.Kind
	r.secondLooks = 1
	if r.hintWaits {
		return
	}
	if r.hinted && c.now.Mono < r.lastHint+c.opt.HintGap {
		r.hintWaits = true
		c.setTimer(hintKey(r.id), r.lastHint+c.opt.HintGap)
		return
	}
	c.hintNow(r)
}

func (c *Core) hintNow(r *resource) {
	r.hintWaits = false
	r.hinted, r.lastHint = true, c.now.Mono
	for _, m := range r.recurring {
		if m.last == nil && len(m.wants) > 0 && !m.due {
			continue // it waits for its start-delay
		}
		m.hint = r.hintKind
		c.setDue(m)
	}
	c.next(r)
}

// lookAgain repeats a hinted monitor once after the gap when it found nothing wrong: what just died may have been answered
// for by a child of it that dies a moment later.
func (c *Core) lookAgain(r *resource, n *run, well bool) {
	if n.hint == "" {
		return
	}
	if !well || r.secondLooks == 0 || r.hintWaits {
		return
	}
	r.secondLooks--
	r.hintWaits = true
	c.setTimer(hintKey(r.id), c.now.Mono+c.opt.HintGap)
}
