package controller

import (
	"fmt"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"pacer/cib"
	"pacer/cluster"
	"pacer/graph"
	"pacer/isotime"
	"pacer/note"
	"pacer/scheduler"
	"pacer/transition"
)

// decide lets the scheduler look at the cluster and begins what it wants done.
func (c *Core) decide() {
	why := c.why
	c.dirty, c.why = false, ""
	c.number++
	out, err := c.schedule(c.doc)
	if err != nil {
		c.hold(err)
		return
	}
	c.holds = 0
	g := *out.Graph // the number is ours
	g.ID = c.number
	c.offsets = failOffsets{Start: g.FailedStartOffset, Stop: g.FailedStopOffset}
	actions := 0
	for i := range g.Synapses {
		if g.Synapses[i].Action.Kind != graph.Pseudo {
			actions++
		}
	}
	if len(g.Synapses) > 0 {
		c.emit(SaveInput{Kind: "input", Number: c.number, CIB: c.doc})
	}
	if actions > 0 {
		c.tell(note.TransitionBegun{Number: c.number, Actions: actions, Why: why})
	}
	c.setRecheck(g.RecheckBy)
	limit := defaultNodeLimit
	if n, err := strconv.Atoi(c.option("node-action-limit")); err == nil && n > 0 {
		limit = n
	}
	c.drive(transition.Begin{Graph: &g, NodeLimit: limit})
}

// defaultNodeLimit is how many operations may be under way on one node where node-action-limit says nothing: enough never to
// be noticed with a few services, and few enough that the probes of a thousand do not smother a machine.
const defaultNodeLimit = 16

// schedule runs the scheduler behind a wall: a document that makes it panic must not take the manager down, and then the
// next DC, and then the next. The scheduler is pure, so that nothing half done is left behind.
func (c *Core) schedule(doc *cib.Document) (out *scheduler.Output, err error) {
	judged, err := c.raiser.Raise(doc)
	if err != nil {
		return nil, err
	}
	memo := c.memo
	if memo == nil {
		memo = &cluster.Memo{}
	}
	c.memo = nil // what makes it fail may be in there
	defer func() {
		if r := recover(); r != nil {
			out, err = nil, &panicked{fmt.Sprint(r), place(string(debug.Stack()))}
		}
	}()
	out = c.cfg.Schedule(scheduler.Input{CIB: judged.Root(), Now: c.now.Wall, Memo: memo, Workspace: &c.workspace})
	if out.Err != nil {
		return nil, out.Err
	}
	if out.State != nil {
		c.memo = out.State.Memo()
	}
	if out.Graph == nil {
		out.Graph = &graph.Graph{}
	}
	return out, nil
}

// judged is the document in the words of the newest schema; as it is when it cannot be raised, since what it says in today's words
// counts all the same.
func (c *Core) judged() *cib.Document {
	if d, err := c.raiser.Raise(c.doc); err == nil {
		return d
	}
	return c.doc
}

// panicked is a panic of the scheduler.
type panicked struct{ what, at string }

// place finds the line of a stack where the panic arose: the one after the runtime's own.
func place(stack string) string {
	_, after, _ := strings.Cut(stack, "panic(")
	lines := strings.Split(after, "\n")
	for i := 2; i+1 < len(lines); i += 2 {
		if !strings.HasPrefix(lines[i], "runtime.") {
			return "at " + strings.TrimSpace(lines[i+1])
		}
	}
	return ""
}

func (p *panicked) Error() string { return p.what }

// hold stops deciding until the configuration changes, or nodes come or go, or a rest is over that doubles each time: what
// made the scheduler fail may have been something passing in the status.
func (c *Core) hold(err error) {
	c.held = err.Error()
	c.setTimer(timerRecheck, min(30*time.Second<<min(c.holds, 5), 15*time.Minute))
	c.holds++
	kind := "error"
	if p, ok := err.(*panicked); ok {
		kind = "panic"
		c.held += " " + p.at
	}
	c.emit(SaveInput{Kind: kind, Number: c.number, CIB: c.doc})
	c.tell(note.SchedulerPanicked{Reason: c.held, Saved: fmt.Sprintf("pe-%s-%d", kind, c.number)})
}

// ended is called when a transition is over.
func (c *Core) ended(e transition.Ended) {
	if e.Done+e.Failed+e.Left > 0 {
		c.tell(note.TransitionDone{Number: e.Graph.ID, Aborted: e.Why})
	}
	switch e.After {
	case transition.Restart:
		if !c.dirty {
			c.dirty, c.why = true, e.Why
		}
	case transition.Stop:
		// What made it stop would only happen again; the next change or the recheck timer begins anew.
	}
	if !e.Complete && e.After == transition.Nothing {
		c.dirty, c.why = true, "the transition could not be completed"
	}
	if !c.dirty {
		c.idle(e)
	}
}

// idle tells everybody that nothing is left to do.
func (c *Core) idle(e transition.Ended) {
	c.settled = e.After == transition.Nothing
	c.tell(note.Idle{})
	c.tellSettled()
}

// interval reads a duration in the forms of options.
func interval(s string) time.Duration { return isotime.IntervalOr(s, 0) }
