package randomcib

import (
	"strconv"

	"pacer/operation"
	"pacer/xmltree"
)

// makeDevices makes fence devices, and levels for them.
func (g *generator) makeDevices() {
	if !g.on[FenceDevices] {
		return
	}
	d := g.dice("devices")
	if d.chance(.5) {
		for _, n := range g.nodes {
			g.makeDevice(d, "fence-"+n.name, n.name)
		}
	} else {
		g.makeDevice(d, "fence-all", "")
		if d.chance(.3) {
			g.makeDevice(d, "fence-more", "")
		}
	}
	if !g.on[Topology] {
		return
	}
	devices := []string{}
	for _, r := range g.tops {
		if r.agent.Class == "stonith" {
			devices = append(devices, r.id)
		}
	}
	for i, n := range g.nodes {
		level := g.config.topology.AddNew("fencing-level", "id", "level"+strconv.Itoa(i))
		switch d.below(3) {
		case 0:
			level.Set("target", n.name)
		case 1:
			level.Set("target-pattern", "node[0-"+strconv.Itoa(i)+"]")
		default:
			level.Set("target-attribute", "site").Set("target-value", d.one("a", "b"))
		}
		level.Set("index", strconv.Itoa(d.between(1, 3))).Set("devices", pick(d, devices))
	}
}

// makeDevice makes a fence device for one node, or for all.
func (g *generator) makeDevice(d dice, id, target string) {
	r := &resource{id: id, agent: operation.Agent{Class: "stonith", Type: d.one("fence_ipmilan", "fence_xvm")}}
	r.x = g.config.resources.AddNew("primitive", "id", id, "class", "stonith", "type", r.agent.Type)
	g.add(r, nil)
	r.params = []param{{name: "ip", value: "10.9.0." + strconv.Itoa(len(g.tops))}}
	if target != "" {
		r.params = append(r.params, param{name: "pcmk_host_list", value: target})
	}
	if d.chance(.3) {
		r.params = append(r.params, param{name: "pcmk_delay_base", value: d.one("5s", "0")})
	}
	if d.chance(.15) {
		r.params = append(r.params, param{name: "pcmk_monitor_timeout", value: "50s"})
	}
	g.writeParams(r.x, id, r.params)
	if g.some(d, Unfencing, .6) {
		pairs(r.x, "meta_attributes", id+"-meta", "provides", "unfencing")
	}
	r.ops = []op{{name: "monitor", interval: 60, timeout: 20}}
	g.writeOps(r.x, id, r.ops, d)
	if target != "" && d.chance(.6) {
		g.config.constraints.Add(xmltree.New("rsc_location", "id", "not-"+id, "rsc", id, "node", target, "score", "-INFINITY"))
	}
}
