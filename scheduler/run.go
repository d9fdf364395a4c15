package scheduler

import (
	"slices"
	"time"

	"pacer/cluster"
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
	notices  []Notice // see Output.Notices
	messages []cluster.Message
	// work counts steps of the ordering update, which a poison input must not keep busy for ever.
	work      int
	late      []cluster.LateCheck // comparisons for when everything was assigned
	sanitized bool                // private parameters may have been taken out of the document
	why       *recorder           // nil when nobody asks
	// These are read often.
	quorate, stopAll, fencing bool

	slabs  slabs
	output struct { // what becomes part of the Output
		attrs slab[xmltree.Attr]
		ids   slab[int]
	}
	scratch   scratch
	resources []rsc             // what all points to
	known     []bool            // by resource and node
	metaNames map[string]string // see metaName
	sites     map[string][]site // by attribute
	copies    int               // of tables, that scores of colocated resources were collected in
	tabled    [][]*node         // all nodes, by how often a table of them was copied: see inTableOrder
}

// newRun copies what changes out of the state, into the memory of a workspace.
func newRun(st *cluster.State, w Workspace) *run {
	r := &run{st: st, slabs: w.slabs, orders: w.orders, scratch: w.scratch, acts: w.acts, all: w.all, top: w.top, singles: map[string]*action{}, metaNames: map[string]string{}, sites: map[string][]site{},
		quorate: st.HaveQuorum, stopAll: st.Options.StopAll, fencing: st.Options.FencingEnabled}
	for _, n := range st.Nodes {
		r.nodes = append(r.nodes, &node{id: n.ID, name: n.Name, in: n, online: n.Online, unclean: n.Unclean,
			shutdown: n.Shutdown, standby: n.Standby, maintenance: n.Maintenance, unseen: n.Unseen, reset: n.Reset, capacity: capacitiesOf(n.Utilization)})
	}
	r.resources = room(w.resources, len(st.Resources))
	r.known = room(w.known, len(st.Resources)*len(r.nodes))
	r.all = slices.Grow(r.all, len(st.Resources))
	for i, c := range st.Resources {
		begin, end := i*len(r.nodes), (i+1)*len(r.nodes)
		x := &r.resources[i]
		*x = rsc{id: c.ID, name: c.Name, in: c, kind: c.Kind, priority: c.Priority, role: c.Role, next: c.Next,
			managed: c.Managed, blocked: c.Blocked, failed: c.Failed, stopIfFailed: c.StopIfFailed,
			maintenance: c.Maintenance, removed: c.Removed, unique: c.Unique, promotable: c.Promotable, notify: c.Notify,
			unassigned: true, promotion: minus, startPending: c.StartPending, exclusive: c.Exclusive, migratingFrom: r.node(c.MigratingFrom),
			migratingTo: r.node(c.MigratingTo), lockedTo: r.node(c.LockedTo),
			known: r.known[begin:end:end], allowed: r.slabs.scores.take(len(r.nodes))}
		if len(c.Utilization) > 0 {
			x.takes = capacitiesOf(c.Utilization)
		}
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

func (r *run) notice(text string) { r.notices = append(r.notices, Notice{len(r.trace), text}) }
