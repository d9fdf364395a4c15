package randomcib

import (
	"strconv"

	"pacer/xmltree"
)

// condition is how a cluster node is.
type condition uint8

const (
	online condition = iota
	offline
	lost    // was a member and is gone
	joining // or in another odd state
	unseen  // has no node_state
)

// node is a place where things run: a cluster node, or one that a resource stands for.
type node struct {
	id, name string
	x        *xmltree.Node // its configuration; nil when there is none
	condition
	site string // its attribute site
	// by is the connection or the guest that it is reached by, nil for cluster nodes; inner tells that only the replica
	// of a bundle runs there.
	by    *resource
	inner bool
	// lived tells that things ran there and left their history.
	lived bool
	calls int
	state *xmltree.Node // its node_state; nil when there is none
	lrm   *xmltree.Node // its lrm_resources
	attrs *xmltree.Node // its transient attributes
}

func (g *generator) makeNodes(most int) {
	d := g.dice("nodes")
	if most <= 0 {
		most = 8
	}
	n := min(most, 2+min(d.below(4), d.below(7)))
	if d.chance(.1) {
		n = most
	}
	names := make([]string, n)
	for i := range names {
		names[i] = "node" + strconv.Itoa(i+1)
	}
	if d.chance(.3) { // the order of the document is not that of the names
		d.shuffle(n, func(i, j int) { names[i], names[j] = names[j], names[i] })
	}
	for i, name := range names {
		x := &node{id: strconv.Itoa(i + 1), name: name, lived: true}
		g.nodes = append(g.nodes, x)
		g.makeNode(x, i)
	}
	g.hosts = append(g.hosts, g.nodes...)
}

func (g *generator) makeNode(n *node, i int) {
	d := g.dice("node", n.id)
	n.x = g.config.nodes.AddNew("node", "id", n.id, "uname", n.name)
	if g.some(d, NodeScores, .3) {
		n.x.Set("score", d.one("10", "100", "-100", "-INFINITY", "1000"))
	}
	g.attributes(n, d)
	if i == 0 {
		return // somebody coordinates
	}
	switch {
	case g.some(d, Unclean, .3):
		n.condition = lost
	case g.some(d, Offline, .3):
		n.condition = offline
		n.lived = d.chance(.2) // it left without tidying up
	case g.some(d, Joining, .3):
		n.condition = joining
		n.lived = d.chance(.4)
	case g.some(d, Offline, .05):
		n.condition, n.lived = unseen, false
	}
}

// attributes makes the permanent attributes and the capacity of a node.
func (g *generator) attributes(n *node, d dice) {
	var list []string
	if g.on[NodeAttributes] {
		n.site = d.one("a", "b")
		list = append(list, "site", n.site)
		if d.chance(.5) {
			list = append(list, "rank", strconv.Itoa(d.between(1, 3)))
		}
		if d.chance(.3) {
			list = append(list, "version", d.one("1.2", "1.10", "2.0"))
		}
	}
	if g.some(d, Standby, .2) {
		list = append(list, "standby", d.one("on", "true", "true", "off"))
	}
	if g.some(d, NodeUpkeep, .25) {
		list = append(list, "maintenance", d.yes(.8))
	}
	if g.some(d, Health, .2) {
		list = append(list, "#health-disk", d.one("red", "yellow", "green", "-100"))
	}
	if g.some(d, NodeAttributes, .1) {
		list = append(list, "site-name", "here")
	}
	if g.some(d, LocationPatterns, .3) {
		list = append(list, "resource-discovery-enabled", "false")
	}
	pairs(n.x, "instance_attributes", "node-"+n.name+"-attributes", list...)
	if g.on[Utilization] && d.chance(.9) {
		pairs(n.x, "utilization", "node-"+n.name+"-utilization", "cpu", strconv.Itoa(d.between(1, 12)),
			"memory", strconv.Itoa(512*d.between(1, 16)))
	}
}
