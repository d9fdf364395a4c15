package clusterconf

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"pacer/engine"
)

// MaxNodes limits the nodes of one cluster. MaxLinks limits the redundant links between them.
const (
	MaxNodes = 32
	MaxLinks = 8
)

// MaxFile limits the size in bytes of every file read here.
const MaxFile = 1 << 20

// Config is what the built-in messaging needs to know.
type Config struct {
	// File is the path of the configuration read.
	File string
	// Stack names the kind of configuration for status displays: "corosync" or "heartbeat".
	Stack string
	// Cluster is the cluster's name, "" when the file gives none.
	Cluster string
	// Self is this node; it is in Nodes as well.
	Self Node
	// Nodes are the configured nodes by rising ID.
	Nodes []Node
	// Open tells that nodes outside Nodes may join (autojoin, or a corosync.conf without nodelist).
	Open bool
	// Links are the ways between the nodes; a message goes over all of them.
	Links  []Link
	Timing Timing
	Quorum Quorum
	Keys   Keys
	// PacketSize limits a datagram in bytes, UDP header not counted.
	PacketSize int
	// Transport is the word for how packets travel: "knet", "udp" or "udpu". Links say what is done.
	Transport string
	// Ordinary tells that the file wants no real-time priority and no locked memory for messaging (sched_rr: no; realtime off).
	Ordinary bool
	// Settings are the keys of the file as they stand there, by name; secrets are left out.
	Settings []Setting
	// Manager tells whether the file asks for the resource manager (always with corosync.conf).
	Manager bool
	// Warnings are problems that do not keep the cluster from starting.
	Warnings []*Problem
}

// Node is one configured node.
type Node struct {
	ID   engine.NodeID
	Name string
	// Votes are what the node counts for quorum, usually 1.
	Votes int
}

// Cast is how packets of a link are addressed.
type Cast int

// The casts.
const (
	Unicast Cast = iota
	Multicast
	Broadcast
)

func (c Cast) String() string { return [...]string{"unicast", "multicast", "broadcast"}[c] }

// Link is one network between the nodes.
type Link struct {
	// Number counts from 0 and is the same on all nodes.
	Number int
	Cast   Cast
	// Device is the interface to use; "" leaves it to the routing table.
	Device string
	// Local is the address to send from and to listen at; the zero Addr means any.
	Local netip.Addr
	Port  uint16
	// Group is the multicast group or the broadcast address.
	Group netip.Addr
	// TTL limits multicast hops; Loop asks for own packets back (tests on one host).
	TTL  int
	Loop bool
	// Peers are the addresses of the other nodes with Unicast. ID is 0 where the file does not tell whose it is.
	Peers []Peer
}

// Peer is an address of another node.
type Peer struct {
	ID   engine.NodeID
	Addr netip.Addr
}

// Timing says how soon silence becomes death.
type Timing struct {
	// Profile is "default", "fast", "patient", or "explicit" when the file gives a token or deadtime.
	Profile string
	// Heartbeat is the interval of signs of life.
	Heartbeat time.Duration
	// Dead is the silence after which a node is dead, on a quiet network.
	Dead time.Duration
	// Ceiling limits to what measured jitter may widen Dead; equal to Dead when a value was given explicitly.
	Ceiling time.Duration
	// Warn is the silence that is worth a warning; 0 for never.
	Warn time.Duration
	// Start is how long a starting node waits for the other configured nodes before it makes a view without them.
	Start time.Duration
}

// Quorum says how many votes decide.
type Quorum struct {
	// Counted is false when nothing asks for quorum: every partition is quorate.
	Counted bool
	// Expected are the votes of all nodes.
	Expected int
	// TwoNode lets one of two nodes be quorate. WaitForAll withholds the first quorum until all nodes were seen together.
	TwoNode, WaitForAll bool
	// TieBreaker lets the half with the first present of TieNodes be quorate, else the one with the lowest or the highest id.
	TieBreaker, TieHighest bool
	TieNodes               []engine.NodeID
	// LastManStanding is the window after which a quorate partition expects no more votes than it has; 0 is never.
	LastManStanding time.Duration
	// Downscale lets nodes that leave in order take their votes off what is expected, down to Expected. Tracking keeps the most
	// that was ever expected over restarts.
	Downscale, Tracking bool
}

// Key is one shared secret.
type Key struct {
	// Label tells the key in messages; it says nothing about the secret.
	Label  string
	Secret []byte
}

// Keys are the secrets of the cluster.
type Keys struct {
	// Sign is the key for what this node sends; packets under any key of Accept are taken. Sign is in Accept.
	Sign   Key
	Accept []Key
	// Open tells that the files ask for unprotected traffic: the key is derived from what everybody may know, so that
	// packets keep their one form but prove nothing.
	Open bool
}

// Host is what the parsers must know about this machine.
type Host struct {
	// Name is the node name, as uname -n gives it.
	Name string
	// Addrs are the addresses of the interfaces, with their networks.
	Addrs []Interface
	// Lookup resolves a host name; nil resolves nothing.
	Lookup func(name string) ([]netip.Addr, error)
}

// Interface is one address of this machine.
type Interface struct {
	Device    string
	Prefix    netip.Prefix
	Broadcast netip.Addr
}

// File is one file read, or the reason why it could not be.
type File struct {
	Path string
	Data []byte
	// Mode holds the permission bits, Owner the user id; OwnUID is the reader's.
	Mode   uint32
	Owner  int
	OwnUID int
	// Err is why the file could not be read; Missing tells that it does not exist.
	Err     error
	Missing bool
}

// Problem is one thing wrong in a file.
type Problem struct {
	File string
	// Line counts from 1; 0 is the file as a whole.
	Line int
	// Text says what is wrong and what to do.
	Text string
}

func (p *Problem) Error() string {
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s", p.File, p.Text)
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text)
}

// problems collects what is wrong in one file.
type problems struct {
	file     string
	errs     []error
	warnings []*Problem
}

func (p *problems) errorf(line int, format string, args ...any) {
	p.errs = append(p.errs, &Problem{p.file, line, fmt.Sprintf(format, args...)})
}

func (p *problems) warnf(line int, format string, args ...any) {
	p.warnings = append(p.warnings, &Problem{p.file, line, fmt.Sprintf(format, args...)})
}

func (p *problems) err() error { return errors.Join(p.errs...) }

// Name returns the configured name of a node, or "#id".
func (c *Config) Name(id engine.NodeID) string {
	for _, n := range c.Nodes {
		if n.ID == id {
			return n.Name
		}
	}
	return fmt.Sprintf("#%d", id)
}

// Identity is who this node is, for the manager.
func (c *Config) Identity() engine.Identity {
	id := engine.Identity{ID: c.Self.ID, Name: c.Self.Name, Stack: c.Stack, Plain: c.Keys.Open}
	for _, n := range c.Nodes {
		id.Nodes = append(id.Nodes, engine.Member{ID: n.ID, Name: n.Name})
	}
	return id
}

func sameName(a, b string) bool { return strings.EqualFold(a, b) }
