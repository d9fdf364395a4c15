package scheduler

import (
	"pacer/cluster"
)

// summarize tells in a few words what becomes of nodes and resources.
func (r *run) summarize(out *Output) {
	for i := len(r.acts) - 1; i >= 0; i-- {
		a := r.acts[i]
		if a.rsc != nil || a.has(optional) {
			continue
		}
		d := NodeDecision{Reason: a.why.String()}
		switch a.task {
		case taskShutdown:
			d.Task = "Shutdown"
		case taskFence:
			d.Task = "Fence (" + a.getMeta("stonith_action") + ")"
		default:
			continue
		}
		if n := a.node; n != nil {
			d.Node, d.Name = n.in, n.name
			if n.guest() {
				d.Name += " (resource: " + n.in.Container.Name + ")"
			}
		}
		out.NodeDecisions = append(out.NodeDecisions, d)
	}
	for _, x := range r.top {
		r.summarizeResource(out, x)
	}
}

func (r *run) summarizeResource(out *Output, x *rsc) {
	if x.kind == cluster.Bundle {
		for _, p := range x.bundle.replicas {
			for _, part := range []*rsc{p.ip, p.container, p.connection, p.child} {
				if part != nil {
					r.summarizeResource(out, part)
				}
			}
		}
		return
	}
	if len(x.children) > 0 || x.kind != cluster.Primitive {
		for _, c := range x.children {
			r.summarizeResource(out, c)
		}
		return
	}
	var at *node
	if len(x.running) > 0 {
		at = x.current()
		if x.role == cluster.Stopped {
			x.role = cluster.Started // changed while a recovery was planned
		}
	}
	if at == nil && x.removed {
		return
	}
	s := summary{r: r, out: out, x: x, at: at, to: x.assigned}
	s.decide()
}

// summary finds the words for one primitive.
type summary struct {
	r      *run
	out    *Output
	x      *rsc
	at, to *node
}

func (s *summary) say(verb Verb, from, to *node, a, why *action) {
	if a == nil {
		return
	}
	if why == nil {
		why = a
	}
	x := s.x
	d := Decision{Verb: verb, Resource: x.in, FromRole: x.role, ToRole: x.next, Reason: why.why.String(), Blocked: !a.has(runnable)}
	if from != nil {
		d.From = from.in
	}
	if to != nil {
		d.To = to.in
	}
	d.Detail = detail(&d)
	s.out.Decisions = append(s.out.Decisions, d)
}

// detail is what stands in parentheses: where it was and will be, with roles where they are more than started.
func detail(d *Decision) string {
	roles := d.FromRole > cluster.Started || d.ToRole > cluster.Unpromoted
	same, stays := d.FromRole == d.ToRole, d.From == d.To
	from, to := d.FromRole.String(), d.ToRole.String()
	switch {
	case d.From == nil && d.To == nil:
		return ""
	case d.From == nil && roles:
		return from + " -> " + to + " " + d.To.Name
	case d.From == nil:
		return d.To.Name
	case d.To == nil && roles, roles && same && stays:
		return from + " " + d.From.Name
	case d.To == nil, same && stays:
		return d.From.Name
	case roles && same:
		return d.From.Name + " -> " + d.To.Name + " " + from
	case same:
		return d.From.Name + " -> " + d.To.Name
	case stays:
		return from + " -> " + to + " " + d.From.Name
	}
	return from + " " + d.From.Name + " -> " + to + " " + d.To.Name
}

func (s *summary) decide() {
	x, at, to := s.x, s.at, s.to
	if !x.managed || at == nil && to == nil {
		return
	}
	moving := at != nil && to != nil && at != to
	start := x.find(taskStart, 0, to, false)
	var stopOn *node
	if start != nil && start.has(runnable) {
		stopOn = at
	}
	stop := x.find(taskStop, 0, stopOn, false)
	if stop == nil && x.stopUnexpected {
		stop = x.find(taskStop, 0, nil, false)
	}
	promote, demote := x.find(taskPromote, 0, to, false), x.find(taskDemote, 0, to, false)
	if x.role == x.next {
		s.stays(moving, start, stop, promote, demote)
		return
	}
	cannotStart := start != nil && !start.has(runnable)
	switch {
	case stop != nil && (x.next == cluster.Stopped || cannotStart):
		for _, n := range x.running {
			a, why := x.find(taskStop, 0, n, false), start
			if a != nil && a.why != nil {
				why = a
			}
			s.say(Stop, n, nil, a, why)
		}
	case stop != nil && x.failed && x.stopIfFailed:
		s.say(Recover, at, to, stop, start)
	case moving:
		s.say(Move, at, to, stop, nil)
	case x.reload:
		s.say(Reload, at, to, start, nil)
	case stop != nil && !stop.has(optional):
		s.say(Restart, at, to, start, nil)
	case x.role == cluster.Promoted:
		s.say(Demote, at, to, demote, nil)
	case x.next == cluster.Promoted:
		s.say(Promote, at, to, promote, nil)
	case x.role == cluster.Stopped && x.next > cluster.Stopped:
		s.say(Start, at, to, start, nil)
	}
}

// stays finds the word for a resource that keeps its role.
func (s *summary) stays(moving bool, start, stop, promote, demote *action) {
	x, at, to := s.x, s.at, s.to
	if to == nil {
		return
	}
	migrate := x.find(taskMigrateFrom, 0, to, false)
	switch {
	case migrate != nil && at != nil && migrate.has(runnable):
		s.say(Migrate, at, to, start, nil)
	case x.reload:
		s.say(Reload, at, to, start, nil)
	case start == nil || start.has(optional):
		if demote != nil && promote != nil && !demote.has(optional) && !promote.has(optional) {
			s.say(RePromote, at, to, promote, demote)
		}
	case !start.has(runnable):
		why := stop
		if stop == nil || stop.why == nil {
			why = start
		}
		s.say(Stop, at, nil, stop, why)
	case moving && x.failed:
		s.say(Recover, at, to, stop, nil)
	case moving:
		s.say(Move, at, to, stop, nil)
	case x.failed:
		s.say(Recover, at, nil, stop, nil)
	default:
		s.say(Restart, at, to, start, nil)
	}
}
