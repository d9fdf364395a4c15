package supervisor

import (
	"time"

	"pacer/machine"
	"pacer/note"
)

// Role is one kind of process.
type Role string

// The roles of a node's service.
const (
	Messaging Role = "messaging"
	Manager   Role = "manager"
	// Cleaner is the manager's program in the mood of stopping every resource of this node, without joining anything.
	Cleaner Role = "cleaner"
)

// Exit codes of the manager with a meaning for the supervisor; any other end is a crash.
const (
	// ExitDone: the node has left the cluster as it was asked to.
	ExitDone = 0
	// ExitStopped: the engine was lost and everything that ran here is stopped.
	ExitStopped = 90
	// ExitFatal: the configuration cannot be used; starting again would not help (crm_exit_t 100).
	ExitFatal = 100
)

// Event is what happens to the service.
type Event interface{ supervisorEvent() }

// Begin starts the service.
type Begin struct{}

// Exited tells that a process ended. Code is -1 when a signal ended it.
type Exited struct {
	Role Role
	Code int
	How  string // for people: "exit status 1", "signal: killed"
}

// Beat is the manager's sign of life.
type Beat struct{}

// Stop asks for an orderly end (SIGTERM).
type Stop struct{}

// TimerFired brings back a timer.
type TimerFired struct{ Key string }

func (Begin) supervisorEvent()      {}
func (Exited) supervisorEvent()     {}
func (Beat) supervisorEvent()       {}
func (Stop) supervisorEvent()       {}
func (TimerFired) supervisorEvent() {}

// Effect is what the service shall do.
type Effect interface{ supervisorEffect() }

// Start starts a process of the role.
type Start struct{ Role Role }

// Signal sends a signal to the role's process: an orderly TERM, or KILL.
type Signal struct {
	Role Role
	Kill bool
}

// Leave ends the service itself with this exit code.
type Leave struct{ Code int }

// SetTimer asks for a TimerFired.
type SetTimer struct{ machine.Timer }

// CancelTimer takes it back.
type CancelTimer struct{ Key string }

// Tell is worth telling.
type Tell struct{ Note note.Note }

func (Start) supervisorEffect()       {}
func (Signal) supervisorEffect()      {}
func (Leave) supervisorEffect()       {}
func (SetTimer) supervisorEffect()    {}
func (CancelTimer) supervisorEffect() {}
func (Tell) supervisorEffect()        {}

// Limits are the supervisor's times and counts.
type Limits struct {
	// Crashes within Window are forgiven; one more and the node is given up.
	Crashes int
	Window  time.Duration
	// HangLimit is how long a manager may be silent before it counts as dead. It is longer than the others' patience, so that
	// where fencing works the node is fenced first.
	HangLimit time.Duration
	// StopLimit is how long a manager that has lost its engine may take to stop its resources, and how long an orderly stop may
	// take altogether, before it is killed.
	StopLimit time.Duration
}

// DefaultLimits are the limits of the real service.
var DefaultLimits = Limits{Crashes: 5, Window: 30 * time.Second, HangLimit: 12 * time.Second, StopLimit: 20 * time.Minute}
