package randomcib

import (
	"slices"
	"strconv"
	"time"

	"pacer/cluster"
	"pacer/operation"
	"pacer/xmltree"
)

// instance is a primitive at work: it, or one of its instances.
type instance struct {
	*resource
	name     string // the id in the history
	promoted bool
}

// makeHistory chooses where things ran and writes what that left behind.
func (g *generator) makeHistory() {
	// Nodes that resources stand for come first: things may have run there.
	first := slices.Clone(g.tops)
	slices.SortStableFunc(first, func(a, b *resource) int { return weight(b) - weight(a) })
	at := map[string]*node{}
	for _, r := range first {
		g.place(r, at)
	}
	for _, n := range g.hosts {
		if n.lrm != nil && !n.inner {
			g.probes(n)
		}
	}
	if g.on[Removed] {
		g.makeRemoved()
	}
}

// weight is 1 for what nodes depend on.
func weight(r *resource) int {
	if r.gives != nil || r.kind == bundle {
		return 1
	}
	for _, m := range r.inside {
		if m.gives != nil {
			return 1
		}
	}
	return 0
}

// places returns the nodes on which a resource may have run, the best first.
func (g *generator) places(d dice, r *resource) []*node {
	var list []*node
	for _, n := range g.hosts {
		switch {
		case n.inner, !n.lived, n.by != nil && (weight(r) > 0 || n.lrm == nil || !d.chance(.5)):
		default:
			list = append(list, n)
		}
	}
	d.shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	// It hardly ran on nodes that have left, or are not there yet.
	away := func(n *node) int {
		if n.condition == online || n.condition == lost {
			return 0
		}
		return 1
	}
	slices.SortStableFunc(list, func(a, b *node) int { return away(a) - away(b) })
	return list
}

func (g *generator) place(r *resource, at map[string]*node) {
	d := g.dice("place", r.id)
	list := g.places(d, r)
	if len(list) == 0 {
		return
	}
	switch r.kind {
	case bundle:
		g.placeBundle(d, r, list)
		return
	case clone:
		g.placeClone(d, r, list)
		return
	}
	n := list[0]
	for _, c := range g.with {
		if other := at[c[1]]; c[0] == r.id && other != nil && slices.Contains(list, other) && d.chance(.8) {
			n = other
		}
	}
	if d.chance(.12) {
		return // it did not run
	}
	at[r.id] = n
	leaves := r.leaves()
	if r.kind == group && d.chance(.2) {
		leaves = leaves[:d.below(len(leaves)+1)]
	}
	for _, l := range leaves {
		at[l.id] = n
		g.lived(d, instance{resource: l, name: l.id}, n, list)
	}
}

// leaves are the primitives of a resource.
func (r *resource) leaves() []*resource {
	if r.kind == primitive {
		return []*resource{r}
	}
	var list []*resource
	for _, m := range r.inside {
		list = append(list, m.leaves()...)
	}
	return list
}

func (g *generator) placeClone(d dice, r *resource, list []*node) {
	n := r.max
	if n == 0 {
		n = len(g.nodes)
	}
	each := max(r.nodeMax, 1)
	if !r.unique {
		each = 1
	}
	promoted := r.promoteMax
	if promoted == 0 && d.chance(.8) {
		promoted = 1
	}
	for i := range n {
		if i >= len(list)*each || d.chance(.1) {
			continue
		}
		at := list[i%len(list)]
		master := r.promotable && promoted > 0
		promoted--
		for _, l := range r.leaves() {
			in := instance{resource: l, name: l.id, promoted: master}
			if r.unique {
				in.name += ":" + strconv.Itoa(i)
			} else if g.some(d, OldHistory, .5) {
				in.name += ":" + d.one("0", strconv.Itoa(i))
			}
			g.lived(d, in, at, list)
			if r.promotable && at.state != nil && d.chance(.85) {
				value := d.one("5", "10", "100", "1", "-INFINITY", "INFINITY")
				if master {
					value = d.one("10", "100", "1000")
				}
				at.attributes()("master-"+in.name, value)
			}
		}
	}
}

func (g *generator) placeBundle(d dice, r *resource, list []*node) {
	parts := g.parts()
	ocf := func(provider, kind string, id string, interval int, n *node) instance {
		part := &resource{id: id, parent: r, agent: operation.Agent{Class: "ocf", Provider: provider, Type: kind},
			ops: []op{{name: "monitor", interval: interval}}}
		if kind == "remote" {
			part.ops[0].timeout = 30
		}
		if x := parts[id]; x != nil {
			for _, p := range x.Path("instance_attributes").Children {
				value := p.Get("value")
				if value == "#uname" { // the address of the host
					value = n.name
				}
				part.params = append(part.params, param{name: p.Get("name"), value: value})
			}
		}
		return instance{name: id, resource: part}
	}
	for i := range r.max {
		if i >= len(list)*r.nodeMax || d.chance(.15) {
			continue
		}
		n, number := list[i%len(list)], strconv.Itoa(i)
		if r.addresses {
			address := "192.168." + lastDigits(r.id) + "." + strconv.Itoa(2+i)
			g.lived(d, ocf("heartbeat", "IPaddr2", r.id+"-ip-"+address, 60, n), n, list)
		}
		g.lived(d, ocf("heartbeat", r.engine, r.id+"-"+r.engine+"-"+number, 60, n), n, list)
		for _, inner := range g.hosts {
			if inner.by != r || inner.name != r.id+"-"+number || d.chance(.1) {
				continue
			}
			g.lived(d, ocf("pacemaker", "remote", inner.name, 30, n), n, list)
			g.remoteState(inner)
			g.startLife(inner)
			master := r.promotable && i == 0
			for _, l := range r.inside {
				g.lived(d, instance{resource: l, name: l.id, promoted: master}, inner, nil)
				if r.promotable && d.chance(.8) {
					inner.attributes()("master-"+l.id, strconv.Itoa(10-i))
				}
			}
		}
	}
}

// parts are what bundles are made of, as the cluster makes it: their digests must be those of its parameters.
func (g *generator) parts() map[string]*xmltree.Node {
	parts := map[string]*xmltree.Node{}
	x := xmltree.New("cib").Add(xmltree.New("configuration").Add(g.config.nodes, g.config.resources))
	if s, err := cluster.Unpack(x, time.Unix(Now, 0)); err == nil {
		for _, r := range s.Resources {
			parts[r.Name] = r.XML
		}
	}
	return parts
}

// lastDigits is the number at the end of an id.
func lastDigits(id string) string {
	i := len(id)
	for i > 0 && id[i-1] >= '0' && id[i-1] <= '9' {
		i--
	}
	return id[i:]
}

// probes writes that what did not run on a node was looked for there.
func (g *generator) probes(n *node) {
	d := g.dice("probes", n.id)
	for _, r := range g.all {
		if r.kind != primitive || r.parent != nil && r.parent.kind == bundle || n.by != nil && weight(r) > 0 {
			continue
		}
		names := []string{r.id}
		if top := r.top(); top.kind == clone && top.unique {
			names = names[:0]
			for i := range max(top.max, len(g.nodes)) {
				if top.max == 0 || i < top.max {
					names = append(names, r.id+":"+strconv.Itoa(i))
				}
			}
		}
		for _, name := range names {
			if n.entry(name) != nil || n.entry(name+":0") != nil || g.some(d, Holes, .3) {
				continue
			}
			g.probed(d, instance{resource: r, name: name}, n)
		}
	}
	if d.chance(.1) {
		list := n.lrm.Children
		d.shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	}
}

func (r *resource) top() *resource {
	for r.parent != nil {
		r = r.parent
	}
	return r
}
