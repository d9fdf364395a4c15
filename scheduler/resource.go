package scheduler

import (
	"slices"

	"pacer/cluster"
	"pacer/graph"
	"pacer/score"
)

// allowance is what a resource's constraints say of a node.
type allowance struct {
	score score.Score
	// count is how many instances of a clone were assigned to the node.
	count     int32
	known     bool
	discovery cluster.Discovery
}

// table holds an allowance for every node.
type table []allowance

func (t table) copy() table { return append(table(nil), t...) }

// copyOf returns a copy that is needed no longer than the decision takes.
func (r *run) copyOf(t table) table { return r.slabs.scores.copyOf(t) }

// rsc is a resource with what is decided of it.
type rsc struct {
	id       cluster.ResourceID
	name     string
	in       *cluster.Resource
	kind     cluster.Kind
	parent   *rsc
	children []*rsc
	launcher *rsc

	priority   int
	role, next cluster.Role
	running    []*node
	known      []bool // by node: its state there is known
	allowed    table
	copied     int // how often the scores in it were written down anew: see inTableOrder
	assigned   *node
	// assignedScore is the score of the assigned node at the time.
	assignedScore score.Score
	takes         capacities // of its node
	// promotion is how much an instance of a promotable clone shall be promoted.
	promotion score.Score
	actions   []*action   // in order of creation
	named     []namesakes // the same by their names

	managed, blocked, failed, stopIfFailed, maintenance bool
	removed, unique, promotable, notify                 bool
	// unassigned until a node was chosen, or none; assigning while that goes on; merging while its scores are collected.
	unassigned, assigning, merging bool
	// restarting while the actions of a restart are made; reload when an agent shall take new parameters.
	restarting, stopUnexpected, reload bool
	startPending                       bool
	// exclusive resources run only where a constraint says that they are looked for.
	exclusive bool

	migratingFrom, migratingTo *node
	lockedTo                   *node
	lockedAt                   int64

	thisWith, withThis []*colocation
	tickets            []*cluster.TicketDependency
	clone              *cloneRun
	bundle             *bundleRun
	bundleLocations    []*location      // those by role, which what runs inside takes over
	params             []cluster.Values // by node, or one for all
	paramAttrs         attrSet          // feature set and parameters, as actions have them that differ in nothing
	opMeta             []opMeta
	primitive          *graph.Primitive // as graphs name it; nil until it is needed
}

// topOf returns the outermost parent, bundles left out.
func (x *rsc) topOf() *rsc {
	for x.parent != nil && x.parent.kind != cluster.Bundle {
		x = x.parent
	}
	return x
}

// wholeOf returns the outermost parent, bundles included.
func (x *rsc) wholeOf() *rsc {
	for x.parent != nil {
		x = x.parent
	}
	return x
}

// within tells whether other is a parent of x, near or far.
func (x *rsc) within(other *rsc) bool {
	for p := x.parent; p != nil; p = p.parent {
		if p == other {
			return true
		}
	}
	return false
}

func (x *rsc) bundled() bool       { return x.wholeOf().kind == cluster.Bundle }
func (x *rsc) isClone() bool       { return x != nil && x.kind == cluster.Clone }
func (x *rsc) isUniqueClone() bool { return x.isClone() && x.unique }
func (x *rsc) isAnonymous() bool   { return x.isClone() && !x.unique }
func (x *rsc) needsFencing() bool  { return x.in.Needs >= cluster.NeedsFencing }

// activeNode is where the resource is active, a bundle where its containers are: see cluster.Resource.ActiveNode, but with what was
// decided meanwhile.
func (x *rsc) activeNode() (at *node, all, clean int) {
	if x.kind != cluster.Bundle {
		return x.activeAmong(x.running)
	}
	containers := slices.DeleteFunc(x.containers(), func(c *rsc) bool { return len(c.running) == 0 })
	if len(containers) == 1 {
		return containers[0].activeNode()
	}
	var nodes []*node
	for _, c := range containers {
		for _, n := range c.running {
			if !slices.Contains(nodes, n) {
				nodes = append(nodes, n)
			}
		}
	}
	return x.activeAmong(nodes)
}

// activeAmong is the best of the nodes where the resource is active, and how many they are.
func (x *rsc) activeAmong(nodes []*node) (at *node, all, clean int) {
	looking := true
	for _, n := range nodes {
		all++
		ok := n.online && !n.unclean
		if ok {
			clean++
		}
		if !looking {
			continue
		}
		switch {
		case x.migratingFrom != nil && x.migratingFrom == n:
			at, looking = n, false
		case x.migratingFrom == nil && !x.needsFencing() && ok && (at == nil || !at.online || at.unclean):
			at = n
		case at == nil:
			at = n
		}
	}
	return at, all, clean
}

func (x *rsc) current() *node {
	n, _, _ := x.activeNode()
	return n
}

func (x *rsc) runsOn(n *node) bool {
	for _, m := range x.running {
		if m == n {
			return true
		}
	}
	return false
}

// active tells whether the resource is active; for collections whether any, or all, of it is.
func (x *rsc) active(all bool) bool {
	if x.kind == cluster.Primitive {
		for _, n := range x.running {
			if n.unclean || n.online || !x.managed {
				return true
			}
		}
		return false
	}
	for _, c := range x.children {
		if c.active(all) != all {
			return !all
		}
	}
	return all
}

// state is the role that the resource has now, or will have. A collection has that of its most active member; a bundle has none, as what
// its containers do and what runs in them are two things.
func (x *rsc) state(now bool) cluster.Role {
	if x.kind == cluster.Primitive {
		if now {
			return x.role
		}
		return x.next
	}
	best := cluster.RoleUnknown
	if x.kind == cluster.Bundle {
		return best
	}
	for _, c := range x.children {
		best = max(best, c.state(now))
	}
	return best
}

// location is where the resource was assigned, nil when that is not one node.
func (x *rsc) location() *node { return x.place(false) }

// place is where the resource was assigned, or is active now; nil when that is not one node.
func (x *rsc) place(now bool) *node {
	if x.kind == cluster.Primitive && !now {
		return x.assigned
	}
	var found []*node
	x.places(now, &found)
	if len(found) != 1 {
		return nil
	}
	return found[0]
}

// places collects the nodes where the resource was assigned or is active.
func (x *rsc) places(now bool, list *[]*node) {
	for _, c := range x.children {
		c.places(now, list)
	}
	if len(x.children) > 0 {
		return
	}
	add := func(n *node) {
		for _, m := range *list {
			if m == n {
				return
			}
		}
		*list = append(*list, n)
	}
	if now {
		for _, n := range x.running {
			add(n)
		}
	} else if x.assigned != nil {
		add(x.assigned)
	}
}

// anyBlocked tells whether the resource or anything in it is blocked.
func (x *rsc) anyBlocked() bool {
	for _, c := range x.children {
		if c.anyBlocked() {
			return true
		}
	}
	return x.blocked
}

// last is the last member of a group.
func (x *rsc) last() *rsc {
	if len(x.children) == 0 {
		return nil
	}
	return x.children[len(x.children)-1]
}
