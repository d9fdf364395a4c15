package node

import (
	"pacer/engine"
	"pacer/errand"
	"pacer/executor"
	"pacer/fencer"
	"pacer/message"
)

// Event is what the world can tell a Manager: Begin, FromEngine, FromDisk, FromAgents, FromFenceAgents, FromErrand, Asked, Hold,
// StopWanted or TimerFired.
type Event interface{ managerEvent() }

// Begin is the first event.
type Begin struct{}

// FromEngine is an event of the cluster layer. The driver passes on every one, in order.
type FromEngine struct{ Event engine.Event }

// FromDisk says that a Persist is done, and, if it asked for that, durable. Err is "" when all is well.
type FromDisk struct {
	Seq uint64
	Err string
}

// FromAgents is what the agent driver has to say: Restored (first of all, when an earlier manager left something), Exited
// or Hint.
type FromAgents struct{ Event executor.Event }

// FromFenceAgents is the end of a fence agent.
type FromFenceAgents struct{ Done fencer.AgentDone }

// FromErrand is the end of a Work.
type FromErrand struct{ Done errand.Done }

// Asked is a request from outside. It is answered by one Reply with the same ID.
type Asked struct {
	ID        uint64
	Principal message.Principal
	Cause     string
	Request   any // an api.Request
}

// Hold tells what a source of permission says about starting things here: "" allows, a reason forbids. A source that has
// never spoken does not count.
type Hold struct {
	Source string // "watchdog", "sbd", "sfex", …
	Reason string
}

// StopWanted asks for an orderly end: resources move away first (SIGTERM, "systemctl stop").
type StopWanted struct{ Why string }

// TimerFired brings back a timer of SetTimer.
type TimerFired struct{ Key string }

func (Begin) managerEvent()           {}
func (FromEngine) managerEvent()      {}
func (FromDisk) managerEvent()        {}
func (FromAgents) managerEvent()      {}
func (FromFenceAgents) managerEvent() {}
func (FromErrand) managerEvent()      {}
func (Asked) managerEvent()           {}
func (Hold) managerEvent()            {}
func (StopWanted) managerEvent()      {}
func (TimerFired) managerEvent()      {}
