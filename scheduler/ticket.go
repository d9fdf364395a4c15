package scheduler

import "pacer/cluster"

func (r *run) unpackTicket(t *cluster.TicketDependency) {}

func (r *run) applyPromotionTickets(x *rsc) {}
