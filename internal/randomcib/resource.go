package randomcib

import (
	"strconv"

	"pacer/operation"
	"pacer/xmltree"
)

type kind uint8

const (
	primitive kind = iota
	group
	clone
	bundle
)

// resource is a configured resource.
type resource struct {
	kind
	id     string
	x      *xmltree.Node
	parent *resource
	inside []*resource // in order; of a clone and a bundle at most one

	// Of primitives.
	agent    operation.Agent
	params   []param // what counts first, first
	ops      []op
	migrates bool
	reloads  bool
	forget   int     // failure-timeout in seconds
	gives    *node   // the node that it stands for, as a connection or as a guest
	within   *primal // what the agent and the operations were taken from

	// Of clones and bundles. Sizes are 0 where nothing is configured.
	promotable, unique       bool
	max, nodeMax, promoteMax int
	engine                   string // of a bundle's containers
	addresses                bool   // its replicas have addresses of their own
}

// param is a parameter; holds tells where it counts, nil is everywhere.
type param struct {
	name, value string
	holds       func(*node) bool
}

// op is a configured operation; times in seconds.
type op struct {
	name              string
	interval, timeout int
	role              string
	off               bool
	params            []param
}

// kind is the role as far as it tells operations of one name apart.
func (o op) kind() string {
	switch o.role {
	case "Started", "Unpromoted", "Slave":
		return ""
	}
	return o.role
}

// primal is what a template gives to primitives.
type primal struct {
	id     string
	agent  operation.Agent
	params []param
	ops    []op
}

// name makes up the id of a resource.
func (g *generator) name(d dice, word string) string {
	g.serial++
	id := word + strconv.Itoa(g.serial)
	if d.chance(.2) {
		id = d.one("a", "z", "m") + "-" + id // the order of names is not that of the document
	}
	return id
}

func (g *generator) makeResources(most int) {
	d := g.dice("resources")
	if most <= 0 {
		most = 40
	}
	left := 1 + min(d.below(most), d.below(min(most, 16)))
	if d.chance(.08) {
		left = most
	}
	for i := 0; left > 0; i++ {
		left -= g.makeTop(g.dice("top", strconv.Itoa(i)), left)
	}
}

// makeTop makes a resource with all that is in it and returns how many primitives it has.
func (g *generator) makeTop(d dice, left int) int {
	sort := d.below(20)
	switch {
	case sort < 4 && g.on[Groups]:
		return g.makeGroup(d, nil, g.config.resources, left)
	case sort < 9 && g.on[Clones]:
		return g.makeClone(d, left)
	case sort < 11 && g.on[Bundles]:
		return g.makeBundle(d)
	case sort < 13 && g.on[Guests]:
		r := g.newPrimitive(d, nil, g.config.resources, "vm")
		g.giveNode(r, "guest"+strconv.Itoa(g.serial))
	case sort < 15 && g.on[Remotes]:
		g.makeRemote(d)
	default:
		g.newPrimitive(d, nil, g.config.resources, "p")
	}
	return 1
}

// add notes a new resource, after its parent.
func (g *generator) add(r, parent *resource) {
	r.parent = parent
	g.all = append(g.all, r)
	if parent == nil {
		g.tops = append(g.tops, r)
	} else {
		parent.inside = append(parent.inside, r)
	}
}

func (g *generator) makeGroup(d dice, parent *resource, x *xmltree.Node, left int) int {
	r := &resource{kind: group, id: g.name(d, "g")}
	r.x = x.AddNew("group", "id", r.id)
	g.add(r, parent)
	g.meta(r, d)
	n := min(left, 1+d.few(4))
	for range n {
		m := g.newPrimitive(d, r, r.x, "p")
		if parent == nil && g.some(d, Guests, .05) {
			g.giveNode(m, "guest"+strconv.Itoa(g.serial))
		}
	}
	return n
}

func (g *generator) makeClone(d dice, left int) int {
	r := &resource{kind: clone, id: g.name(d, "c")}
	r.promotable = g.some(d, Promotable, .5)
	r.unique = g.some(d, Unique, .25)
	r.x = g.config.resources.AddNew("clone", "id", r.id)
	g.add(r, nil)
	var list []string
	if r.promotable && g.on[OldForms] {
		r.x.Name = "master"
	} else if r.promotable {
		list = append(list, "promotable", "true")
	}
	if r.unique {
		list = append(list, "globally-unique", "true")
	}
	if g.some(d, CloneSizes, .5) {
		r.max = d.between(1, len(g.nodes)+2)
		list = append(list, "clone-max", strconv.Itoa(r.max))
	}
	if g.on[CloneSizes] && (r.unique && d.chance(.6) || d.chance(.15)) {
		r.nodeMax = d.between(1, 3)
		list = append(list, "clone-node-max", strconv.Itoa(r.nodeMax))
	}
	if r.promotable && g.some(d, CloneSizes, .4) {
		r.promoteMax = d.between(0, 3)
		word := "promoted"
		if g.on[OldForms] {
			word = "master"
		}
		list = append(list, word+"-max", strconv.Itoa(r.promoteMax))
		if d.chance(.3) {
			list = append(list, word+"-node-max", strconv.Itoa(d.between(0, 2)))
		}
	}
	if g.some(d, CloneMin, .7) {
		list = append(list, "clone-min", strconv.Itoa(d.between(0, 3)))
	}
	for _, f := range []struct {
		f    Feature
		name string
	}{{Interleave, "interleave"}, {Ordered, "ordered"}, {Notify, "notify"}} {
		if g.some(d, f.f, .6) {
			list = append(list, f.name, d.yes(.85))
		}
	}
	g.meta(r, d, list...)
	if g.some(d, Groups, .3) && left > 1 {
		return g.makeGroup(d, r, r.x, left)
	}
	g.newPrimitive(d, r, r.x, "p")
	return 1
}

func (g *generator) makeBundle(d dice) int {
	r := &resource{kind: bundle, id: g.name(d, "b"), engine: d.one("podman", "docker"), max: 1, nodeMax: 1}
	r.x = g.config.resources.AddNew("bundle", "id", r.id)
	g.add(r, nil)
	g.meta(r, d)
	e := r.x.AddNew(r.engine, "image", "registry/image:latest")
	if d.chance(.7) {
		r.max = d.between(1, 3)
		e.Set("replicas", strconv.Itoa(r.max))
	}
	r.addresses = d.chance(.6)
	if d.chance(.2) && r.addresses {
		r.nodeMax = d.between(1, 2)
		e.Set("replicas-per-host", strconv.Itoa(r.nodeMax))
	}
	if g.some(d, Promotable, .4) {
		r.promotable, r.promoteMax = true, 1
		e.Set("promoted-max", "1")
	}
	if d.chance(.3) {
		e.Set("options", "--user=root").Set("run-command", "/usr/sbin/pacemaker-remoted")
	}
	if d.chance(.2) {
		e.Set("network", "host")
	}
	network := r.x.AddNew("network")
	if d.chance(.2) {
		network.Set("add-host", d.yes(.95)) // 2.1.5 takes "false" for an option of another program
	}
	if r.addresses {
		network.Set("ip-range-start", "192.168."+strconv.Itoa(g.serial)+".2")
		if d.chance(.5) {
			network.Set("host-interface", "eth0").Set("host-netmask", "24")
		}
	}
	if !r.addresses || d.chance(.5) && r.nodeMax == 1 {
		network.Set("control-port", strconv.Itoa(3130+g.serial))
	}
	if d.chance(.4) {
		network.AddNew("port-mapping", "id", r.id+"-port", d.one("port", "port", "range"), "80")
	}
	if d.chance(.5) {
		r.x.AddNew("storage").AddNew("storage-mapping", "id", r.id+"-map", "source-dir-root", "/var/local/"+r.id, "target-dir",
			"/var/www", "options", "rw")
	}
	if !d.chance(.8) {
		return 1
	}
	g.newPrimitive(d, r, r.x, "p")
	for i := range r.max {
		name := r.id + "-" + strconv.Itoa(i)
		g.hosts = append(g.hosts, &node{id: name, name: name, by: r, inner: true, lived: true})
	}
	return 1
}

// giveNode makes a resource a guest node.
func (g *generator) giveNode(r *resource, name string) {
	r.gives = &node{id: name, name: name, by: r, lived: true}
	g.hosts = append(g.hosts, r.gives)
	b := pairs(r.x, "meta_attributes", r.id+"-guest", "remote-node", name) // its own, because others may refer to the first
	if d := g.dice("guest", name); d.chance(.3) {
		addPairs(b, "remote-port", "3125", "remote-addr", "10.0.0.9")
	}
}

// makeRemote makes a remote node with the resource that is its connection.
func (g *generator) makeRemote(d dice) {
	id := g.name(d, "remote")
	r := &resource{id: id, agent: operation.Agent{Class: "ocf", Provider: "pacemaker", Type: "remote"}}
	r.x = g.config.resources.AddNew("primitive", "id", id, "class", "ocf", "provider", "pacemaker", "type", "remote")
	g.add(r, nil)
	r.params = []param{{name: "server", value: "10.1.0." + strconv.Itoa(g.serial)}}
	if d.chance(.3) {
		r.params = append(r.params, param{name: "reconnect_interval", value: "60"})
	}
	g.writeParams(r.x, r.id, r.params)
	g.meta(r, d)
	r.ops = []op{{name: "monitor", interval: 20, timeout: 30}, {name: "start", timeout: 60}}
	g.writeOps(r.x, r.id, r.ops, d)
	n := &node{id: id, name: id, by: r, lived: true}
	r.gives = n
	g.hosts = append(g.hosts, n)
	if d.chance(.6) {
		n.x = g.config.nodes.AddNew("node", "id", id, "uname", id, "type", "remote")
		g.attributes(n, d)
	}
}
