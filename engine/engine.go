package engine

import (
	"fmt"
	"strings"
)

// NodeID identifies a node for its life: corosync.conf's nodeid, or the place of the node in ha.cf. Never 0.
type NodeID uint32

// ViewID orders views. Higher epochs are newer; views of one epoch with different coordinators are disjoint.
type ViewID struct {
	Epoch       uint64 `json:"epoch"`
	Coordinator NodeID `json:"coordinator"`
}

func (v ViewID) String() string { return fmt.Sprintf("%d.%d", v.Coordinator, v.Epoch) }

// Less reports whether v is older than w.
func (v ViewID) Less(w ViewID) bool {
	if v.Epoch != w.Epoch {
		return v.Epoch < w.Epoch
	}
	return v.Coordinator < w.Coordinator
}

// Member is one node of a view.
type Member struct {
	ID   NodeID `json:"id"`
	Name string `json:"name"`
	// Incarnation changes when the node's cluster layer starts anew.
	Incarnation uint64 `json:"incarnation"`
	// Attached tells that a manager answers there. A member without one is alive but must not be counted on.
	Attached bool `json:"attached"`
	// Attachment counts the managers that this incarnation has had; a changed number is a new process.
	Attachment uint64 `json:"attachment"`
}

// View is the agreed answer to "who is here".
type View struct {
	ID      ViewID   `json:"id"`
	Members []Member `json:"members"` // by rising ID
	Quorate bool     `json:"quorate"`
	// Votes are those present, Expected all that are configured.
	Votes    int `json:"votes"`
	Expected int `json:"expected"`
}

// Member returns the member with that id.
func (v View) Member(id NodeID) (Member, bool) {
	for _, m := range v.Members {
		if m.ID == id {
			return m, true
		}
	}
	return Member{}, false
}

// Attached returns the members whose manager answers, by rising id.
func (v View) Attached() []Member {
	var out []Member
	for _, m := range v.Members {
		if m.Attached {
			out = append(out, m)
		}
	}
	return out
}

// Managers names the view and the managers that take part in it: it is equal as long as nobody came, went or was restarted.
func (v View) Managers() string {
	var b strings.Builder
	b.WriteString(v.ID.String())
	for _, m := range v.Members {
		if m.Attached {
			fmt.Fprintf(&b, " %d/%d/%d", m.ID, m.Incarnation, m.Attachment)
		}
	}
	return b.String()
}

// Within tells whether every manager that takes part in v took part in old too: nobody came or was restarted.
func (v View) Within(old View) bool {
	for _, m := range v.Members {
		o, ok := old.Member(m.ID)
		if m.Attached && (!ok || !o.Attached || o.Incarnation != m.Incarnation || o.Attachment != m.Attachment) {
			return false
		}
	}
	return true
}

// Event is what an engine tells the manager: ViewChanged, Delivered or Lost.
type Event interface{ engineEvent() }

// ViewChanged says that the view, its quorum or the attachment of a manager is now this. Every change comes in the same
// place between the same messages at all members.
type ViewChanged struct{ View View }

// Delivered hands over one message. Order counts from 1 in each view.
type Delivered struct {
	Sender  NodeID
	Order   uint64
	Payload []byte
}

// Lost says that the engine is gone for good: the node is as dead to the others. The manager stops what it runs.
type Lost struct{ Reason string }

func (ViewChanged) engineEvent() {}
func (Delivered) engineEvent()   {}
func (Lost) engineEvent()        {}

// Identity is who this node is, as the engine's configuration says.
type Identity struct {
	ID    NodeID   `json:"id"`
	Name  string   `json:"name"`
	Nodes []Member `json:"nodes"` // all configured nodes, by rising ID; only ID and Name are set
	// Stack names the engine for status displays ("corosync", "heartbeat", "pacer").
	Stack string `json:"stack"`
	// Plain tells that messages between the nodes are not protected by a secret; every status says so.
	Plain bool `json:"plain,omitempty"`
}
