package transition

import (
	"pacer/graph"
	"pacer/machine"
)

// Effect is what the core wants done: Start, Late, Ended, SetTimer or CancelTimer.
type Effect interface{ transitionEffect() }

// Start wants an action carried out. Its end comes back as Confirmed. Pseudo actions never get here.
type Start struct{ Action *graph.Action }

// Late tells that an action was not confirmed in its timeout plus cluster-delay; the core takes it as failed.
type Late struct{ Action *graph.Action }

// Ended is the end of a transition.
type Ended struct {
	Graph *graph.Graph
	// Complete is true when every action of the graph was confirmed.
	Complete bool
	// Done, Failed and Left count the real actions that were confirmed, failed and never started.
	Done, Failed, Left int
	After              After
	Why                string // of the first abort with the highest priority
}

// SetTimer wants TimerFired at a time.
type SetTimer struct{ machine.Timer }

// CancelTimer takes a timer back.
type CancelTimer struct{ Key string }

func (Start) transitionEffect()       {}
func (Late) transitionEffect()        {}
func (Ended) transitionEffect()       {}
func (SetTimer) transitionEffect()    {}
func (CancelTimer) transitionEffect() {}
