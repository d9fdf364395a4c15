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

// Constraint is one of the kinds below; the others are nil.
type Constraint struct {
	Location   *Location
	Colocation *Colocation
	Order      *Order
	Ticket     *TicketDependency
}

// Location is one rule or plain preference of one resource: scores for nodes.
type Location struct {
	ID string // of the rule where there is one
	// Constraint is the id of the constraint that the rule is in, "" without a rule.
	Constraint string
	Resource   *Resource
	Role       Role // RoleUnknown: any
	Discovery  Discovery
	Nodes      []NodeScore
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
	Attribute                  string // node attribute that must be equal; "#uname" by default
	Influence                  bool   // whether the dependent influences where an active primary goes
	Explicit                   bool   // the configuration names exactly these two resources
}

// OrderKind is the kind of an order constraint.
type OrderKind uint8

// The kinds of order constraints.
const (
	OrderMandatory OrderKind = iota
	OrderOptional
	OrderSerialize
)

// Symmetry says how an Order relates to its inverse.
type Symmetry uint8

// The symmetries.
const (
	Asymmetric Symmetry = iota // has no inverse
	Symmetric                  // has one
	Inverse                    // is one
)

// Order makes one action wait for another. A gate stands between several actions of which some must be possible and
// those that wait for them: such an order has a gate in place of First or of Then.
type Order struct {
	ID                  string
	First, Then         *Resource
	FirstTask, ThenTask string
	Kind                OrderKind
	Symmetry            Symmetry
	Gate                string // name of the gate, "" for none
	GateNeeds           int    // how many of the actions before the gate must be possible
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
	Seen             bool // the status tells of it
	Granted, Standby bool
	LastGranted      string
	Attributes       map[string]string
}

// Tag is a name for several objects.
type Tag struct {
	ID   string
	Refs []string
}

// Locations are the location constraints among the constraints.
func (s *State) Locations() []*Location {
	var list []*Location
	for i := range s.Constraints {
		if l := s.Constraints[i].Location; l != nil {
			list = append(list, l)
		}
	}
	return list
}
