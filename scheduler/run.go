package scheduler

import (
	"time"

	"pacer/cluster"
	"pacer/graph"
	"pacer/score"
	"pacer/xmltree"
)

// run is one decision in the making.
type run struct {
	st    *cluster.State
	nodes []*node // by cluster.NodeID
	all   []*rsc  // by cluster.ResourceID
	top   []*rsc  // in order of assignment

	acts      []*action          // in order of creation
	singles   map[string]*action // actions of no resource, by key
	recheck   time.Time          // when something changes by time alone
	orders    pages[order]
	locations []*location

	showAll  bool // scores are asked for
	showUse  bool // utilization is asked for
	trace    []Trace
	private  []string // operations of which only private parameters have changed
	messages []cluster.Message
	// work counts steps of the ordering update, which a poison input must not keep busy for ever.
	work      int
	late      []cluster.LateCheck // comparisons for when everything was assigned
	sanitized bool                // private parameters may have been taken out of the document
	why       *recorder           // nil when nobody asks
	// These are read often.
	quorate, stopAll, fencing bool

	slabs     slabs
	metaNames map[string]string // see metaName
	// attrs and inputs are where those of an action of the graph are collected.
	attrs  attrSet
	inputs []int
	sites  map[string][]site // by attribute
	best   []score.Score     // see bestScores
	ranks  []candidate       // see candidates
	seen   []*action         // see restartsAfter
}

// slabs are where the many small things of a decision come from.
type slabs struct {
	actions slab[action]
	edges   slab[edge]
	attrs   slab[xmltree.Attr]
	ids     slab[int]
	links   slab[*edge]
	lists   slab[*action]
	nodes   slab[*node]
	named   slab[namesakes]
	rscs    slab[*rsc]
}

// node is a node with what is decided of it.
type node struct {
	id   cluster.NodeID
	name string
	in   *cluster.Node

	online, unclean, shutdown, standby, maintenance, unseen, reset bool
	// assigned counts the resources assigned to the node.
	assigned int
	// connection is the resource that connects a remote node.
	connection *rsc
	// capacity is what is left of the node's utilization attributes.
	capacity capacities
}

func (n *node) remote() bool { return n.in.Type == cluster.Remote }
func (n *node) guest() bool  { return n.in.Guest() }

// attr returns a node attribute, "" when it is not set.
func (n *node) attr(name string) (string, bool) { return n.in.Attr(name) }

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
	assigned   *node
	// assignedScore is the score of the assigned node at the time.
	assignedScore score.Score
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
	opMeta             []opMeta
	primitive          *graph.Primitive // as graphs name it; nil until it is needed
}

// newRun copies what changes out of the state.
func newRun(st *cluster.State) *run {
	r := &run{st: st, singles: map[string]*action{}, metaNames: map[string]string{}, sites: map[string][]site{}, quorate: st.HaveQuorum, stopAll: st.Options.StopAll,
		fencing: st.Options.FencingEnabled}
	for _, n := range st.Nodes {
		r.nodes = append(r.nodes, &node{id: n.ID, name: n.Name, in: n, online: n.Online, unclean: n.Unclean,
			shutdown: n.Shutdown, standby: n.Standby, maintenance: n.Maintenance, unseen: n.Unseen, reset: n.Reset, capacity: capacitiesOf(n.Utilization)})
	}
	resources := make([]rsc, len(st.Resources))
	tables := make(table, len(st.Resources)*len(r.nodes))
	known := make([]bool, len(tables))
	r.all = make([]*rsc, 0, len(st.Resources))
	for i, c := range st.Resources {
		begin, end := i*len(r.nodes), (i+1)*len(r.nodes)
		x := &resources[i]
		*x = rsc{id: c.ID, name: c.Name, in: c, kind: c.Kind, priority: c.Priority, role: c.Role, next: c.Next,
			managed: c.Managed, blocked: c.Blocked, failed: c.Failed, stopIfFailed: c.StopIfFailed,
			maintenance: c.Maintenance, removed: c.Removed, unique: c.Unique, promotable: c.Promotable, notify: c.Notify,
			unassigned: true, promotion: minus, startPending: c.StartPending, exclusive: c.Exclusive, migratingFrom: r.node(c.MigratingFrom),
			migratingTo: r.node(c.MigratingTo), lockedTo: r.node(c.LockedTo),
			known: known[begin:end:end], allowed: tables[begin:end:end]}
		if c.LockedTo != nil {
			x.lockedAt = c.LockedAt.Unix()
		}
		for i, a := range c.Allowed {
			x.allowed[i] = allowance{known: a.Known, score: a.Score, discovery: a.Discovery}
		}
		for _, n := range c.RunningOn {
			x.running = r.slabs.nodes.grown(x.running, r.node(n), len(c.RunningOn))
		}
		for _, n := range c.Known {
			x.known[n.ID] = true
		}
		if c.Parent != nil {
			x.parent = r.all[c.Parent.ID]
			x.parent.children = r.slabs.rscs.grown(x.parent.children, x, len(c.Parent.Children))
		} else {
			r.top = append(r.top, x)
		}
		if c.Kind == cluster.Clone {
			x.clone = &cloneRun{}
		}
		r.all = append(r.all, x)
	}
	for _, x := range r.all {
		if l := x.in.Launcher; l != nil {
			x.launcher = r.all[l.ID]
		}
	}
	for _, x := range r.all {
		if x.kind == cluster.Bundle {
			x.bundle = r.bundleParts(x)
		}
	}
	for _, n := range r.nodes {
		if c := n.in.Connection; c != nil {
			n.connection = r.all[c.ID]
		}
	}
	return r
}

func (r *run) node(n *cluster.Node) *node {
	if n == nil {
		return nil
	}
	return r.nodes[n.ID]
}

func (r *run) say(level cluster.Level, text string) {
	r.messages = append(r.messages, cluster.Message{Level: level, Text: text})
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

// activeNode is where the resource is active: see cluster.Resource.ActiveNode, but with what was decided meanwhile.
func (x *rsc) activeNode() (at *node, all, clean int) {
	looking := true
	for _, n := range x.running {
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

// state is the role that the resource has now, or will have. A collection has that of its most active member.
func (x *rsc) state(now bool) cluster.Role {
	if x.kind == cluster.Primitive {
		if now {
			return x.role
		}
		return x.next
	}
	best := cluster.RoleUnknown
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
