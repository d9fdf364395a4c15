package simulate

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"pacer/graph"
	"pacer/ocf"
	"pacer/operation"
	"pacer/xmltree"
)

// Transition is a graph to be pretended, and what must be known for that.
type Transition struct {
	Graph *graph.Graph
	// Known are the names by which the configuration and the history know resources.
	Known map[string]bool
	// Failures are the operations that shall fail.
	Failures []Spec
	// NewNodes says that nodes without an entry in the configuration get one.
	NewNodes bool
	Now      time.Time
}

// Execution is a pretended transition.
type Execution struct {
	// Steps are the actions in order of execution, with what is injected along with them.
	Steps []Step
	// Complete is false when actions were left that waited for something that never came.
	Complete bool
	// CIB is the document afterwards.
	CIB *xmltree.Node
}

// Execute pretends to carry out a transition on a document, which it does not change. See agenda for the order.
func Execute(t *Transition, cib *xmltree.Node) Execution {
	x := &executor{t: t, d: newDraft(cib, len(t.Known)), steps: make([]Step, 0, len(t.Graph.Synapses))}
	todo := newAgenda(t.Graph)
	for {
		i, ok := todo.take()
		if !ok {
			break
		}
		todo.confirm(i, x.perform(&t.Graph.Synapses[i].Action))
	}
	if len(x.steps) == 0 {
		return Execution{Complete: todo.complete(), CIB: cib}
	}
	return Execution{Steps: x.steps, Complete: todo.complete(), CIB: x.d.done()}
}

type executor struct {
	t     *Transition
	d     *draft
	steps []Step
	param []operation.Param // of the action at hand
}

func (x *executor) step(s ...Step) { x.steps = append(x.steps, s...) }

// perform pretends an action and tells whether it was made to fail.
func (x *executor) perform(a *graph.Action) (failed bool) {
	switch {
	case a.Kind == graph.Pseudo:
		x.step(Step{Kind: StepPseudo, Task: a.Key, Node: a.Node.Name})
	case a.Kind == graph.Cluster && a.Operation == "stonith":
		x.fence(a)
	case a.Kind == graph.Cluster:
		of := ""
		if a.Primitive != nil {
			of = a.Primitive.ID
		}
		x.step(Step{Kind: StepCluster, Task: a.Operation, Subject: of, Node: a.Node.Name})
	case a.Primitive != nil:
		return x.resource(a)
	}
	return false
}

// site is the state of the node of an action. That of a remote node is kept under its name.
func (x *executor) site(a *graph.Action) *site {
	if x.t.NewNodes {
		x.d.configure(a.Node.Name)
	}
	uuid := a.Node.UUID
	if a.RouterNode != "" {
		uuid = a.Node.Name
	}
	return x.d.site(a.Node.Name, uuid)
}

// fence sets the target offline and forgets what was known of it. Switching a node on changes nothing.
func (x *executor) fence(a *graph.Action) {
	action := a.Attr("CRM_meta_stonith_action")
	x.step(Step{Kind: StepFence, Task: action, Node: a.Node.Name})
	if strings.EqualFold(action, "on") {
		return
	}
	s := x.site(a)
	x.d.setNode(s, false)
	x.d.forget(s)
}

// resource pretends an agent's action.
func (x *executor) resource(a *graph.Action) (failed bool) {
	p := a.Primitive
	name := p.ID
	if !x.t.Known[name] && p.LongID != "" && x.t.Known[p.LongID] {
		name = p.LongID
	}
	if a.Operation == "delete" || a.Operation == "meta-data" {
		x.step(Step{Kind: StepResource, Subject: name, Task: a.Operation, Node: a.Node.Name})
		return false
	}
	interval := time.Duration(number(a, "CRM_meta_interval")) * time.Millisecond
	expected := ocf.ExitCode(number(a, "CRM_meta_op_target_rc"))
	x.step(Step{Kind: StepResource, Subject: name, Task: a.Operation, Interval: interval, Node: a.Node.Name})
	s := x.site(a)
	rsc := x.d.history(s, name, p.ID, operation.Agent{Class: p.Class, Provider: p.Provider, Type: p.Type})
	code, reason := expected, ""
	for i := range x.t.Failures {
		f := &x.t.Failures[i]
		as, ok := f.names(a, interval, name)
		if !ok {
			continue
		}
		failed, code, reason = true, f.Code, "User-injected result"
		x.step(Step{Kind: StepRemark, Subject: fmt.Sprintf("Pretending action %d failed with rc=%d", a.ID, int(code))})
		fatal := a.Operation == "start" && endless(x.t.Graph.FailedStartOffset) ||
			a.Operation == "stop" && endless(x.t.Graph.FailedStopOffset)
		x.step(x.d.countFailure(s, as, a.Operation, interval, code, fatal, x.t.Now)...)
		break
	}
	op := operation.Op{
		Resource: p.ID, Task: a.Operation, Interval: interval, Call: s.nextCall(rsc), Params: x.params(a),
	}
	x.d.record(rsc, a.Node.Name, op, expected, code, reason, x.t.Now)
	return failed
}

// endless tells whether a fail count that a graph gives for a failure ends all further tries.
func endless(offset string) bool { return offset == "" || strings.EqualFold(offset, "INFINITY") }

// number is an attribute of an action that is a number, 0 without it.
func number(a *graph.Action, name string) int {
	if v := a.Attr(name); v != "" {
		n, _ := strconv.Atoi(v)
		return n
	}
	return 0
}

// params are the parameters of an action until the next one, also those whose names are none for attributes.
func (x *executor) params(a *graph.Action) []operation.Param {
	x.param = x.param[:0]
	for _, list := range [][]xmltree.Attr{a.Attrs, a.Params} {
		for _, at := range list {
			x.param = append(x.param, operation.Param{Name: at.Name, Value: at.Value})
		}
	}
	return x.param
}
