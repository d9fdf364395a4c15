package membership

import (
	"time"

	"pacer/engine"
)

// Node is one configured node. Votes only break ties between sets of equal size.
type Node struct {
	ID    engine.NodeID
	Name  string
	Votes int
}

// Config is what a core is made with. It never changes.
type Config struct {
	Self engine.NodeID
	Name string
	// Incarnation is higher at every start of this node, never 0.
	Incarnation uint64
	// Nodes are the configured nodes, Self among them, by rising ID.
	Nodes []Node
	// Open lets nodes in that are not in Nodes.
	Open bool
	// Links is the number of links, 1 to 8.
	Links int
	// Quorum is the number of votes that is a majority; 0 when votes do not matter.
	Quorum int
	// Heartbeat is the interval of signs of life; Dead the silence after which a node is dead on a quiet network, Ceiling
	// how far measured jitter may widen it (not at all when it equals Dead).
	Heartbeat, Dead, Ceiling time.Duration
	// Warn is the silence that is told when it ends; 0 for never.
	Warn time.Duration
	// Start is how long the first view waits for the configured nodes.
	Start time.Duration
	// PacketSize limits Transmit's packets, in bytes; 0 means DefaultPacketSize.
	PacketSize int
	// Epoch is the highest epoch of a view known from an earlier start.
	Epoch uint64
}

// Limits of the protocol.
const (
	// MaxNodes is how many nodes can be in sight.
	MaxNodes = 32
	// MaxMessage limits one message in bytes.
	MaxMessage = 64 << 20
	// DefaultPacketSize fits an Ethernet frame with the transport's header.
	DefaultPacketSize = 1320
	// MinPacketSize is what the fixed parts need for MaxNodes nodes.
	MinPacketSize = 600
	// maxEpoch is far beyond what a cluster can reach; what is above it is nonsense, and would leave no room for more.
	maxEpoch = 1 << 62
	// MaxName limits a node's name in bytes.
	MaxName = 255
)

// How much may be on the way, in fragments.
const (
	submitWindow    = 96  // of one sender, not yet ordered
	minOrderWindow  = 16  // ordered by the coordinator, not yet held by all
	initOrderWindow = 64  //
	maxOrderWindow  = 384 //
	ackEvery        = 16  // fragments after which a member acknowledges at once
)

// Waiting times that do not depend on the profile.
const (
	ackDelay    = 8 * time.Millisecond  // an acknowledgement waits this long for company
	tailDelay   = 12 * time.Millisecond // after the last ordered fragment, before its number is announced
	nakDelay    = 1 * time.Millisecond  // a gap may be a packet that was overtaken
	nakRepeat   = 15 * time.Millisecond
	resendFirst = 25 * time.Millisecond // a submitted fragment without order is sent again
	resendLimit = 400 * time.Millisecond
	formResend  = 15 * time.Millisecond // a round's messages are repeated
	hurry       = 4 * time.Millisecond  // least distance of two heartbeats
	leaveSpan   = 30 * time.Millisecond // goodbyes are repeated for this long
	flapMemory  = 2 * time.Minute       // a peer's losses are forgotten after this time without one
	holdFirst   = 200 * time.Millisecond
	holdLimit   = 10 * time.Second
	renewAfter  = 15 * time.Second // longer than holdLimit, and so than any reason to wait for an answer
	jitterHalf  = 20 * time.Second // measured jitter loses half its weight in this time
)

func (c *Config) packetSize() int {
	if c.PacketSize == 0 {
		return DefaultPacketSize
	}
	return max(c.PacketSize, MinPacketSize)
}

// settle is how long a partial failure must stand still before it is acted on. Where others do not hear this node it may be
// only that they have not come to believe it again: that takes them holdFirst.
func (c *Core) settle() time.Duration {
	d := min(max(4*c.cfg.Heartbeat, 60*time.Millisecond), 600*time.Millisecond)
	if c.oneWay {
		d = max(d, holdFirst+2*c.cfg.Heartbeat)
	}
	return d
}

// stubborn is how long a round waits for a member that is heard but does not accept.
func (c *Config) stubborn() time.Duration { return max(2*c.Dead, time.Second) }

func (c *Config) votes(id engine.NodeID) int {
	for _, n := range c.Nodes {
		if n.ID == id {
			return n.Votes
		}
	}
	return 1
}

func (c *Config) configured(id engine.NodeID) (Node, bool) {
	for _, n := range c.Nodes {
		if n.ID == id {
			return n, true
		}
	}
	return Node{}, false
}
