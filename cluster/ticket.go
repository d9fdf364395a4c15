package cluster

import (
	"slices"

	"pacer/option"
	"pacer/xmltree"
)

// Ticket is a permission that is granted to a site.
type Ticket struct {
	ID               string
	Granted, Standby bool
	LastGranted      string
	Attributes       map[string]string
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

func (s *State) unpackTickets(x *xmltree.Node) {
	for e := range x.Elements("ticket_state") {
		if e.ID() == "" {
			continue
		}
		t := s.ticket(e.ID())
		for _, a := range e.Attrs {
			if a.Name != "id" {
				t.Attributes[a.Name] = a.Value
			}
		}
		t.Granted = option.True(t.Attributes["granted"])
		t.Standby = option.True(t.Attributes["standby"])
		t.LastGranted = t.Attributes["last-granted"]
	}
}

// ticket returns the ticket with that name, made when it is new.
func (s *State) ticket(id string) *Ticket {
	t := s.ticketByID[id]
	if t != nil {
		return t
	}
	if s.ticketByID == nil {
		s.ticketByID = map[string]*Ticket{}
	}
	t = &Ticket{ID: id, Attributes: Values{}}
	s.ticketByID[id] = t
	s.Tickets = append(s.Tickets, t)
	return t
}

func (c *constraints) ticketDependency(e *xmltree.Node) {
	id := e.Get("ticket")
	if id == "" {
		c.say(Info, "Constraint %s is left out: it names no ticket.", e.ID())
		return
	}
	t := c.ticket(id)
	one := func(name, role string) bool {
		r := c.find(e.ID(), name)
		if r == nil {
			return false
		}
		limit, ok := c.limit(e.ID(), role)
		if !ok {
			return false
		}
		c.add(Constraint{Ticket: &TicketDependency{ID: e.ID(), Resource: r, Role: limit, Ticket: t,
			Loss: c.lossPolicy(e, role)}})
		return true
	}
	sets, ok := c.sets(e)
	if !ok {
		return
	}
	for _, v := range sets {
		if slices.ContainsFunc(v.refs, func(name string) bool { return !one(name, v.role) }) {
			return
		}
	}
	if len(sets) > 0 {
		return
	}
	names, _, known := c.members(e.Get("rsc"))
	if !known {
		c.say(Config, "Constraint %s is left out: there is no resource or tag %q.", e.ID(), e.Get("rsc"))
		return
	}
	for _, name := range names {
		one(name, e.Get("rsc-role"))
	}
}

// lossPolicy is what the loss of a ticket means for a resource that needs it for a role: when nothing is said, that it leaves
// the role.
func (c *constraints) lossPolicy(e *xmltree.Node, role string) TicketPolicy {
	switch v := e.Get("loss-policy"); v {
	case "fence":
		if c.Options.FencingEnabled {
			return TicketFence
		}
		c.say(Config, "Constraint %s: loss-policy=fence needs fencing, which is disabled: stop is used.", e.ID())
		return TicketStop
	case "freeze":
		return TicketFreeze
	case "demote":
		return TicketDemote
	case "stop":
		return TicketStop
	}
	if ParseRole(role) == Promoted {
		return TicketDemote
	}
	return TicketStop
}
