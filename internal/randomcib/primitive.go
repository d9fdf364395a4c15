package randomcib

import (
	"slices"
	"strconv"

	"pacer/operation"
	"pacer/xmltree"
)

// newPrimitive makes a primitive inside an element.
func (g *generator) newPrimitive(d dice, parent *resource, x *xmltree.Node, word string) *resource {
	r := &resource{id: g.name(d, word)}
	if g.some(d, Templates, .5) {
		r.within = g.template(d)
	}
	if r.within != nil {
		r.agent = r.within.agent
		r.x = x.AddNew("primitive", "id", r.id, "template", r.within.id)
	} else {
		r.agent = g.agent(d, parent)
		r.x = x.AddNew("primitive", "id", r.id, "class", r.agent.Class)
		if r.agent.Provider != "" {
			r.x.Set("provider", r.agent.Provider)
		}
		r.x.Set("type", r.agent.Type)
	}
	g.add(r, parent)
	if g.some(d, Params, .7) || r.agent.Type == "IPaddr2" {
		r.params = g.makeParams(d)
		g.writeParams(r.x, r.id, r.params)
	}
	if g.some(d, RuledParams, .5) {
		b := r.x.AddNew("instance_attributes", "id", r.id+"-ruled", "score", "10")
		holds := g.certain(d, b)
		addPairs(b, "state", "ruled")
		r.params = append([]param{{"state", "ruled", holds}}, r.params...)
	}
	r.reloads = g.some(d, ReloadAgents, .6)
	g.meta(r, d)
	r.ops = g.makeOps(d, r)
	if r.within != nil {
		g.writeOps(r.x, r.id, r.ops, d)
		own := r.ops
		for _, o := range r.within.ops { // of the same name and role the primitive's own count
			if !slices.ContainsFunc(own, func(p op) bool { return p.name == o.name && p.kind() == o.kind() }) {
				r.ops = append(r.ops, o)
			}
		}
	} else {
		g.writeOps(r.x, r.id, r.ops, d)
	}
	if g.on[Utilization] && d.chance(.7) {
		pairs(r.x, "utilization", r.id+"-utilization", "cpu", strconv.Itoa(d.between(0, 5)), "memory", strconv.Itoa(256*d.between(0, 8)))
	}
	return r
}

func (g *generator) agent(d dice, parent *resource) operation.Agent {
	for p := parent; p != nil; p = p.parent {
		if p.promotable || p.unique && d.chance(.9) { // other classes can be neither
			return operation.Agent{Class: "ocf", Provider: "pacemaker", Type: "Stateful"}
		}
	}
	switch d.below(10) {
	case 0:
		return operation.Agent{Class: "systemd", Type: "httpd"}
	case 1:
		return operation.Agent{Class: "lsb", Type: "daemon"}
	case 2, 3:
		return operation.Agent{Class: "ocf", Provider: "heartbeat", Type: "IPaddr2"}
	case 4, 5:
		return operation.Agent{Class: "ocf", Provider: "heartbeat", Type: "apache"}
	}
	return operation.Agent{Class: "ocf", Provider: "pacemaker", Type: "Dummy"}
}

// template makes a template.
func (g *generator) template(d dice) *primal {
	t := &primal{id: g.name(d, "t"), agent: operation.Agent{Class: "ocf", Provider: "pacemaker", Type: "Dummy"}}
	x := g.config.resources.AddNew("template", "id", t.id, "class", "ocf", "provider", "pacemaker", "type", "Dummy")
	if g.some(d, Params, .7) {
		t.params = g.makeParams(d)
		g.writeParams(x, t.id, t.params)
	}
	if g.some(d, Stickiness, .3) {
		pairs(x, "meta_attributes", t.id+"-meta", "resource-stickiness", "7")
	}
	t.ops = g.makeOps(d, nil)
	g.writeOps(x, t.id, t.ops, d)
	return t
}

func (g *generator) makeParams(d dice) []param {
	list := []param{{name: "ip", value: "10.0." + strconv.Itoa(g.serial/250) + "." + strconv.Itoa(1+g.serial%250)}}
	if d.chance(.5) {
		list = append(list, param{name: "state", value: d.one("/run/a", "x & y", "quote\"d", "<1>")})
	}
	if d.chance(.3) {
		list = append(list, param{name: "passwd", value: "secret"})
	}
	if d.chance(.05) {
		list = append(list, param{name: "2nd", value: "two"}) // no name for an attribute of XML
	}
	return list
}

func (g *generator) writeParams(x *xmltree.Node, id string, list []param) {
	var flat []string
	for _, p := range list {
		flat = append(flat, p.name, p.value)
	}
	pairs(x, "instance_attributes", id+"-params", flat...)
}

// paramsOn are the parameters of a primitive on a node, what counts first, first.
func (r *resource) paramsOn(n *node) []operation.Param {
	var list []operation.Param
	add := func(params []param) {
		for _, p := range params {
			if p.holds == nil || p.holds(n) {
				list = append(list, operation.Param{Name: p.name, Value: p.value})
			}
		}
	}
	add(r.params)
	if r.within != nil {
		add(r.within.params)
	}
	for p := r.parent; p != nil; p = p.parent {
		add(p.params)
	}
	return list
}

// promotableHere tells whether a primitive is in something promotable.
func (r *resource) promotableHere() bool {
	for p := r.parent; p != nil; p = p.parent {
		if p.promotable {
			return true
		}
	}
	return false
}

// makeOps makes the operations of a primitive (nil: of a template).
func (g *generator) makeOps(d dice, r *resource) []op {
	var list []op
	if r != nil && r.within != nil && d.chance(.6) {
		return nil
	}
	promotable := r != nil && r.promotableHere()
	if g.some(d, Monitors, .9) {
		m := op{name: "monitor", interval: 10, timeout: 20}
		if promotable && d.chance(.7) {
			list = append(list, op{name: "monitor", interval: 11, timeout: 20, role: "Promoted"})
			if d.chance(.5) {
				m.role = d.one("Unpromoted", "Slave")
			}
		}
		list = append(list, m)
		if d.chance(.15) {
			list = append(list, op{name: "monitor", interval: 60, timeout: 30, role: d.one("", "Started")})
		}
	}
	if g.some(d, RoleMonitors, .4) {
		list = append(list, op{name: "monitor", interval: 30, timeout: 20, role: "Stopped"})
	}
	for _, name := range []string{"start", "stop", "promote", "demote", "migrate_to", "migrate_from"} {
		if d.chance(.35) && (promotable || name != "promote" && name != "demote") {
			list = append(list, op{name: name, timeout: d.between(1, 9) * 10})
		}
	}
	if !g.on[OpSettings] {
		return list
	}
	for i := range list {
		o := &list[i]
		if d.chance(.3) {
			o.timeout = 0
		}
		if o.interval > 0 && d.chance(.12) {
			o.off = true
		}
		if d.chance(.12) {
			o.params = []param{{name: "depth", value: "1"}}
		}
	}
	return list
}

func (g *generator) writeOps(x *xmltree.Node, id string, list []op, d dice) {
	if len(list) == 0 {
		return
	}
	ops := x.AddNew("operations")
	for _, o := range list {
		oid := id + "-" + o.name + "-" + strconv.Itoa(o.interval)
		e := ops.AddNew("op", "id", oid, "name", o.name, "interval", strconv.Itoa(o.interval)+"s")
		if o.timeout > 0 {
			e.Set("timeout", strconv.Itoa(o.timeout)+"s")
		}
		if o.role != "" {
			e.Set("role", o.role)
		}
		if o.off {
			e.Set("enabled", "false")
		}
		if g.some(d, OpSettings, .1) {
			e.Set("start-delay", "5s")
		} else if g.some(d, OpSettings, .05) && o.interval > 0 {
			e.Set("interval-origin", "2023-01-01 00:00:00Z")
		}
		if g.some(d, OpSettings, .1) {
			e.Set("record-pending", d.yes(.5))
		}
		if g.some(d, OnFail, .4) {
			values := []string{"ignore", "block", "stop", "restart", "standby", "fence", "restart-container"}
			if o.name == "promote" || o.role == "Promoted" || o.role == "Master" {
				values = append(values, "demote", "demote", "demote", "demote", "demote", "demote")
			}
			if o.name == "stop" {
				values = []string{"ignore", "block", "fence"}
			}
			value := d.one(values...)
			if d.chance(.2) {
				pairs(e, "meta_attributes", oid+"-meta", "on-fail", value)
			} else {
				e.Set("on-fail", value)
			}
		}
		if len(o.params) > 0 {
			pairs(e, "instance_attributes", oid+"-params", o.params[0].name, o.params[0].value)
		}
	}
}
