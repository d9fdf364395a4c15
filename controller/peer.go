package controller

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"pacer/cib"
	"pacer/engine"
	"pacer/note"
	"pacer/release"
	"pacer/transition"
	"pacer/xmltree"
)

// peer is what this controller knows of one node.
type peer struct {
	ID   engine.NodeID
	Name string
	// Incarnation and Attachment are those of the manager that was seen last.
	Incarnation, Attachment uint64
	// New says that this manager has not joined any view yet.
	New bool
	// Joined says that this manager has told of itself since the CIB was agreed with it.
	Joined bool
	// Detached says that the node is a member without a manager, since when; Failed that the grace for that is over.
	Detached bool
	Since    time.Duration
	Failed   bool
	// Away says that the node was out of the view since it joined last: what is known of it may be old.
	Away bool
	// Fenced says that this incarnation was fenced; it counts as down whatever the view says.
	Fenced bool
}

func (c *Core) peer(id engine.NodeID) *peer {
	i, ok := slices.BinarySearchFunc(c.peers, id, func(p peer, id engine.NodeID) int { return int(p.ID) - int(id) })
	if !ok {
		c.peers = slices.Insert(c.peers, i, peer{ID: id})
	}
	return &c.peers[i]
}

func (c *Core) peerNamed(name string) *peer {
	for i := range c.peers {
		if c.peers[i].Name == name {
			return &c.peers[i]
		}
	}
	return nil
}

// uuid is a node's id in the CIB: as the configuration says, else its number in the cluster layer.
func (c *Core) uuid(name string) string {
	for n := range c.doc.Root().Path("configuration", "nodes").Elements("node") {
		if n.Get("uname") == name {
			return n.ID()
		}
	}
	if p := c.peerNamed(name); p != nil {
		return strconv.FormatUint(uint64(p.ID), 10)
	}
	return name
}

// state is the node_state of a node, nil when there is none.
func (c *Core) state(uuid string) *xmltree.Node {
	return c.doc.Root().First("status").ByID("node_state", uuid)
}

// viewChanged takes in who is here, at every node.
func (c *Core) viewChanged(v engine.View) {
	if !c.started {
		c.began, c.started = c.now.Mono, true
	}
	old := c.view
	first := c.key == ""
	c.view = v
	if key := v.Managers(); key != c.key {
		if c.synced {
			c.local.mine = c.ownHistory()
		}
		c.key, c.synced = key, false
		if !v.Within(old) {
			// Whoever meets others may have to take over their CIB, and then tells anew what happened on its node.
			for i := range c.peers {
				c.peers[i].Joined = false
			}
		}
	}
	c.tellView(old, first)
	lost := ""
	for _, m := range v.Members {
		if _, was := old.Member(m.ID); !was {
			c.peer(m.ID).Fenced = false // whatever was said of it: it is here
		}
		c.memberSeen(m)
	}
	for i := range c.peers {
		p := &c.peers[i]
		was, member := old.Member(p.ID)
		if _, here := v.Member(p.ID); here || !member {
			continue
		}
		if p.Detached {
			c.emit(CancelTimer{timerDetached + strconv.Itoa(int(p.ID))})
		}
		c.stop.allowed = slices.DeleteFunc(c.stop.allowed, func(n string) bool { return n == was.Name })
		*p = peer{ID: p.ID, Name: was.Name, Incarnation: was.Incarnation, Attachment: was.Attachment, Fenced: p.Fenced,
			Away: true}
		lost = p.Name
		c.nodeGone(p, "is lost")
	}
	if !c.acting {
		return
	}
	if lost != "" && !first {
		c.held = ""
		c.abort(transition.Infinity, lost+" is lost")
	}
	if v.Quorate != old.Quorate {
		c.abort(transition.Infinity, "quorum changed")
	}
	if c.synced {
		c.consider()
	}
}

func (c *Core) tellView(old engine.View, first bool) {
	for _, m := range old.Members {
		if _, ok := c.view.Member(m.ID); ok {
			continue
		}
		if s := c.state(c.uuid(m.Name)); s.Get("expected") == "down" {
			c.tell(note.NodeLeft{Node: m.Name})
		} else {
			c.tell(note.NodeLost{Node: m.Name})
		}
	}
	var names []string
	for _, m := range c.view.Members {
		names = append(names, m.Name)
		if o, ok := old.Member(m.ID); (!ok || o.Incarnation != m.Incarnation) && !first {
			c.tell(note.NodeJoined{Node: m.Name})
		}
	}
	if c.view.ID != old.ID {
		c.tell(note.ViewAgreed{View: c.view.ID.String(), Members: names})
	}
	if first || c.view.Quorate != old.Quorate {
		c.tell(note.QuorumChanged{Quorate: c.view.Quorate, Votes: c.view.Votes, Expected: c.view.Expected})
	}
}

// memberSeen notes what the view says of one member.
func (c *Core) memberSeen(m engine.Member) {
	p := c.peer(m.ID)
	p.Name = m.Name
	if p.Incarnation != m.Incarnation {
		again := p.Incarnation != 0
		*p = peer{ID: m.ID, Name: m.Name, Incarnation: m.Incarnation, Attachment: m.Attachment, New: true}
		if again {
			// The node was away and is back within one change of the view.
			c.nodeGone(p, "started anew")
		}
	}
	if p.Attachment != m.Attachment {
		p.Attachment, p.Joined, p.New = m.Attachment, false, true
	}
	timer := timerDetached + strconv.Itoa(int(m.ID))
	switch {
	case !m.Attached && !p.Detached:
		p.Detached, p.Since, p.Joined = true, c.now.Mono, false
		c.tell(note.ManagerDetached{Node: m.Name})
		if c.state(c.uuid(m.Name)).Get("expected") == "down" {
			c.failed(p) // it has left as it was asked to
			return
		}
		c.setTimer(timer, c.cfg.Grace)
	case m.Attached && p.Detached:
		p.Detached, p.Failed = false, false
		c.emit(CancelTimer{timer})
		c.tell(note.ManagerAttached{Node: m.Name})
	}
}

// graceOver ends the patience with a manager that has not come back.
func (c *Core) graceOver(id string) {
	n, err := strconv.Atoi(id)
	if err != nil {
		return
	}
	if p := c.peer(engine.NodeID(n)); p.Detached && !p.Failed {
		c.failed(p)
	}
}

// failed takes a node without manager as failed.
func (c *Core) failed(p *peer) {
	p.Failed = true
	c.nodeGone(p, "has no manager")
	if !c.acting {
		return
	}
	c.emit(DropAttributes{Node: p.Name})
	c.abort(transition.Infinity, "the manager on "+p.Name+" has gone")
	if c.synced {
		c.reconcilePeers()
	}
}

// nodeGone ends what the transition expects of a node. A shutdown that was asked for has happened.
func (c *Core) nodeGone(p *peer, why string) {
	if !c.transition.Active() {
		return
	}
	c.drive(transition.NodeGone{UUID: c.uuid(p.Name), Why: p.Name + " " + why})
}

// joinBody is what a manager tells of itself in each view once the CIB is agreed.
type joinBody struct {
	View      string   `json:"view"`
	Restarted bool     `json:"restarted,omitempty"`
	InFlight  []string `json:"in_flight,omitempty"` // transition keys of adopted operations
}

// cibSynced publishes what only this node knows and joins.
func (c *Core) cibSynced(ev Synced) {
	if ev.Features != "" {
		c.least = ev.Features
	}
	if c.synced {
		return
	}
	c.synced = true
	if ops := c.publish(); len(ops) > 0 {
		c.update(write{For: forJoin}, "", ops...)
		return
	}
	c.join()
}

// featureAttribute is the transient attribute by which a node shows the feature set of its program.
const featureAttribute = "#feature-set"

// join tells everybody that this manager is here and that its history is in the CIB.
func (c *Core) join() {
	c.emit(SetAttribute{Name: featureAttribute, Node: c.cfg.Name, Value: c.cfg.FeatureSet})
	body := joinBody{View: c.key, Restarted: c.cfg.Restarted}
	for _, op := range c.local.adopted {
		body.InFlight = append(body.InFlight, op.Key)
	}
	c.send("controller.join", 0, "", body)
	c.consider()
}

func (c *Core) joined(ev Delivered) {
	var b joinBody
	if json.Unmarshal(ev.Envelope.Body, &b) != nil || b.View != c.key {
		return
	}
	p := c.peer(ev.From)
	fresh, away, renewed := !p.Joined, p.Away, p.New
	p.Joined, p.Away, p.New = true, false, false
	if c.acting && away && b.Restarted && p.ID != c.cfg.Self && c.state(c.uuid(p.Name)).First("lrm") != nil {
		// Nobody knows what happened there: not the others, and not the manager that came after. Probes will tell.
		c.update(write{For: forPeers}, "", cib.Op{Kind: cib.OpDeleteAll, XPath: statePath(c.uuid(p.Name)) + "/lrm"})
	}
	if !c.acting || !fresh {
		c.consider()
		return
	}
	// Operations that were asked of an earlier manager and that this one knows nothing of will never be confirmed.
	uuid := c.uuid(p.Name)
	for _, a := range c.transition.UnderWay() {
		if !renewed || a.Node.UUID != uuid || a.Operation == "stonith" || slices.Contains(b.InFlight, c.transitionKey(a)) || ev.From == c.cfg.Self {
			continue
		}
		c.drive(transition.Confirmed{Action: a.ID, Failed: true, Why: "the manager on " + p.Name + " was restarted"})
	}
	c.held = ""
	c.abort(transition.Infinity, "nodes have joined")
	c.consider()
}

// allJoined tells whether every attached member has joined.
func (c *Core) allJoined() bool {
	for _, m := range c.view.Members {
		if m.Attached && !c.peer(m.ID).Joined {
			return false
		}
	}
	return true
}

// allKnown tells whether the CIB says something of every member, be it that it has failed. A manager that comes back alone knows
// nothing of a member whose own manager is away, and must not take that for an idle node.
func (c *Core) allKnown() bool {
	for _, m := range c.view.Members {
		if !m.Attached && !c.peer(m.ID).Failed && c.state(c.uuid(m.Name)) == nil {
			return false
		}
	}
	return true
}

// reconcilePeers makes the CIB say of the nodes what the view says, and the root what quorum and DC are.
func (c *Core) reconcilePeers() {
	var ops []cib.Op
	root := c.doc.Root()
	quorum, me := "0", c.uuid(c.cfg.Name)
	if c.view.Quorate {
		quorum = "1"
	}
	if want := c.reached(); root.Get("have-quorum") != quorum || root.Get("dc-uuid") != me || root.Get("crm_feature_set") != want {
		about := xmltree.New("cib", "have-quorum", quorum, "dc-uuid", me)
		if root.Get("crm_feature_set") != want {
			about.Set("crm_feature_set", want)
		}
		ops = c.unlessOnItsWay(ops, cib.Op{Kind: cib.OpModify, Data: about})
	}
	for i := range c.peers {
		p := &c.peers[i]
		if op, ok := c.peerState(p); ok {
			before := len(ops)
			if ops = c.unlessOnItsWay(ops, op); len(ops) > before && !p.Joined {
				ops = append(ops, c.eraseAttributes(c.uuid(p.Name))...)
			}
		}
	}
	if len(ops) > 0 {
		c.update(write{For: forPeers}, c.why, ops...)
	}
}

// reached is the feature set that the configuration is to name. It rises only when every configured node is there and knows more: one that
// is down in the middle of an upgrade must be able to come back as it was. Below what is named it falls only by the number that keeps
// nobody out.
func (c *Core) reached() string {
	named := c.doc.Root().Get("crm_feature_set")
	if c.least == "" || named != "" && release.CompareFeatures(c.least, named) > 0 && !c.complete() {
		return named
	}
	return c.least
}

// complete tells whether the managers of all configured nodes are in the view.
func (c *Core) complete() bool {
	for _, n := range c.cfg.Nodes {
		if m, ok := c.view.Member(n.ID); !ok || !m.Attached {
			return false
		}
	}
	return true
}

// unlessOnItsWay adds an operation to a list, unless the newest one about the same thing that was not applied yet says the same.
func (c *Core) unlessOnItsWay(ops []cib.Op, op cib.Op) []cib.Op {
	newest := ""
	for _, w := range c.writes {
		if w.Applied {
			continue
		}
		for _, o := range w.Ops {
			if subject(o) == subject(op) {
				newest = o.Data.String()
			}
		}
	}
	if newest == op.Data.String() {
		return ops
	}
	return append(ops, op)
}

// subject names what an operation on a node's state or on the root is about.
func subject(o cib.Op) string {
	if o.Data == nil {
		return o.XPath
	}
	return o.Data.Name + " " + o.Data.First("node_state").ID()
}

// peerState is the change that a node's state in the CIB needs, if any.
func (c *Core) peerState(p *peer) (cib.Op, bool) {
	uuid := c.uuid(p.Name)
	s := c.state(uuid)
	m, member := c.view.Member(p.ID)
	now := strconv.FormatInt(c.now.Wall.Unix(), 10)
	since := func(name string) string {
		if v := s.Get(name); v != "" && v != "0" && v != "false" && v != "offline" {
			return v
		}
		return now
	}
	want := []xmltree.Attr{{Name: "in_ccm", Value: "0"}, {Name: "crmd", Value: "0"}, {Name: "join", Value: "down"}}
	switch {
	case p.Fenced:
		// Whatever the view still says.
	case member && p.Failed:
		want[0].Value = since("in_ccm")
		if s == nil {
			// Nothing is known of what runs there, which is the opposite of knowing that nothing does.
			want = append(want, xmltree.Attr{Name: "expected", Value: "member"})
		}
	case member && p.Detached, member && m.Attached && !p.Joined:
		return cib.Op{}, false // not known yet
	case member:
		want[0].Value, want[1].Value, want[2].Value = since("in_ccm"), since("crmd"), "member"
		if expected := s.Get("expected"); expected != "member" && !c.leaving(p.Name) {
			want = append(want, xmltree.Attr{Name: "expected", Value: "member"})
		}
	case s == nil:
		return cib.Op{}, false // never seen: the scheduler knows what that means
	}
	same := s.Get("uname") == p.Name
	for _, a := range want {
		same = same && s.Get(a.Name) == a.Value
	}
	if same && s != nil {
		return cib.Op{}, false
	}
	n := xmltree.New("node_state", "id", uuid, "uname", p.Name, "crm-debug-origin", "peer")
	for _, a := range want {
		n.Set(a.Name, a.Value)
	}
	return modifyStatus(n), true
}

// leaving tells whether the DC has let a node go and it has not gone yet.
func (c *Core) leaving(name string) bool {
	return slices.Contains(c.stop.allowed, name) ||
		slices.ContainsFunc(c.writes, func(w write) bool { return w.For == forShutdown && w.Name == name })
}

func modifyStatus(state *xmltree.Node) cib.Op {
	return cib.Op{Kind: cib.OpModify, Section: "status", AllowCreate: true, Data: xmltree.New("status").Add(state)}
}

// eraseAttributes removes a node's transient attributes.
func (c *Core) eraseAttributes(uuid string) []cib.Op {
	if c.state(uuid).First("transient_attributes") == nil {
		return nil
	}
	c.wiping(uuid)
	return []cib.Op{{Kind: cib.OpDeleteAll, XPath: statePath(uuid) + "/transient_attributes"}}
}

// wiping remembers that the loss of a node's status is this node's own doing and changes no decision.
func (c *Core) wiping(uuid string) {
	if !slices.Contains(c.wiped, uuid) {
		c.wiped = append(c.wiped, uuid)
	}
}

func statePath(uuid string) string {
	return "/cib/status/node_state[@id=" + xmltree.Literal(uuid) + "]"
}

func encode(body any) []byte {
	data, err := json.Marshal(body)
	if err != nil {
		panic("controller: " + err.Error()) // structs of strings and numbers
	}
	return data
}
