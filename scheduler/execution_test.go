package scheduler_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pacer/cluster"
	"pacer/internal/randomcib"
	"pacer/internal/randomcib/campaign"
	"pacer/scheduler"
	"pacer/xmltree"
)

// everything are the options with all that can be made up.
var everything = randomcib.Options{Weights: map[randomcib.Feature]float64{randomcib.Newer: .3}}

// plan is what was decided for a cluster, and the order in which it can be done.
type plan struct {
	cib *xmltree.Node
	out *scheduler.Output
	// done are the actions that can be done, in the order in which a cluster that does one after the other does them.
	done []*scheduler.ActionRecord
	// at is the place of an action in done, by its number; -1 for those not done.
	at []int
	// left are the numbers of the actions of the graph that wait for something that never comes.
	left []int
}

func decide(cib *xmltree.Node) (*plan, error) {
	p := &plan{cib: cib, out: scheduler.Schedule(scheduler.Input{CIB: cib, Why: true})}
	if p.out.Err != nil {
		return nil, p.out.Err
	}
	acts := p.out.Record.Actions
	p.at = slices.Repeat([]int{-1}, len(acts)+1)
	for progress := true; progress; {
		progress = false
		for _, s := range p.out.Graph.Synapses {
			id := s.Action.ID
			if p.at[id] >= 0 || slices.ContainsFunc(s.Inputs, func(id int) bool { return p.at[id] < 0 }) {
				continue
			}
			p.at[id], progress = len(p.done), true
			p.done = append(p.done, &acts[id-1])
		}
	}
	for _, s := range p.out.Graph.Synapses {
		if p.at[s.Action.ID] < 0 {
			p.left = append(p.left, s.Action.ID)
		}
	}
	return p, nil
}

// circle returns the actions that wait for each other, as against those that wait for something outside of the graph.
func (p *plan) circle() []int {
	done := slices.Clone(p.at)
	inputs := map[int][]int{}
	for _, s := range p.out.Graph.Synapses {
		inputs[s.Action.ID] = s.Inputs
	}
	for progress := true; progress; {
		progress = false
		for _, id := range p.left {
			waits := func(id int) bool { return done[id] < 0 && inputs[id] != nil }
			if done[id] < 0 && !slices.ContainsFunc(inputs[id], waits) {
				done[id], progress = 0, true
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(p.left), func(id int) bool { return done[id] >= 0 })
}

// name writes an action as people know it.
func name(a *scheduler.ActionRecord) string {
	if a.Node == nil {
		return a.Key
	}
	return a.Key + " on " + a.Node.Name
}

func (p *plan) names(ids []int) string {
	var list []string
	for _, id := range ids {
		list = append(list, name(&p.out.Record.Actions[id-1]))
	}
	return strings.Join(list, ", ")
}

// onPlans plays a property on what is decided for made-up clusters.
func onPlans(t *testing.T, n int, o randomcib.Options, property func(*plan) string) {
	t.Helper()
	campaign.Run(t, n, o, func(cib *xmltree.Node) string {
		p, err := decide(cib)
		if err != nil {
			return "error: " + err.Error()
		}
		return property(p)
	})
}

// TestPlans plays what must be true of every plan.
func TestPlans(t *testing.T) {
	onPlans(t, 250, everything, func(p *plan) string {
		for _, property := range []func(*plan) string{oneAtATime, nothingOnLostNodes, fencingFirst, promotedMax, colocationsHold, ordersHold} {
			if wrong := property(p); wrong != "" {
				return wrong
			}
		}
		return ""
	})
}

// oneAtATime follows the execution: nothing starts while it is active elsewhere, or while nobody knows whether it is.
func oneAtATime(p *plan) string {
	where := map[*cluster.Resource][]*cluster.Node{}
	for _, r := range p.out.State.Resources {
		where[r] = slices.Clone(r.RunningOn)
	}
	leave := func(r *cluster.Resource, n *cluster.Node) {
		where[r] = slices.DeleteFunc(where[r], func(m *cluster.Node) bool { return m == n })
	}
	for _, a := range p.done {
		r := a.Resource
		switch {
		case a.Task == "stonith":
			for _, r := range p.out.State.Resources {
				leave(r, a.Node)
			}
		case r == nil || a.Node == nil:
		case a.Task == "stop":
			leave(r, a.Node)
		case a.Task == "start" && !a.Pseudo && r.Kind == cluster.Primitive:
			leave(r, a.Node)
			if r.Multiple != cluster.StopUnexpected && len(where[r]) > 0 {
				return fmt.Sprintf("active elsewhere: %s while it is active on %s", name(a), where[r][0].Name)
			}
			where[r] = append(where[r], a.Node)
		}
	}
	return ""
}

// circular are the features with which actions may wait for each other: orders that were configured so; and nodes that come
// and go with resources, which themselves move together with what runs on them. Pacemaker says "An invalid transition was
// produced" there, does what it can and looks again, and so do we.
var circular = []randomcib.Feature{randomcib.Orders, randomcib.Guests, randomcib.Remotes, randomcib.Bundles, randomcib.Unfencing}

// TestNoCircles: where nobody asks for it, no actions wait for each other. (An action may wait for one that cannot be done.)
func TestNoCircles(t *testing.T) {
	o := everything
	o.Without = circular
	onPlans(t, 200, o, func(p *plan) string {
		if c := p.circle(); len(c) > 0 {
			return "circle: " + p.names(c)
		}
		return ""
	})
}
