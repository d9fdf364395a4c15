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

// Failure asks for an operation to fail: crm_simulate -F RSC_TASK_INTERVAL@NODE=RC.
type Failure struct {
	Resource, Task string
	Interval       time.Duration
	Node           string
	Code           ocf.ExitCode
}

// Execution is a pretended transition.
type Execution struct {
	// Steps are the actions in order of execution, with what is injected along with them.
	Steps []Step
	// Complete is false when actions were left that waited for something that never came.
	Complete bool
	// Failed tells that a failure that was asked for has happened.
	Failed bool
}

// Execute pretends to carry out a graph and writes the results into doc, a cib element that it changes. Known tells
// whether a resource is known by that name in the configuration or the history.
func Execute(g *graph.Graph, doc *xmltree.Node, known func(name string) bool, failures []Failure, now time.Time) Execution {
	x := &executor{g: g, doc: doc, known: known, failures: failures, now: now, done: map[int]bool{}}
	left := len(g.Synapses)
	fired := make([]bool, left)
	for progress := true; progress; {
		progress = false
		for i := range g.Synapses {
			if fired[i] || !x.ready(&g.Synapses[i]) {
				continue
			}
			fired[i], progress = true, true
			left--
			x.perform(&g.Synapses[i].Action)
			x.done[g.Synapses[i].Action.ID] = true
		}
		if x.out.Failed {
			// A failure ends the transition, but only after the pass in which it happened.
			return x.out
		}
	}
	x.out.Complete = left == 0
	return x.out
}

type executor struct {
	g        *graph.Graph
	doc      *xmltree.Node
	known    func(string) bool
	failures []Failure
	now      time.Time
	done     map[int]bool
	out      Execution
}

func (x *executor) ready(s *graph.Synapse) bool {
	for _, id := range s.Inputs {
		if !x.done[id] {
			return false
		}
	}
	return true
}

func (x *executor) step(s ...Step) { x.out.Steps = append(x.out.Steps, s...) }

func (x *executor) perform(a *graph.Action) {
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
	default:
		x.resource(a)
	}
}

// fence sets the target offline and forgets what was known of it. Switching a node on changes nothing.
func (x *executor) fence(a *graph.Action) {
	action := a.Attr("CRM_meta_stonith_action")
	x.step(Step{Kind: StepFence, Task: action, Node: a.Node.Name})
	if action == "on" {
		return
	}
	n := nodeState(x.doc, a.Node.UUID, a.Node.Name)
	setNode(n, false)
	remove(n, "lrm")
	remove(n, "transient_attributes")
}

// resource pretends an agent's action.
func (x *executor) resource(a *graph.Action) {
	p := a.Primitive
	if p == nil {
		return
	}
	name := p.ID
	if !x.known(name) && p.LongID != "" && x.known(p.LongID) {
		name = p.LongID
	}
	interval := time.Duration(0)
	if ms, err := strconv.ParseInt(a.Attr("CRM_meta_interval"), 10, 64); err == nil {
		interval = time.Duration(ms) * time.Millisecond
	}
	x.step(Step{Kind: StepResource, Subject: name, Task: a.Operation, Interval: interval, Node: a.Node.Name})
	if a.Operation == "delete" || a.Operation == "meta-data" {
		return
	}
	expected := ocf.OK
	if rc, err := strconv.Atoi(a.Attr("CRM_meta_op_target_rc")); err == nil {
		expected = ocf.ExitCode(rc)
	}
	code, failed := expected, false
	for _, f := range x.failures {
		if f.Task == a.Operation && f.Interval == interval && strings.EqualFold(f.Node, a.Node.Name) &&
			(f.Resource == name || f.Resource == p.ID || f.Resource == p.LongID) {
			code = f.Code
			x.out.Failed = true
			failed = true
			x.step(Step{Kind: StepRemark, Subject: fmt.Sprintf("Pretending action %d failed with rc=%d", a.ID, int(code))})
		}
	}
	rsc := lrmResource(nodeState(x.doc, a.Node.UUID, a.Node.Name), name, p.ID,
		operation.Agent{Class: p.Class, Provider: p.Provider, Type: p.Type})
	op := operation.Op{
		Resource: name, Task: a.Operation, Interval: interval, Call: nextCall(rsc), Params: params(a.Attrs),
	}
	record(rsc, a.Node.Name, op, expected, code, "", x.now)
	if failed {
		x.step(countFailure(nodeState(x.doc, a.Node.UUID, a.Node.Name), name, a.Operation, interval, code, x.now)...)
	}
}

func params(attrs []xmltree.Attr) []operation.Param {
	list := make([]operation.Param, 0, len(attrs))
	for _, a := range attrs {
		list = append(list, operation.Param{Name: a.Name, Value: a.Value})
	}
	return list
}
