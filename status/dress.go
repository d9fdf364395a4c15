package status

import (
	"slices"
	"strings"

	"pacer/cluster"
)

// Section is a part of the picture.
type Section uint32

// The sections, in the order in which they are printed.
const (
	Stack Section = 1 << iota
	DC
	Times
	Counts
	Options
	MaintMode
	Nodes
	Resources
	AttributesSection
	FailCounts
	Operations
	FailuresSection
	FencingFailed
	FencingPending
	FencingWorked
	TicketsSection
	BansSection

	SummarySections = Stack | DC | Times | Counts
	AllFencing      = FencingFailed | FencingPending | FencingWorked
	Everything      = BansSection<<1 - 1
)

// Dress says what of a picture is shown, and how much of it.
type Dress struct {
	Show     Section
	Inactive bool // also what is not active
	Brief    bool // count primitives by agent
	ByNode   bool // list what runs below each node
	Detail   bool // every clone instance, ids, technical failures
	Raw      bool // failures in the words of the history, as Detail has them too
	Timing   bool // times of operations
	Describe bool // descriptions of resources
	// Bare shows resources without their nodes, and with their descriptions, as crm_resource lists them.
	Bare bool
	// Settled shows roles only, not what is under way.
	Settled bool

	// Node and Resource limit the picture to a node or a tag of nodes, and to a resource or a tag of resources.
	Node, Resource string
	// BanPrefix limits the bans to those whose id begins so.
	BanPrefix string
	// Unsafe adds the warning about configurations that can run a service twice.
	Unsafe bool
	// Depth is the indentation of section headings: 0 for crm_mon, 1 for crm_simulate.
	Depth int
}

// filter is a Dress with its names looked up.
type filter struct {
	nodes, resources []string // nil: all
}

func (st *Status) filterOf(d *Dress) filter {
	var f filter
	if d.Node != "" {
		f.nodes = []string{}
		tagged := st.Tags[d.Node]
		for _, n := range st.Nodes {
			if strings.EqualFold(n.Name, d.Node) || slices.Contains(tagged, n.ID) || slices.Contains(tagged, n.Name) {
				f.nodes = append(f.nodes, n.Name)
			}
		}
	}
	if d.Resource != "" {
		if refs := st.Tags[d.Resource]; len(refs) > 0 {
			f.resources = append([]string{}, refs...)
		} else {
			f.resources = []string{d.Resource}
		}
	}
	return f
}

func (f *filter) node(name string) bool {
	return f.nodes == nil || slices.ContainsFunc(f.nodes, func(n string) bool { return strings.EqualFold(n, name) })
}

func (f *filter) names(names ...string) bool {
	if f.resources == nil {
		return true
	}
	for _, n := range names {
		if n != "" && slices.Contains(f.resources, n) {
			return true
		}
	}
	return false
}

// self tells whether a resource is asked for by its own name.
func (f *filter) self(r *Resource) bool { return f.names(r.Name, r.ID) }

// within tells whether a resource or something in it is asked for.
func (f *filter) within(r *Resource) bool {
	if f.self(r) {
		return true
	}
	for i := range r.Members {
		if f.within(&r.Members[i]) {
			return true
		}
	}
	for i := range r.Replicas {
		for _, x := range r.Replicas[i].all() {
			if f.within(x) {
				return true
			}
		}
	}
	return false
}

// all are the resources of a replica in the order in which they are listed.
func (r *Replica) all() []*Resource {
	var list []*Resource
	for _, x := range []*Resource{r.IP, r.Child, r.Container, r.Connection} {
		if x != nil {
			list = append(list, x)
		}
	}
	return list
}

// onNode tells whether a resource is active on one of the nodes asked for.
func (f *filter) onNode(r *Resource) bool {
	if f.nodes == nil {
		return true
	}
	for _, p := range r.where() {
		if f.node(p.Name) {
			return true
		}
	}
	return false
}

// where are all places where something of a resource is active.
func (r *Resource) where() []Place {
	if r.Kind == cluster.Primitive {
		return r.Nodes
	}
	var list []Place
	add := func(x *Resource) {
		for _, p := range x.where() {
			if !slices.ContainsFunc(list, func(q Place) bool { return q.ID == p.ID }) {
				list = append(list, p)
			}
		}
	}
	for i := range r.Members {
		add(&r.Members[i])
	}
	for i := range r.Replicas {
		for _, x := range r.Replicas[i].all() {
			add(x)
		}
	}
	return list
}
