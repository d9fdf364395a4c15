package executor

import (
	"time"

	"pacer/ocf"
	"pacer/operation"
)

// Event is what the executor can hear.
type Event interface{ executorEvent() }

// Restored is what the previous manager of this boot left behind. When there was none, it is not sent. It comes before
// everything else.
type Restored struct {
	Runs []Leftover
	// Recurring are the recurring operations that were kept (effect Keep) and not dropped.
	Recurring []operation.Op
}

// LeftoverState says what became of a run whose manager died.
type LeftoverState uint8

const (
	// StillRunning: its supervisor goes on and the driver will send Exited.
	StillRunning LeftoverState = iota
	// Ended: it ended and its result was found.
	Ended
	// Vanished: nobody knows how it ended; the driver has killed what was left of its process group.
	Vanished
)

// Leftover is one run of the previous manager.
type Leftover struct {
	Run   uint64
	Op    operation.Op
	Began time.Time
	// Left is what remains of its time, when StillRunning.
	Left  time.Duration
	State LeftoverState
	End   Exited // when Ended
}

// Execute asks for an operation. With an Interval it becomes, or replaces, the recurring operation of that resource, task
// and interval.
type Execute struct{ Op operation.Op }

// Cancel ends a recurring operation, or an operation that waits for its start-delay.
type Cancel struct {
	Resource string
	Task     string
	Interval time.Duration
	// Key is the transition key that the report of the cancellation carries; empty keeps the operation's own.
	Key string
}

// Forget drops everything about a resource: monitors, what waits, watches. A run under way goes on unreported.
type Forget struct{ Resource string }

// Halt cancels all recurring operations without a report, because the node stops.
type Halt struct{}

// Exited says how a run ended. Status is operation.Done whenever the agent returned a code by itself.
type Exited struct {
	Run    uint64
	Status operation.Status
	Code   ocf.ExitCode
	Reason string
	Output string
	Errors string
}

// Hint says that something happened to what belongs to a resource: Kind is "process", "cgroup", "address", "link" or
// "mount".
type Hint struct {
	Resource string
	Kind     string
}

// TimerFired brings back a timer of SetTimer.
type TimerFired struct{ Key string }

func (Restored) executorEvent()   {}
func (Execute) executorEvent()    {}
func (Cancel) executorEvent()     {}
func (Forget) executorEvent()     {}
func (Halt) executorEvent()       {}
func (Exited) executorEvent()     {}
func (Hint) executorEvent()       {}
func (TimerFired) executorEvent() {}
