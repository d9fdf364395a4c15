package transition

import (
	"fmt"
	"strconv"
	"time"

	"pacer/graph"
	"pacer/machine"
)

// progress is how far one action has come.
type progress uint8

const (
	waiting progress = iota
	underWay
	confirmed
	failed
)

// Core carries out one graph at a time. The zero value is ready.
type Core struct {
	graph     *graph.Graph
	nodeLimit int
	state     []progress  // by synapse
	index     map[int]int // action id → synapse; never walked
	gone      []string    // nodes that can do nothing any more
	busy      int         // actions under way
	loads     []load      // of the nodes that have had actions

	aborted  bool
	priority int
	after    After
	why      string
}

// load counts what is under way on one node.
type load struct {
	uuid         string
	busy, moving int
}

var _ machine.Core[Event, Effect] = (*Core)(nil)

// Active tells whether a transition is being carried out.
func (c *Core) Active() bool { return c.graph != nil }

// Graph is the graph being carried out, nil when there is none.
func (c *Core) Graph() *graph.Graph { return c.graph }

// Aborted tells whether the transition only waits for what is under way.
func (c *Core) Aborted() bool { return c.aborted }

// UnderWay returns the actions that were started and have not been confirmed, in the order of the graph.
func (c *Core) UnderWay() []*graph.Action {
	var out []*graph.Action
	for i, s := range c.state {
		if s == underWay {
			out = append(out, &c.graph.Synapses[i].Action)
		}
	}
	return out
}

// Find returns an action of the active graph by its id when it is under way, else nil.
func (c *Core) Find(id int) *graph.Action {
	i, ok := c.index[id]
	if !ok || c.state[i] != underWay {
		return nil
	}
	return &c.graph.Synapses[i].Action
}

// Step implements machine.Core.
func (c *Core) Step(now machine.Now, ev Event) []Effect {
	switch ev := ev.(type) {
	case Begin:
		c.begin(ev)
	case Confirmed:
		return c.confirm(now, ev)
	case Abort:
		if c.graph == nil {
			return nil
		}
		c.abort(ev)
	case NodeGone:
		return c.nodeGone(now, ev)
	case TimerFired:
		return c.late(now, ev)
	}
	return c.run(now, nil)
}

func (c *Core) begin(ev Begin) {
	if c.graph != nil {
		panic("transition: begun while another one is active")
	}
	n := len(ev.Graph.Synapses)
	*c = Core{graph: ev.Graph, nodeLimit: ev.NodeLimit, state: make([]progress, n), index: make(map[int]int, n)}
	for i := range ev.Graph.Synapses {
		c.index[ev.Graph.Synapses[i].Action.ID] = i
	}
}

func (c *Core) abort(ev Abort) {
	if !c.aborted || ev.Priority > c.priority {
		c.why = ev.Why
		c.priority = ev.Priority
	}
	c.aborted = true
	c.after = max(c.after, ev.After)
}

func (c *Core) confirm(now machine.Now, ev Confirmed) []Effect {
	i, ok := c.index[ev.Action]
	if !ok || c.state[i] != underWay {
		return nil
	}
	effects := []Effect{CancelTimer{c.key(ev.Action)}}
	if ev.Failed {
		c.fail(i, ev.Why)
	} else {
		c.count(i, -1)
		c.state[i] = confirmed
	}
	return c.run(now, effects)
}

// fail marks an action that did not do what it should. The rest of the graph was computed for a cluster in which it had,
// so the cluster is looked at again, unless the scheduler said that the action may fail.
func (c *Core) fail(i int, why string) {
	c.count(i, -1)
	c.state[i] = failed
	a := &c.graph.Synapses[i].Action
	if mayFail(a) {
		return
	}
	c.abort(Abort{Infinity, Restart, why})
}

func mayFail(a *graph.Action) bool { return a.Attr("CRM_meta_can_fail") == "true" }

func (c *Core) nodeGone(now machine.Now, ev NodeGone) []Effect {
	if c.graph == nil {
		return nil
	}
	var effects []Effect
	c.gone = append(c.gone, ev.UUID)
	for i := range c.graph.Synapses {
		a := &c.graph.Synapses[i].Action
		if c.state[i] == underWay && a.Node.UUID == ev.UUID && a.Operation != "stonith" {
			effects = append(effects, CancelTimer{c.key(a.ID)})
			c.fail(i, ev.Why)
		}
	}
	return c.run(now, effects)
}

func (c *Core) late(now machine.Now, ev TimerFired) []Effect {
	for i, s := range c.state {
		a := &c.graph.Synapses[i].Action
		if s == underWay && c.key(a.ID) == ev.Key {
			c.fail(i, fmt.Sprintf("%s on %s was not confirmed in time", a.Key, a.Node.Name))
			return c.run(now, []Effect{Late{a}})
		}
	}
	return nil
}

// run starts what can start, until a pass starts nothing, and ends the transition when nothing is under way.
func (c *Core) run(now machine.Now, effects []Effect) []Effect {
	if c.graph == nil {
		return effects
	}
	for again := true; again; {
		again = false
		for i := range c.graph.Synapses {
			if c.state[i] != waiting || !c.ready(i) {
				continue
			}
			a := &c.graph.Synapses[i].Action
			if a.Kind == graph.Pseudo {
				// Nobody has to do anything: what waits for it may go in this very pass.
				c.state[i] = confirmed
				again = true
				continue
			}
			c.state[i] = underWay
			c.count(i, 1)
			at := now.Mono + c.patience(a)
			effects = append(effects, Start{a}, SetTimer{machine.Timer{Key: c.key(a.ID), At: at}})
		}
	}
	ended := Ended{Graph: c.graph, Complete: true, After: c.after, Why: c.why}
	for i, s := range c.state {
		real := c.graph.Synapses[i].Action.Kind != graph.Pseudo
		switch {
		case s == underWay:
			return effects
		case s == waiting:
			ended.Complete = false
			if real {
				ended.Left++
			}
		case s == failed:
			ended.Complete = false
			ended.Failed++
		case real:
			ended.Done++
		}
	}
	*c = Core{}
	return append(effects, ended)
}

// ready tells whether an action may start now.
func (c *Core) ready(i int) bool {
	s := &c.graph.Synapses[i]
	if c.aborted && s.Priority < c.priority {
		return false
	}
	for _, in := range s.Inputs {
		j, ok := c.index[in]
		if !ok {
			continue // not part of this transition, so nothing to wait for
		}
		switch c.state[j] {
		case confirmed:
		case failed:
			if !mayFail(&c.graph.Synapses[j].Action) {
				return false
			}
		default:
			return false
		}
	}
	if s.Action.Kind == graph.Pseudo {
		return true
	}
	if s.Action.Operation != "stonith" {
		for _, uuid := range c.gone {
			if uuid == s.Action.Node.UUID {
				return false
			}
		}
	}
	return c.roomFor(&s.Action)
}

// roomFor applies the limits: batch-limit for all actions under way, node-action-limit and migration-limit for those on
// one node. Fencing is never held back: recovery hangs on it.
func (c *Core) roomFor(a *graph.Action) bool {
	if a.Operation == "stonith" {
		return true
	}
	l := c.loadOf(a.Node.UUID)
	if c.graph.BatchLimit > 0 && c.busy >= c.graph.BatchLimit {
		return false
	}
	if c.nodeLimit > 0 && a.Kind == graph.Resource && l.busy >= c.nodeLimit {
		return false
	}
	return !migrates(a) || c.graph.MigrationLimit < 0 || l.moving < c.graph.MigrationLimit
}

func (c *Core) loadOf(uuid string) *load {
	for i := range c.loads {
		if c.loads[i].uuid == uuid {
			return &c.loads[i]
		}
	}
	c.loads = append(c.loads, load{uuid: uuid})
	return &c.loads[len(c.loads)-1]
}

// count takes an action in or out of what is under way.
func (c *Core) count(i, by int) {
	a := &c.graph.Synapses[i].Action
	l := c.loadOf(a.Node.UUID)
	c.busy += by
	l.busy += by
	if migrates(a) {
		l.moving += by
	}
}

func migrates(a *graph.Action) bool {
	return a.Operation == "migrate_to" || a.Operation == "migrate_from"
}

// patience is how long the confirmation of an action is waited for: its own timeout, which whoever carries it out
// enforces, and cluster-delay for messages and load.
func (c *Core) patience(a *graph.Action) time.Duration {
	d := c.graph.ClusterDelay
	if d <= 0 {
		d = slack
	}
	if a.Operation == "stonith" {
		return d + c.graph.FencingTimeout
	}
	return d + millis(a.Attr("CRM_meta_timeout")) + millis(a.Attr("CRM_meta_start_delay"))
}

// millis reads an attribute in milliseconds; what is no number counts as none, since the graph is our own scheduler's.
func millis(s string) time.Duration {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(n) * time.Millisecond
}

func (c *Core) key(id int) string { return fmt.Sprintf("action.%d.%d", c.graph.ID, id) }
