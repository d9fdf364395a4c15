package attributes

import (
	"strconv"
	"strings"
	"time"

	"pacer/cib"
	"pacer/machine"
	"pacer/xmltree"
)

const (
	timerDelay = "delay"
	timerRetry = "retry"
	// retryAfter is how long a refused write rests.
	retryAfter = 2 * time.Second
)

// document looks at a new CIB.
func (c *Core) document(now machine.Now, root *xmltree.Node) []Effect {
	c.root = root
	if c.imported {
		return nil
	}
	c.imported = true
	if !c.cfg.Restarted {
		return nil
	}
	// The manager before this one has left the node's values here; peers that know better will say so.
	var effects []Effect
	for set := range transient(root, c.uuid(c.cfg.Name)).Elements() {
		for nv := range set.Elements("nvpair") {
			a, fresh := c.make(nv.Get("name"))
			if fresh {
				a.Utilization = set.Name == "utilization"
				if set.ID() != c.setID(a, c.cfg.Name) {
					a.Set = set.ID()
				}
			}
			a.put(value{Node: c.cfg.Name, Text: nv.Get("value")})
			effects = []Effect{Changed{}}
		}
	}
	c.reckoned = c.size()
	return effects
}

func transient(root *xmltree.Node, uuid string) *xmltree.Node {
	return root.First("status").ByID("node_state", uuid).First("transient_attributes")
}

// arm starts the delay of an attribute that has changed.
func (c *Core) arm(now machine.Now, a *attribute) {
	if !c.writer || a.Private {
		return
	}
	a.due, a.armed, c.rearm = now.Mono+a.Delay, a.Delay > 0, true
}

// rearmed sets the timer anew when delays were started.
func (c *Core) rearmed() []Effect {
	if !c.rearm {
		return nil
	}
	c.rearm = false
	return c.timers()
}

// timers sets the one timer to the earliest delay that runs.
func (c *Core) timers() []Effect {
	first, any := time.Duration(0), false
	for _, a := range c.attrs {
		if a.armed && a.dirty() && (!any || a.due < first) {
			first, any = a.due, true
		}
	}
	if !any {
		return nil
	}
	return []Effect{SetTimer{machine.Timer{Key: timerDelay, At: first}}}
}

func (c *Core) timer(now machine.Now, key string) []Effect {
	switch key {
	case timerDelay, timerRetry:
		return append(c.flush(now), c.timers()...)
	}
	return nil
}

// reconcile marks what the CIB shows differently from what is known here.
func (c *Core) reconcile(now machine.Now) []Effect {
	if !c.writer || c.root == nil {
		return nil
	}
	for _, a := range c.attrs {
		if a.Private {
			continue
		}
		for i := range a.Values {
			v := &a.Values[i]
			text, ok := c.inCIB(a, v.Node)
			v.dirty = ok == v.Gone || ok && text != v.Text
			if v.dirty && !a.armed {
				a.due = now.Mono
			}
		}
	}
	return nil
}

func (c *Core) inCIB(a *attribute, node string) (string, bool) {
	for set := range transient(c.root, c.uuid(node)).Elements(element(a)) {
		for nv := range set.Elements("nvpair") {
			if nv.Get("name") == a.Name {
				return nv.Get("value"), true
			}
		}
	}
	return "", false
}

// flush writes what is due, unless a write is under way: then its end calls here again.
func (c *Core) flush(now machine.Now) []Effect {
	if !c.writer || c.syncing || c.writing != 0 || c.root == nil {
		return nil
	}
	var w writing
	cause := ""
	c.inFlight = nil
	for _, a := range c.attrs {
		if a.Private || a.armed && a.due > now.Mono {
			continue
		}
		for i := range a.Values {
			v := &a.Values[i]
			if !v.dirty || c.absent(v.Node) {
				continue
			}
			v.dirty = false
			c.inFlight = append(c.inFlight, written{a.Name, v.Node, v.At})
			c.put(&w, a, v)
			cause = a.cause
		}
		a.armed = false
	}
	ops := w.ops()
	if len(ops) == 0 {
		return nil
	}
	c.nextID++
	c.writing = c.nextID
	return []Effect{Write{ID: c.writing, Ops: ops, Cause: cause}}
}

func (c *Core) written(now machine.Now, ev Written) []Effect {
	if ev.ID != c.writing {
		return nil
	}
	batch := c.inFlight
	c.writing, c.inFlight = 0, nil
	if ev.OK {
		return c.flush(now)
	}
	for _, w := range batch {
		if a := c.find(w.name); a != nil {
			if v := a.on(w.node); v != nil && v.At == w.at {
				v.dirty = true
				a.due, a.armed = now.Mono+retryAfter, true
			}
		}
	}
	return append(c.flush(now), c.timers()...)
}

// writing is a write to the CIB in the making.
type writing struct {
	status *xmltree.Node // what is set, of all nodes
	gone   []cib.Op
}

func (w *writing) ops() []cib.Op {
	if w.status == nil {
		return w.gone
	}
	return append(w.gone, cib.Op{Kind: cib.OpModify, Section: "status", AllowCreate: true, Data: w.status})
}

// put adds one value to a write.
func (c *Core) put(w *writing, a *attribute, v *value) {
	uuid := c.uuid(v.Node)
	if v.Gone {
		w.gone = append(w.gone, cib.Op{Kind: cib.OpDeleteAll, XPath: "/cib/status/node_state[@id=" + xmltree.Literal(uuid) + "]/transient_attributes/" +
			element(a) + "/nvpair[@name=" + xmltree.Literal(a.Name) + "]"})
		return
	}
	if w.status == nil {
		w.status = xmltree.New("status")
	}
	state := in(w.status, "node_state", uuid, "uname", v.Node)
	set := in(in(state, "transient_attributes", uuid), element(a), c.setID(a, v.Node))
	set.AddNew("nvpair", "id", sanitize(set.ID()+"-"+a.Name), "name", a.Name, "value", v.Text)
}

// in finds a child by its name and id, or makes it, with more attributes.
func in(parent *xmltree.Node, name, id string, attrs ...string) *xmltree.Node {
	if n := parent.ByID(name, id); n != nil {
		return n
	}
	return parent.AddNew(name, append([]string{"id", id}, attrs...)...)
}

func element(a *attribute) string {
	if a.Utilization {
		return "utilization"
	}
	return "instance_attributes"
}

// setID names the set that holds an attribute: its own, or the one of the node, one for each kind, since ids are unique.
func (c *Core) setID(a *attribute, node string) string {
	if a.Set != "" {
		return sanitize(a.Set)
	}
	id := "status-" + c.uuid(node)
	if a.Utilization {
		id += "-utilization"
	}
	return sanitize(id)
}

// uuid is a node's id in the CIB: as the configuration says, else its number in the cluster layer.
func (c *Core) uuid(node string) string {
	for n := range c.root.Path("configuration", "nodes").Elements("node") {
		if n.Get("uname") == node {
			return n.ID()
		}
	}
	for _, m := range c.view.Members {
		if m.Name == node {
			return strconv.FormatUint(uint64(m.ID), 10)
		}
	}
	for _, m := range c.cfg.Nodes {
		if m.Name == node {
			return strconv.FormatUint(uint64(m.ID), 10)
		}
	}
	return node
}

// sanitize makes an XML id.
func sanitize(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_', r == '.', r > 127:
			return r
		}
		return '.'
	}, s)
}
