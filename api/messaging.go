package api

import (
	"time"

	"pacer/clusterconf"
	"pacer/engine"
)

// Messaging is the picture that the layer below the manager has of itself: who is heard on which link, how votes count, and what
// its configuration says. It comes from the messaging process and is newer than any Snapshot.
type Messaging struct {
	Identity engine.Identity `json:"identity"`
	Cluster  string          `json:"cluster,omitempty"`
	File     string          `json:"file"`
	// Transport is the word of corosync.conf for how packets travel ("knet", "udp", "udpu"); ha.cf gives "udp".
	Transport string      `json:"transport"`
	View      engine.View `json:"view"`
	// Forming tells that the next view is being made.
	Forming bool `json:"forming"`
	// Votes are those of the configured nodes, in the order of Identity.Nodes.
	Votes []int `json:"votes"`
	// Needed are the votes that make quorum; Counted is false when every partition is quorate.
	Needed     int  `json:"needed"`
	Counted    bool `json:"counted"`
	TwoNode    bool `json:"two_node"`
	WaitForAll bool `json:"wait_for_all"`
	// MemberVotes are those of the members of View, in their order; they may have been changed while running.
	MemberVotes     []int `json:"member_votes,omitempty"`
	LastManStanding bool  `json:"last_man_standing,omitempty"`
	AutoTieBreaker  bool  `json:"auto_tie_breaker,omitempty"`
	AllowDownscale  bool  `json:"allow_downscale,omitempty"`
	// Open tells that packets are not protected by a secret.
	Open bool `json:"open"`
	// Profile and the times of failure detection.
	Profile   string        `json:"profile"`
	Heartbeat time.Duration `json:"heartbeat_ns"`
	Dead      time.Duration `json:"dead_ns"`
	// Realtime tells that the process has real-time priority and locked memory.
	Realtime bool            `json:"realtime"`
	Links    []MessagingLink `json:"links"`
	Peers    []MessagingPeer `json:"peers"`
	// Settings are the keys of the configuration file; secrets are left out.
	Settings []clusterconf.Setting `json:"settings,omitempty"`
	// PacketSize limits a datagram, in bytes.
	PacketSize int `json:"packet_size"`
	// Refused counts packets without a good seal, Dropped those that came too fast, Unsent those that the network did
	// not take.
	Refused uint64   `json:"refused"`
	Dropped uint64   `json:"dropped"`
	Unsent  uint64   `json:"unsent"`
	Warning []string `json:"warnings,omitempty"`
}

// QuorumChange is what an administrator asks of the running cluster: Expected votes, or, when Node is set or Self, the Votes of
// that node.
type QuorumChange struct {
	Expected int           `json:"expected,omitempty"`
	Node     engine.NodeID `json:"node,omitempty"`
	Self     bool          `json:"self,omitempty"`
	Votes    int           `json:"votes,omitempty"`
}

// MessagingLink is one link of this node.
type MessagingLink struct {
	Number int    `json:"number"`
	Cast   string `json:"cast"`
	Device string `json:"device,omitempty"`
	Local  string `json:"local,omitempty"`
	Port   uint16 `json:"port"`
}

// MessagingPeer is another node.
type MessagingPeer struct {
	ID    engine.NodeID `json:"id"`
	Name  string        `json:"name"`
	Alive bool          `json:"alive"`
	// Links tells, in the order of Messaging.Links, which links carry something from it.
	Links []bool `json:"links"`
	// Addresses are its own on each link, as far as they are known.
	Addresses []string      `json:"addresses,omitempty"`
	Patience  time.Duration `json:"patience_ns"`
}
