package attributes

import (
	"time"

	"pacer/engine"
	"pacer/message"
	"pacer/xmltree"
)

// Event is what the core can hear: View, Delivered, Update, Clear, Drop, CIB, Writer, Written or TimerFired.
type Event interface{ attributesEvent() }

// View is the agreed view.
type View struct{ View engine.View }

// Delivered is one ordered message whose kind begins with "attributes.". Order is its place in the view.
type Delivered struct {
	From     engine.NodeID
	Order    uint64
	Envelope message.Envelope
}

// Action says what an Update does.
type Action string

// The actions.
const (
	Set      Action = "set"       // the value; the delay only of a new attribute
	SetBoth  Action = "set-both"  // value and delay
	SetDelay Action = "set-delay" // the delay only
	Delete   Action = "delete"
	Refresh  Action = "refresh" // compare everything with the CIB and write what differs
)

// Update asks for a change. It is answered by one Answer with the same ID once it is applied here; an ID of 0 wants none.
type Update struct {
	ID     uint64
	Action Action
	// Name is the attribute, or Pattern a POSIX extended regular expression that picks existing ones.
	Name, Pattern string
	Node          string // a node name; "" for this node
	// Value may be arithmetic on the present one: "value++", "value--", "value+=N", "value-=N", with or without "value".
	Value string
	// Delay dampens writes. Set uses it for a new attribute only.
	Delay       time.Duration
	HasDelay    bool
	Set         string // id of the set in the CIB, "" for the default
	Private     bool
	Utilization bool
	Principal   message.Principal
	Cause       string
}

// Clear forgets failures: all fail-count-* and last-failure-* that match. "" matches everything. It is answered like Update.
type Clear struct {
	ID        uint64
	Resource  string
	Operation string
	Interval  time.Duration // looked at when Operation is set
	Node      string
	Cause     string
}

// Drop makes all members forget the values of a node that has failed without leaving the view.
type Drop struct{ Node string }

// CIB is the document after a change: node ids are read from it, and what it holds of transient attributes.
type CIB struct {
	Root *xmltree.Node
	// Foreign tells that others than the cluster itself had a part in the change: whoever writes to the status section, or replaces it,
	// does not know the attributes of now, and the writer puts them right.
	Foreign bool
}

// Writer says whether this node writes to the CIB, which the DC does.
type Writer struct{ Writer bool }

// Written answers a Write.
type Written struct {
	ID uint64
	OK bool
}

// TimerFired brings back a timer of SetTimer.
type TimerFired struct{ Key string }

func (View) attributesEvent()       {}
func (Delivered) attributesEvent()  {}
func (Update) attributesEvent()     {}
func (Clear) attributesEvent()      {}
func (Drop) attributesEvent()       {}
func (CIB) attributesEvent()        {}
func (Writer) attributesEvent()     {}
func (Written) attributesEvent()    {}
func (TimerFired) attributesEvent() {}
