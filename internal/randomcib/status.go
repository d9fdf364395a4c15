package randomcib

import (
	"strconv"

	"pacer/xmltree"
)

// makeStatus makes the status section: the states of the nodes, and what ran where.
func (g *generator) makeStatus(root *xmltree.Node) {
	d := g.dice("status")
	for _, n := range g.nodes {
		g.makeState(n)
	}
	if d.chance(.2) {
		root.Set("dc-uuid", pick(d, g.nodes).id)
	}
	if g.on[History] {
		g.makeHistory()
	}
	states := g.status.Children[:0:0]
	for _, n := range g.hosts {
		if n.state != nil {
			states = append(states, n.state)
		}
	}
	if d.chance(.3) {
		d.shuffle(len(states), func(i, j int) { states[i], states[j] = states[j], states[i] })
	}
	g.status.Add(states...)
}

// makeState makes the node_state of a cluster node.
func (g *generator) makeState(n *node) {
	d := g.dice("state", n.id)
	if n.condition == unseen {
		return
	}
	n.state = xmltree.New("node_state", "id", n.id, "uname", n.name)
	set := func(member, process, join, expected string) {
		n.state.Set("in_ccm", member).Set("crmd", process).Set("crm-debug-origin", "do_update_resource").Set("join", join)
		if expected != "" {
			n.state.Set("expected", expected)
		}
	}
	switch n.condition {
	case online:
		set("true", "online", "member", "member")
	case offline:
		set("false", "offline", "down", "down")
	case lost:
		switch d.below(4) {
		case 0:
			set("true", "offline", "down", "member") // its manager died
		case 1:
			set("false", "online", "member", "member")
		default:
			set("false", "offline", d.one("down", "member"), "member")
		}
	default:
		switch d.below(5) {
		case 0:
			set("true", "online", "pending", "member")
		case 1:
			set("true", "online", "banned", "member")
		case 2:
			set("true", "offline", "down", "down")
		case 3:
			set("true", "online", d.one("pending", "down"), d.one("down", ""))
		default:
			set(d.yes(.5), d.one("online", "offline"), d.one("member", "pending", "down", "strange"), d.one("member", "down", ""))
		}
		if g.on[Newer] && d.chance(.6) {
			n.state.Set("in_ccm", strconv.Itoa(Now-d.between(10, 9000)))
			if n.state.Get("crmd") == "online" {
				n.state.Set("crmd", strconv.Itoa(Now-d.between(1, 10)))
			}
		}
	}
	if d.chance(.1) {
		return // nothing else is known of it
	}
	if n.condition == online || n.lived || n.condition == joining {
		g.transient(n, d)
	}
}

// transient makes the transient attributes of a node.
func (g *generator) transient(n *node, d dice) {
	set := n.attributes()
	if d.chance(.8) {
		set("#feature-set", featureSet)
	}
	if g.some(d, NodeAttributes, .5) {
		set("state", d.one("up", "down", "5", "-3"))
	}
	if g.some(d, Standby, .15) {
		set("standby", d.one("on", "off"))
	}
	if g.some(d, NodeUpkeep, .1) {
		set("maintenance", "true")
	}
	if n.condition == online && g.some(d, Shutdown, .3) {
		set("shutdown", strconv.Itoa(Now-d.between(1, 2000)))
	} else if d.chance(.1) {
		set("shutdown", "0")
	}
	if g.some(d, Terminate, .4) {
		set("terminate", d.one("true", "false", strconv.Itoa(Now-100)))
	}
	if g.some(d, Health, .5) {
		set("#health-cpu", d.one("red", "yellow", "green", "green", "-20"))
	}
	if g.some(d, Unfencing, .6) && n.condition == online {
		set("#node-unfenced", strconv.Itoa(Now-4000))
		if d.chance(.4) { // by devices that were different
			set("#digests-all", "fence-all:fence_xvm:0,")
			set("#digests-secure", "fence-all:fence_xvm:0,")
		}
	}
}

// attributes returns what sets a transient attribute of a node that has a node_state.
func (n *node) attributes() func(name, value string) {
	return func(name, value string) {
		if n.attrs == nil {
			n.attrs = n.state.AddNew("transient_attributes", "id", n.id).AddNew("instance_attributes", "id", "status-"+n.id)
		}
		id := n.attrs.ID() + "-" + name
		if n.attrs.ByID("nvpair", id) == nil {
			n.attrs.AddNew("nvpair", "id", id, "name", name, "value", value)
		}
	}
}

// remoteState makes the node_state of a node that is reached by a connection.
func (g *generator) remoteState(n *node) {
	d := g.dice("state", n.id)
	n.state = xmltree.New("node_state", "remote_node", "true", "id", n.id, "uname", n.name, "in_ccm", "true",
		"crm-debug-origin", "do_update_resource", "node_fenced", d.one("0", "0", "0", "1"))
	if g.some(d, NodeUpkeep, .2) {
		n.state.Set("node_in_maintenance", "1")
	}
	if d.chance(.5) {
		g.transient(n, d)
	}
}
