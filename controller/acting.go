package controller

import (
	"encoding/json"
	"strconv"
	"time"

	"pacer/cib"
	"pacer/engine"
	"pacer/graph"
	"pacer/history"
	"pacer/ocf"
	"pacer/operation"
	"pacer/transition"
	"pacer/xmltree"
)

// drive steps the transition and does what it wants done.
func (c *Core) drive(ev transition.Event) {
	for _, f := range c.transition.Step(c.now, ev) {
		switch f := f.(type) {
		case transition.Start:
			c.act(f.Action)
		case transition.Late:
			c.late(f.Action)
		case transition.Ended:
			c.ended(f)
		case transition.SetTimer:
			c.emit(SetTimer{f.Timer})
		case transition.CancelTimer:
			c.emit(CancelTimer{f.Key})
		}
	}
}

// cause names a transition for the records.
func (c *Core) cause() string { return "transition " + strconv.Itoa(c.number) }

// act carries one action of the transition out, or sets that off.
func (c *Core) act(a *graph.Action) {
	if a.Operation != "stonith" && !c.reachable(a) {
		c.drive(transition.Confirmed{Action: a.ID, Failed: true, Why: a.Node.Name + " is not there"})
		return
	}
	switch a.Operation {
	case "stonith":
		c.fence(a)
	case "do_shutdown":
		c.allowShutdown(a)
	case "clear_failcount":
		if a.Primitive != nil {
			c.emit(ClearFailures{Resource: a.Primitive.ID, Node: a.Node.Name, Cause: c.cause()})
		}
		c.drive(transition.Confirmed{Action: a.ID})
	case "lrm_delete", "delete":
		c.deleteHistory(a)
	case "cancel":
		c.send("controller.cancel", c.nodeID(a), c.cause(), cancelBody{
			Resource: a.Primitive.ID, Task: a.Attr("CRM_meta_operation"),
			Interval: millis(a.Attr("CRM_meta_interval")), Key: c.transitionKey(a),
		})
	default:
		if a.Kind == graph.Cluster {
			// A word of a newer scheduler: better to be told than to hang.
			c.drive(transition.Confirmed{Action: a.ID, Failed: true, Why: "the cluster action " + a.Operation + " is not known"})
			return
		}
		c.send("controller.run", c.nodeID(a), c.cause(), runBody{c.operation(a)})
	}
}

// reachable tells whether the node of an action is a member, or no cluster node at all. One whose manager is away for a moment
// counts: its join tells what became of the order.
func (c *Core) reachable(a *graph.Action) bool {
	p := c.peerNamed(a.Node.Name)
	if p == nil {
		return true
	}
	_, member := c.view.Member(p.ID)
	return member && !p.Failed
}

// nodeID is the cluster layer's number of an action's node; 0xffffffff, which nobody has, when it is not a cluster node.
func (c *Core) nodeID(a *graph.Action) engine.NodeID {
	name := a.Node.Name
	if a.RouterNode != "" {
		name = a.RouterNode
	}
	if p := c.peerNamed(name); p != nil {
		return p.ID
	}
	return ^engine.NodeID(0)
}

// transitionKey is what the result of an action carries.
func (c *Core) transitionKey(a *graph.Action) string {
	return history.Key{Action: a.ID, Transition: c.number, Expected: expected(a), UUID: c.cfg.UUID}.String()
}

func expected(a *graph.Action) ocf.ExitCode {
	n, err := strconv.Atoi(a.Attr("CRM_meta_op_target_rc"))
	if err != nil {
		return ocf.OK
	}
	return ocf.ExitCode(n)
}

// operation is the operation that an action of the graph asks for.
func (c *Core) operation(a *graph.Action) operation.Op {
	op := operation.Op{
		Resource: a.Primitive.ID,
		Agent:    operation.Agent{Class: a.Primitive.Class, Provider: a.Primitive.Provider, Type: a.Primitive.Type},
		Task:     a.Operation,
		Interval: millis(a.Attr("CRM_meta_interval")),
		Timeout:  millis(a.Attr("CRM_meta_timeout")),
		Delay:    millis(a.Attr("CRM_meta_start_delay")),
		Key:      c.transitionKey(a),
		Cause:    c.cause(),
	}
	for _, list := range [][]xmltree.Attr{a.Attrs, a.Params} {
		for _, at := range list {
			op.Params = append(op.Params, operation.Param{Name: at.Name, Value: at.Value})
		}
	}
	return op
}

// millis reads an attribute in milliseconds; what is no number counts as none, since the graph is our own scheduler's.
func millis(s string) time.Duration {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(n) * time.Millisecond
}

// runBody asks a node for an operation.
type runBody struct {
	Op operation.Op `json:"op"`
}

// cancelBody asks a node to end a recurring operation.
type cancelBody struct {
	Resource string        `json:"resource"`
	Task     string        `json:"task"`
	Interval time.Duration `json:"interval"`
	Key      string        `json:"key"`
}

// doneBody confirms what leaves no trace in the CIB.
type doneBody struct {
	Key    string `json:"key"`
	Failed bool   `json:"failed,omitempty"`
	Why    string `json:"why,omitempty"`
}

func (c *Core) done(ev Delivered) {
	var b doneBody
	if !c.acting || json.Unmarshal(ev.Envelope.Body, &b) != nil {
		return
	}
	if k, err := history.ParseKey(b.Key); err == nil && c.isOurs(k) {
		c.drive(transition.Confirmed{Action: k.Action, Failed: b.Failed, Why: b.Why})
	}
}

func (c *Core) isOurs(k history.Key) bool { return k.UUID == c.cfg.UUID && k.Transition == c.number }

// deleteHistory forgets a resource on a node.
func (c *Core) deleteHistory(a *graph.Action) {
	if a.Primitive == nil {
		c.drive(transition.Confirmed{Action: a.ID})
		return
	}
	c.send("controller.forget", c.nodeID(a), c.cause(), forgetBody{a.Primitive.ID})
	c.update(write{For: forAction, Action: a.ID}, c.cause(),
		cib.Op{Kind: cib.OpDeleteAll, XPath: history.ResourcePath(a.Node.Name, a.Primitive.ID)})
}

// late records an operation that was never confirmed, so that the scheduler sees it as failed and not as never asked for.
func (c *Core) late(a *graph.Action) {
	if a.Kind != graph.Resource || a.Primitive == nil || a.Operation == "cancel" || a.Operation == "notify" {
		return
	}
	res := operation.Result{Op: c.operation(a), Status: operation.TimedOut, Code: ocf.ErrGeneric,
		Reason: "the node did not answer", Began: c.now.Wall}
	entries := history.Entries(&res, history.Origin{Node: a.Node.Name, FeatureSet: c.feature, By: "late"})
	if len(entries) > 0 {
		rsc := history.Resource{ID: res.Op.Resource, Agent: res.Op.Agent}
		c.update(write{For: forPeers}, c.cause(), c.modifyHistory(a.Node.UUID, a.Node.Name, rsc, entries...))
	}
}

// modifyHistory adds entries to a node's history.
func (c *Core) modifyHistory(uuid, node string, rsc history.Resource, entries ...*xmltree.Node) cib.Op {
	return cib.Op{Kind: cib.OpModify, Section: "status", AllowCreate: true, Data: history.Fragment(uuid, node, rsc, entries...)}
}
