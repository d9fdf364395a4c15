package operation

import (
	"time"

	"pacer/ocf"
)

// Agent names an agent.
type Agent struct {
	Class    string `json:"class"` // ocf, lsb, systemd, service, stonith
	Provider string `json:"provider,omitempty"`
	Type     string `json:"type"`
}

func (a Agent) String() string {
	if a.Provider == "" {
		return a.Class + ":" + a.Type
	}
	return a.Class + ":" + a.Provider + ":" + a.Type
}

// Param is one agent parameter. Names carry no OCF_RESKEY_ prefix; CRM_meta_* are among them.
type Param struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Op is one operation of one resource on this node.
type Op struct {
	Call     int           `json:"call"`
	Resource string        `json:"resource"` // the id in the history ("rsc", "rsc:0")
	Agent    Agent         `json:"agent"`
	Task     string        `json:"task"` // start, stop, monitor, promote, demote, notify, migrate_to, migrate_from, reload, reload-agent
	Interval time.Duration `json:"interval,omitempty"`
	Timeout  time.Duration `json:"timeout,omitempty"`
	Delay    time.Duration `json:"delay,omitempty"` // start-delay, not part of Timeout
	Params   []Param       `json:"params,omitempty"`
	// Key is the transition key ("action:transition:expected-rc:uuid") that the result carries back.
	Key string `json:"key"`
	// ExitReasonWanted and others need no field: output is always captured.
	Cause string `json:"cause,omitempty"` // what began it, for the record
}

// Param returns a parameter's value, "" when absent.
func (o *Op) Param(name string) string {
	for i := range o.Params {
		if o.Params[i].Name == name {
			return o.Params[i].Value
		}
	}
	return ""
}

// Status is how the running itself went, as against what the agent said. Values are those of the op-status attribute.
type Status int

// The values of op-status (Pacemaker's tables).
const (
	Unknown       Status = -2
	Pending       Status = -1
	Done          Status = 0
	Cancelled     Status = 1
	TimedOut      Status = 2
	NotSupported  Status = 3
	Error         Status = 4
	HardError     Status = 5
	FatalError    Status = 6
	NotInstalled  Status = 7
	NotConnected  Status = 8
	InvalidNow    Status = 9
	NoFenceDevice Status = 10
	NoSecrets     Status = 11
)

// Result is how one run ended.
type Result struct {
	Op     Op            `json:"op"`
	Status Status        `json:"status"`
	Code   ocf.ExitCode  `json:"code"`
	Reason string        `json:"reason,omitempty"` // the agent's ocf-exit-reason, or ours
	Output string        `json:"output,omitempty"` // the end of stdout, limited
	Errors string        `json:"errors,omitempty"` // the end of stderr, limited
	Began  time.Time     `json:"began"`
	Queued time.Duration `json:"queued"`
	Ran    time.Duration `json:"ran"`
	// Changed is when the result of a recurring operation last became this one.
	Changed time.Time `json:"changed"`
	// Hint names the kernel event that brought this run forward, "" for none.
	Hint string `json:"hint,omitempty"`
}
