package fencer

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"pacer/engine"
	"pacer/exitcode"
	"pacer/operation"
)

// runKind says what a run of an agent is for.
type runKind uint8

const (
	runMetadata runKind = iota
	runList
	runStatus
	runMonitor
	runFence
)

// agentRun is one run of an agent on this node.
type agentRun struct {
	id     uint64
	kind   runKind
	agent  string
	device string
	target string
	query  string // the operation whose query it serves
	exec   *exec
	ask    *asking
}

// exec is the use of one device for one step of an operation, on this node.
type exec struct {
	runBody
	owner    engine.NodeID
	attempts int
	began    time.Duration
	running  bool // its device is taken
	run      uint64
}

// asking is a Monitor request under way.
type asking struct {
	id       uint64
	attempts int
	began    time.Duration
	timeout  time.Duration
	listing  bool
}

// retryGap is the pause before an action is tried again: a device that is busy needs a moment.
const retryGap = 500 * time.Millisecond

func (c *Core) start(r *agentRun, e RunAgent) {
	c.lastRun++
	r.id, e.Run = c.lastRun, c.lastRun
	c.runs[r.id] = r
	c.emit(e)
}

// agentParams are the lines for an agent's stdin.
func (c *Core) agentParams(d *device, command, action, target string) []operation.Param {
	out := []operation.Param{{Name: "action", Value: command}}
	given := params(d.params)
	hostParam := ""
	if target != "" {
		out = append(out, operation.Param{Name: "nodename", Value: target})
		switch arg := d.param("pcmk_host_argument"); arg {
		case "none":
		case "":
			if m := c.metaOf(d.agent); m != nil {
				hostParam = m.port
			} else {
				hostParam = "port"
			}
		default:
			hostParam = arg
		}
		// What the administrator set by hand is left alone, but for the old way to say "fill it in".
		if v := given.get(hostParam); hostParam != "" && (v == "" || v == "dynamic") {
			out = append(out, operation.Param{Name: hostParam, Value: d.portOf(target)})
		} else {
			hostParam = ""
		}
	}
	for _, p := range d.params {
		if p.Name != hostParam && p.Name != "action" && p.Name != "nodename" {
			out = append(out, p)
		}
	}
	return out
}

// execute uses a device of this node: after its delay, and when the device is free.
func (c *Core) execute(x *exec) {
	if c.cfg == nil || c.cfg.device(x.Device) == nil {
		c.answer(x, ranBody{Node: true, Reason: fmt.Sprintf("the device %s is not known on %s", x.Device, c.opt.Name)})
		return
	}
	c.execs = append(c.execs, x)
	x.began = c.now.Mono + max(x.Delay, 0)
	if x.Delay > 0 {
		c.setTimer(x.key("delay"), x.began)
		return
	}
	c.proceed(x)
}

func (x *exec) key(what string) string { return what + "/" + strconv.Itoa(x.Step) + "/" + x.Op }

func (c *Core) execOf(step, op string) *exec {
	n, _ := strconv.Atoi(step)
	for _, x := range c.execs {
		if x.Op == op && x.Step == n {
			return x
		}
	}
	return nil
}

// proceed starts the agent when the device is free.
func (c *Core) proceed(x *exec) {
	d := c.cfg.device(x.Device)
	if d == nil {
		c.answer(x, ranBody{Reason: fmt.Sprintf("the device %s is not known any more", x.Device)})
		return
	}
	if x.WhileLost && x.attempts == 0 && c.attached(x.Target) {
		c.answer(x, ranBody{Withdrawn: true, Reason: x.Target + " came back"})
		return
	}
	if !x.running {
		busy := 0
		for _, other := range c.execs {
			if other.running && other.Device == x.Device {
				busy++
			}
		}
		if limit := d.limit(); limit > 0 && busy >= limit {
			return // the end of another one calls again
		}
		x.running = true
	}
	left := x.began + x.Timeout - c.now.Mono
	if left <= 0 {
		c.answer(x, ranBody{TimedOut: true, Reason: fmt.Sprintf("%s had no time left", x.Device)})
		return
	}
	x.attempts++
	command := d.command(x.Action)
	r := &agentRun{kind: runFence, agent: d.agent, device: d.id, target: x.Target, exec: x}
	c.start(r, RunAgent{
		Device: d.id, Agent: d.agent, Action: command, Target: x.Target, Params: c.agentParams(d, command, x.Action, x.Target), Timeout: left,
	})
	x.run = r.id
}

// answer ends an exec and tells the owner.
func (c *Core) answer(x *exec, b ranBody) {
	for i := range c.execs {
		if c.execs[i] == x {
			c.execs = append(c.execs[:i:i], c.execs[i+1:]...)
			break
		}
	}
	c.emit(CancelTimer{x.key("delay")}, CancelTimer{x.key("retry")})
	b.Op, b.Step = x.Op, x.Step
	switch x.owner {
	case 0: // its operation is over
	case c.opt.Self:
		c.ran(c.opt.Self, b)
	default:
		c.broadcast(kindRan, b, x.owner, "")
	}
	for _, next := range c.execs {
		if next.Device == x.Device && !next.running && next.began <= c.now.Mono {
			c.proceed(next)
			return
		}
	}
}

func (c *Core) agentDone(e AgentDone) {
	r := c.runs[e.Run]
	if r == nil {
		return
	}
	delete(c.runs, e.Run)
	switch r.kind {
	case runMetadata:
		c.metadataDone(r.agent, e)
	case runList:
		c.listDone(r.device, e)
	case runStatus:
		c.statusDone(r, e)
	case runMonitor:
		c.monitored(r, e)
	case runFence:
		c.fenced(r.exec, e)
	}
}

func (c *Core) fenced(x *exec, e AgentDone) {
	d := c.cfg.device(x.Device)
	if e.Code == 0 {
		c.answer(x, ranBody{OK: true})
		return
	}
	reason := e.Reason
	if reason == "" {
		reason = fmt.Sprintf("it returned %d", e.Code)
	}
	if d == nil || e.TimedOut || e.NotInstalled {
		c.answer(x, ranBody{TimedOut: e.TimedOut, Node: e.NotInstalled, Reason: reason})
		return
	}
	if x.attempts >= d.retries(x.Action) {
		if x.attempts > 1 {
			reason += fmt.Sprintf(" (tried %d times)", x.attempts)
		}
		c.answer(x, ranBody{Reason: reason})
		return
	}
	if x.began+x.Timeout-c.now.Mono <= retryGap {
		c.answer(x, ranBody{Reason: reason})
		return
	}
	c.setTimer(x.key("retry"), c.now.Mono+retryGap)
}

// dropExecs ends what this node still does for an operation that is over: it would keep the device from the next one.
func (c *Core) dropExecs(op string) {
	for i := 0; i < len(c.execs); {
		x := c.execs[i]
		if x.Op != op {
			i++
			continue
		}
		if _, still := c.runs[x.run]; still {
			delete(c.runs, x.run)
			c.emit(KillAgent{x.run})
		}
		x.owner = 0 // nobody wants to know
		c.answer(x, ranBody{})
		i = 0
	}
}

// withdraw ends what has not begun against a target that came back.
func (c *Core) withdraw() {
	for i := 0; i < len(c.execs); {
		x := c.execs[i]
		if x.WhileLost && x.attempts == 0 && c.attached(x.Target) {
			c.answer(x, ranBody{Withdrawn: true, Reason: x.Target + " came back"})
			i = 0
			continue
		}
		i++
	}
}

// monitor asks a device whether it answers, for an administrator.
func (c *Core) monitor(e Monitor) {
	var d *device
	if c.cfg != nil {
		d = c.cfg.device(e.Device)
	}
	if d == nil || len(d.at) > 0 && !d.usableOn(c.opt.Name) {
		c.emit(Reply{ID: e.ID, Code: exitcode.NoSuch, Reason: fmt.Sprintf("there is no fence device %q", e.Device)})
		return
	}
	timeout := e.Timeout
	if timeout <= 0 {
		timeout = c.cfg.timeout
	}
	c.ask(d, &asking{id: e.ID, began: c.now.Mono, timeout: d.timeout("monitor", timeout)})
}

func (c *Core) ask(d *device, a *asking) {
	action := "monitor"
	if a.listing {
		action = "list"
	}
	a.attempts++
	command := d.command(action)
	c.start(&agentRun{kind: runMonitor, agent: d.agent, device: d.id, ask: a}, RunAgent{
		Device: d.id, Agent: d.agent, Action: command, Params: c.agentParams(d, command, action, ""),
		Timeout: max(a.began+a.timeout-c.now.Mono, time.Millisecond),
	})
}

// monitored handles the end of a monitor for an administrator: tried again, and then a list instead, since some agents
// have no monitor of use.
func (c *Core) monitored(r *agentRun, e AgentDone) {
	d, a := c.cfg.device(r.device), r.ask
	code := exitcode.Error
	switch {
	case e.Code == 0:
		c.emit(Reply{ID: a.id, Code: exitcode.OK})
		return
	case d == nil || e.TimedOut || c.now.Mono >= a.began+a.timeout:
		code = exitcode.Timeout
	case e.NotInstalled:
		code = exitcode.NotInstalled
	case a.attempts < d.retries("monitor"):
		c.ask(d, a)
		return
	case !a.listing:
		a.listing, a.attempts = true, 0
		c.ask(d, a)
		return
	}
	c.emit(Reply{ID: a.id, Code: code, Reason: strings.TrimSpace(r.device + ": " + e.Reason)})
}

func appendOnce(list []string, s string) []string {
	for _, x := range list {
		if x == s {
			return list
		}
	}
	return append(list, s)
}
