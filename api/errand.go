package api

import (
	"time"

	"pacer/exitcode"
)

// Secret is the value of a resource parameter that the CIB does not hold.
type Secret struct {
	Resource  string `json:"resource"`
	Parameter string `json:"parameter"`
	Value     string `json:"value,omitempty"`
}

// SecretChange stores and deletes secrets on every member. Only root may ask for it, by the local socket. The answers are in
// Response.Nodes.
type SecretChange struct {
	Set []Secret `json:"set,omitempty"`
	// Delete names secrets; their Value does not matter.
	Delete []Secret `json:"delete,omitempty"`
}

// Reload lets every member read the configuration of the messaging anew. What counts at once are its keys; which other settings have
// changed and wait for a restart of the node is in Response.Nodes. Only root may ask for it, by the local socket.
type Reload struct{}

// KillNode lets one member stop its service: in order, its resources move away first, and it does not come back by itself. Only root may ask for
// it, by the local socket. That the member has begun is in Response.Nodes.
type KillNode struct {
	// ID is the number of the node.
	ID uint32 `json:"id"`
}

// Collect lets a member collect its part of a report and keep it for some minutes. The answer is in Response.Nodes, as a Collection.
type Collect struct {
	// Node is the name of the member.
	Node string `json:"node"`
	// From and To limit what is taken out of logs and of the inputs of the scheduler.
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// Mask are regular expressions for names of parameters whose values are not told.
	Mask []string `json:"mask,omitempty"`
	// Patterns are regular expressions; lines of logs in which one is found are listed.
	Patterns []string `json:"patterns,omitempty"`
	// Logs are more files to take lines from; only root may name them, by the local socket.
	Logs []string `json:"logs,omitempty"`
	// NoSearch leaves out the logs that are known.
	NoSearch bool `json:"no_search,omitempty"`
}

// Collection is what a Collect has made: a compressed archive.
type Collection struct {
	ID   string `json:"id"`
	Size int64  `json:"size"` // in bytes
}

// CollectPart fetches a part of a Collection from a member. The answer is in Response.Nodes, as a Part.
type CollectPart struct {
	Node       string `json:"node"`
	Collection string `json:"collection"`
	Offset     int64  `json:"offset"`
}

// MaxPart is how many bytes of a collection are fetched at a time. All members hear them, so they are few.
const MaxPart = 256 << 10

// NodeAnswer is what one node says to a request that concerns several.
type NodeAnswer struct {
	Node string `json:"node"`
	// Code is 0 when all is well; otherwise Message says what is wrong.
	Code    exitcode.Code `json:"code"`
	Message string        `json:"message,omitempty"`
	Answer  Answer        `json:"answer,omitzero"`
}

// Answer is what a node answers beyond that all is well.
type Answer struct {
	Collection *Collection `json:"collection,omitempty"`
	// Part are bytes of a collection, at most MaxPart; none behind its end.
	Part []byte `json:"part,omitempty"`
	// Restart are the settings that a Reload has found changed and that count only when the node is restarted, by name.
	Restart []string `json:"restart,omitempty"`
}

// Path implements Request.
func (SecretChange) Path() string { return "secrets/change" }

// Path implements Request.
func (KillNode) Path() string { return "messaging/kill" }

// Path implements Request.
func (Reload) Path() string { return "messaging/reload" }

// Path implements Request.
func (Collect) Path() string { return "report/collect" }

// Path implements Request.
func (CollectPart) Path() string { return "report/part" }
