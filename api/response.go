package api

import "time"

// Response is the answer to a Request that went well. Only the part that belongs to the request is set.
type Response struct {
	CIB     *CIBResult    `json:"cib,omitempty"`
	Fence   *FenceRecord  `json:"fence,omitempty"`
	Devices []FenceDevice `json:"devices,omitempty"`
	// Expect is how many operations a Cleanup has set off, which the cluster will now run anew.
	Expect int `json:"expect,omitempty"`
	// Nodes are the answers to a request that concerns several nodes, by rising id of the node.
	Nodes []NodeAnswer `json:"nodes,omitempty"`
}

// WriteClass tells how safe an acknowledged configuration write is.
type WriteClass string

// The classes of acknowledged writes.
const (
	// WriteQuorum is on disk at a majority of the expected votes: never lost.
	WriteQuorum WriteClass = "quorum"
	// WriteDegraded is on disk at every member of a smaller view.
	WriteDegraded WriteClass = "degraded"
	// WriteVolatile changed only the status section, which is not kept over a full stop.
	WriteVolatile WriteClass = "volatile"
)

// CIBResult answers CIBApply.
type CIBResult struct {
	Version string `json:"version"` // the CIB's version after the change, "admin_epoch.epoch.num_updates"
	// Data is the result of a query among the operations, as XML.
	Data  string     `json:"data,omitempty"`
	Class WriteClass `json:"class,omitempty"`
}

// EventType says what an Event carries.
type EventType string

// The types of events.
const (
	EventHello EventType = "hello" // first of every stream; Node and Version are set
	EventCIB   EventType = "cib"   // Version, Old and Patch are set
	EventNote  EventType = "note"  // Note is set
	EventNode  EventType = "node"  // Node is set: view, DC or state changed
)

// Event is one thing that happened, for those who watch.
type Event struct {
	// ID is what a watcher who comes back names to hear of what happened since.
	ID      string    `json:"id,omitempty"`
	Type    EventType `json:"type"`
	Time    time.Time `json:"time"`
	Node    *NodeInfo `json:"node,omitempty"`
	Version string    `json:"version,omitempty"`
	Old     string    `json:"old,omitempty"`
	Patch   string    `json:"patch,omitempty"` // the patchset, as XML
	Note    *Note     `json:"note,omitempty"`
}

// Note is a thing worth telling, ready for people and for programs.
type Note struct {
	ID     string         `json:"id"`     // stable, such as "membership.node-lost"
	Level  string         `json:"level"`  // debug, info, warning, alarm
	Text   string         `json:"text"`   // English
	Fields map[string]any `json:"fields"` // its values by name
	// TextJapanese is the same sentence in Japanese.
	TextJapanese string `json:"text_ja,omitempty"`
}
