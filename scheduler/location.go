package scheduler

import (
	"time"

	"pacer/cluster"
	"pacer/score"
)

const (
	minus = score.MinusInfinity
	plus  = score.Infinity
)

// location is a preference of a resource for nodes.
type location struct {
	rsc       *rsc
	role      cluster.Role
	discovery cluster.Discovery
	nodes     []nodeScore
	in        *cluster.Location // nil for the health of nodes
}

// cause is what its scores come from.
func (l *location) cause() cause {
	switch {
	case l.in == nil:
		return cause{kind: ByHealth}
	case l.in.Constraint == "":
		return cause{kind: ByLocation, id: l.in.ID}
	}
	return cause{kind: ByLocation, id: l.in.Constraint, rule: l.in.ID}
}

type nodeScore struct {
	node  *node
	score score.Score
}

// applyHealth turns the health of nodes into locations.
func (r *run) applyHealth() {
	for _, n := range r.nodes {
		health := r.st.Health(n.in)
		if health == 0 {
			continue
		}
		for _, x := range r.top {
			if health < 0 && isTrue(x.in.Meta["allow-unhealthy-nodes"]) {
				continue
			}
			r.locations = append(r.locations, &location{rsc: x, nodes: []nodeScore{{n, health}}})
		}
	}
}

// unpackConstraints takes the constraints over.
func (r *run) unpackConstraints() {
	for i := range r.st.Constraints {
		switch c := &r.st.Constraints[i]; {
		case c.Location != nil:
			l := &location{rsc: r.all[c.Location.Resource.ID], role: c.Location.Role, discovery: c.Location.Discovery,
				in: c.Location}
			for _, ns := range c.Location.Nodes {
				l.nodes = append(l.nodes, nodeScore{r.node(ns.Node), ns.Score})
			}
			if l.discovery == cluster.DiscoverExclusive {
				l.rsc.exclusive = true
			}
			r.locations = append(r.locations, l)
		case c.Colocation != nil:
			k := c.Colocation
			r.colocate(&colocation{id: k.ID, dependent: r.all[k.Dependent.ID], primary: r.all[k.Primary.ID],
				dependentRole: k.DependentRole, primaryRole: k.PrimaryRole, score: k.Score, attribute: k.Attribute,
				influence: k.Influence, explicit: true})
		case c.Order != nil:
			r.unpackOrder(c.Order)
		case c.Ticket != nil:
			r.unpackTicket(c.Ticket)
		}
	}
}

// applyNodeCriteria scores the nodes for every resource by what concerns it alone.
func (r *run) applyNodeCriteria() {
	if r.st.Options.ShutdownLock {
		for _, x := range r.top {
			r.lockToNode(x)
		}
	}
	for _, l := range r.locations {
		r.applyLocation(l.rsc, l, l.nodes)
	}
	for _, x := range r.top {
		r.applyStickiness(x)
	}
	for _, n := range r.nodes {
		if n.in.HasFailures() {
			for _, x := range r.top {
				r.applyThreshold(x, n)
			}
		}
	}
	for _, x := range r.top {
		if x.exclusive {
			for _, n := range r.nodes {
				r.applyExclusive(x, n)
			}
		}
	}
}

// prefer adds a score for a resource and all in it on a node, nil stands for all nodes, because of something.
func (r *run) prefer(x *rsc, n *node, s score.Score, because cause) {
	r.addScore(x, n, s, because)
	if n == nil && s == minus {
		x.assigned = nil
	}
}

func (r *run) addScore(x *rsc, n *node, s score.Score, because cause) {
	for _, c := range x.children {
		r.addScore(c, n, s, because)
	}
	one := func(n *node) {
		a := &x.allowed[n.id]
		if !a.known {
			a.known, a.score = true, n.in.Score
			r.why.add(x, int(n.id), cause{kind: ByNodeScore}, a.score, false)
		}
		a.score = score.Add(a.score, s)
		r.why.add(x, int(n.id), because, s, false)
	}
	if n != nil {
		one(n)
		return
	}
	for _, n := range r.nodes {
		one(n)
	}
}

// applyLocation adds a location's scores to a resource and what is in it.
func (r *run) applyLocation(x *rsc, l *location, nodes []nodeScore) {
	switch x.kind {
	case cluster.Primitive:
		r.applyScores(x, l, nodes)
	case cluster.Group:
		r.applyScores(x, l, nodes)
		for i, m := range x.children {
			if i == 1 && x.in.GroupOptions.Colocated {
				// The first member's scores hold for all members that must be with it.
				zero := make([]nodeScore, len(nodes))
				for j, ns := range nodes {
					zero[j].node = ns.node
				}
				nodes = zero
			}
			r.applyLocation(m, l, nodes)
		}
	case cluster.Clone:
		r.applyScores(x, l, nodes)
		for _, c := range x.children {
			r.applyLocation(c, l, nodes)
		}
	case cluster.Bundle:
		r.applyBundleLocation(x, l, nodes)
	}
}

func (r *run) applyScores(x *rsc, l *location, nodes []nodeScore) {
	if l.role > cluster.RoleUnknown && l.role != x.next {
		return
	}
	for _, ns := range nodes {
		a := &x.allowed[ns.node.id]
		if a.known {
			a.score = score.Add(a.score, ns.score)
		} else {
			a.known, a.score = true, ns.score
		}
		r.why.add(x, int(ns.node.id), l.cause(), ns.score, false)
		if a.discovery < l.discovery {
			if l.discovery == cluster.DiscoverExclusive {
				x.exclusive = true
			}
			a.discovery = l.discovery
		}
	}
}

// applyStickiness makes resources prefer to stay where they are.
func (r *run) applyStickiness(x *rsc) {
	for _, c := range x.children {
		r.applyStickiness(c)
	}
	if len(x.children) > 0 || !x.managed || x.in.Stickiness < 1 || len(x.running) != 1 {
		return
	}
	n := x.running[0]
	if !r.st.Options.Symmetric && !x.allowed[n.id].known {
		return
	}
	r.prefer(x, n, x.in.Stickiness, cause{kind: ByStickiness})
}

// applyThreshold bans a resource from a node where it failed too often.
func (r *run) applyThreshold(x *rsc, n *node) {
	for _, c := range x.children {
		r.applyThreshold(c, n)
	}
	if len(x.children) > 0 || x.find(taskClearFail, 0, n, true) != nil {
		return
	}
	if ban := r.thresholdReached(x, n); ban != nil {
		r.prefer(ban, n, minus, cause{kind: ByFailures, with: x, count: int(r.st.ExpiringFailCount(x.in, n.in)), limit: int(x.in.Threshold)})
	}
}

// thresholdReached returns what must leave the node because the resource failed there too often, nil when nothing must.
func (r *run) thresholdReached(x *rsc, n *node) *rsc {
	if x.in.Threshold == 0 || x.in.FailureIgnored {
		return nil
	}
	count := r.st.ExpiringFailCount(x.in, n.in)
	if count <= 0 || x.in.Threshold > count {
		return nil
	}
	if !x.unique {
		return x.topOf()
	}
	return x
}

// applyExclusive bans a resource from nodes where it is not looked for, when it is looked for on some only.
func (r *run) applyExclusive(x *rsc, n *node) {
	if !x.exclusive && !x.topOf().exclusive {
		return
	}
	for _, c := range x.children {
		r.applyExclusive(c, n)
	}
	if a := &x.allowed[n.id]; a.known && a.discovery != cluster.DiscoverExclusive {
		a.score = minus
		r.why.add(x, int(n.id), cause{kind: ByDiscovery}, minus, false)
	}
}

// lockToNode keeps a resource for the node on which it ran when that was shut down cleanly.
func (r *run) lockToNode(x *rsc) {
	for _, c := range x.children {
		if x.kind == cluster.Group {
			r.lockToNode(c)
		}
	}
	if x.kind != cluster.Primitive || x.in.Class == "stonith" || x.in.Connection {
		return
	}
	if x.lockedTo != nil {
		if len(x.running) > 0 {
			r.action(x, taskForget, 0, x.lockedTo, false)
			x.lockedTo, x.lockedAt = nil, 0
		}
	} else if len(x.running) == 1 && x.running[0].shutdown && !x.running[0].unclean {
		x.lockedTo = x.running[0]
		x.lockedAt = r.st.Now.Unix()
		if at := x.lockedTo.in.ShutdownAt(); !at.IsZero() {
			x.lockedAt = at.Unix()
		}
	}
	if x.lockedTo == nil {
		return
	}
	if limit := r.st.Options.ShutdownLockLimit; limit > 0 {
		r.recheckBy(time.Unix(x.lockedAt, 0).Add(limit + time.Second))
	}
	for _, n := range r.nodes {
		if n != x.lockedTo {
			r.prefer(x, n, minus, cause{kind: ByLock, name: x.lockedTo.name})
		}
	}
}

// recheckBy notes that something changes at a time by itself.
func (r *run) recheckBy(t time.Time) {
	if t.After(r.st.Now) && (r.recheck.IsZero() || t.Before(r.recheck)) {
		r.recheck = t
	}
}
