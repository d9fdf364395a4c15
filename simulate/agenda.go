package simulate

import (
	"container/heap"

	"pacer/graph"
	"pacer/score"
)

// agenda says which synapse of a graph is carried out next.
//
// The order is that of passes over the graph in document order, repeated until one finds nothing: in a pass, each synapse
// whose inputs are all confirmed when its turn comes is carried out and confirmed at once. So what becomes ready in a pass
// has its turn in the same pass if it stands behind what made it ready, else in the next one. Passes are never walked:
// what is ready waits in two heaps by place in the document, one for this pass and one for the next, and each confirmation
// counts down what waits for it. The cost is that of the edges, times the logarithm of what is ready at one time.
//
// A failure ends the transition gently: what depends on the failed action stays undone, and so does everything that is no
// mere point of order, wherever it stands, unless its priority is infinite.
type agenda struct {
	synapses []graph.Synapse
	missing  []int   // by synapse: inputs that were not confirmed yet
	waiting  [][]int // by synapse: those that have it as an input, in document order
	now      places  // ready in this pass
	next     places  // ready in the next pass
	left     int     // not yet carried out
	aborted  bool
}

// places is a heap of synapse numbers.
type places []int

func (p places) Len() int           { return len(p) }
func (p places) Less(i, j int) bool { return p[i] < p[j] }
func (p places) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }
func (p *places) Push(x any)        { *p = append(*p, x.(int)) }
func (p *places) Pop() any {
	last := len(*p) - 1
	x := (*p)[last]
	*p = (*p)[:last]
	return x
}

func newAgenda(g *graph.Graph) *agenda {
	n := len(g.Synapses)
	a := &agenda{synapses: g.Synapses, missing: make([]int, n), waiting: make([][]int, n), left: n}
	last := 0
	for i := range g.Synapses {
		last = max(last, g.Synapses[i].Action.ID)
	}
	byAction := make([]int, last+1) // the place of a synapse, from 1
	for i := range g.Synapses {
		byAction[g.Synapses[i].Action.ID] = i + 1
	}
	for i := range g.Synapses {
		inputs := g.Synapses[i].Inputs
		a.missing[i] = len(inputs) // An input that no synapse carries out is missing for ever.
		for _, id := range inputs {
			if id <= last && byAction[id] > 0 {
				j := byAction[id] - 1
				a.waiting[j] = append(a.waiting[j], i)
			}
		}
		if len(inputs) == 0 {
			a.now = append(a.now, i) // Rising numbers are a heap.
		}
	}
	return a
}

// take returns the synapse whose turn it is; false when nothing more can be carried out.
func (a *agenda) take() (int, bool) {
	for {
		if len(a.now) == 0 {
			a.now, a.next = a.next, a.now
		}
		if len(a.now) == 0 {
			return 0, false
		}
		i := heap.Pop(&a.now).(int)
		if a.aborted && a.synapses[i].Action.Kind != graph.Pseudo && !urgent(&a.synapses[i]) {
			continue
		}
		a.left--
		return i, true
	}
}

// confirm tells that a synapse that was taken is done. After a failure only what is urgent may go on from there.
func (a *agenda) confirm(i int, failed bool) {
	if failed {
		a.aborted = true
	}
	for _, j := range a.waiting[i] {
		if failed && !urgent(&a.synapses[j]) {
			continue
		}
		a.missing[j]--
		if a.missing[j] > 0 {
			continue
		}
		if j > i {
			heap.Push(&a.now, j)
		} else {
			heap.Push(&a.next, j)
		}
	}
}

// complete tells whether the transition came to an end: nothing is left, or a failure has stopped it.
func (a *agenda) complete() bool { return a.left == 0 || a.aborted }

func urgent(s *graph.Synapse) bool { return s.Priority >= int(score.Infinity) }
