package controller

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"pacer/graph"
	"pacer/transition"
)

// fencing is what the DC remembers of cutting off one node.
type fencing struct {
	Target    string
	Action    int    // of the transition
	ID        uint64 // of the request under way, 0 for none
	Attempts  int    // failed ones since the last success
	NotBefore time.Duration
	Why       string // of the newest failure
}

// maxPause is the longest rest between two attempts.
const maxPause = 30 * time.Second

func (c *Core) fencingOf(target string) *fencing {
	i, ok := slices.BinarySearchFunc(c.fencing, target, func(f fencing, t string) int { return strings.Compare(f.Target, t) })
	if !ok {
		c.fencing = slices.Insert(c.fencing, i, fencing{Target: target})
	}
	return &c.fencing[i]
}

// fence begins the fencing that the transition asks for, at once, or after a rest when it has just failed.
func (c *Core) fence(a *graph.Action) {
	f := c.fencingOf(a.Node.Name)
	f.Action = a.ID
	if f.NotBefore > c.now.Mono {
		c.setTimer(timerFence+f.Target, f.NotBefore-c.now.Mono)
		return
	}
	c.requestFencing(f, a)
}

func (c *Core) fenceAgain(target string) {
	f := c.fencingOf(target)
	if a := c.transition.Find(f.Action); a != nil && a.Operation == "stonith" && a.Node.Name == target && f.ID == 0 {
		c.requestFencing(f, a)
	}
}

func (c *Core) requestFencing(f *fencing, a *graph.Action) {
	c.lastFence++
	f.ID = c.lastFence
	action := a.Attr("CRM_meta_stonith_action")
	if action == "" {
		action = "reboot"
	}
	p := c.peerNamed(f.Target)
	gone := p != nil
	if gone {
		_, member := c.view.Member(p.ID)
		gone = !member || p.Failed
	}
	c.emit(Fence{
		ID: f.ID, Target: f.Target, Action: action, Timeout: c.transition.Graph().FencingTimeout,
		Delay: interval(a.Attr("CRM_meta_delay_max")), Why: c.whyFenced(f.Target), Cause: c.cause(),
		WhileLost: gone && action != "on",
	})
}

// whyFenced says for people why a node is fenced.
func (c *Core) whyFenced(target string) string {
	p := c.peerNamed(target)
	if p == nil {
		return "its state is not known"
	}
	_, member := c.view.Member(p.ID)
	switch {
	case !member:
		return "it is lost"
	case p.Failed:
		return "its manager does not answer"
	}
	return "a resource that failed there requires it"
}

// fenced takes in, at every node, that a fencing ended, whoever asked for it.
func (c *Core) fenced(ev Fenced) {
	if !ev.OK || ev.Action == "on" {
		return
	}
	p := c.peerNamed(ev.Target)
	if p == nil || p.ID == c.cfg.Self {
		return
	}
	p.Fenced, p.Joined = true, false
	if c.acting {
		c.wipe(ev.Target)
	}
}

// nodeWiped follows the write that a fenced node is down: now recovery may go on.
func (c *Core) nodeWiped(name, problem string) {
	if problem != "" {
		c.again("the fencing of " + name + " could not be recorded: " + problem)
		if p := c.peerNamed(name); p != nil && p.Fenced {
			c.wipe(name)
		}
		return
	}
	f := c.fencingOf(name)
	f.Attempts, f.NotBefore, f.Why = 0, 0, ""
	confirmed := false
	for _, a := range c.transition.UnderWay() {
		if a.Operation == "stonith" && a.Node.Name == name && a.Attr("CRM_meta_stonith_action") != "on" {
			confirmed = true
			c.drive(transition.Confirmed{Action: a.ID})
		}
	}
	if !confirmed {
		c.abort(transition.Infinity, name+" was fenced")
	}
}

// fencingAnswered takes in how a request of the DC ended. Success off or reboot is confirmed by nodeWiped.
func (c *Core) fencingAnswered(ev FencingAnswered) {
	i := slices.IndexFunc(c.fencing, func(f fencing) bool { return f.ID == ev.ID && ev.ID != 0 })
	if i < 0 {
		return
	}
	f := &c.fencing[i]
	f.ID = 0
	a := c.transition.Find(f.Action)
	if a == nil || a.Operation != "stonith" || a.Node.Name != f.Target {
		return
	}
	switch {
	case ev.OK && a.Attr("CRM_meta_stonith_action") == "on":
		c.drive(transition.Confirmed{Action: a.ID})
	case ev.OK:
		// The write of nodeWiped follows the result that every node was told.
	case ev.Cancelled:
		f.Attempts, f.NotBefore = 0, 0
		c.drive(transition.Confirmed{Action: a.ID, Failed: true, Why: f.Target + " is back"})
	default:
		c.fencingFailed(f, a, ev)
	}
}

// fencingFailed tries again, after a rest that doubles, until stonith-max-attempts; then nothing more is done before
// something changes or the recheck timer fires.
func (c *Core) fencingFailed(f *fencing, a *graph.Action, ev FencingAnswered) {
	f.Attempts++
	f.Why = ev.Reason
	most := 10
	if n, err := strconv.Atoi(c.option("fencing-max-attempts", "stonith-max-attempts")); err == nil && n > 0 {
		most = n
	}
	why := "fencing " + f.Target + " failed"
	if ev.Reason != "" {
		why += ": " + ev.Reason
	}
	switch {
	case f.Attempts >= most:
		f.NotBefore = 0
		c.drive(transition.Abort{Priority: transition.Infinity, After: transition.Stop, Why: why})
	case f.Attempts > 1 || ev.NoDevice:
		// A device may be missing only because a fencer has just started; nothing is gained by asking it again at once.
		f.NotBefore = c.now.Mono + min(time.Second<<min(max(f.Attempts-2, 0), 10), maxPause)
	}
	c.drive(transition.Confirmed{Action: a.ID, Failed: true, Why: why})
}
