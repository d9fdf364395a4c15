package controller

import (
	"strconv"
	"strings"
	"time"

	"pacer/cib"
	"pacer/graph"
	"pacer/history"
	"pacer/isotime"
	"pacer/note"
	"pacer/operation"
	"pacer/schema"
	"pacer/transition"
	"pacer/xmltree"
)

// stopState is what this node knows of leaving.
type stopState struct {
	active bool // this node wants to leave, or must
	// allowed are the nodes that the DC has let go and that have not gone yet.
	allowed []string
	// local says that this node stops everything here by itself, because nobody else decides for it any more.
	local bool
	lost  bool // the engine is gone
	// refused says that this node must not take part, refusal why.
	refused bool
	refusal string
	run     transition.Core
	// doc is the cluster of this node alone as far as it is stopped, rounds how often it was looked at, failed what would
	// not stop.
	doc    *cib.Document
	rounds int
	failed string
}

// localUUID marks the operations of a node that stops by itself.
const localUUID = "local"

// stopWanted begins an orderly end: the DC moves the resources away and lets the node go.
func (c *Core) stopWanted(ev Stop) {
	if c.stop.active {
		c.answer(ev.ID, 0, "")
		return
	}
	c.stop.active = true
	c.tell(note.ShutdownWanted{Node: c.cfg.Name})
	c.answer(ev.ID, 0, "")
	if !c.formed {
		c.stopHere(ev.Why) // nobody coordinates, and so nobody would ever let this node go
		return
	}
	c.emit(Leaving{}, SetAttribute{Name: "shutdown", Node: c.cfg.Name, Value: strconv.FormatInt(c.now.Wall.Unix(), 10)})
	c.setTimer(timerEscalate, isotime.IntervalOr(c.option("shutdown-escalation"), 20*time.Minute))
}

// allowShutdown writes that a node leaves because it shall, so that nobody takes its silence for a failure.
func (c *Core) allowShutdown(a *graph.Action) {
	c.update(write{For: forShutdown, Action: a.ID, Name: a.Node.Name}, c.cause(), modifyStatus(
		xmltree.New("node_state", "id", a.Node.UUID, "uname", a.Node.Name, "crm-debug-origin", "shutdown", "expected", "down")))
}

func (c *Core) mayGo(w write, problem string) {
	if problem != "" {
		c.drive(transition.Confirmed{Action: w.Action, Failed: true, Why: problem})
		return
	}
	c.stop.allowed = append(c.stop.allowed, w.Name)
	c.drive(transition.Confirmed{Action: w.Action})
	if p := c.peerNamed(w.Name); p != nil {
		c.send("controller.shutdown", p.ID, c.cause(), struct{}{})
	}
}

func (c *Core) shutdownAllowed(ev Delivered) {
	if ev.From != c.leader {
		return
	}
	c.stop.active = true
	c.emit(Exit{Clean: true, Stopped: true, Why: "the resources have moved away"})
}

func (c *Core) engineLost(ev EngineLost) {
	c.tell(note.EngineLost{Reason: ev.Reason})
	c.stop.active, c.stop.lost = true, true
	c.stopHere(ev.Reason)
}

// refused leaves a cluster in which this node's program has no place.
func (c *Core) refused(ev Refuse) {
	c.stop.refused = true
	c.stop.refusal = ev.Why
	c.stopHere(ev.Why)
}

// leave ends the manager.
func (c *Core) leave(e Exit) {
	if c.stop.refused && e.Stopped {
		e.Refused, e.Why = true, c.stop.refusal
	}
	c.emit(e)
}

// stopHere stops everything on this node without the others. What and in which order is the scheduler's answer to a cluster of
// this node alone in which nothing shall run.
func (c *Core) stopHere(why string) {
	if c.stop.local {
		return
	}
	c.resign()
	c.stop.local = true
	if !c.local.ran && !c.cfg.Restarted {
		c.leave(Exit{Clean: !c.stop.lost, Stopped: true, Why: "nothing was ever started here"})
		return
	}
	c.tell(note.StoppingHere{Reason: why})
	c.emit(Halt{})
	c.stop.doc = c.aloneAndStopped()
	c.stopRound()
}

// maxStopRounds bounds how often this node looks again whether something is left to stop.
const maxStopRounds = 10

// stopRound looks for what is left to do. A node that knows nothing of what runs here probes in one round and stops in the
// next.
func (c *Core) stopRound() {
	c.stop.rounds++
	out, err := c.schedule(c.stop.doc)
	if err != nil {
		c.emit(Exit{Why: "what runs here cannot be found out: " + err.Error()})
		return
	}
	g := *out.Graph
	g.ID, g.BatchLimit = c.stop.rounds, 0
	left := 0
	for i := range g.Synapses {
		if c.mine(&g.Synapses[i].Action) {
			left++
		}
	}
	switch {
	case left > 0 && c.stop.rounds <= maxStopRounds:
		c.driveLocal(transition.Begin{Graph: &g})
	case left > 0 || c.stop.failed != "":
		c.emit(Exit{Why: "not everything here could be stopped: " + c.stop.failed})
	default:
		c.leave(Exit{Clean: !c.stop.lost, Stopped: true, Why: "everything here is stopped"})
	}
}

// mine tells whether an action is an operation of this node.
func (c *Core) mine(a *graph.Action) bool {
	return a.Kind == graph.Resource && a.Primitive != nil && a.Node.Name == c.cfg.Name && a.Operation != "cancel"
}

// aloneAndStopped is the document of a cluster of this node alone that shall run nothing.
func (c *Core) aloneAndStopped() *cib.Document {
	uuid := c.uuid(c.cfg.Name)
	set := xmltree.New("cluster_property_set", "id", bootstrap)
	for name, value := range c.optionsAll() {
		set.AddNew("nvpair", "id", bootstrap+"-"+name, "name", name, "value", value)
	}
	for _, o := range [][2]string{{"stop-all-resources", "true"}, {"stonith-enabled", "false"}, {"no-quorum-policy", "ignore"},
		{"maintenance-mode", "false"}, {"startup-fencing", "false"}} {
		set.AddNew("nvpair", "id", bootstrap+"-"+o[0], "name", o[0], "value", o[1])
	}
	doc := c.judged()
	conf := *doc.Configuration()
	conf.Children = nil
	for _, s := range doc.Configuration().Children {
		switch s.Name {
		case "crm_config":
			s = xmltree.New("crm_config").Add(set)
		case "nodes":
			nodes := xmltree.New("nodes")
			n := s.ByID("node", uuid)
			if n == nil {
				n = xmltree.New("node", "id", uuid, "uname", c.cfg.Name)
			}
			s = nodes.Add(n)
		}
		conf.Children = append(conf.Children, s)
	}
	status := xmltree.New("status")
	own := status.AddNew("node_state", "id", uuid, "uname", c.cfg.Name, "in_ccm", "1", "crmd", "1", "join", "member", "expected", "member")
	if lrm := c.ownHistory(); lrm != nil {
		own.Add(lrm)
	}
	root := *doc.Root()
	root.Attrs = append([]xmltree.Attr(nil), root.Attrs...)
	// Stopping must not fail for want of a valid configuration.
	root.Set("have-quorum", "1").Set("dc-uuid", uuid).Set("validate-with", schema.None)
	root.Children = []*xmltree.Node{&conf, status}
	return cib.New(&root)
}

// optionsAll ranges over the configured cluster options that stopping everything leaves as they are.
func (c *Core) optionsAll() func(func(string, string) bool) {
	return func(yield func(string, string) bool) {
		for set := range c.judged().Section("crm_config").Elements("cluster_property_set") {
			for nv := range set.Elements("nvpair") {
				switch name := nv.Get("name"); name {
				case "cluster-delay", "stop-orphan-resources", "stop-removed-resources", "cluster-infrastructure", "dc-version":
					if !yield(name, nv.Get("value")) {
						return
					}
				}
			}
		}
	}
}

// driveLocal carries the stopping out.
func (c *Core) driveLocal(ev transition.Event) {
	for _, f := range c.stop.run.Step(c.now, ev) {
		switch f := f.(type) {
		case transition.Start:
			a := f.Action
			if !c.mine(a) || a.Operation == "monitor" && a.Attr("CRM_meta_interval") != "" && a.Attr("CRM_meta_interval") != "0" {
				c.driveLocal(transition.Confirmed{Action: a.ID})
				continue
			}
			op := c.operation(a)
			op.Key = history.Key{Action: a.ID, Transition: c.stop.rounds, Expected: expected(a), UUID: localUUID}.String()
			c.execute(op)
		case transition.SetTimer:
			f.Key = "local." + f.Key
			c.emit(SetTimer{f.Timer})
		case transition.CancelTimer:
			c.emit(CancelTimer{"local." + f.Key})
		case transition.Ended:
			c.stopRound()
		}
	}
}

// localResult takes in how an operation of the stopping ended.
func (c *Core) localResult(res *operation.Result) {
	k, err := history.ParseKey(res.Op.Key)
	if err != nil || k.UUID != localUUID || k.Transition != c.stop.rounds {
		return
	}
	failed := history.Failed(res.Status, res.Code, k.Expected)
	if entries := history.Entries(res, c.origin()); len(entries) > 0 {
		uuid := c.uuid(c.cfg.Name)
		doc, _, err := cib.Apply(c.stop.doc, []cib.Op{c.modifyHistory(uuid, c.cfg.Name, resourceOf(&res.Op), entries...)}, cib.ApplyOptions{})
		if err == nil {
			c.stop.doc = doc
		}
	}
	if failed && res.Op.Task == "stop" {
		c.stop.failed = strings.TrimSpace(res.Op.Resource + " " + res.Reason)
	}
	c.driveLocal(transition.Confirmed{Action: k.Action, Failed: failed, Why: res.Reason})
}
