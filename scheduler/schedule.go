package scheduler

import (
	"fmt"

	"pacer/cluster"
)

// Schedule decides. Output.Err tells when nothing could be decided; it does not panic on any input.
func Schedule(in Input) (out *Output) {
	defer func() {
		if p := recover(); p != nil {
			out = &Output{Err: fmt.Errorf("scheduler: the decision broke off: %v", p)}
		}
	}()
	return schedule(in)
}

func schedule(in Input) *Output {
	r, out := begin(in)
	if r == nil {
		return out
	}
	out = r.decide(in)
	in.Workspace.takeBack(r)
	return out
}

// begin reads the input; the run is nil when that is not possible.
func begin(in Input) (*run, *Output) {
	state := in.State
	if state == nil {
		var err error
		if state, err = in.Memo.Unpack(in.CIB, in.Now); err != nil {
			return nil, &Output{Err: fmt.Errorf("scheduler: %w", err)}
		}
	}
	r := newRun(state, in.Workspace.lend())
	r.showAll = in.ShowScores
	r.showUse = in.ShowUtilization
	r.sanitized = in.Sanitized
	if in.Why {
		r.startRecord()
	}
	return r, nil
}

// decide is the table of contents.
func (r *run) decide(in Input) *Output {
	// What the history asks for.
	r.takeFacts()
	r.notices = nil // what the history asks for is told of where it is read: see cluster.State.FencingNotices
	// Who may go where.
	r.applyHealth()
	r.unpackConstraints()
	r.applyNodeCriteria()
	for _, x := range r.top {
		r.internalConstraints(x)
	}
	r.handleChanges()
	// Choosing nodes.
	r.showCapacities("Original")
	r.assignResources()
	r.showCapacities("Remaining")
	// What to do.
	r.lateChecks()
	if r.st.Options.StartupProbes {
		r.scheduleProbes()
	}
	if r.st.Options.StopRemovedResources {
		r.clearRemovedFailures()
	}
	for _, x := range r.top {
		r.createActions(x)
	}
	r.orderRemoteActions()
	r.scheduleFencing()
	// In which order.
	r.applyOrders()
	if r.work > maxWork {
		return &Output{State: r.st, Err: fmt.Errorf("scheduler: the orders of %d actions do not come to rest", len(r.acts))}
	}
	r.notifyClones()
	// The result.
	r.number()
	out := &Output{State: r.st, Trace: r.trace, Notices: r.notices, Messages: r.messages}
	r.summarize(out)
	r.makeGraph(out, in.Transition)
	out.Record = r.why.record()
	if in.Draw {
		r.draw(out, in)
	}
	return out
}

// takeFacts makes the first actions: those that the history asks for.
func (r *run) takeFacts() {
	for i := range r.st.Facts {
		f := &r.st.Facts[i]
		n := r.node(f.Node)
		if f.Resource == nil {
			r.fence(n, "", true, f.Reason, f.Delay)
			continue
		}
		x := r.all[f.Resource.ID]
		managed, online, unclean, reset := x.managed, n.online, n.unclean, n.reset
		x.managed, n.online, n.unclean, n.reset = f.Managed, f.Online, f.Unclean, f.Reset
		switch f.Kind {
		case cluster.FactStop:
			r.stop(x, n, false)
		case cluster.FactStopDone:
			for _, a := range x.findAll(taskStop, 0, n, false) {
				a.set(optional)
			}
		case cluster.FactDemote:
			r.action(x, taskDemote, 0, n, false)
		case cluster.FactRecurring:
			r.action(x, f.Task, f.Interval, n, true)
		case cluster.FactClearFailure:
			a := r.clearFailures(x, n)
			if f.Fencing != nil {
				// Told of before the remote node's attributes, so that the devices with which it was unfenced do not matter.
				fencing, _ := r.fencingOf(r.node(f.Fencing), "")
				r.link(fencing, a, firstCausesThen)
			}
		case cluster.FactForget:
			r.action(x, taskForget, 0, n, false)
		}
		x.managed, n.online, n.unclean, n.reset = managed, online, unclean, n.reset || reset
	}
}

// number gives the actions their ids, in the order in which they were made.
func (r *run) number() {
	for i, a := range r.acts {
		a.id = i + 1
	}
}
