package scheduler

import (
	"slices"
	"strconv"

	"pacer/cluster"
	"pacer/graph"
	"pacer/score"
)

// cloneRun is what is decided of a clone beside what every resource has.
type cloneRun struct {
	notice *cloneNotice
	// promotion scores were added to the scores of the instances.
	promotionAdded bool
	// promotionSorted says that the instances were sorted for promotion.
	promotionSorted bool
}

// assignClone assigns a clone's instances.
func (r *run) assignClone(x *rsc, prefer *node, stopIfFail bool) *node {
	if !x.unassigned || x.assigning {
		return nil
	}
	x.assigning = true
	if x.promotable {
		r.addPromotionScores(x)
	}
	for _, c := range x.primaries() {
		r.assign(c.primary, prefer, stopIfFail)
	}
	for _, c := range x.dependents() {
		r.addDependentScores(c, x)
	}
	r.showScores(x, "pcmk__clone_assign", x.allowed)
	o := x.in.CloneOptions
	r.sortInstances(x)
	r.assignInstances(x, x.children, o.Max, o.NodeMax)
	if x.promotable {
		r.setRoles(x)
	}
	x.assigning, x.unassigned = false, false
	return nil
}

func (r *run) cloneActions(x *rsc) {
	r.instanceActions(x, x.children)
	if x.promotable {
		r.promotableActions(x)
	}
}

// cloneConstraints orders the instances of a clone against the clone's own points of order.
func (r *run) cloneConstraints(x *rsc) {
	r.orderTasks(x, taskStopped, x, taskStart, ordered)
	r.orderTasks(x, taskStart, x, taskStarted, firstMustRun)
	r.orderTasks(x, taskStop, x, taskStopped, firstMustRun)
	if x.promotable {
		r.orderTasks(x, taskDemoted, x, taskStop, ordered)
		r.orderTasks(x, taskStarted, x, taskPromote, firstMustRun)
	}
	inOrder := x.in.CloneOptions.Ordered
	if inOrder {
		sortByNumber(x.children)
	}
	for i, c := range x.children {
		r.internalConstraints(c)
		r.orderTasks(x, taskStart, c, taskStart, firstMustRun|showsFirst)
		r.orderTasks(c, taskStart, x, taskStarted, showsThen)
		r.orderTasks(x, taskStop, c, taskStop, showsFirst)
		r.orderTasks(c, taskStop, x, taskStopped, showsThen)
		if !inOrder {
			continue
		}
		for _, later := range x.children[i+1:] {
			r.orderTasks(c, taskStart, later, taskStart, ordered)
			r.orderTasks(later, taskStop, c, taskStop, ordered)
		}
	}
	if x.promotable {
		r.orderPromotions(x)
	}
}

// sortByNumber sorts instances by their numbers.
func sortByNumber(list []*rsc) {
	slices.SortStableFunc(list, func(a, b *rsc) int { return a.number() - b.number() })
}

// number is the number of an instance of a clone or a bundle.
func (x *rsc) number() int {
	n := len(x.name)
	for n > 0 && x.name[n-1] >= '0' && x.name[n-1] <= '9' {
		n--
	}
	v, _ := strconv.Atoi(x.name[n:])
	return v
}

// interleaves tells whether each instance of the dependent goes with one of the primary.
func (r *run) interleaves(c *colocation) bool {
	d, p := c.dependent, c.primary
	if d.kind <= cluster.Group || !isTrue(d.in.Meta["interleave"]) {
		return false
	}
	if d.maxPerNode() != p.maxPerNode() {
		r.say(cluster.Config, "Instances of "+d.name+" cannot go with those of "+p.name+": a node can have more of one than of the other.")
		return false
	}
	return true
}

// maxPerNode is how many instances a node can have.
func (x *rsc) maxPerNode() int {
	switch x.kind {
	case cluster.Clone:
		return x.in.CloneOptions.NodeMax
	case cluster.Bundle:
		return x.in.BundleOptions.PerHost
	}
	return 1
}

// colocateWithClone applies a colocation of a primitive with a clone.
func (r *run) colocateWithClone(dependent, clone *rsc, c *colocation) int {
	if clone.unassigned {
		return 0
	}
	if clone.promotable && c.primaryRole != cluster.RoleUnknown {
		if dependent.unassigned {
			r.colocateWithRole(clone, dependent, c)
			return 0
		}
		if c.dependentRole == cluster.Promoted {
			return r.promoteWithRole(clone, dependent, c)
		}
	}
	if r.interleaves(c) {
		i := r.compatibleInstance(dependent, clone, cluster.RoleUnknown, false)
		if i != nil {
			return r.applyColocation(dependent, i, c)
		}
		if c.score >= plus {
			r.place(dependent, nil, true, true)
		}
		return 0
	}
	if c.score >= plus {
		var at []*node
		for _, i := range clone.children {
			if n := i.location(); n != nil && !i.anyBlocked() {
				at = append(at, n)
			}
		}
		r.intersect(dependent, at)
		return 0
	}
	sum := score.Score(0)
	for _, i := range clone.children {
		sum = score.Add(sum, score.Score(r.applyColocation(dependent, i, c)))
	}
	return int(sum)
}

// notifyClones makes the notifications of all clones, now that all else is known.
func (r *run) notifyClones() {
	for _, x := range r.all {
		if !x.isClone() {
			continue
		}
		for i := len(x.actions) - 1; i >= 0; i-- {
			r.flagsOf(x.actions[i], nil)
		}
		r.createNotifications(x)
	}
}

// intersect bans a dependent from all nodes but those where its primary is, which is a collection. The attribute that a
// colocation compares does not count here: Pacemaker looks at it only where the colocation is a wish.
func (r *run) intersect(dependent *rsc, at []*node) {
	for i := range dependent.allowed {
		if a := &dependent.allowed[i]; a.known && !slices.Contains(at, r.nodes[i]) {
			a.score = minus
		}
	}
}

// cloneToGraph adds a clone's actions to the graph: its instances' first.
func (r *run) cloneToGraph(g *graph.Graph, x *rsc) {
	for _, c := range x.children {
		r.resourceToGraph(g, c)
	}
	r.ownToGraph(g, x)
}

// probedOn tells whether the state of anything in a resource is known on a node.
func (x *rsc) probedOn(n *node) bool {
	if len(x.children) == 0 {
		return x.known[n.id]
	}
	for _, c := range x.children {
		if c.probedOn(n) {
			return true
		}
	}
	return false
}

// probeClone probes a clone on a node. Of instances that are all the same one is enough: the one that is known there, or
// that will run there, or the first.
func (r *run) probeClone(x *rsc, n *node) bool {
	if x.exclusive {
		if a := &x.allowed[n.id]; !a.known || a.discovery != cluster.DiscoverExclusive {
			*a = allowance{} // agents shall not hear of nodes where the clone cannot be
			return false
		}
	}
	sortByNumber(x.children)
	if x.unique {
		any := false
		for _, c := range x.children {
			any = r.probe(c, n) || any
		}
		return any
	}
	if len(x.children) == 0 {
		return false
	}
	var child *rsc
	for _, c := range x.children {
		if c.probedOn(n) {
			child = c
			break
		}
	}
	for _, c := range x.children {
		if child == nil && c.location() == n {
			child = c
		}
	}
	if child == nil {
		child = x.children[0]
	}
	return r.probe(child, n)
}
