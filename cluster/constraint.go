package cluster

import (
	"pacer/score"
)

// Discovery says on which nodes a resource is probed (resource-discovery of a location constraint).
type Discovery uint8

// The modes of discovery.
const (
	DiscoverAlways Discovery = iota
	DiscoverNever
	DiscoverExclusive
)

// Location is one rule or plain preference of one resource: scores for nodes.
type Location struct {
	ID        string
	Resource  *Resource
	Role      Role // RoleUnknown: any
	Discovery Discovery
	Nodes     []NodeScore
}

// NodeScore is a score for a node.
type NodeScore struct {
	Node  *Node
	Score score.Score
}

// Colocation keeps Dependent with, or away from, Primary.
type Colocation struct {
	ID                         string
	Dependent, Primary         *Resource
	DependentRole, PrimaryRole Role // RoleUnknown: any
	Score                      score.Score
	Attribute                  string // node attribute to compare, "#uname" by default
	Influence                  bool   // whether the dependent influences where the primary goes
	Set                        bool   // made from inside a set or a group: not shown to people
}

// OrderKind is the kind of an order constraint.
type OrderKind uint8

// The kinds of order constraints.
const (
	OrderMandatory OrderKind = iota
	OrderOptional
	OrderSerialize
)

// Order makes one action of Then wait for one action of First.
type Order struct {
	ID                  string
	First, Then         *Resource
	FirstTask, ThenTask string
	Kind                OrderKind
	Symmetrical         bool
	RequireAll          bool
	SetFirst, SetThen   int // places of the sets that they come from, -1 when none
}

// TicketPolicy says what becomes of resources when their ticket is lost.
type TicketPolicy uint8

// The policies for lost tickets.
const (
	TicketStop TicketPolicy = iota
	TicketDemote
	TicketFence
	TicketFreeze
)

// TicketDependency makes a resource need a ticket.
type TicketDependency struct {
	ID       string
	Resource *Resource
	Role     Role
	Ticket   *Ticket
	Loss     TicketPolicy
}

// Ticket is a permission that is granted to a site.
type Ticket struct {
	ID               string
	Granted, Standby bool
	LastGranted      string
	Attributes       map[string]string
}

// Tag is a name for several objects.
type Tag struct {
	ID   string
	Refs []string
}
