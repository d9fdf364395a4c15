package messaging

import (
	"time"

	"pacer/engine"
)

// Status is the messaging process's picture of itself, for tools.
type Status struct {
	Identity engine.Identity `json:"identity"`
	Cluster  string          `json:"cluster,omitempty"`
	File     string          `json:"file"`
	View     engine.View     `json:"view"`
	// Forming tells that the next view is being made.
	Forming bool `json:"forming"`
	// Needed are the votes that make quorum; Counted is false when every partition is quorate.
	Needed     int  `json:"needed"`
	Counted    bool `json:"counted"`
	TwoNode    bool `json:"two_node"`
	WaitForAll bool `json:"wait_for_all"`
	// Open tells that packets are not protected by a secret.
	Open bool `json:"open"`
	// Profile and the times of failure detection.
	Profile   string        `json:"profile"`
	Heartbeat time.Duration `json:"heartbeat_ns"`
	Dead      time.Duration `json:"dead_ns"`
	// Realtime tells that the process has real-time priority and locked memory.
	Realtime bool         `json:"realtime"`
	Links    []LinkStatus `json:"links"`
	Peers    []PeerStatus `json:"peers"`
	// Refused counts packets without a good seal, Dropped those that came too fast, Unsent those that the network did
	// not take.
	Refused uint64   `json:"refused"`
	Dropped uint64   `json:"dropped"`
	Unsent  uint64   `json:"unsent"`
	Warning []string `json:"warnings,omitempty"`
}

// LinkStatus is one link of this node.
type LinkStatus struct {
	Number int    `json:"number"`
	Cast   string `json:"cast"`
	Device string `json:"device,omitempty"`
	Local  string `json:"local,omitempty"`
	Port   uint16 `json:"port"`
}

// PeerStatus is another node.
type PeerStatus struct {
	ID    engine.NodeID `json:"id"`
	Name  string        `json:"name"`
	Alive bool          `json:"alive"`
	// Links tells by number which links carry something from it.
	Links    []bool        `json:"links"`
	Patience time.Duration `json:"patience_ns"`
}
