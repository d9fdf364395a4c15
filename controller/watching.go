package controller

import (
	"slices"

	"pacer/cib"
	"pacer/engine"
	"pacer/history"
	"pacer/operation"
	"pacer/transition"
	"pacer/xmltree"
)

// cibChanged takes in a new document. Only the DC asks what the change means.
func (c *Core) cibChanged(ev CIB) {
	old := c.doc
	c.doc = ev.New
	peers := false
	if ev.Own {
		for i := range c.writes {
			if w := &c.writes[i]; !w.Applied {
				w.Applied, w.Ops = true, nil
				peers = w.For == forPeers || w.For == forFenced || w.For == forShutdown
				break
			}
		}
	}
	if !c.acting {
		return
	}
	a, b := old.Configuration(), c.doc.Configuration()
	if a != b && !xmltree.Equal(a, b) {
		c.held = ""
		c.tellUnsafe()
		c.abort(transition.Infinity, "the configuration changed")
		if !ev.Own && c.synced {
			// Whoever replaced the whole configuration seldom kept what it says about the cluster itself. What this node wrote is not
			// looked at again: a configuration in which it has no effect must not make the two of us go round in circles.
			c.keepBooks()
		}
	}
	if s, t := old.Status(), c.doc.Status(); s != t {
		c.statusChanged(s, t)
	}
	c.tellSettled()
	c.forgetWiped()
	c.doubted = c.doubted || !ev.Own && c.misstates(old)
	if (peers || c.doubted) && c.dc == c.cfg.Self && c.synced && c.allApplied() {
		// The view may have changed since that was written.
		c.doubted = false
		c.reconcilePeers()
	}
}

// misstates tells whether the document differs from an older one in what only the DC says: quorum, who the DC is, and that members are
// there. Whoever replaces the CIB or its status knows that of another time, and without quorum everything would be stopped.
func (c *Core) misstates(old *cib.Document) bool {
	differ := func(a, b *xmltree.Node, names ...string) bool {
		return a != b && slices.ContainsFunc(names, func(n string) bool { return a.Get(n) != b.Get(n) })
	}
	if differ(old.Root(), c.doc.Root(), "have-quorum", "dc-uuid", "crm_feature_set") {
		return true
	}
	was, is := old.Status(), c.doc.Status()
	return was != is && slices.ContainsFunc(c.view.Members, func(m engine.Member) bool {
		uuid := c.uuid(m.Name)
		return differ(was.ByID("node_state", uuid), is.ByID("node_state", uuid), "uname", "in_ccm", "crmd", "join")
	})
}

// forgetWiped ends the exception for erased states when all erasing has been seen.
func (c *Core) forgetWiped() {
	if !slices.ContainsFunc(c.writes, func(w write) bool { return w.Wipes && !w.Applied }) {
		c.wiped = nil
	}
}

// statusChanged looks for what matters in two states of the status section. Shared subtrees are the same pointer, so that
// this costs as much as what has changed.
func (c *Core) statusChanged(old, now *xmltree.Node) {
	if a, b := old.First("tickets"), now.First("tickets"); a != b && !xmltree.Equal(a, b) {
		c.abort(transition.Infinity, "a ticket changed")
	}
	for n := range now.Elements("node_state") {
		o := old.ByID("node_state", n.ID())
		if o == n {
			continue
		}
		name := n.Get("uname")
		wiped := c.isWiping(n.ID())
		a, b := o.First("transient_attributes"), n.First("transient_attributes")
		if a != b && !xmltree.Equal(a, b) && (b != nil || !wiped) {
			c.abort(transition.Infinity, "an attribute of "+name+" changed")
		}
		if a, b := o.Path("lrm", "lrm_resources"), n.Path("lrm", "lrm_resources"); a != b {
			c.historyChanged(n.ID(), name, a, b, wiped)
		}
	}
	for o := range old.Elements("node_state") {
		if now.ByID("node_state", o.ID()) == nil && !c.isWiping(o.ID()) {
			c.abort(transition.Infinity, "the state of "+o.Get("uname")+" was removed")
		}
	}
}

func (c *Core) isWiping(uuid string) bool {
	for _, x := range c.wiped {
		if x == uuid {
			return true
		}
	}
	return false
}

func (c *Core) historyChanged(uuid, node string, old, now *xmltree.Node, wiped bool) {
	for _, r := range differing(now, old) {
		o := old.ByID("lrm_resource", r.ID())
		seen := map[string]bool{} // one operation may leave two entries
		for e := range r.Elements("lrm_rsc_op") {
			before := o.ByID("lrm_rsc_op", e.ID())
			if before == e || news(before, e) == "" || seen[news(before, e)] {
				continue
			}
			seen[news(before, e)] = true
			c.operationSeen(node, r.ID(), e)
		}
		for e := range o.Elements("lrm_rsc_op") {
			if r.ByID("lrm_rsc_op", e.ID()) == nil {
				c.entryGone(uuid, r.ID(), e)
			}
		}
	}
	if wiped {
		return
	}
	for _, o := range differing(old, now) {
		if now.ByID("lrm_resource", o.ID()) == nil && !c.deleting(uuid, o.ID()) {
			c.abort(transition.Infinity, "the history of "+o.ID()+" on "+node+" was deleted")
		}
	}
}

// differing are the resources of a list that stand otherwise in the other one, or not at all. A change leaves the places of what
// it does not touch, so that comparing places finds almost everything that is the same without looking into it.
func differing(list, other *xmltree.Node) []*xmltree.Node {
	if list == nil {
		return nil
	}
	var out []*xmltree.Node
	for i, r := range list.Children {
		if other != nil && i < len(other.Children) && other.Children[i] == r || r.Name != "lrm_resource" {
			continue
		}
		if other.ByID("lrm_resource", r.ID()) != r {
			out = append(out, r)
		}
	}
	return out
}

// news names what an entry tells that was not known, "" when it is nothing: entries are written again with the same
// content after a restart of a manager and after merges.
func news(before, e *xmltree.Node) string {
	magic, call, changed := e.Get("transition-magic"), e.Get("call-id"), e.Get("last-rc-change")
	if before != nil && before.Get("transition-magic") == magic && before.Get("call-id") == call {
		m, err := history.ParseMagic(magic)
		if err != nil || !history.Failed(m.Status, m.Code, m.Key.Expected) || before.Get("last-rc-change") == changed {
			return ""
		}
	}
	return magic + " " + call + " " + changed
}

// operationSeen takes in one operation that has appeared in the history: it confirms an action of the transition, or it is
// something that the transition did not reckon with.
func (c *Core) operationSeen(node, resource string, e *xmltree.Node) {
	m, err := history.ParseMagic(e.Get("transition-magic"))
	if err != nil {
		c.abort(transition.Infinity, "an operation of "+resource+" without a key appeared")
		return
	}
	if m.Status == operation.Pending || m.Status == operation.Cancelled {
		return
	}
	failed := history.Failed(m.Status, m.Code, m.Key.Expected)
	if failed {
		c.countFailure(node, resource, e, m)
	}
	if c.isOurs(m.Key) && c.transition.Find(m.Key.Action) != nil {
		why := ""
		if failed {
			why = e.Get("operation_key") + " on " + node + " did not end as expected"
		}
		c.drive(transition.Confirmed{Action: m.Key.Action, Failed: failed, Why: why})
		return
	}
	c.abort(transition.Infinity, "the result of "+e.Get("operation_key")+" on "+node+" was not expected")
}

// entryGone takes in that an entry was removed: a cancelled operation, or somebody's cleaning up.
func (c *Core) entryGone(uuid, resource string, e *xmltree.Node) {
	for _, a := range c.transition.UnderWay() {
		if a.Operation == "cancel" && a.Node.UUID == uuid && a.Primitive != nil && a.Primitive.ID == resource {
			return // its controller.done follows
		}
	}
	if e.Get("interval") != "0" && e.Get("op-status") == "0" {
		return // a recurring operation that ended with its resource
	}
	c.abort(transition.Infinity, "the entry "+e.ID()+" was deleted")
}

// deleting tells whether the transition itself deletes that history.
func (c *Core) deleting(uuid, resource string) bool {
	for _, a := range c.transition.UnderWay() {
		if (a.Operation == "lrm_delete" || a.Operation == "delete") && a.Node.UUID == uuid && a.Primitive != nil &&
			a.Primitive.ID == resource {
			return true
		}
	}
	return false
}

// rewipe marks nodes as down that were fenced while nobody could write it, or where a merge has taken that away again.
func (c *Core) rewipe() {
	for i := range c.peers {
		p := &c.peers[i]
		onItsWay := slices.ContainsFunc(c.writes, func(w write) bool { return w.For == forFenced && w.Name == p.Name })
		if p.Fenced && !onItsWay && c.state(c.uuid(p.Name)).Get("expected") != "down" {
			c.wipe(p.Name)
		}
	}
}

// wipe writes that a node is down for certain: with that, what ran there may be started elsewhere.
func (c *Core) wipe(name string) {
	uuid := c.uuid(name)
	ops := []cib.Op{modifyStatus(xmltree.New("node_state", "id", uuid, "uname", name, "in_ccm", "0", "crmd", "0",
		"crm-debug-origin", "fenced", "join", "down", "expected", "down"))}
	if c.state(uuid).First("lrm") != nil {
		ops = append(ops, cib.Op{Kind: cib.OpDeleteAll, XPath: statePath(uuid) + "/lrm"})
	}
	ops = append(ops, c.eraseAttributes(uuid)...)
	c.wiping(uuid)
	c.update(write{For: forFenced, Name: name}, c.cause(), ops...)
	c.emit(DropAttributes{Node: name})
}
