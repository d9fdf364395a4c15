package executor

import (
	"time"

	"pacer/machine"
	"pacer/note"
	"pacer/operation"
)

// Effect is what the executor can want done.
type Effect interface{ executorEffect() }

// Run starts an agent. The driver answers with one Exited, also when it cannot start it.
type Run struct {
	Run uint64
	Op  operation.Op
	// Timeout is for the driver's records and for a supervisor that outlives the manager; the executor itself sends Kill.
	Timeout time.Duration
}

// Kill ends a run's process group: politely (TERM), or Hard (KILL).
type Kill struct {
	Run  uint64
	Hard bool
}

// Report hands a result to the controller. Status Cancelled confirms a Cancel and carries the last result's code.
type Report struct{ Result operation.Result }

// NothingToCancel answers a Cancel that found nothing.
type NothingToCancel struct{ Cancel Cancel }

// Recovered answers Restored: the operations whose result is still to come, and the recurring ones that go on.
type Recovered struct {
	InFlight  []operation.Op
	Recurring []operation.Op
}

// Keep stores a recurring operation where the next manager of this boot finds it; an equal resource, task and interval
// is replaced.
type Keep struct{ Op operation.Op }

// Drop removes what Keep stored.
type Drop struct {
	Resource string
	Task     string
	Interval time.Duration
}

// Watch asks for hints about a resource that is known to run. Watching again renews it.
type Watch struct{ Op operation.Op }

// Unwatch ends them.
type Unwatch struct{ Resource string }

// SetTimer asks for TimerFired.
type SetTimer struct{ machine.Timer }

// CancelTimer takes a timer back.
type CancelTimer struct{ Key string }

// Tell passes on what is worth telling.
type Tell struct{ note.Note }

func (Run) executorEffect()             {}
func (Kill) executorEffect()            {}
func (Report) executorEffect()          {}
func (NothingToCancel) executorEffect() {}
func (Recovered) executorEffect()       {}
func (Keep) executorEffect()            {}
func (Drop) executorEffect()            {}
func (Watch) executorEffect()           {}
func (Unwatch) executorEffect()         {}
func (SetTimer) executorEffect()        {}
func (CancelTimer) executorEffect()     {}
func (Tell) executorEffect()            {}
