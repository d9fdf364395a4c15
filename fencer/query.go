package fencer

import (
	"slices"
	"strings"
	"time"

	"pacer/engine"
)

// inquiry is a query that this node is answering: lists and statuses are being asked for.
type inquiry struct {
	op      string
	target  string
	pending int
}

// queryTimeout is the longest that the owner waits for answers before it goes on with what it knows.
const queryTimeout = 5 * time.Second

// ask everybody what they can do about the target, and go on when all have answered.
func (c *Core) inquire(o *op) {
	w := o.work
	w.querying, w.queried = true, true
	w.waitFor = nil
	for _, m := range c.view.Attached() {
		if !strings.EqualFold(m.Name, o.Target) || o.Action == "on" {
			w.waitFor = append(w.waitFor, m.ID)
		}
	}
	c.broadcast(kindQuery, queryBody{Op: o.ID, Target: o.Target}, 0, o.Cause)
	c.setTimer("query/"+o.ID, c.now.Mono+min(queryTimeout, max(o.timeout, time.Second)))
}

// query is asked at every node: devices whose list is old or whose status is unknown are asked first.
func (c *Core) query(b queryBody) {
	q := &inquiry{op: b.Op, target: b.Target}
	c.inquiries = append(c.inquiries, q)
	if c.cfg != nil {
		for _, d := range c.cfg.devices {
			if d.usableOn(c.opt.Name) {
				c.look(q, d)
			}
		}
	}
	c.respondWhenReady()
}

// look asks one device about the target of a query, where that can bring news.
func (c *Core) look(q *inquiry, d *device) {
	l, m := c.localOf(d.id), c.metaOf(d.agent)
	if m == nil || !m.known {
		c.learn(d) // the agent may have been installed since
		return
	}
	switch c.checkOf(d, m.actions) {
	case checkDynamic:
		if !l.listing && (!l.listed || l.failed != "" || c.now.Mono-l.listAt >= listValid) {
			c.list(d)
		}
	case checkStatus:
		if slices.Contains(l.yes, q.target) {
			return
		}
		q.pending++
		command := d.command("status")
		c.start(&agentRun{kind: runStatus, device: d.id, agent: d.agent, target: q.target, query: q.op}, RunAgent{
			Device: d.id, Agent: d.agent, Action: command, Target: q.target, Params: c.agentParams(d, command, "status", q.target),
			Timeout: min(d.timeout("status", c.cfg.timeout), queryTimeout),
		})
	}
}

// statusDone takes the answer of a device: 0 is on, 2 is off, and both mean that it knows the target.
func (c *Core) statusDone(r *agentRun, e AgentDone) {
	if l := c.localOf(r.device); l != nil && (e.Code == 0 || e.Code == 2) && !e.TimedOut && !e.NotInstalled {
		l.yes = appendOnce(l.yes, r.target)
	}
	for _, q := range c.inquiries {
		if q.op == r.query {
			q.pending--
		}
	}
	c.respondWhenReady()
}

// respondWhenReady answers the queries whose devices have all answered.
func (c *Core) respondWhenReady() {
	list, complete := c.abilities()
	if !complete && c.cfg != nil {
		return
	}
	for i := 0; i < len(c.inquiries); {
		q := c.inquiries[i]
		if q.pending > 0 {
			i++
			continue
		}
		c.inquiries = slices.Delete(c.inquiries, i, i+1)
		c.remember(c.opt.Self, list, true)
		c.broadcast(kindDevices, devicesBody{Devices: list, Complete: true, Answers: q.op}, 0, "")
	}
}

// announced takes what a node can do.
func (c *Core) announced(from engine.NodeID, b devicesBody) {
	if from != c.opt.Self {
		c.remember(from, b.Devices, b.Complete)
	}
	if o := c.opOf(b.Answers); o != nil && o.work != nil && o.work.querying {
		c.answeredBy(o, from)
	}
}

func (c *Core) answeredBy(o *op, from engine.NodeID) {
	w := o.work
	w.waitFor = slices.DeleteFunc(w.waitFor, func(id engine.NodeID) bool { return id == from })
	if len(w.waitFor) == 0 {
		c.answersIn(o)
	}
}

// answersIn goes on with an operation after its query.
func (c *Core) answersIn(o *op) {
	w := o.work
	w.querying = false
	c.emit(CancelTimer{"query/" + o.ID})
	c.plan(o)
	c.advance(o)
}
