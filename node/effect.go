package node

import (
	"pacer/cib"
	"pacer/cibstore"
	"pacer/errand"
	"pacer/executor"
	"pacer/fencer"
	"pacer/machine"
	"pacer/note"
)

// Effect is what a Manager wants done in the world: Send, Persist, Agents, FenceAgents, Work, SetTimer, CancelTimer, Reply, Tell,
// SaveInput or Exit.
type Effect interface{ managerEffect() }

// Send gives a message to the engine for ordered delivery to all members.
type Send struct{ Payload []byte }

// Persist writes a record of the CIB to disk and answers with FromDisk. Sync asks for durability before the answer.
type Persist struct {
	Seq    uint64
	Record cibstore.Record
	Sync   bool
}

// Agents is work for the agent driver: executor.Run, Kill, Keep, Drop, Watch or Unwatch.
type Agents struct{ Effect executor.Effect }

// FenceAgents is work for the fence agent driver: fencer.RunAgent or KillAgent.
type FenceAgents struct{ Effect fencer.Effect }

// Work is an errand for another node, or for this one: keep a secret, collect for a report. The driver answers with FromErrand.
type Work struct{ errand.Work }

// SetTimer asks for TimerFired. Setting a key again moves it.
type SetTimer struct{ machine.Timer }

// CancelTimer takes a timer back.
type CancelTimer struct{ Key string }

// Reply answers Asked.
type Reply struct {
	ID       uint64
	Response any   // an *api.Response, nil when Err is set
	Err      error // an *api.Error
}

// Tell passes on what is worth telling.
type Tell struct{ note.Note }

// SaveInput keeps a scheduler input in the archive of inputs. Kind is "input", "warn", "error" or "panic".
type SaveInput struct {
	Kind   string
	Number int
	CIB    *cib.Document
}

// Exit ends the manager process; it is the last effect. Code is one of package supervisor.
type Exit struct {
	Code int
	Why  string
}

func (Send) managerEffect()        {}
func (Persist) managerEffect()     {}
func (Agents) managerEffect()      {}
func (FenceAgents) managerEffect() {}
func (Work) managerEffect()        {}
func (SetTimer) managerEffect()    {}
func (CancelTimer) managerEffect() {}
func (Reply) managerEffect()       {}
func (Tell) managerEffect()        {}
func (SaveInput) managerEffect()   {}
func (Exit) managerEffect()        {}
