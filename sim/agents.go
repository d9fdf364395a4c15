package sim

import (
	"slices"
	"time"

	"pacer/api"
	"pacer/executor"
	"pacer/node"
	"pacer/ocf"
	"pacer/operation"
)

// agents is a node's services and the agents at work on them. It outlives the manager and ends with the power.
type agents struct {
	lastRun  uint64
	runs     []*agentRun
	kept     []operation.Op // recurring operations that the next manager finds
	services []service
	breaks   []string // services whose start fails here; "stop NAME" for those that do not stop
}

type service struct {
	Name     string
	Active   bool
	Promoted bool
	Busy     bool // an agent is starting or stopping it: it may be active
	Watched  bool
}

type agentRun struct {
	id    uint64
	op    operation.Op
	began time.Duration
	over  bool
	end   executor.Exited
}

func (a *agents) service(name string) *service {
	for i := range a.services {
		if a.services[i].Name == name {
			return &a.services[i]
		}
	}
	a.services = append(a.services, service{Name: name})
	return &a.services[len(a.services)-1]
}

func (a *agents) perform(n *Node, f executor.Effect) {
	switch f := f.(type) {
	case executor.Run:
		a.run(n, f)
	case executor.Kill:
		i := slices.IndexFunc(a.runs, func(r *agentRun) bool { return r.id == f.Run && !r.over })
		if i >= 0 {
			r := a.runs[i]
			n.agents.finish(n, r, executor.Exited{Run: r.id, Status: operation.Done, Code: ocf.ErrGeneric, Reason: "killed"})
		}
	case executor.Keep:
		a.drop(f.Op.Resource, f.Op.Task, f.Op.Interval)
		a.kept = append(a.kept, f.Op)
	case executor.Drop:
		a.drop(f.Resource, f.Task, f.Interval)
	case executor.Watch:
		a.service(f.Op.Resource).Watched = true
	case executor.Unwatch:
		a.service(f.Resource).Watched = false
	}
}

func (a *agents) drop(resource, task string, interval time.Duration) {
	a.kept = slices.DeleteFunc(a.kept, func(op operation.Op) bool {
		return op.Resource == resource && op.Task == task && op.Interval == interval
	})
}

// run plays an agent. A service that is being started or stopped counts as active: the agent may have done its work long
// before it returns.
func (a *agents) run(n *Node, f executor.Run) {
	a.lastRun = max(a.lastRun, f.Run)
	r := &agentRun{id: f.Run, op: f.Op, began: n.w.now}
	a.runs = append(a.runs, r)
	s := a.service(f.Op.Resource)
	n.w.log("%s: agent %s %s begins", n.Name, f.Op.Task, f.Op.Resource)
	var took time.Duration
	switch f.Op.Task {
	case "start":
		s.Busy = true
		n.w.recovered(n, f.Op.Resource)
		took = n.w.some(5*time.Millisecond, 60*time.Millisecond)
	case "promote":
		s.Busy, s.Promoted = true, true
		took = n.w.some(5*time.Millisecond, 60*time.Millisecond)
	case "stop", "demote":
		s.Busy = s.Active
		took = n.w.some(5*time.Millisecond, 40*time.Millisecond)
	default:
		took = n.w.some(time.Millisecond, 10*time.Millisecond)
	}
	inc := n.incarnation
	n.w.after(took, func() {
		if n.On && n.incarnation == inc && !r.over {
			n.agents.finish(n, r, n.agents.outcome(n, r))
		}
	})
}

// outcome does what the agent does and returns what it says.
func (a *agents) outcome(n *Node, r *agentRun) executor.Exited {
	s := a.service(r.op.Resource)
	end := executor.Exited{Run: r.id, Status: operation.Done}
	if r.op.Agent.Class == "stonith" {
		if r.op.Task == "monitor" && r.op.Interval == 0 && !s.Active {
			end.Code = ocf.NotRunning
		}
		s.Active = r.op.Task == "start" || s.Active && r.op.Task != "stop"
		s.Busy = false
		return end
	}
	switch r.op.Task {
	case "start":
		if slices.Contains(a.breaks, r.op.Resource) {
			end.Code, end.Reason = ocf.ErrGeneric, "broken here"
			s.Busy = false
			return end
		}
		s.Active, s.Promoted = true, false
		if r.op.Agent.Type == "Stateful" {
			// As crm_master does from inside the agent.
			n.later(0, node.Asked{Request: api.AttributeUpdate{Action: api.AttributeSet, Name: "master-" + r.op.Resource, Value: "10"}})
		}
	case "promote":
	case "demote":
		s.Promoted = false
	case "stop":
		if slices.Contains(a.breaks, "stop "+r.op.Resource) {
			end.Code, end.Reason = ocf.ErrGeneric, "it does not stop"
			s.Busy = false
			return end
		}
		s.Active, s.Promoted = false, false
	case "monitor":
		switch {
		case !s.Active:
			end.Code = ocf.NotRunning
		case s.Promoted:
			end.Code = ocf.RunningPromoted
		}
		return end
	}
	s.Busy = false
	return end
}

func (a *agents) finish(n *Node, r *agentRun, end executor.Exited) {
	r.over, r.end = true, end
	s := a.service(r.op.Resource)
	s.Busy = false
	n.w.log("%s: agent %s %s ends: %d", n.Name, r.op.Task, r.op.Resource, end.Code)
	if n.manager == nil {
		return // the next manager will find it
	}
	a.runs = slices.DeleteFunc(a.runs, func(x *agentRun) bool { return x == r })
	n.step(node.FromAgents{Event: end})
}

// restore tells a new manager what the one before has left.
func (a *agents) restore(n *Node) {
	ev := executor.Restored{Recurring: slices.Clone(a.kept)}
	for _, r := range a.runs {
		l := executor.Leftover{Run: r.id, Op: r.op, Began: n.w.start.Add(r.began), State: executor.StillRunning, Left: r.op.Timeout}
		if r.over {
			l.State, l.End = executor.Ended, r.end
		}
		ev.Runs = append(ev.Runs, l)
	}
	a.runs = slices.DeleteFunc(a.runs, func(r *agentRun) bool { return r.over })
	n.step(node.FromAgents{Event: ev})
}

// KillService ends a service behind the manager's back. A watched one is noticed by the kernel's event.
func (n *Node) KillService(name string) {
	s := n.agents.service(name)
	if !s.Active {
		return
	}
	n.w.log("%s: %s dies", n.Name, name)
	s.Active, s.Promoted = false, false
	if s.Watched {
		n.later(n.w.some(time.Millisecond, 3*time.Millisecond), node.FromAgents{Event: executor.Hint{Resource: name, Kind: "process"}})
	}
}

// Runs tells whether a service is active on the node.
func (n *Node) Runs(name string) bool {
	return n.On && n.agents.service(name).Active
}

// MayRun tells whether it may be active, being started or stopped just now.
func (n *Node) MayRun(name string) bool {
	s := n.agents.service(name)
	return n.On && (s.Active || s.Busy)
}
