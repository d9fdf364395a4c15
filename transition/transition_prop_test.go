package transition

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"pacer/graph"
	"pacer/machine"
)

// Whatever happens in whatever order: no action starts before its inputs or twice, nothing starts after an abort, and the
// transition ends exactly once, when nothing is under way.
func TestInvariants(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 12).Draw(t, "actions")
		g := &graph.Graph{ID: 1, ClusterDelay: time.Second, MigrationLimit: -1, BatchLimit: rapid.IntRange(0, 3).Draw(t, "batch")}
		for i := range n {
			s := graph.Synapse{ID: i, Priority: rapid.IntRange(0, 2).Draw(t, "priority")}
			s.Action = graph.Action{ID: i + 1, Operation: "start", Node: graph.NodeRef{UUID: string(rune('1' + i%3))}}
			if rapid.Bool().Draw(t, "pseudo") {
				s.Action.Kind = graph.Pseudo
			}
			for j := range i {
				if rapid.IntRange(0, 3).Draw(t, "edge") == 0 {
					s.Inputs = append(s.Inputs, j+1)
				}
			}
			g.Synapses = append(g.Synapses, s)
		}
		var c Core
		confirmed, started, busy := map[int]bool{}, map[int]bool{}, map[int]bool{}
		aborted, ended := -1, 0
		// settle confirms pseudo actions as the core must have.
		settle := func() {
			for again := true; again; {
				again = false
				for _, s := range g.Synapses {
					if s.Action.Kind != graph.Pseudo || confirmed[s.Action.ID] || s.Priority < aborted {
						continue
					}
					ready := true
					for _, in := range s.Inputs {
						ready = ready && confirmed[in]
					}
					if ready {
						confirmed[s.Action.ID], again = true, true
					}
				}
			}
		}
		look := func(effects []Effect) {
			settle()
			for _, f := range effects {
				switch f := f.(type) {
				case Start:
					id := f.Action.ID
					s := g.Synapses[id-1]
					if started[id] || ended > 0 || s.Priority < aborted {
						t.Fatalf("action %d must not start now", id)
					}
					for _, in := range s.Inputs {
						if !confirmed[in] {
							t.Fatalf("action %d started before %d", id, in)
						}
					}
					started[id], busy[id] = true, true
				case Ended:
					ended++
					if len(busy) > 0 {
						t.Fatalf("ended with %v under way", busy)
					}
					all := true
					for i := range g.Synapses {
						all = all && confirmed[i+1]
					}
					if f.Complete != all {
						t.Fatalf("complete %v, but all confirmed %v", f.Complete, all)
					}
				}
			}
			if g.BatchLimit > 0 && len(busy) > g.BatchLimit {
				t.Fatalf("%d under way, limit %d", len(busy), g.BatchLimit)
			}
		}
		look(c.Step(machine.Now{}, Begin{Graph: g}))
		for steps := 0; ended == 0; steps++ {
			if len(busy) == 0 {
				t.Fatal("nothing is under way and it has not ended")
			}
			id := rapid.IntRange(1, n).Draw(t, "action")
			switch rapid.IntRange(0, 9).Draw(t, "what") {
			case 0:
				p := rapid.IntRange(0, 3).Draw(t, "abort")
				aborted = max(aborted, p)
				look(c.Step(machine.Now{}, Abort{Priority: p, After: Restart}))
			case 1:
				if busy[id] {
					delete(busy, id)
					aborted = Infinity
				}
				look(c.Step(machine.Now{}, Confirmed{Action: id, Failed: true}))
			default:
				if busy[id] {
					delete(busy, id)
					confirmed[id] = true
				}
				look(c.Step(machine.Now{}, Confirmed{Action: id}))
			}
		}
		if ended != 1 || c.Active() {
			t.Fatalf("ended %d times", ended)
		}
	})
}
