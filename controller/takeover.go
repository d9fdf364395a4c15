package controller

import (
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"pacer/cib"
	"pacer/isotime"
	"pacer/machine"
	"pacer/note"
	"pacer/transition"
	"pacer/xmltree"
)

// elected takes in who coordinates, at every node.
func (c *Core) elected(ev Elected) {
	c.dc, c.final = ev.DC, ev.Final
	c.formed = c.formed || ev.Formed
	if ev.FeatureSet != "" {
		c.feature = ev.FeatureSet
	}
	switch c.dc {
	case 0:
		// Not known yet. Until it is, the orders of the DC before still count, and it goes on carrying out what it began:
		// mostly it will be elected again.
	case c.cfg.Self:
		c.leader = c.dc
		c.consider()
	default:
		c.leader = c.dc
		c.resign()
	}
}

// consider does what the DC has to do when the view, the election, the CIB or a join has changed.
func (c *Core) consider() {
	if c.dc != c.cfg.Self || !c.synced || c.stop.local {
		return
	}
	if !c.acting {
		if !c.mayBegin() {
			return
		}
		c.takeOver()
		return
	}
	c.keepBooks()
	c.reconcilePeers()
	c.rewipe()
}

// mayBegin tells whether an elected DC may go to work. When nobody has seen a DC yet, the cluster is just starting: then
// deciding early would mean to fence nodes that only boot a little slower.
func (c *Core) mayBegin() bool {
	var missing []string
	for _, n := range c.cfg.Nodes {
		if m, ok := c.view.Member(n.ID); !ok || !m.Attached {
			missing = append(missing, n.Name)
		}
	}
	patience := c.cfg.Deadtime
	if v := c.option("dc-deadtime"); v != "" {
		patience = isotime.IntervalOr(v, patience)
	}
	if c.formed || c.cfg.Restarted || len(missing) == 0 || c.now.Mono-c.began >= patience {
		return true
	}
	if !c.waiting {
		c.waiting = true
		c.tell(note.WaitingForNodes{Missing: missing})
	}
	c.emit(SetTimer{machine.Timer{Key: timerDeadtime, At: c.began + patience}})
	return false
}

// takeOver makes this node the working DC.
func (c *Core) takeOver() {
	c.acting, c.waiting, c.formed, c.held = true, false, true, ""
	c.settled, c.told = false, false
	c.emit(CancelTimer{timerDeadtime}, Acting{true})
	c.tell(note.DCElected{Node: c.cfg.Name})
	c.unsafe = ""
	c.tellUnsafe()
	c.send("controller.acting", 0, "", struct{}{})
	c.why = c.cfg.Name + " is DC now"
	c.dirty = true
	c.keepBooks()
	c.reconcilePeers()
	c.rewipe()
	c.setRecheck(time.Time{})
}

// resign gives the work of the DC up. Operations that were asked for go on; their results are in the CIB for the next DC.
func (c *Core) resign() {
	if !c.acting {
		return
	}
	c.acting, c.dirty, c.waiting, c.doubted, c.memo = false, false, false, false, nil
	for _, a := range c.transition.UnderWay() {
		c.emit(CancelTimer{"action." + strconv.Itoa(c.number) + "." + strconv.Itoa(a.ID)})
	}
	c.transition = transition.Core{}
	c.fencing = nil
	c.emit(CancelTimer{timerRecheck}, Acting{false})
}

func (c *Core) seenDC(ev Delivered) {
	if ev.From != c.leader {
		return
	}
	c.formed = true
	if ev.From != c.cfg.Self {
		c.settled = false
		c.tell(note.DCElected{Node: c.peer(ev.From).Name})
	}
	c.emit(SeenDC{})
}

// settledBody is how the DC tells that nothing is left to do, or that there is again. A change of the CIB needs no such word: that nothing is
// left to do holds for one version of it, and everybody knows that the DC has not looked at another one yet.
type settledBody struct {
	Settled bool `json:"settled"`
	// Of is the version for which it holds; "" from members that do not say.
	Of string `json:"of,omitempty"`
}

func (c *Core) settledTold(ev Delivered) {
	var b settledBody
	if ev.From == c.leader && ev.From != c.cfg.Self && json.Unmarshal(ev.Envelope.Body, &b) == nil {
		c.settled, c.toldOf = b.Settled, b.Of
	}
}

// tellSettled tells that nothing is left to do, unless everybody knows.
func (c *Core) tellSettled() {
	if of := c.doc.Version().String(); c.settled && (!c.told || c.toldOf != of) {
		c.told, c.toldOf = true, of
		c.send("controller.settled", 0, "", settledBody{true, of})
	}
}

// unsettle tells that there is something to do again, where the others do not see that by themselves.
func (c *Core) unsettle() {
	c.settled = false
	if of := c.doc.Version().String(); c.told && c.toldOf == of {
		c.send("controller.settled", 0, "", settledBody{false, of})
	}
	c.told = false
}

// keepBooks writes what is missing of the bookkeeping. A merge may have taken away what was there.
func (c *Core) keepBooks() {
	if slices.ContainsFunc(c.writes, func(w write) bool { return w.For == forBooks && !w.Applied }) {
		return // on its way
	}
	if ops := c.bookkeeping(); len(ops) > 0 {
		c.update(write{For: forBooks}, "", ops...)
	}
}

// bookkeeping is what a DC writes into the configuration about the cluster itself.
func (c *Core) bookkeeping() []cib.Op {
	var ops []cib.Op
	nodes := xmltree.New("nodes")
	for i := range c.peers {
		p := &c.peers[i]
		uuid := c.uuid(p.Name)
		if old := c.doc.Section("nodes").ByID("node", uuid); p.Name != "" && old.Get("uname") != p.Name {
			nodes.AddNew("node", "id", uuid, "uname", p.Name)
		}
	}
	if len(nodes.Children) > 0 {
		ops = append(ops, cib.Op{Kind: cib.OpModify, Section: "nodes", AllowCreate: true, Data: nodes})
	}
	set := xmltree.New("cluster_property_set", "id", bootstrap)
	want := func(name, value string) {
		if value != "" && c.option(name) != value {
			set.AddNew("nvpair", "id", bootstrap+"-"+name, "name", name, "value", value)
		}
	}
	if c.option("have-watchdog") == "" {
		want("have-watchdog", "false")
	}
	want("dc-version", c.cfg.Version)
	want("cluster-infrastructure", c.cfg.Stack)
	want("cluster-name", c.cfg.ClusterName)
	if len(set.Children) > 0 {
		ops = append(ops, cib.Op{Kind: cib.OpModify, Section: "crm_config", AllowCreate: true,
			Data: xmltree.New("crm_config").Add(set)})
	}
	return ops
}

// bootstrap is the id of the set of cluster options that wins over all others.
const bootstrap = "cib-bootstrap-options"

// option is a cluster option as configured, "" when it is not. Sets with rules are the scheduler's.
func (c *Core) option(names ...string) string {
	found := ""
	for set := range c.judged().Section("crm_config").Elements("cluster_property_set") {
		if found != "" && set.ID() != bootstrap || set.First("rule") != nil {
			continue
		}
		for nv := range set.Elements("nvpair") {
			if slices.Contains(names, nv.Get("name")) {
				found = nv.Get("value")
			}
		}
	}
	return found
}

// isTrue reads a boolean option.
func isTrue(s string, other bool) bool {
	switch s {
	case "true", "True", "TRUE", "on", "yes", "y", "1":
		return true
	case "false", "False", "FALSE", "off", "no", "n", "0":
		return false
	}
	return other
}

// Unsafe gives the reason why a service might become active twice, "" when the configuration rules that out.
func (c *Core) Unsafe() string {
	switch {
	case !isTrue(c.option("fencing-enabled", "stonith-enabled"), true):
		return "fencing is switched off"
	case c.option("no-quorum-policy") == "ignore" && len(c.cfg.Nodes) > 2:
		return "quorum is ignored"
	}
	return ""
}

// tellUnsafe says so once when the configuration becomes unsafe.
func (c *Core) tellUnsafe() {
	if why := c.Unsafe(); why != c.unsafe {
		c.unsafe = why
		if why != "" {
			c.tell(note.Unsafe{Why: why})
		}
	}
}

// setRecheck arms the timer for the next look without a reason: after cluster-recheck-interval, or when the scheduler said
// that something changes by time alone.
func (c *Core) setRecheck(by time.Time) {
	interval := isotime.IntervalOr(c.option("cluster-recheck-interval"), 15*time.Minute)
	if !by.IsZero() {
		// A second more: the scheduler counts in whole ones.
		if d := max(by.Sub(c.now.Wall)+time.Second, time.Second); interval <= 0 || d < interval {
			interval = d
		}
	}
	if interval > 0 {
		c.setTimer(timerRecheck, interval)
	}
}
