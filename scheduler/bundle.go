package scheduler

import (
	"pacer/cluster"
	"pacer/graph"
)

// replica is one container of a bundle with its parts; parts that it does not have are nil.
type replica struct {
	container, ip, connection, child *rsc
	node                             *node
}

// bundleRun is what a bundle has beside what every resource has.
type bundleRun struct {
	replicas []replica
	child    *rsc // the clone of what runs inside
}

func (r *run) bundleParts(x *rsc) *bundleRun {
	get := func(in *cluster.Resource) *rsc {
		if in == nil {
			return nil
		}
		return r.all[in.ID]
	}
	o := x.in.BundleOptions
	b := &bundleRun{child: get(o.Child)}
	for i := range o.Replica {
		p := &o.Replica[i]
		b.replicas = append(b.replicas, replica{container: get(p.Container), ip: get(p.IP), connection: get(p.Connection),
			child: get(p.Child), node: r.node(p.Node)})
	}
	return b
}

// containers are the containers of a bundle.
func (x *rsc) containers() []*rsc {
	var list []*rsc
	for i := range x.bundle.replicas {
		list = append(list, x.bundle.replicas[i].container)
	}
	return list
}

// contained is what runs in a container of a bundle, nil for everything else.
func (x *rsc) contained() *rsc {
	if p := x.replica(); p != nil && p.container == x {
		return p.child
	}
	return nil
}

func (x *rsc) isContainer() bool {
	p := x.replica()
	return p != nil && p.container == x
}

// replica is the replica of which a resource is a part, nil when it is none.
func (x *rsc) replica() *replica {
	if x.parent == nil || x.parent.kind != cluster.Bundle {
		return nil
	}
	for i := range x.parent.bundle.replicas {
		if p := &x.parent.bundle.replicas[i]; p.container == x || p.ip == x || p.connection == x {
			return p
		}
	}
	return nil
}

// assignBundle assigns the containers, then what goes with each, and at last what runs inside. What a container is with may ask for the bundle
// again meanwhile: that places the other containers, and what goes on here then finds them placed.
func (r *run) assignBundle(x *rsc, prefer *node, stopIfFail bool) *node {
	r.showScores(x, "pcmk__bundle_assign", x.allowed)
	x.assigning = true
	list := x.containers()
	mergeSort(list, r.compareInstances)
	r.assignInstances(x, list, x.in.BundleOptions.Replicas, x.in.BundleOptions.PerHost)
	for i := range x.bundle.replicas {
		r.assignReplica(&x.bundle.replicas[i], prefer, stopIfFail)
	}
	if c := x.bundle.child; c != nil {
		before := r.why.keep(c.allowed)
		for i := range c.allowed {
			if !c.allowed[i].known {
				continue
			}
			c.allowed[i].score = minus
			for _, p := range x.bundle.replicas {
				if p.node == r.nodes[i] {
					c.allowed[i].score = 0
				}
			}
		}
		r.why.changed(c, before, cause{kind: ByContainer, with: x})
		r.assign(c, prefer, stopIfFail)
	}
	x.assigning, x.unassigned = false, false
	return nil
}

func (r *run) assignReplica(p *replica, prefer *node, stopIfFail bool) {
	if p.ip != nil {
		r.assign(p.ip, prefer, stopIfFail)
	}
	host := p.container.assigned
	if p.connection != nil {
		if host != nil && host.remote() && host.connection != nil {
			// A remote node has one connection only, so that those through it must begin where it does.
			r.colocate(&colocation{id: "#replica-remote-with-host-remote", dependent: p.connection, primary: host.connection,
				score: plus, influence: true})
		}
		r.assign(p.connection, prefer, stopIfFail)
	}
	if p.child == nil {
		return
	}
	before := r.why.keep(p.child.allowed)
	for i := range p.child.allowed {
		if a := &p.child.allowed[i]; !a.known {
			continue
		} else if r.nodes[i] != p.node {
			a.score = minus
		} else if r.thresholdReached(p.child, p.node) == nil {
			a.score = plus
		}
	}
	r.why.changed(p.child, before, cause{kind: ByContainer, with: p.container})
	p.child.parent.assigning = true
	r.assign(p.child, p.node, stopIfFail)
	p.child.parent.assigning = false
}

func (r *run) bundleActions(x *rsc) {
	for _, p := range x.bundle.replicas {
		for _, part := range []*rsc{p.ip, p.container, p.connection} {
			if part != nil {
				r.createActions(part)
			}
		}
	}
	r.instanceActions(x, x.containers())
	c := x.bundle.child
	if c == nil {
		return
	}
	r.createActions(c)
	if c.promotable {
		r.pseudoOf(x, taskPromote, true, true)
		r.pseudoOf(x, taskPromoted, true, true).priority = int(plus)
		r.pseudoOf(x, taskDemote, true, true)
		r.pseudoOf(x, taskDemoted, true, true).priority = int(plus)
	}
}

// bundleConstraints orders the parts of a bundle:
//
//	address ──▶ container ──▶ connection ──▶ what runs inside
func (r *run) bundleConstraints(x *rsc) {
	for _, p := range x.bundle.replicas {
		r.replicaConstraints(x, p)
	}
	c := x.bundle.child
	if c == nil {
		return
	}
	r.orderTasks(x, taskStart, c, taskStart, showsFirst)
	r.orderTasks(c, taskStarted, x, taskStarted, showsThen)
	r.orderTasks(x, taskStop, c, taskStop, showsFirst)
	r.orderTasks(c, taskStopped, x, taskStopped, showsThen)
	r.internalConstraints(c)
	if !c.promotable {
		return
	}
	r.orderRoleChanges(x)
	r.orderTasks(x, taskDemote, c, taskDemote, showsFirst)
	r.orderTasks(c, taskDemoted, x, taskDemoted, showsThen)
	r.orderTasks(x, taskPromote, c, taskPromote, showsFirst)
	r.orderTasks(c, taskPromoted, x, taskPromoted, showsThen)
}

func (r *run) replicaConstraints(x *rsc, p replica) {
	c := p.container
	r.internalConstraints(c)
	r.orderTasks(x, taskStart, c, taskStart, firstMustRun|showsFirst)
	if p.child != nil {
		r.orderTasks(x, taskStop, p.child, taskStop, showsFirst)
	}
	r.orderTasks(x, taskStop, c, taskStop, showsFirst)
	r.orderTasks(c, taskStart, x, taskStarted, showsThen)
	r.orderTasks(c, taskStop, x, taskStopped, showsThen)
	if p.ip != nil {
		r.internalConstraints(p.ip)
		r.orderTasks(p.ip, taskStart, c, taskStart, firstMustRun|inside)
		r.orderTasks(c, taskStop, p.ip, taskStop, thenNeedsFirst|inside)
		r.colocate(&colocation{id: "#ip-with-container", dependent: p.ip, primary: c, score: plus, influence: true})
	}
	if p.connection != nil {
		r.internalConstraints(p.connection)
	}
}

// probeBundle probes the parts of a bundle on a node.
func (r *run) probeBundle(x *rsc, n *node) bool {
	any := false
	for i := range x.bundle.replicas {
		p := &x.bundle.replicas[i]
		if p.ip != nil && r.probe(p.ip, n) {
			any = true
		}
		if p.child != nil && p.node == n && r.probe(p.child, n) {
			any = true
		}
		if r.probe(p.container, n) {
			any = true
			if x.in.BundleOptions.PerHost == 1 {
				// Where one replica may be running already, no other one may start.
				for j := range x.bundle.replicas {
					if j != i {
						r.orderTasks(p.container, taskMonitor, x.bundle.replicas[j].container, taskStart, ordered|sameNode)
					}
				}
			}
		}
		if p.connection != nil && r.probe(p.connection, n) {
			if probe := p.connection.firstVerb(taskMonitor, n); probe != nil {
				any = true
				// Where the container is must be known before its connection can be looked for.
				r.addOrder(&order{firstRsc: p.container, firstVerb: taskStart, then: probe, how: nestedProbe})
			}
		}
	}
	return any
}

func (r *run) applyBundleLocation(x *rsc, l *location, nodes []nodeScore) {
	r.applyScores(x, l, nodes)
	for _, p := range x.bundle.replicas {
		r.applyLocation(p.container, l, nodes)
		if p.ip != nil {
			r.applyLocation(p.ip, l, nodes)
		}
	}
	if c := x.bundle.child; c != nil && l.role >= cluster.Unpromoted {
		r.applyLocation(c, l, nodes)
		x.bundleLocations = append(x.bundleLocations, l)
	}
}

// colocateWithBundle applies a colocation of a primitive with a bundle.
func (r *run) colocateWithBundle(dependent, x *rsc, c *colocation) int {
	if x.unassigned {
		return 0
	}
	if c.dependent.kind > cluster.Group {
		// The dependent is an instance, to which one container corresponds.
		if i := r.compatibleContainer(dependent, x); i != nil {
			return r.applyColocation(dependent, i, c)
		}
		if c.score >= plus {
			r.place(dependent, nil, true, true)
		}
		return 0
	}
	if c.score < plus {
		sum := 0
		for _, p := range x.bundle.replicas {
			sum += r.applyColocation(dependent, p.container, c)
		}
		return sum
	}
	var hosts []*node
	for _, p := range x.bundle.replicas {
		n := p.container.location()
		if n == nil || p.container.anyBlocked() ||
			c.primaryRole >= cluster.Promoted && (p.child == nil || p.child.next < cluster.Promoted) {
			continue
		}
		hosts = append(hosts, n)
	}
	r.intersect(dependent, hosts)
	return 0
}

// bundleShares tells whether a part of a bundle takes the bundle's colocations over: containers do, and what runs inside
// once its roles are being chosen.
func (x *rsc) bundleShares(orig *rsc) bool {
	c := x.bundle.child
	switch {
	case orig == x, orig.isContainer() && orig.parent == x:
		return true
	case c == nil || !c.promotable || orig.topOf() != c:
		return false
	case orig == c:
		return c.clone.promotionSorted
	}
	return !orig.unassigned
}

func (x *rsc) collectBundlePrimaries(orig *rsc, list []*colocation) []*colocation {
	if x.bundleShares(orig) {
		return merge(list, x.thisWith, beforeByPrimary)
	}
	return list
}

func (x *rsc) collectBundleDependents(orig *rsc, list []*colocation) []*colocation {
	if x.bundleShares(orig) {
		return merge(list, x.withThis, beforeByDependent)
	}
	return list
}

// host is where a node is: for the inside of a container where that was assigned.
func (r *run) host(n *node) *node {
	if n != nil && n.in.Inner {
		return r.all[n.in.Container.ID].location()
	}
	return n
}

// compatibleContainer is the container of a bundle that goes with a dependent: on its node, or else on the best of the nodes that it knows,
// also where it could not go.
func (r *run) compatibleContainer(dependent, x *rsc) *rsc {
	on := func(n *node) *rsc {
		for _, c := range x.containers() {
			if n != nil && c.matches(n, cluster.RoleUnknown, false) {
				return c
			}
		}
		return nil
	}
	if n := r.host(dependent.location()); n != nil {
		return on(n)
	}
	for _, c := range r.candidates(dependent, nil) {
		if i := on(r.host(c.node)); i != nil {
			return i
		}
	}
	return nil
}

func (r *run) bundleToGraph(g *graph.Graph, x *rsc) {
	if c := x.bundle.child; c != nil {
		r.resourceToGraph(g, c)
	}
	for _, p := range x.bundle.replicas {
		for _, part := range []*rsc{p.ip, p.container, p.connection} {
			if part != nil {
				r.resourceToGraph(g, part)
			}
		}
	}
}

// needsRemoteAddress tells whether a connection has the address of the host where its container runs.
func (r *run) needsRemoteAddress(x *rsc) bool {
	return x.in.Connection && x.bundled() && r.paramsOn(x, nil)["addr"] == "#uname"
}

// addressedParams are the parameters of a resource on a node, with the address that only the assignment gives.
func (r *run) addressedParams(x *rsc, n *node) cluster.Values {
	params := r.paramsOn(x, n)
	p := x.replica()
	if p == nil || p.connection != x || !r.needsRemoteAddress(x) {
		return params
	}
	host := p.container.assigned
	if host == nil {
		host = p.container.current()
	}
	if host == nil {
		return params
	}
	own := cluster.Values{}
	for _, k := range params.Names() {
		own[k] = params[k]
	}
	own["addr"] = host.name
	return own
}
