package scheduler_test

import (
	"fmt"
	"slices"
	"testing"

	"pacer/cluster"
	"pacer/internal/randomcib"
	"pacer/scheduler"
	"pacer/score"
)

// result is where things are when a plan has been carried out.
type result map[*cluster.Resource][]*cluster.Node

func (p *plan) result() result {
	where := result{}
	for _, r := range p.out.State.Resources {
		where[r] = slices.Clone(r.RunningOn)
	}
	for _, a := range p.done {
		r, n := a.Resource, a.Node
		switch {
		case a.Task == "stonith":
			for _, r := range p.out.State.Resources {
				where.leave(r, n)
			}
		case r == nil || n == nil || r.Kind != cluster.Primitive:
		case a.Task == "stop":
			where.leave(r, n)
		case a.Task == "start" || a.Task == "migrate_from":
			where.leave(r, n)
			where[r] = append(where[r], n)
		}
	}
	return where
}

// blocked tells whether something that must be done with a resource cannot be done.
func (p *plan) blocked(r *cluster.Resource) bool {
	return slices.ContainsFunc(p.out.Record.Actions, func(a scheduler.ActionRecord) bool {
		return a.Resource == r && a.Required && !a.Runnable
	})
}

func (w result) leave(r *cluster.Resource, n *cluster.Node) {
	w[r] = slices.DeleteFunc(w[r], func(m *cluster.Node) bool { return m == n })
}

// colocationsHold: plain resources that must be together or apart are, as far as the cluster could move them.
func colocationsHold(p *plan) string {
	if o := p.out.State; len(p.left) > 0 || o.Options.FencingEnabled && !o.FenceDevices {
		return "" // not all was done, or nothing may be done
	}
	where := p.result()
	free := func(r *cluster.Resource) bool {
		return !p.blocked(r) && !ticketed(p.out.State, r) && r.Kind == cluster.Primitive && r.Parent == nil && r.Managed && !r.Blocked && len(where[r]) == 1 && len(r.RunningOn) <= 1
	}
	for _, c := range p.out.State.Constraints {
		k := c.Colocation
		if k == nil || k.DependentRole > cluster.Started || k.PrimaryRole > cluster.Started || k.DependentRole == cluster.Stopped ||
			k.PrimaryRole == cluster.Stopped || !free(k.Dependent) || !free(k.Primary) {
			continue
		}
		if follows(p.out.State, k.Primary, k.Dependent, map[*cluster.Resource]bool{}) {
			continue // in a circle something must be placed first, without knowing of the others
		}
		a, b := where[k.Dependent][0], where[k.Primary][0]
		// Also when neither has it: a guest of which nothing is known yet has not even a #uname.
		u, _ := a.Attr(k.Attribute)
		v, _ := b.Attr(k.Attribute)
		together := u == v
		if !together && k.Score >= score.Infinity || together && k.Score <= score.MinusInfinity {
			return fmt.Sprintf("colocation not held: %s (%s): %s on %s, %s on %s", k.ID, k.Score, k.Dependent.Name, a.Name, k.Primary.Name, b.Name)
		}
	}
	return ""
}

// ticketed tells whether a resource needs a ticket, whose loss may leave it unmanaged.
func ticketed(s *cluster.State, r *cluster.Resource) bool {
	return slices.ContainsFunc(s.Constraints, func(c cluster.Constraint) bool { return c.Ticket != nil && c.Ticket.Resource == r })
}

// follows tells whether a resource is colocated with another one, directly or through others.
func follows(s *cluster.State, r, other *cluster.Resource, seen map[*cluster.Resource]bool) bool {
	seen[r] = true
	for _, c := range s.Constraints {
		if k := c.Colocation; k != nil && k.Dependent == r && (k.Primary == other || !seen[k.Primary] && follows(s, k.Primary, other, seen)) {
			return true
		}
	}
	return false
}

// ordersHold: what must come first comes first.
func ordersHold(p *plan) string {
	place := func(r *cluster.Resource, task string) (first, last int) {
		first, last = len(p.done), -1
		for i, a := range p.done {
			if a.Resource == r && a.Task == task && !a.Pseudo {
				first, last = min(first, i), max(last, i)
			}
		}
		return first, last
	}
	for _, c := range p.out.State.Constraints {
		k := c.Order
		if k == nil || k.Kind != cluster.OrderMandatory || k.Gate != "" || k.First.Kind != cluster.Primitive || k.Then.Kind != cluster.Primitive {
			continue
		}
		_, last := place(k.First, k.FirstTask)
		first, _ := place(k.Then, k.ThenTask)
		if last >= 0 && p.done[last].Node.Container == k.Then {
			continue // it runs inside of what should wait for it
		}
		if last >= 0 && first < len(p.done) && first < last {
			return fmt.Sprintf("order not held: %s: %s of %s before %s of %s", k.ID, k.ThenTask, k.Then.Name, k.FirstTask, k.First.Name)
		}
	}
	return ""
}

// TestCapacity: with a placement strategy no node has more than it can carry, but for what could not be moved away.
func TestCapacity(t *testing.T) {
	o := randomcib.Options{Weights: map[randomcib.Feature]float64{randomcib.Utilization: 1},
		Without: []randomcib.Feature{randomcib.Tickets}} // a lost ticket with freeze makes unmanaged
	onPlans(t, 100, o, func(p *plan) string {
		if len(p.left) > 0 || p.out.State.Options.PlacementStrategy == "default" {
			return ""
		}
		where := p.result()
		for _, n := range p.out.State.Nodes {
			if n.Type == cluster.Remote {
				continue // unmanaged things come to guests with their host, whatever there is room for
			}
			for _, name := range []string{"cpu", "memory"} {
				taken, more := 0, ""
				for _, r := range p.out.State.Resources {
					if r.Kind != cluster.Primitive || !slices.Contains(where[r], n) || !r.Managed || p.blocked(r) {
						continue // what cannot be moved does not count
					}
					k := number(r.Utilization[name])
					if taken += k; k > 0 && !slices.Contains(r.RunningOn, n) {
						more = r.Name
					}
				}
				if more != "" && taken > number(n.Utilization[name]) {
					return fmt.Sprintf("too much: %s has %s=%s, %d is taken, %s came", n.Name, name, n.Utilization[name], taken, more)
				}
			}
		}
		return ""
	})
}

func number(text string) int {
	n := 0
	_, _ = fmt.Sscan(text, &n)
	return n
}
