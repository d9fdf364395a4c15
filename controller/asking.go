package controller

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pacer/cib"
	"pacer/engine"
	"pacer/exitcode"
	"pacer/history"
	"pacer/ocf"
	"pacer/operation"
	"pacer/xmltree"
)

func (c *Core) answer(id uint64, expect int, problem string) {
	if id == 0 {
		return
	}
	a := Answer{ID: id, Expect: expect, Err: problem}
	if problem != "" {
		a.Code = exitcode.Error
	}
	c.emit(a)
}

func (c *Core) refuse(id uint64, code exitcode.Code, why string) {
	c.emit(Answer{ID: id, Code: code, Err: why})
}

// cleanup forgets operations and fail counts, so that the cluster looks again.
func (c *Core) cleanup(ev Cleanup) {
	var wanted []string
	if ev.Resource != "" {
		if wanted = c.members(ev.Resource, ev.Force); len(wanted) == 0 && !c.inHistory(ev.Resource) {
			c.refuse(ev.ID, exitcode.NoSuch, "there is no resource "+ev.Resource)
			return
		}
		wanted = append(wanted, ev.Resource)
	}
	if ev.Node != "" && c.peerNamed(ev.Node) == nil {
		c.refuse(ev.ID, exitcode.NoSuch, "there is no node "+ev.Node)
		return
	}
	var ops []cib.Op
	for s := range c.doc.Status().Elements("node_state") {
		node := s.Get("uname")
		if ev.Node != "" && node != ev.Node {
			continue
		}
		attrs := s.First("transient_attributes")
		for r := range s.Path("lrm", "lrm_resources").Elements("lrm_resource") {
			if wanted != nil && !matches(r.ID(), wanted) || !ev.All && !failedHistory(r, attrs, ev) {
				continue
			}
			if p := c.peerNamed(node); p != nil {
				c.send("controller.forget", p.ID, ev.Cause, forgetBody{r.ID()})
			}
			ops = append(ops, cib.Op{Kind: cib.OpDeleteAll, XPath: history.ResourcePath(node, r.ID())})
			c.emit(ClearFailures{Resource: plain(r.ID()), Node: node, Cause: ev.Cause})
			if r.ID() != plain(r.ID()) {
				c.emit(ClearFailures{Resource: r.ID(), Node: node, Cause: ev.Cause})
			}
		}
	}
	// Counts may be left of resources without history.
	if wanted == nil && ev.Operation == "" {
		c.emit(ClearFailures{Node: ev.Node, Cause: ev.Cause})
	}
	for _, w := range wanted {
		c.emit(ClearFailures{Resource: w, Node: ev.Node, Operation: ev.Operation, Interval: ev.Interval, Cause: ev.Cause})
	}
	if len(ops) == 0 {
		c.answer(ev.ID, 0, "")
		return
	}
	c.update(write{For: forRequest, Request: ev.ID, Expect: len(ops)}, ev.Cause, ops...)
}

// failedHistory tells whether a resource has a failure, of the operation that is asked for.
func failedHistory(r, attrs *xmltree.Node, ev Cleanup) bool {
	for e := range r.Elements("lrm_rsc_op") {
		m, err := history.ParseMagic(e.Get("transition-magic"))
		if err != nil {
			continue
		}
		probe := e.Get("operation") == "monitor" && e.Get("interval") == "0"
		if !history.Failed(m.Status, m.Code, m.Key.Expected) || probe && (m.Code == ocf.OK || m.Code == ocf.RunningPromoted) {
			continue
		}
		if ev.Operation == "" || e.Get("operation") == ev.Operation && e.Get("interval") == history.Milliseconds(ev.Interval) {
			return true
		}
	}
	if ev.Operation != "" {
		return false
	}
	for set := range attrs.Elements() {
		for nv := range set.Elements("nvpair") {
			if rest, ok := strings.CutPrefix(nv.Get("name"), "fail-count-"); ok {
				if rsc, _, _ := strings.Cut(rest, "#"); rsc == r.ID() || rsc == plain(r.ID()) {
					return true
				}
			}
		}
	}
	return false
}

// plain is a resource's id without the number of an instance.
func plain(id string) string {
	if base, n, ok := strings.Cut(id, ":"); ok {
		if _, err := strconv.Atoi(n); err == nil {
			return base
		}
	}
	return id
}

func matches(id string, wanted []string) bool {
	return slices.Contains(wanted, id) || slices.Contains(wanted, plain(id))
}

func (c *Core) inHistory(id string) bool {
	found := false
	c.doc.Status().Walk(func(n *xmltree.Node) bool {
		found = found || n.Name == "lrm_resource" && (n.ID() == id || plain(n.ID()) == id)
		return !found
	})
	return found
}

// members are the ids of the primitives that a resource stands for: of the whole group or clone around it, unless alone.
func (c *Core) members(id string, alone bool) []string {
	var found *xmltree.Node
	for top := range c.doc.Section("resources").Elements() {
		top.Walk(func(n *xmltree.Node) bool {
			if n.ID() == id && isResource(n) {
				found = n
				if !alone {
					found = top
				}
			}
			return found == nil
		})
		if found != nil {
			break
		}
	}
	var out []string
	found.Walk(func(n *xmltree.Node) bool {
		if n.Name == "primitive" {
			out = append(out, n.ID())
		}
		return true
	})
	return out
}

func isResource(n *xmltree.Node) bool {
	switch n.Name {
	case "primitive", "group", "clone", "master", "bundle":
		return true
	}
	return false
}

// failBody asks a node to pretend a failure.
type failBody struct {
	Resource string          `json:"resource"`
	Agent    operation.Agent `json:"agent"`
}

// failResource sends the wish to the node on which the resource shall fail.
func (c *Core) failResource(ev Fail) {
	p := c.peerNamed(ev.Node)
	if p == nil {
		c.refuse(ev.ID, exitcode.NoSuch, "there is no node "+ev.Node)
		return
	}
	prim := c.primitive(plain(ev.Resource))
	if prim == nil {
		c.refuse(ev.ID, exitcode.NoSuch, "there is no primitive resource "+ev.Resource)
		return
	}
	c.send("controller.fail", p.ID, ev.Cause, failBody{ev.Resource, operation.Agent{
		Class: prim.Get("class"), Provider: prim.Get("provider"), Type: prim.Get("type")}})
	c.answer(ev.ID, 1, "")
}

func (c *Core) primitive(id string) *xmltree.Node {
	var found *xmltree.Node
	c.doc.Section("resources").Walk(func(n *xmltree.Node) bool {
		if n.Name == "primitive" && n.ID() == id {
			found = n
		}
		return found == nil
	})
	return found
}

// pretendFailure records a failed monitor that nobody ran.
func (c *Core) pretendFailure(ev Delivered) {
	var b failBody
	if json.Unmarshal(ev.Envelope.Body, &b) != nil || b.Resource == "" {
		return
	}
	c.lastCall++
	c.result(operation.Result{
		Op: operation.Op{
			Call: c.lastCall, Resource: b.Resource, Agent: b.Agent, Task: "asyncmon", Cause: ev.Envelope.Cause,
			Key: history.Key{Action: c.lastCall, Transition: -1, UUID: c.cfg.UUID}.String(),
		},
		Status: operation.Done, Code: ocf.ErrGeneric, Reason: "Simulated failure", Began: c.now.Wall, Changed: c.now.Wall,
	})
}

// nameOf is the name of a node that this controller or the configuration knows by its id, "" of any other.
func (c *Core) nameOf(id engine.NodeID) string {
	for i := range c.peers {
		if c.peers[i].ID == id && c.peers[i].Name != "" {
			return c.peers[i].Name
		}
	}
	return c.doc.Section("nodes").ByID("node", strconv.FormatUint(uint64(id), 10)).Get("uname")
}

// removeNode forgets a node that is not a member.
func (c *Core) removeNode(ev RemoveNode) {
	name := ev.Name
	if name == "" {
		name = c.nameOf(ev.Node)
	}
	if name == "" {
		c.refuse(ev.ID, exitcode.NoSuch, fmt.Sprintf("there is no node with the id %d", ev.Node))
		return
	}
	if p := c.peerNamed(name); p != nil {
		if _, member := c.view.Member(p.ID); member {
			c.refuse(ev.ID, exitcode.Unsafe, name+" is a member of the cluster now: stop it first")
			return
		}
	}
	uuid := c.uuid(name)
	c.update(write{For: forRequest, Request: ev.ID}, ev.Cause,
		cib.Op{Kind: cib.OpDeleteAll, XPath: "/cib/configuration/nodes/node[@uname=" + xmltree.Literal(name) + "]"},
		cib.Op{Kind: cib.OpDeleteAll, XPath: statePath(uuid)})
	c.emit(DropAttributes{Node: name})
}
