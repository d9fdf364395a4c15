package attributes

import (
	"slices"
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
func (c *Core) document(now machine.Now, ev CIB) []Effect {
	old, root := c.root, ev.Root
	c.root = root
	if c.imported {
		if !ev.Foreign || !c.writer || c.syncing {
			return nil // The end of the syncing, and becoming the writer, look at everything.
		}
		if nodes := touched(old.First("status"), root.First("status")); len(nodes) > 0 {
			c.reconcile(now, nodes)
		}
		return c.flush(now)
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
func (c *Core) rearmed(now machine.Now) []Effect {
	if !c.rearm {
		return nil
	}
	c.rearm = false
	return c.timers(now)
}

// blocked tells that nothing can be written now; the end of what is in the way looks at everything.
func (c *Core) blocked() bool { return !c.writer || c.syncing || c.writing != 0 || c.root == nil }

// timers sets the one timer to the earliest delay that runs. One that is over while nothing can be written does not count: the timer would
// come at once, again and again.
func (c *Core) timers(now machine.Now) []Effect {
	first, any := time.Duration(0), false
	for _, a := range c.attrs {
		if c.blocked() && a.due <= now.Mono {
			continue
		}
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
		c.resting = c.resting && key != timerRetry
		return append(c.flush(now), c.timers(now)...)
	}
	return nil
}

// touched names the nodes whose transient attributes differ, or may. Shared subtrees are the same pointer, so that this costs
// as much as there are nodes.
func touched(old, now *xmltree.Node) map[string]bool {
	if old == now {
		return nil
	}
	nodes := map[string]bool{}
	for n := range now.Elements("node_state") {
		if o := old.ByID("node_state", n.ID()); o.First("transient_attributes") != n.First("transient_attributes") {
			nodes[n.Get("uname")] = true
		}
	}
	for o := range old.Elements("node_state") {
		if now.ByID("node_state", o.ID()) == nil {
			nodes[o.Get("uname")] = true
		}
	}
	return nodes
}

// reconcile marks what the CIB shows differently from what is known here, of some nodes; nil is all.
func (c *Core) reconcile(now machine.Now, nodes map[string]bool) {
	if !c.writer || c.root == nil {
		return
	}
	for _, a := range c.attrs {
		if a.Private {
			continue
		}
		for i := range a.Values {
			v := &a.Values[i]
			if nodes != nil && !nodes[v.Node] {
				continue
			}
			text, ok := c.inCIB(a, v.Node)
			v.dirty = ok == v.Gone || ok && text != v.Text
			if v.dirty && !a.armed {
				a.due = now.Mono
			}
		}
	}
	c.strays = slices.DeleteFunc(c.strays, func(s stray) bool { return nodes == nil || nodes[s.node] })
	for state := range c.root.First("status").Elements("node_state") {
		if node := state.Get("uname"); nodes == nil || nodes[node] {
			c.findStrays(state, node)
		}
	}
}

// findStrays looks for attributes of a node that nobody knows. What is left of a node that is no member is the controller's, and so is
// a state that is not where this node's attributes are written.
func (c *Core) findStrays(state *xmltree.Node, node string) {
	if node == "" || c.absent(node) || c.uuid(node) != state.ID() {
		return
	}
	for set := range state.First("transient_attributes").Elements() {
		for nv := range set.Elements("nvpair") {
			s := stray{node, set.Name, nv.Get("name")}
			if c.strange(s, set.ID(), nv.ID()) && !slices.Contains(c.strays, s) {
				c.strays = append(c.strays, s)
			}
		}
	}
}

// strange tells whether an attribute in the CIB is one that nobody knows, or stands where it is not written: then what is written
// would stand beside it. One that is known to be gone is no stray: its value says so.
func (c *Core) strange(s stray, set, id string) bool {
	a := c.find(s.name)
	switch {
	case s.name == "", a != nil && a.Private:
		return false
	case a == nil, element(a) != s.element:
		return true
	}
	v := a.on(s.node)
	own := c.setID(a, s.node)
	return v == nil || !v.Gone && (set != own || id != pairID(own, a))
}

// clearStrays adds to a write what removes the strays. What is known of them is written anew with it.
func (c *Core) clearStrays(w *writing) {
	c.clearing = nil
	for _, s := range c.strays {
		if c.absent(s.node) {
			continue
		}
		c.clearing = append(c.clearing, s)
		w.remove(c.uuid(s.node), s.element, s.name)
		if a := c.find(s.name); a != nil && !a.Private && element(a) == s.element {
			if v := a.on(s.node); v != nil && !v.Gone {
				v.dirty, a.armed = true, false
			}
		}
	}
	c.strays = nil
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
	if c.blocked() {
		return nil
	}
	var w writing
	cause := ""
	c.inFlight = nil
	if !c.resting {
		c.clearStrays(&w)
	}
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
	batch, strays := c.inFlight, c.clearing
	c.writing, c.inFlight, c.clearing = 0, nil, nil
	if ev.OK {
		return append(c.flush(now), c.timers(now)...)
	}
	var effects []Effect
	if len(strays) > 0 {
		c.strays, c.resting = append(c.strays, strays...), true
		effects = []Effect{SetTimer{machine.Timer{Key: timerRetry, At: now.Mono + retryAfter}}}
	}
	for _, w := range batch {
		if a := c.find(w.name); a != nil {
			if v := a.on(w.node); v != nil && v.At == w.at {
				v.dirty = true
				a.due, a.armed = now.Mono+retryAfter, true
			}
		}
	}
	return append(append(effects, c.flush(now)...), c.timers(now)...)
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

// remove adds to a write that an attribute of a node goes from the CIB.
func (w *writing) remove(uuid, element, name string) {
	w.gone = append(w.gone, cib.Op{Kind: cib.OpDeleteAll, XPath: "/cib/status/node_state[@id=" + xmltree.Literal(uuid) + "]/transient_attributes/" +
		element + "/nvpair[@name=" + xmltree.Literal(name) + "]"})
}

// put adds one value to a write.
func (c *Core) put(w *writing, a *attribute, v *value) {
	uuid := c.uuid(v.Node)
	if v.Gone {
		w.remove(uuid, element(a), a.Name)
		return
	}
	if w.status == nil {
		w.status = xmltree.New("status")
	}
	state := in(w.status, "node_state", uuid, "uname", v.Node)
	set := in(in(state, "transient_attributes", uuid), element(a), c.setID(a, v.Node))
	set.AddNew("nvpair", "id", pairID(set.ID(), a), "name", a.Name, "value", v.Text)
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

// pairID names the entry of an attribute in its set.
func pairID(set string, a *attribute) string { return sanitize(set + "-" + a.Name) }

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
