package controller

import (
	"encoding/json"
	"slices"
	"strconv"

	"pacer/cib"
	"pacer/history"
	"pacer/operation"
	"pacer/xmltree"
)

// ownHistory is this node's part of the history in the CIB, nil when there is none.
func (c *Core) ownHistory() *xmltree.Node { return c.state(c.uuid(c.cfg.Name)).First("lrm") }

// publish makes the CIB say of this node what only this node knows. After a boot that is nothing: whatever the history says
// ran before; likewise when the manager was restarted while the others could not hear of this node: probes will tell. After a merge it is what happened here while the others could not hear of it.
func (c *Core) publish() []cib.Op {
	own, uuid := c.ownHistory(), c.uuid(c.cfg.Name)
	erase := cib.Op{Kind: cib.OpDeleteAll, XPath: statePath(uuid) + "/lrm"}
	first := !c.local.published
	c.local.published = true
	c.callsSeen(own)
	if first {
		if c.cfg.Restarted && c.state(uuid).Get("join") == "member" {
			return nil // the others have gone on hearing of this node, and know more than this process
		}
		ops := c.eraseAttributes(uuid)
		if own != nil {
			ops = append(ops, erase)
		}
		return ops
	}
	mine := c.truth()
	if xmltree.Equal(mine, own) {
		return nil
	}
	var ops []cib.Op
	if own != nil {
		ops = append(ops, erase)
	}
	if mine != nil {
		ops = append(ops, modifyStatus(xmltree.New("node_state", "id", uuid, "uname", c.cfg.Name).Add(mine)))
	}
	return ops
}

// truth is this node's history as it would be had everything that this node wrote been applied where the node last agreed
// with others. Writes that are still on their way may be applied before or after what publish writes; either way they come
// to the same.
func (c *Core) truth() *xmltree.Node {
	state := xmltree.New("node_state", "id", c.uuid(c.cfg.Name), "uname", c.cfg.Name)
	if c.local.mine != nil {
		state.Add(c.local.mine)
	}
	doc := cib.New(xmltree.New("cib").Add(xmltree.New("configuration"), xmltree.New("status").Add(state)))
	for _, w := range c.writes {
		if w.For != forHistory || w.Applied {
			continue
		}
		if d, _, err := cib.Apply(doc, w.Ops, cib.ApplyOptions{}); err == nil {
			doc = d
		}
	}
	return doc.Status().ByID("node_state", c.uuid(c.cfg.Name)).First("lrm")
}

// callsSeen keeps the numbers of operations unique over restarts of the manager.
func (c *Core) callsSeen(lrm *xmltree.Node) {
	lrm.Walk(func(n *xmltree.Node) bool {
		if n.Name == "lrm_rsc_op" {
			if call, err := strconv.Atoi(n.Get("call-id")); err == nil {
				c.lastCall = max(c.lastCall, call)
			}
		}
		return true
	})
}

// recovered takes in what the executor found of an earlier manager.
func (c *Core) recovered(ev Recovered) {
	c.local.adopted = ev.InFlight
	for _, list := range [][]operation.Op{ev.InFlight, ev.Recurring} {
		for _, op := range list {
			c.lastCall = max(c.lastCall, op.Call)
		}
	}
}

// run begins an operation that the DC asks for.
func (c *Core) run(ev Delivered) {
	var b runBody
	if ev.From != c.leader || c.stop.local || json.Unmarshal(ev.Envelope.Body, &b) != nil {
		return
	}
	c.execute(b.Op)
}

func (c *Core) execute(op operation.Op) {
	c.lastCall++
	c.local.ran = true
	op.Call = c.lastCall
	c.emit(Execute{op})
	if !showsPending(op.Task) || c.stop.local {
		return
	}
	e := history.PendingEntry(op, c.now.Wall, c.origin())
	c.update(write{For: forHistory}, op.Cause, c.modifyHistory(c.uuid(c.cfg.Name), c.cfg.Name, resourceOf(&op), e))
}

// showsPending tells whether the history shows an operation while it runs (record-pending): those whose interruption a next
// DC must know of. A probe or monitor that nobody waits for any more does no harm.
func showsPending(task string) bool {
	switch task {
	case "start", "stop", "promote", "demote", "migrate_to", "migrate_from":
		return true
	}
	return false
}

func (c *Core) origin() history.Origin {
	return history.Origin{Node: c.cfg.Name, FeatureSet: c.feature, By: "result"}
}

func resourceOf(op *operation.Op) history.Resource {
	return history.Resource{ID: op.Resource, Agent: op.Agent, Container: op.Param("CRM_meta_container")}
}

// result writes what an operation of this node came to into the CIB, which is how the DC hears of it.
func (c *Core) result(res operation.Result) {
	c.local.adopted = slices.DeleteFunc(c.local.adopted, func(op operation.Op) bool { return op.Key == res.Op.Key })
	if c.stop.local {
		c.localResult(&res)
		return
	}
	if res.Status == operation.Cancelled {
		c.cancelled(res.Op.Resource, res.Op.Task, res.Op.Interval.Milliseconds(), cancelledEntry(c.cfg.Name, &res.Op), res.Op.Key)
		return
	}
	entries := history.Entries(&res, c.origin())
	if len(entries) == 0 {
		failed := false
		if k, err := history.ParseKey(res.Op.Key); err == nil {
			failed = history.Failed(res.Status, res.Code, k.Expected)
		}
		c.send("controller.done", 0, res.Op.Cause, doneBody{Key: res.Op.Key, Failed: failed, Why: res.Reason})
		return
	}
	c.update(write{For: forHistory}, res.Op.Cause,
		c.modifyHistory(c.uuid(c.cfg.Name), c.cfg.Name, resourceOf(&res.Op), entries...))
}

func cancelledEntry(node string, op *operation.Op) string {
	return history.OpPath(node, op.Resource, op.Task, op.Interval, 0)
}

// cancel ends a recurring operation for the DC.
func (c *Core) cancel(ev Delivered) {
	var b cancelBody
	if ev.From != c.leader || json.Unmarshal(ev.Envelope.Body, &b) != nil {
		return
	}
	c.emit(Cancel(b))
}

func (c *Core) nothingToCancel(ev NothingToCancel) {
	op := operation.Op{Resource: ev.Resource, Task: ev.Task, Interval: ev.Interval}
	c.cancelled(ev.Resource, ev.Task, ev.Interval.Milliseconds(), cancelledEntry(c.cfg.Name, &op), ev.Key)
}

// cancelled removes the entry of a recurring operation and confirms the cancellation.
func (c *Core) cancelled(resource, task string, ms int64, entry, key string) {
	if ms == 0 {
		c.send("controller.done", 0, "", doneBody{Key: key, Failed: true, Why: task + " of " + resource + " was cancelled"})
		return
	}
	c.update(write{For: forHistory, Done: doneBody{Key: key}}, "", cib.Op{Kind: cib.OpDeleteAll, XPath: entry})
}

// forgetBody asks a node to forget a resource.
type forgetBody struct {
	Resource string `json:"resource"`
}

func (c *Core) forget(ev Delivered) {
	var b forgetBody
	if json.Unmarshal(ev.Envelope.Body, &b) == nil && b.Resource != "" {
		c.emit(Forget(b))
	}
}
