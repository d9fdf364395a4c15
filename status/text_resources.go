package status

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pacer/cluster"
)

func (t *text) nodes() {
	write := t.section
	if slices.ContainsFunc(t.st.Nodes, func(n Node) bool { return t.f.node(n.Name) }) {
		write = t.always
	}
	write("Node List", func() {
		collected := map[string][]string{}
		for i := range t.st.Nodes {
			n := &t.st.Nodes[i]
			if !t.f.node(n.Name) {
				continue
			}
			if t.d.ByNode {
				if !t.d.Brief || len(n.Running) > 0 {
					t.nodeWithResources(n)
				}
				continue
			}
			if n.Plain && !t.d.Detail {
				if list := plainList(n); list != "" {
					collected[list] = append(collected[list], n.Name)
				}
				continue
			}
			t.item(t.nodeHeading(n))
		}
		for _, list := range []string{"Online", "OFFLINE", "RemoteOnline", "RemoteOFFLINE", "GuestOnline"} {
			if names := collected[list]; len(names) > 0 {
				t.item(list, ": [ ", strings.Join(names, " "), " ]")
			}
		}
	})
}

// plainList names the list that a plain node belongs to. Guests that are not there are in none.
func plainList(n *Node) string {
	switch {
	case n.Online && n.Type == Guest:
		return "GuestOnline"
	case n.Online && n.Type == Remote:
		return "RemoteOnline"
	case n.Online:
		return "Online"
	case n.Type == Remote:
		return "RemoteOFFLINE"
	case n.Type == Guest:
		return ""
	}
	return "OFFLINE"
}

func (t *text) nodeHeading(n *Node) string {
	kind := "Node "
	switch n.Type {
	case Guest:
		kind = "GuestNode "
	case Remote:
		kind = "RemoteNode "
	}
	line := kind + t.nodeLabel(n.Name, n.ID, n.Host, n.Type == Guest) + ": " + n.State
	if t.d.Detail && n.FeatureSet != "" {
		line += ", feature set " + n.FeatureSet
	}
	return line
}

func (t *text) nodeWithResources(n *Node) {
	t.sub(t.nodeHeading(n)+":", func() {
		t.below = true
		defer func() { t.below = t.d.Bare }()
		t.sub("Resources:", func() {
			if t.d.Brief {
				t.brief(n.Running, false, true)
				return
			}
			for i := range n.Running {
				r := &n.Running[i]
				if r.Inner && !t.d.Detail || t.f.resources != nil && !t.f.runningAsked(t.st, r) {
					continue
				}
				line := t.primitiveLine(r, r.ID, nil)
				t.item(line)
			}
		})
	})
}

// runningAsked tells whether a primitive is asked for, by its name or by that of what it is in.
func (f *filter) runningAsked(st *Status, r *Resource) bool {
	h := ResourceHistory{ID: r.Name}
	for i := range st.Resources {
		if f.covers(&st.Resources[i], &h, false) {
			return true
		}
	}
	return f.self(r)
}

func (t *text) resources() {
	if t.d.ByNode && !t.d.Inactive {
		return
	}
	name, none := "Active Resources", "No active resources"
	switch {
	case t.d.ByNode:
		name, none = "Inactive Resources", "No inactive resources"
	case t.d.Inactive:
		name, none = "Full List of Resources", "No resources"
	}
	t.section(name, func() {
		start := len(t.b)
		if t.d.Brief && !t.d.ByNode {
			var prims []Resource
			for i := range t.st.Resources {
				r := &t.st.Resources[i]
				if r.Kind == cluster.Primitive && t.f.within(r) {
					prims = append(prims, *r)
				}
			}
			t.brief(prims, t.d.Inactive, false)
		}
		for i := range t.st.Resources {
			r := &t.st.Resources[i]
			switch {
			case r.Inner && !t.d.Detail, r.Removed && !r.FullyActive:
				continue
			case t.d.ByNode && r.FullyActive:
				continue
			case !t.d.ByNode && t.d.Brief && r.Kind == cluster.Primitive:
				continue
			case !r.Active && !t.d.Inactive:
				continue
			case r.Active && !t.f.onNode(r):
				continue
			}
			t.resource(r, false)
		}
		if len(t.b) == start {
			t.item(none)
		}
	})
}

// resource writes a resource with what is in it. Asked says that what it is in was asked for by name.
func (t *text) resource(r *Resource, asked bool) {
	if !asked && !t.f.within(r) {
		return
	}
	asked = asked || t.f.self(r)
	switch r.Kind {
	case cluster.Primitive:
		t.item(t.primitiveLine(r, r.ID, nil))
	case cluster.Group:
		t.group(r, asked)
	case cluster.Clone:
		t.clone(r, asked)
	case cluster.Bundle:
		t.bundle(r, asked)
	}
}

// primitiveLine is a resource in one line. Place, when given, is the place shown instead of where the resource itself is.
func (t *text) primitiveLine(r *Resource, name string, place *Place) string {
	node := place
	switch {
	case t.below:
		node = nil
	case node == nil && len(r.Nodes) == 1:
		node = &r.Nodes[0]
	case node == nil:
		node = r.DoingOn
	}
	var b strings.Builder
	b.WriteString(name + "\t(" + r.Agent + "):\t")
	if r.Removed {
		b.WriteString(" ORPHANED")
	}
	switch {
	case r.Failed && r.Role == cluster.Promoted:
		b.WriteString(" FAILED Promoted")
	case r.Failed:
		b.WriteString(" FAILED")
	default:
		b.WriteString(" " + t.shownState(r))
	}
	if node != nil {
		b.WriteString(" " + t.nodeLabelOf(node))
	}
	if r.Role == cluster.Stopped && r.Probe != "" {
		b.WriteString(" (" + r.Probe + ") ") // the space is Pacemaker's
	}
	if flags := t.primitiveFlags(r, node); len(flags) > 0 {
		b.WriteString(" (" + strings.Join(flags, ", ") + ")")
	}
	if r.Description != "" && (t.d.Describe || t.below) {
		b.WriteString(" (" + r.Description + ")")
	}
	if len(r.Nodes) > 1 && place == nil && !t.below {
		b.WriteString(" [")
		for i := range r.Nodes {
			b.WriteString(" " + r.Nodes[i].Name)
		}
		b.WriteString(" ]")
	}
	return b.String()
}

func (t *text) nodeLabelOf(p *Place) string { return p.Name }

// shownState is the role, or what is under way instead.
func (t *text) shownState(r *Resource) string {
	if r.Doing != "" && !t.d.Settled {
		return r.Doing
	}
	return r.Role.String()
}

func (t *text) primitiveFlags(r *Resource, node *Place) []string {
	var flags []string
	if node != nil && !node.Online && node.Unclean {
		flags = append(flags, "UNCLEAN")
	}
	if r.Locked != "" && node != nil && node.Name == r.Locked {
		flags = append(flags, "LOCKED")
	}
	if r.Checking != "" && !t.d.Settled {
		flags = append(flags, r.Checking)
	}
	switch {
	case r.Disabled:
		flags = append(flags, "disabled")
	case r.Promotable && isUnpromoted(r.Target):
		flags = append(flags, "target-role:"+r.Target)
	}
	switch {
	case r.Blocked:
		flags = append(flags, "blocked")
	case r.Maintenance:
		flags = append(flags, "maintenance")
	case r.Unmanaged:
		flags = append(flags, "unmanaged")
	}
	if r.Ignored {
		flags = append(flags, "failure ignored")
	}
	return flags
}

func isUnpromoted(role string) bool {
	return strings.EqualFold(role, "Unpromoted") || strings.EqualFold(role, "Slave")
}

// collectionFlags are the flags of a group or clone, in parentheses, "" for none.
func collectionFlags(r *Resource, first ...string) string {
	flags := first
	if r.Disabled || r.Promotable && isUnpromoted(r.Target) {
		flags = append(flags, "disabled")
	}
	if u := upkeep(r); u != "" {
		flags = append(flags, u)
	}
	if len(flags) == 0 {
		return ""
	}
	return " (" + strings.Join(flags, ", ") + ")"
}

// upkeep says why the cluster leaves a collection alone, "" when it does not.
func upkeep(r *Resource) string {
	switch {
	case r.Maintenance:
		return "maintenance"
	case r.Unmanaged:
		return "unmanaged"
	}
	return ""
}

func (t *text) group(r *Resource, asked bool) {
	inactive := ""
	if !t.d.Inactive {
		n := 0
		for i := range r.Members {
			if !r.Members[i].Active {
				n++
			}
		}
		if n > 0 {
			inactive = " (" + plural(n, "member inactive", "members inactive") + ")"
		}
	}
	t.lazy("Resource Group: "+r.Name+inactive+collectionFlags(r)+":", func() {
		if t.d.Brief {
			t.brief(r.Members, true, false)
			return
		}
		for i := range r.Members {
			m := &r.Members[i]
			if m.Active || t.d.Inactive {
				t.resource(m, asked)
			}
		}
	})
}

// lazy writes a heading with what is below it, and nothing when that is nothing.
func (t *text) lazy(line string, inside func()) {
	before := len(t.b)
	t.item(line)
	start := len(t.b)
	t.depth++
	inside()
	t.depth--
	if len(t.b) == start {
		t.b = t.b[:before]
	}
}

func (t *text) bundle(r *Resource, asked bool) {
	set := ""
	if len(r.Replicas) > 1 {
		set = " set"
	}
	unique := ""
	if r.Unique {
		unique = " (unique)"
	}
	flag := "" // a disabled bundle has none: its replicas say it
	if u := upkeep(r); u != "" {
		flag = " (" + u + ")"
	}
	title := "Container bundle" + set + ": " + r.ID + " [" + r.Image + "]" + unique + flag + ":"
	t.lazy(title, func() {
		for i := range r.Replicas {
			rep := &r.Replicas[i]
			if t.d.Detail || !asked && t.f.resources != nil {
				// Only a part was asked for: it is shown alone.
				t.replicaDetail(r, rep, asked)
				continue
			}
			c := rep.Container
			if c == nil || c.Active && !t.f.onNode(c) {
				continue
			}
			if !asked && !slices.ContainsFunc(rep.all(), func(x *Resource) bool { return t.f.within(x) }) {
				continue
			}
			t.item(t.replicaLine(rep))
		}
	})
}

func (t *text) replicaDetail(r *Resource, rep *Replica, asked bool) {
	list := func() {
		for _, x := range rep.all() {
			if asked || t.f.within(x) {
				t.item(t.primitiveLine(x, x.ID, nil))
			}
		}
	}
	if len(r.Replicas) > 1 {
		t.lazy("Replica["+strconv.Itoa(rep.Offset)+"]", list)
		return
	}
	t.depth++
	list()
	t.depth--
}

// replicaLine is a replica in one line: the state of what is inside, at the place of the container.
func (t *text) replicaLine(rep *Replica) string {
	name := rep.Name
	if rep.Address != "" {
		name += " (" + rep.Address + ")"
	}
	r := rep.Child
	if r == nil {
		if len(rep.Container.Nodes) > 1 {
			return t.primitiveLine(rep.Container, name, nil) // which names them all
		}
		r = rep.Container
	}
	where := *r
	where.Nodes, where.DoingOn = nil, nil // where the container is to be is not told
	where.Probe = rep.probe
	if c := rep.Container; rep.at >= 0 || r == c && len(c.Nodes) > 0 {
		// It runs there; what is only locked to a node is not shown there.
		return t.primitiveLine(&where, name, &c.Nodes[max(rep.at, 0)])
	}
	return t.primitiveLine(&where, name, nil)
}

// brief counts primitives by agent and node.
func (t *text) brief(list []Resource, inactive, below bool) {
	type count struct {
		active map[string]int
		total  int
		sum    int
	}
	byAgent := map[string]*count{}
	var agents []string
	for i := range list {
		r := &list[i]
		if r.Kind != cluster.Primitive {
			continue
		}
		c := byAgent[r.Agent]
		if c == nil {
			c = &count{active: map[string]int{}}
			byAgent[r.Agent] = c
			agents = append(agents, r.Agent)
		}
		c.total++
		for _, p := range r.Nodes {
			if t.f.node(p.Name) {
				c.active[p.Name]++
				c.sum++
			}
		}
	}
	slices.Sort(agents)
	for _, a := range agents {
		c := byAgent[a]
		total := ""
		if inactive {
			total = "/" + strconv.Itoa(c.total)
		}
		if below {
			if c.sum > 0 {
				t.item(fmt.Sprintf("%d\t(%s):\tActive ", c.total, a))
			}
			continue
		}
		var nodes []string
		for n := range c.active {
			nodes = append(nodes, n)
		}
		sortByName(nodes)
		if len(nodes) == 0 && inactive {
			t.item(fmt.Sprintf("0%s\t(%s):\tActive", total, a))
		}
		for _, n := range nodes {
			t.item(fmt.Sprintf("%d%s\t(%s):\tActive %s", c.active[n], total, a, n))
		}
	}
}
