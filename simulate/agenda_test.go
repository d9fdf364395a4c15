package simulate

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pacer/graph"
	"pacer/score"
)

// passes is the definition of the order: passes over the graph, each carrying out what is ready when its turn comes.
func passes(g *graph.Graph, fails map[int]bool) (order []int, complete bool) {
	confirmed, done := map[int]bool{}, make([]bool, len(g.Synapses))
	failed := map[int]bool{}
	ready := func(s *graph.Synapse) bool {
		return !slices.ContainsFunc(s.Inputs, func(id int) bool {
			return !confirmed[id] || failed[id] && s.Priority < int(score.Infinity)
		})
	}
	for progress := true; progress; {
		progress = false
		for i := range g.Synapses {
			s := &g.Synapses[i]
			if done[i] || !ready(s) {
				continue
			}
			if len(failed) > 0 && s.Action.Kind != graph.Pseudo && s.Priority < int(score.Infinity) {
				continue
			}
			done[i], progress, confirmed[s.Action.ID] = true, true, true
			order = append(order, i)
			if fails[i] {
				failed[s.Action.ID] = true
			}
		}
	}
	return order, len(order) == len(g.Synapses) || len(failed) > 0
}

// randomGraph makes a graph of n synapses. What waits for what has no circle, unless circles are asked for.
func randomGraph(r *rand.Rand, n int, circles bool) *graph.Graph {
	g := &graph.Graph{Synapses: make([]graph.Synapse, n)}
	rank := r.Perm(n)
	for i := range g.Synapses {
		s := &g.Synapses[i]
		s.Action.ID = 100 + i
		s.Action.Kind = graph.Kind(r.IntN(3))
		if r.IntN(8) == 0 {
			s.Priority = int(score.Infinity)
		}
		for range r.IntN(4) {
			if j := r.IntN(n); rank[j] < rank[i] || circles {
				s.Inputs = append(s.Inputs, 100+j)
			}
		}
	}
	return g
}

func TestAgendaIsPassesOverTheGraph(t *testing.T) {
	for seed := range uint64(2000) {
		r := rand.New(rand.NewPCG(seed, 1))
		g := randomGraph(r, 1+r.IntN(30), seed%5 == 0)
		fails := map[int]bool{}
		if seed%3 == 0 {
			fails[r.IntN(len(g.Synapses))] = true
		}
		want, complete := passes(g, fails)
		var got []int
		a := newAgenda(g)
		for {
			i, ok := a.take()
			if !ok {
				break
			}
			got = append(got, i)
			a.confirm(i, fails[i])
		}
		if !slices.Equal(got, want) || a.complete() != complete {
			t.Fatalf("seed %d: got %v %v, want %v %v\n%+v", seed, got, a.complete(), want, complete, g.Synapses)
		}
	}
}

// What waits for an action that is not in the graph waits for ever.
func TestAgendaOfAMissingInput(t *testing.T) {
	g := &graph.Graph{Synapses: []graph.Synapse{{Action: graph.Action{ID: 1}, Inputs: []int{7}}}}
	a := newAgenda(g)
	if i, ok := a.take(); ok || a.complete() {
		t.Errorf("took %d", i)
	}
}
