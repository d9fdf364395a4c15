package scheduler

import (
	"slices"
	"strings"

	"pacer/cluster"
	"pacer/ocf"
	"pacer/option"
	"pacer/score"
)

func isTrue(text string) bool { return option.True(text) }

// anyAvailable tells whether a usable node without a negative score is in a table.
func (r *run) anyAvailable(t table) bool {
	for i := range t {
		if t[i].known && t[i].score >= 0 && r.nodes[i].usable() {
			return true
		}
	}
	return false
}

// candidate is a node with the score that a resource has there.
type candidate struct {
	*node
	score score.Score
}

// candidates returns the nodes that a resource knows, best first: by score, then by how much was assigned to them, then the one that
// is active, then by name. The list holds until the next one is made.
func (r *run) candidates(x *rsc, active *node) []candidate {
	list := r.scratch.candidates[:0]
	better := func(a, b candidate) int { return r.better(&a, &b, active) }
	if r.st.Options.PlacementStrategy == "balanced" {
		// What is better by most of the capacities is no order: the result says which way round it was gone.
		nodes := r.inTableOrder(x)
		for i := len(nodes) - 1; i >= 0; i-- {
			list = append(list, candidate{nodes[i], x.allowed[nodes[i].id].score})
		}
		mergeSort(list, better)
	} else {
		for i := range x.allowed {
			if x.allowed[i].known {
				list = append(list, candidate{r.nodes[i], x.allowed[i].score})
			}
		}
		slices.SortFunc(list, better)
	}
	r.scratch.candidates = list
	return list
}

// bestCandidate returns the first of the candidates.
func (r *run) bestCandidate(x *rsc, active *node) (best candidate, ok bool) {
	if r.st.Options.PlacementStrategy == "balanced" {
		list := r.candidates(x, active)
		if len(list) == 0 {
			return best, false
		}
		return list[0], true
	}
	for i := range x.allowed {
		if !x.allowed[i].known {
			continue
		}
		c := candidate{r.nodes[i], x.allowed[i].score}
		if !ok || r.better(&c, &best, active) < 0 {
			best, ok = c, true
		}
	}
	return best, ok
}

func (r *run) better(a, b *candidate, active *node) int {
	s, t := minus, minus
	if a.usable() {
		s = a.score
	}
	if b.usable() {
		t = b.score
	}
	if s != t {
		return int(t) - int(s)
	}
	strategy := r.st.Options.PlacementStrategy
	if strategy != "minimal" {
		if strategy == "balanced" {
			if d := compareCapacity(a.node, b.node); d != 0 {
				return d
			}
		}
		if a.assigned != b.assigned {
			return a.assigned - b.assigned
		}
		if active != nil {
			if a.node == active {
				return -1
			}
			if b.node == active {
				return 1
			}
		}
	}
	return strings.Compare(a.name, b.name)
}

// assignResources chooses a node for every resource.
func (r *run) assignResources() {
	if r.st.Options.PlacementStrategy != "default" {
		r.sortForCapacity()
	}
	if r.st.RemoteNodes {
		// Connections first: what they connect must be known before anything is placed there.
		for _, x := range r.top {
			if x.in.Connection {
				r.assign(x, x.migratingTo, true)
			}
		}
	}
	for _, x := range r.top {
		if !x.in.Connection {
			r.assign(x, nil, true)
		}
	}
}

// assign chooses where a resource runs and returns the node, nil when there is none or not one. Unless stopIfFail is set, a
// resource that finds no node keeps its next role: the choice is only tried.
func (r *run) assign(x *rsc, prefer *node, stopIfFail bool) *node {
	switch x.kind {
	case cluster.Group:
		return r.assignGroup(x, prefer, stopIfFail)
	case cluster.Clone:
		return r.assignClone(x, prefer, stopIfFail)
	case cluster.Bundle:
		return r.assignBundle(x, prefer, stopIfFail)
	}
	return r.assignPrimitive(x, prefer, stopIfFail)
}

func (r *run) assignPrimitive(x *rsc, prefer *node, stopIfFail bool) *node {
	if x.parent != nil && !x.parent.assigning {
		r.assign(x.parent, prefer, stopIfFail)
	}
	if !x.unassigned || x.assigning {
		if x.assigning {
			return nil // a circle of colocations
		}
		return x.assigned
	}
	x.assigning = true
	primaries, dependents := x.primaries(), x.dependents()
	for _, mandatory := range []bool{true, false} {
		for _, c := range primaries {
			if c.mandatory() == mandatory {
				r.applyPrimary(x, c)
			}
		}
		for _, c := range dependents {
			if c.mandatory() == mandatory {
				r.addDependentScores(c, x)
			}
		}
	}
	if x.next == cluster.Stopped {
		r.prefer(x, nil, minus, cause{kind: ByTargetRole})
	} else if x.next > x.role && !r.quorate && r.st.Options.Quorum == cluster.QuorumFreeze {
		x.next = x.role
	}
	r.showScores(x, "pcmk__primitive_assign", x.allowed)
	if r.fencing && !r.st.FenceDevices {
		x.managed = false // without devices nothing must be started that might run elsewhere
	}
	switch {
	case !x.managed:
		x.next = x.role
		r.place(x, x.current(), true, stopIfFail)
		r.why.chose(x, ByUnmanaged)
	case r.stopAll:
		r.place(x, nil, true, stopIfFail)
		r.why.chose(x, StopAll)
	default:
		r.assignBest(x, prefer, stopIfFail)
	}
	x.assigning = false
	if x.in.Connection {
		r.connectionAssigned(x)
	}
	return x.assigned
}

// applyPrimary assigns the primary of a colocation first and then lets it count for the dependent. Optional ones must not
// leave the dependent without a node.
func (r *run) applyPrimary(x *rsc, c *colocation) {
	var archive table
	copied := x.copied
	if c.dependentRole >= cluster.Promoted || c.score < 0 && c.score > minus {
		archive = r.copyOf(x.allowed)
	}
	if c.primary.unassigned {
		r.assign(c.primary, nil, true) // in earnest, also where the dependent is only tried
	}
	before := r.why.keep(x.allowed)
	r.applyColocation(x, c.primary, c)
	if archive != nil && !r.anyAvailable(x.allowed) {
		x.allowed, x.copied = archive, copied+1
	}
	r.why.changed(x, before, c.cause())
}

// assignBest chooses the best node. A preferred one wins when none is better, then the one where the resource runs.
func (r *run) assignBest(x *rsc, prefer *node, stopIfFail bool) bool {
	roomiest := r.banFullNodes(x)
	if prefer == nil {
		prefer = roomiest
	}
	if !x.unassigned {
		return x.assigned != nil
	}
	at := x.current()
	best, ok := r.bestCandidate(x, at)
	var chosen *node
	if prefer != nil && ok {
		if a := x.allowed[prefer.id]; a.known && a.score >= best.score && prefer.usable() && a.score >= 0 {
			chosen = prefer
		}
	}
	if chosen == nil && ok {
		chosen = best.node
		// A node that takes from every resource's score keeps none, whatever else speaks for it.
		if !x.parent.isUniqueClone() && best.score > 0 && chosen.usable() && at != nil && at.usable() && at.in.Score >= 0 {
			if a := x.allowed[at.id]; a.known && a.score == best.score {
				chosen = at
			}
		}
	}
	r.why.choosing(x, at, chosen, prefer)
	r.place(x, chosen, false, stopIfFail)
	return x.assigned != nil
}

// place assigns a primitive, or all primitives of a collection, to a node; nil for none. Without force the node must be
// able and allowed to run it.
func (r *run) place(x *rsc, n *node, force, stopIfFail bool) bool {
	if len(x.children) > 0 {
		what := false
		for _, c := range x.children {
			what = r.place(c, n, force, stopIfFail) || what
		}
		return what
	}
	what := x.assigned != nil
	if !force && n != nil {
		a := x.allowed[n.id]
		if a.score < 0 || !n.usable() && !n.guest() {
			if stopIfFail {
				x.next = cluster.Stopped
			}
			n = nil
		}
	}
	r.unplace(x)
	x.unassigned = false
	if n != nil {
		x.assigned, x.assignedScore = n, x.allowed[n.id].score
		if force {
			x.assignedScore = n.in.Score // it was not chosen
		}
		n.assigned++
		x.allowed[n.id].count++
		r.consume(n, x)
		return what
	}
	if !stopIfFail {
		return what
	}
	x.next = cluster.Stopped
	for i := len(x.actions) - 1; i >= 0; i-- {
		switch a := x.actions[i]; {
		case a.task == taskStop:
			a.clear(optional)
		case a.task == taskStart:
			a.clear(runnable)
		case a.interval > 0 && a.expects != ocf.NotRunning:
			a.clear(runnable)
		}
	}
	return what
}

// unplace takes an assignment back.
func (r *run) unplace(x *rsc) {
	x.unassigned = true
	for _, c := range x.children {
		r.unplace(c)
	}
	if old := x.assigned; old != nil && len(x.children) == 0 {
		x.assigned = nil
		old.assigned--
		r.release(old, x)
	}
}
