package fencer

import (
	"encoding/json"
	"time"

	"pacer/engine"
	"pacer/message"
)

// Kinds of the messages between fencers.
const (
	kindRequest = "fencer.request" // an operation begins
	kindRun     = "fencer.run"     // its owner asks a node to use a device
	kindRan     = "fencer.ran"     // that node's answer
	kindDone    = "fencer.done"    // an operation is over
	kindDevices = "fencer.devices" // what a node can do
	kindQuery   = "fencer.query"   // look again what you can do about a target
	kindHistory = "fencer.history" // for those who were not here
	kindConfirm = "fencer.confirm" // an administrator's word
	kindCleanup = "fencer.cleanup" // of the history
	// kindRegistered tells the devices that a node was told of at run time.
	kindRegistered = "fencer.registered"
)

type requestBody struct {
	ID        string            `json:"id"`
	Target    string            `json:"target"`
	Action    string            `json:"action"`
	Timeout   time.Duration     `json:"timeout"`
	Delay     time.Duration     `json:"delay,omitempty"`
	Tolerance time.Duration     `json:"tolerance,omitempty"`
	Client    string            `json:"client"`
	Why       string            `json:"why,omitempty"`
	WhileLost bool              `json:"while_lost,omitempty"`
	Origin    string            `json:"origin"`
	At        time.Time         `json:"at"`
	Principal message.Principal `json:"principal"`
}

type runBody struct {
	Op        string        `json:"op"`
	Step      int           `json:"step"`
	Device    string        `json:"device"`
	Action    string        `json:"action"`
	Target    string        `json:"target"`
	Timeout   time.Duration `json:"timeout"`
	Delay     time.Duration `json:"delay,omitempty"`
	WhileLost bool          `json:"while_lost,omitempty"`
}

type ranBody struct {
	Op        string `json:"op"`
	Step      int    `json:"step"`
	OK        bool   `json:"ok"`
	Withdrawn bool   `json:"withdrawn,omitempty"` // the target came back first
	TimedOut  bool   `json:"timed_out,omitempty"`
	Node      bool   `json:"node,omitempty"` // it is the node's fault, not the device's
	Reason    string `json:"reason,omitempty"`
}

type doneBody struct {
	Op       string        `json:"op"`
	Merged   []string      `json:"merged,omitempty"` // the operations that end with it
	State    State         `json:"state"`
	Device   string        `json:"device,omitempty"`
	Executor string        `json:"executor,omitempty"`
	Reason   string        `json:"reason,omitempty"`
	NoDevice bool          `json:"no_device,omitempty"`
	TimedOut bool          `json:"timed_out,omitempty"`
	Presumed bool          `json:"-"` // nobody said so
	At       time.Time     `json:"at"`
	Total    time.Duration `json:"total,omitempty"`
}

type devicesBody struct {
	Devices  []ability `json:"devices"`
	Complete bool      `json:"complete"`
	Answers  string    `json:"answers,omitempty"` // the operation whose query this answers
}

type queryBody struct {
	Op     string `json:"op"`
	Target string `json:"target"`
}

// pendingBody is an operation under way, for those who were not here when it began.
type pendingBody struct {
	Operation  Operation     `json:"operation"`
	Owner      engine.NodeID `json:"owner"`
	Attachment uint64        `json:"attachment"`
	Timeout    time.Duration `json:"timeout"`
	Delay      time.Duration `json:"delay,omitempty"`
	WhileLost  bool          `json:"while_lost,omitempty"`
}

type historyBody struct {
	Operations []Operation   `json:"operations"`
	Pending    []pendingBody `json:"pending,omitempty"`
}

type confirmBody struct {
	ID     string    `json:"id"`
	Target string    `json:"target"`
	User   string    `json:"user"`
	Origin string    `json:"origin"`
	At     time.Time `json:"at"`
}

type cleanupBody struct {
	ID     string `json:"id"`
	Target string `json:"target,omitempty"`
}

func (c *Core) broadcast(kind string, body any, to engine.NodeID, cause string) {
	c.emit(Broadcast{message.Envelope{Kind: kind, To: uint32(to), Cause: cause, Body: encode(body)}})
}

func encode(body any) []byte {
	data, err := json.Marshal(body)
	if err != nil {
		panic("fencer: " + err.Error()) // plain structs of ours
	}
	return data
}

// delivered reads one message. What cannot be read comes from a newer version and is left alone.
func (c *Core) delivered(e Delivered) {
	switch env := e.Envelope; env.Kind {
	case kindRequest:
		read(env, func(b requestBody) { c.requested(e.From, b, env.Cause) })
	case kindRun:
		if engine.NodeID(env.To) == c.opt.Self {
			read(env, func(b runBody) { c.execute(&exec{runBody: b, owner: e.From}) })
		}
	case kindRan:
		if engine.NodeID(env.To) == c.opt.Self {
			read(env, func(b ranBody) { c.ran(e.From, b) })
		}
	case kindDone:
		read(env, c.done)
	case kindDevices:
		read(env, func(b devicesBody) { c.announced(e.From, b) })
	case kindQuery:
		read(env, c.query)
	case kindHistory:
		read(env, func(b historyBody) { c.mergeHistory(e.From, b) })
	case kindConfirm:
		read(env, c.confirmed)
	case kindCleanup:
		read(env, c.cleaned)
	case kindRegistered:
		read(env, func(b registeredBody) { c.registered(e.From, b) })
	}
}

func read[T any](e message.Envelope, f func(T)) {
	var b T
	if json.Unmarshal(e.Body, &b) == nil {
		f(b)
	}
}
