package simulate

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"pacer/cluster"
	"pacer/history"
	"pacer/ocf"
	"pacer/operation"
	"pacer/xmltree"
)

// Events are what happens to the cluster before the scheduler looks at it.
type Events struct {
	Quorum, Watchdog            string // "" leaves them as they are
	Up, Down, Fail              []string
	Grant, Revoke, Wait, Active []string // tickets to grant, to revoke, to make standby, to activate
	Operations                  []string // RSC_TASK_INTERVAL@NODE=RC
}

// Any tells whether there is anything to inject.
func (e *Events) Any() bool {
	return e.Quorum != "" || e.Watchdog != "" || len(e.Up)+len(e.Down)+len(e.Fail)+len(e.Grant)+len(e.Revoke)+len(e.Wait)+
		len(e.Active)+len(e.Operations) > 0
}

// Inject makes the events happen in doc, a cib element that it changes, and returns the steps that tell of them. State is
// the cluster before. Operations that cannot be injected are told and left out.
func Inject(doc *xmltree.Node, s *cluster.State, e *Events, now time.Time) []Step {
	var steps []Step
	say := func(s Step) { steps = append(steps, s) }
	if e.Quorum != "" {
		say(Step{Kind: StepSetting, Task: "quorum", Value: e.Quorum})
		doc.Set("have-quorum", e.Quorum)
	}
	if e.Watchdog != "" {
		say(Step{Kind: StepSetting, Task: "watchdog", Value: e.Watchdog})
		setOption(doc, "have-watchdog", e.Watchdog)
	}
	for _, n := range e.Up {
		say(Step{Kind: StepNode, Task: "Online", Node: n})
		setNode(nodeState(doc, "", n), true)
	}
	for _, n := range e.Down {
		say(Step{Kind: StepNode, Task: "Offline", Node: n})
		state := nodeState(doc, "", n)
		setNode(state, false)
		remove(state, "lrm")
		remove(state, "transient_attributes")
	}
	for _, n := range e.Fail {
		say(Step{Kind: StepNode, Task: "Failing", Node: n})
		state := nodeState(doc, "", n)
		setNode(state, true)
		state.Set("in_ccm", "false")
	}
	for _, t := range e.Grant {
		say(Step{Kind: StepTicket, Task: "Granting", Subject: t})
		ticket(doc, t).Set("granted", "true").Set("last-granted", strconv.FormatInt(now.Unix(), 10))
	}
	for _, t := range e.Revoke {
		say(Step{Kind: StepTicket, Task: "Revoking", Subject: t})
		ticket(doc, t).Set("granted", "false")
	}
	for _, t := range e.Wait {
		say(Step{Kind: StepTicket, Task: "Standby", Subject: t})
		ticket(doc, t).Set("standby", "true")
	}
	for _, t := range e.Active {
		say(Step{Kind: StepTicket, Task: "Activating", Subject: t})
		ticket(doc, t).Set("standby", "false")
	}
	for _, spec := range e.Operations {
		say(Step{Kind: StepSpec, Subject: spec})
		steps = append(steps, injectOperation(doc, s, spec, now)...)
	}
	return steps
}

// ParseSpec reads RSC_TASK_INTERVAL@NODE=RC.
func ParseSpec(spec string) (Failure, error) {
	key, rest, ok := strings.Cut(spec, "@")
	eq := strings.LastIndexByte(rest, '=')
	if !ok || eq < 0 {
		return Failure{}, fmt.Errorf("invalid operation spec %s: it must be RESOURCE_TASK_INTERVAL@NODE=RC", spec)
	}
	rc, err := strconv.Atoi(rest[eq+1:])
	if err != nil || rc < 0 || rc > 255 {
		return Failure{}, fmt.Errorf("invalid operation spec %s: the result must be a number from 0 to 255", spec)
	}
	rsc, task, interval, err := history.ParseOpKey(key)
	if err != nil {
		return Failure{}, fmt.Errorf("invalid operation spec %s: the operation must be RESOURCE_TASK_INTERVAL", spec)
	}
	return Failure{Resource: rsc, Task: task, Interval: interval, Node: rest[:eq], Code: ocf.ExitCode(rc)}, nil
}

func injectOperation(doc *xmltree.Node, s *cluster.State, spec string, now time.Time) []Step {
	f, err := ParseSpec(spec)
	if err != nil {
		return []Step{{Kind: StepRemark, Subject: err.Error()}}
	}
	r := s.ResourceByName(f.Resource)
	if r == nil || r.Kind != cluster.Primitive {
		return []Step{{Kind: StepRemark, Subject: "Invalid resource name: " + f.Resource}}
	}
	state := nodeState(doc, "", f.Node)
	rsc := lrmResource(state, f.Resource, r.XMLID, operation.Agent{Class: r.Class, Provider: r.Provider, Type: r.Type})
	steps := countFailure(state, f.Resource, f.Task, f.Interval, f.Code, now)
	op := operation.Op{Resource: f.Resource, Task: f.Task, Interval: f.Interval, Call: nextCall(rsc)}
	record(rsc, f.Node, op, ocf.OK, f.Code, "Simulated action result", now)
	return steps
}

// setOption sets a cluster option in the first property set.
func setOption(doc *xmltree.Node, name, value string) {
	set := child(child(child(doc, "configuration"), "crm_config"), "cluster_property_set", "id", "cib-bootstrap-options")
	for nv := range set.Elements("nvpair") {
		if nv.Get("name") == name {
			nv.Set("value", value)
			return
		}
	}
	set.AddNew("nvpair", "id", set.ID()+"-"+name, "name", name, "value", value)
}

func ticket(doc *xmltree.Node, id string) *xmltree.Node {
	list := child(child(doc, "status"), "tickets")
	if t := list.ByID("ticket_state", id); t != nil {
		return t
	}
	return list.AddNew("ticket_state", "id", id)
}
