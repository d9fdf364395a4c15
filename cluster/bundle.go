package cluster

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"pacer/score"
	"pacer/xmltree"
)

// BundleOptions are the properties of bundles alone.
type BundleOptions struct {
	Image, Engine     string // docker, podman
	Replicas, PerHost int
	PromotedMax       int
	Replica           []Replica
	Child             *Resource // the clone inside; nil when there is none
}

// Replica is one container with what belongs to it.
type Replica struct {
	Offset                           int
	Container, IP, Connection, Child *Resource
	Node                             *Node // the guest node that the container is
	Address                          string
}

// unpackBundle makes the parts of a bundle: a clone of what runs inside, and for every replica an address, a container and
// a connection, whose node is a guest in the container.
func (s *State) unpackBundle(r *Resource) bool {
	o := &BundleOptions{}
	r.BundleOptions = o
	var impl *xmltree.Node
	for e := range r.XML.Elements("docker", "podman") {
		impl = e
		break
	}
	if impl == nil {
		s.say(Config, "Line %d: bundle %s has neither <docker> nor <podman>.", r.XML.Line, r.Name)
		return false
	}
	number := func(names ...string) int {
		for _, n := range names {
			if v, err := strconv.Atoi(impl.Get(n)); err == nil && v > 0 {
				return min(v, maxReplicas)
			}
		}
		return 0
	}
	o.Engine, o.Image = impl.Name, impl.Get("image")
	o.PromotedMax = number("promoted-max", "masters")
	o.Replicas = max(number("replicas"), 0)
	if o.Replicas == 0 {
		o.Replicas = max(o.PromotedMax, 1)
	}
	o.PerHost = max(number("replicas-per-host"), 1)
	r.Unique = o.PerHost > 1
	p := s.planBundle(r, impl)
	inner := r.XML.First("primitive")
	if inner != nil {
		if p.first == "" && p.controlPort == "" {
			s.say(Config, "Bundle %s: %s cannot be run without ip-range-start or control-port.", r.Name, inner.ID())
			return false
		}
		if p.first == "" && o.PerHost > 1 {
			s.say(ConfigWarning, "Bundle %s: without addresses only one replica fits on a node.", r.Name)
			o.PerHost = 1 // which leaves the bundle unique in name
		}
		p.child = true
		port := p.controlPort
		if port == "" {
			port = remotePort
		}
		p.ports = append(p.ports, portMap{port, port})
		p.mounts = append(p.mounts, storage{source: remoteKey, target: remoteKey},
			storage{source: bundleLogs, target: "/var/log", own: true})
		if !s.bundleChild(r, inner) {
			return false
		}
	}
	containers := o.Replicas
	if o.Child != nil {
		containers = len(o.Child.Children) // fewer, where the agent knows no instances and cannot be unique
	}
	o.Replica = make([]Replica, containers)
	s.giveAddresses(r, p)
	for i := range o.Replica {
		rep := &o.Replica[i]
		rep.Offset = i
		if o.Child != nil {
			rep.Child = o.Child.Children[i]
		}
		if !s.makeReplica(r, p, rep) {
			return false
		}
	}
	// The containers come first, each with its address and its connection, and what runs in them last.
	for i := range o.Replica {
		rep := &o.Replica[i]
		for _, c := range []*Resource{rep.Container, rep.IP, rep.Connection} {
			if c != nil {
				r.Children = append(r.Children, c)
			}
		}
	}
	if o.Child != nil {
		r.Children = append(r.Children, o.Child)
	}
	return true
}

// bundleChild makes the clone of what runs in the containers.
func (s *State) bundleChild(r *Resource, inner *xmltree.Node) bool {
	o := r.BundleOptions
	id := r.Name + "-clone"
	if o.PromotedMax > 0 {
		id = r.Name + "-master" // An old word, but it is in the history of clusters that run.
	}
	x := xmltree.New("clone", "id", id)
	x.Line = inner.Line
	meta := x.AddNew("meta_attributes", "id", id+"-meta")
	pair := func(name, value string) {
		meta.AddNew("nvpair", "id", id+"-meta-"+name, "name", name, "value", value)
	}
	pair("ordered", "true")
	pair("clone-max", strconv.Itoa(o.Replicas))
	pair("clone-node-max", strconv.Itoa(o.PerHost))
	pair("globally-unique", strconv.FormatBool(o.PerHost > 1))
	if o.PromotedMax > 0 {
		pair("promotable", "true")
		pair("promoted-max", strconv.Itoa(o.PromotedMax))
	}
	x.Add(inner)
	c := s.unpackResource(x, r)
	if c == nil {
		s.say(Config, "Bundle %s: %s cannot be run in it.", r.Name, inner.ID())
		return false
	}
	o.Child = c
	// Whose attributes count for what runs inside, counts for the parts of the bundle too.
	if target, ok := c.Children[0].Meta["container-attribute-target"]; ok {
		r.Meta["container-attribute-target"], c.Meta["container-attribute-target"] = target, target
	}
	return true
}

// giveAddresses numbers the replicas' addresses upwards from the first.
func (s *State) giveAddresses(r *Resource, p *bundlePlan) {
	if p.first == "" {
		return
	}
	addr, err := netip.ParseAddr(p.first)
	if err != nil {
		s.say(Config, "Bundle %s: ip-range-start=%q is no address.", r.Name, p.first)
	}
	for i := range r.BundleOptions.Replica {
		text := p.first
		if err == nil {
			text = addr.String()
			addr = addr.Next()
		}
		r.BundleOptions.Replica[i].Address = text
		if p.addHosts {
			p.hosts += " --add-host=" + p.id + "-" + strconv.Itoa(i) + ":" + text
		}
	}
}

// makeReplica makes the address, the container and the connection of one replica.
func (s *State) makeReplica(r *Resource, p *bundlePlan, rep *Replica) bool {
	add := func(x *xmltree.Node) *Resource {
		c := s.unpackResource(x, r)
		if c == nil {
			s.say(Config, "Bundle %s: its part %s is not valid.", r.Name, x.ID())
		}
		return c
	}
	if rep.Address != "" {
		if rep.IP = add(p.addressElement(rep)); rep.IP == nil {
			return false
		}
	}
	if rep.Container = add(p.containerElement(rep)); rep.Container == nil {
		return false
	}
	if rep.Child == nil {
		return true
	}
	name := p.id + "-" + strconv.Itoa(rep.Offset)
	if s.byName[name] != nil {
		s.say(Config, "Bundle %s: there is another resource called %s.", r.Name, name)
		return false
	}
	s.innerNode(rep, name)
	at, port := rep.Address, p.controlPort
	if at == "" {
		at = hostAddress
	}
	if port == "" {
		port = remotePort
	}
	if rep.Connection = add(connectionElement(name, rep.Container.Name, "", "", "", at, port)); rep.Connection == nil {
		return false
	}
	// A connection runs on members only; the nodes in containers it does not even know.
	for _, n := range s.Nodes {
		if n.Type == Remote && int(n.ID) < len(rep.Connection.Allowed) {
			rep.Connection.Allowed[n.ID].Score = score.MinusInfinity
		}
	}
	rep.Node.Connection = rep.Connection
	if rep.Address != "" {
		rep.Child.Meta["external-ip"] = rep.Address
	}
	// What runs inside takes its room from the machine of the container, not from the container.
	rep.Container.Utilization, rep.Child.Utilization = rep.Child.Utilization, rep.Container.Utilization
	return true
}

// innerNode makes the node that a container is, on which nothing but what the replica is for may run.
func (s *State) innerNode(rep *Replica, name string) {
	n := s.nodeNames[strings.ToLower(name)]
	if n == nil {
		n = s.addNode(name, name, Remote, 0)
	}
	rep.Node, n.Inner, n.Score = n, true, score.MinusInfinity
	n.Container = rep.Container
	n.Attributes["#kind"] = "container"
	for _, t := range s.Top {
		forbid(t, n)
	}
	only := make([]Allowance, len(s.Nodes))
	only[n.ID] = Allowance{Known: true, Score: innerNodeScore, Discovery: DiscoverExclusive}
	rep.Child.Allowed, rep.Child.Exclusive = only, true
	clone := rep.Child.Parent
	s.allNodes(clone)
	clone.Allowed[n.ID] = Allowance{Known: true, Score: score.MinusInfinity, Discovery: DiscoverExclusive}
}

// replicaOn is what runs in the container that a node is, nil when the node is no container of the bundle.
func (r *Resource) replicaOn(n *Node) *Resource {
	for i := range r.BundleOptions.Replica {
		if rep := &r.BundleOptions.Replica[i]; rep.Node == n {
			return rep.Child
		}
	}
	return nil
}

// needsRemoteAddress tells whether a resource is the connection to a container that is reached at the address of its host.
func (s *State) needsRemoteAddress(r *Resource) bool {
	return r.Connection && r.Bundled() && s.Params(r, nil)["addr"] == hostAddress
}

// activeContainers are the containers of a bundle that are active.
func (r *Resource) activeContainers() (list []*Resource) {
	for i := range r.BundleOptions.Replica {
		if c := r.BundleOptions.Replica[i].Container; c != nil && len(c.RunningOn) > 0 {
			list = append(list, c)
		}
	}
	return list
}

// bundleActiveNode is ActiveNode over the containers of a bundle.
func (r *Resource) bundleActiveNode() (at *Node, all, clean int) {
	containers := r.activeContainers()
	if len(containers) == 1 {
		return containers[0].ActiveNode()
	}
	var nodes []*Node
	for _, c := range containers {
		for _, n := range c.RunningOn {
			if !slices.Contains(nodes, n) {
				nodes = append(nodes, n)
			}
		}
	}
	return r.activeAmong(nodes)
}
