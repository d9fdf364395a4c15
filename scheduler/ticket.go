package scheduler

import "pacer/cluster"

// unpackTicket bans a resource that needs a ticket which this site does not have.
func (r *run) unpackTicket(t *cluster.TicketDependency) {
	x := r.all[t.Resource.ID]
	x.tickets = append(x.tickets, t)
	if !t.Ticket.Granted || t.Ticket.Standby {
		r.withoutTicket(x, t)
	}
}

func (r *run) withoutTicket(x *rsc, t *cluster.TicketDependency) {
	for _, c := range x.children {
		r.withoutTicket(c, t)
	}
	if len(x.children) > 0 {
		return
	}
	if t.Ticket.Granted || len(x.running) == 0 { // the ticket is only put aside, or nothing is lost with it
		if t.Role != cluster.Promoted || t.Loss == cluster.TicketStop {
			r.prefer(x, nil, minus, cause{kind: ByTicket, id: t.ID, name: t.Ticket.ID})
		}
		return
	}
	matches := t.Role == cluster.RoleUnknown || t.Role == x.role
	switch t.Loss {
	case cluster.TicketStop:
		r.prefer(x, nil, minus, cause{kind: ByTicket, id: t.ID, name: t.Ticket.ID})
	case cluster.TicketDemote:
		if t.Role != cluster.Promoted { // else it is not promoted
			r.prefer(x, nil, minus, cause{kind: ByTicket, id: t.ID, name: t.Ticket.ID})
		}
	case cluster.TicketFence:
		if !matches {
			return
		}
		r.prefer(x, nil, minus, cause{kind: ByTicket, id: t.ID, name: t.Ticket.ID})
		for _, n := range x.running {
			r.fenceNode(n, "deadman ticket was lost", false)
		}
	case cluster.TicketFreeze:
		if matches {
			x.managed, x.blocked = false, true
		}
	}
}

// applyPromotionTickets bans the promotion of a clone that needs a ticket for it which this site does not have.
func (r *run) applyPromotionTickets(x *rsc) {
	for _, t := range x.tickets {
		if t.Role == cluster.Promoted && (!t.Ticket.Granted || t.Ticket.Standby) {
			r.prefer(x, nil, minus, cause{kind: ByTicket, id: t.ID, name: t.Ticket.ID})
		}
	}
}
