package simulate

import (
	"fmt"
	"slices"
	"time"

	"pacer/cluster"
	"pacer/ocf"
	"pacer/operation"
	"pacer/xmltree"
)

// Events are what happens to the cluster before the scheduler looks at it.
type Events struct {
	Quorum, Watchdog            string // "" leaves them as they are
	Up, Down, Fail              []string
	Grant, Revoke, Wait, Active []string // tickets to grant, to revoke, to make standby, to activate
	Operations                  []string // OPSPECs
}

// Any tells whether there is anything to inject.
func (e *Events) Any() bool {
	return e.Quorum != "" || e.Watchdog != "" || len(e.Up)+len(e.Down)+len(e.Fail)+len(e.Grant)+len(e.Revoke)+len(e.Wait)+
		len(e.Active)+len(e.Operations) > 0
}

// Inject makes the events happen in the CIB of a cluster and returns the changed document with the steps that tell of
// them. Operations that cannot be injected are told and left out. A node that is not known is an error, but for one that
// is to come up, which the configuration then gets.
func Inject(before *cluster.State, e *Events, now time.Time) (*xmltree.Node, []Step, error) {
	for _, n := range slices.Concat(e.Down, e.Fail) {
		if before.NodeByName(n) == nil && !slices.Contains(e.Up, n) {
			return nil, nil, &UnknownNode{n}
		}
	}
	i := &injector{before: before, e: e, d: newDraft(before.CIB, 0), now: now}
	i.settings()
	i.nodes()
	i.tickets()
	for _, spec := range e.Operations {
		i.say(Step{Kind: StepSpec, Subject: spec})
		if err := i.operation(spec); err != nil {
			return nil, nil, err
		}
	}
	return i.d.done(), i.steps, nil
}

// UnknownNode is the error of events at a node that does not exist.
type UnknownNode struct{ Name string }

// Error implements error.
func (e *UnknownNode) Error() string {
	return fmt.Sprintf("node %q is neither configured nor in the status; --node-up makes a new node", e.Name)
}

type injector struct {
	before *cluster.State
	e      *Events
	d      *draft
	now    time.Time
	steps  []Step
}

func (i *injector) say(s ...Step) { i.steps = append(i.steps, s...) }

func (i *injector) settings() {
	if q := i.e.Quorum; q != "" {
		i.say(Step{Kind: StepSetting, Task: "quorum", Value: q})
		i.d.root.Set("have-quorum", q)
	}
	if w := i.e.Watchdog; w != "" {
		i.say(Step{Kind: StepSetting, Task: "watchdog", Value: w})
		i.setOption("have-watchdog", w)
	}
}

func (i *injector) nodes() {
	for _, n := range i.e.Up {
		i.say(Step{Kind: StepNode, Task: "Online", Node: n})
		i.d.setNode(i.site(n), true)
	}
	for _, n := range i.e.Down {
		i.say(Step{Kind: StepNode, Task: "Offline", Node: n})
		s := i.site(n)
		i.d.setNode(s, false)
		i.d.forget(s)
	}
	for _, n := range i.e.Fail {
		i.say(Step{Kind: StepNode, Task: "Failing", Node: n})
		s := i.site(n)
		i.d.setNode(s, true)
		s.state.Set("in_ccm", "false")
	}
}

// site is the state of a node that is known, or that may be made because some node is to come up.
func (i *injector) site(name string) *site {
	if len(i.e.Up) > 0 {
		i.d.configure(name)
	}
	uuid := name
	if n := i.before.NodeByName(name); n != nil {
		name, uuid = n.Name, n.UUID
	}
	return i.d.site(name, uuid)
}

func (i *injector) tickets() {
	set := func(word string, ids []string, attr, value string) {
		for _, id := range ids {
			i.say(Step{Kind: StepTicket, Task: word, Subject: id})
			i.ticket(id).Set(attr, value)
			i.d.happened()
		}
	}
	set("Granting", i.e.Grant, "granted", "true")
	set("Revoking", i.e.Revoke, "granted", "false")
	set("Standby", i.e.Wait, "standby", "true")
	set("Activating", i.e.Active, "standby", "false")
}

func (i *injector) ticket(id string) *xmltree.Node {
	list := i.d.child(i.d.child(i.d.root, "status"), "tickets")
	if t := i.d.search(list, "ticket_state", func(n *xmltree.Node) bool { return n.ID() == id }); t != nil {
		return t
	}
	return i.d.add(list, "ticket_state", "id", id)
}

// operation puts a result into the history. What is wrong with a spec is told; only an unknown node is an error.
func (i *injector) operation(text string) error {
	f, err := ParseSpec(text)
	if err != nil {
		i.say(Step{Kind: StepProblem, Subject: capital(err.Error())})
		return nil
	}
	r := i.before.ResourceByName(f.Resource)
	if r == nil || r.Kind != cluster.Primitive {
		i.say(Step{Kind: StepProblem, Subject: "Invalid resource name: " + f.Resource})
		return nil
	}
	if i.before.NodeByName(f.Node) == nil && len(i.e.Up) == 0 {
		return &UnknownNode{f.Node}
	}
	s := i.site(f.Node)
	fatal := f.Task == "stop" || f.Task == "start" && i.before.Options.StartFailureFatal
	i.say(i.d.countFailure(s, f.Resource, f.Task, f.Interval, f.Code, fatal, i.now)...)
	rsc := i.d.history(s, f.Resource, f.Resource, operation.Agent{Class: r.Class, Provider: r.Provider, Type: r.Type})
	op := operation.Op{Resource: f.Resource, Task: f.Task, Interval: f.Interval, Call: s.nextCall(rsc)}
	i.d.record(rsc, s.state.Get("uname"), op, ocf.OK, f.Code, "Simulated action result", i.now)
	return nil
}

// setOption sets a cluster option where it is set already, else in the set that is the first by its id.
func (i *injector) setOption(name, value string) {
	const first = "cib-bootstrap-options"
	i.d.reconfigured()
	config := i.d.child(i.d.child(i.d.root, "configuration"), "crm_config")
	isIt := func(n *xmltree.Node) bool { return n.Get("name") == name }
	set := i.d.search(config, "cluster_property_set", func(n *xmltree.Node) bool {
		return slices.ContainsFunc(n.Children, isIt)
	})
	if set != nil {
		i.d.search(set, "nvpair", isIt).Set("value", value)
		return
	}
	set = i.d.search(config, "cluster_property_set", func(n *xmltree.Node) bool { return n.ID() == first })
	if set == nil {
		set = i.d.add(config, "cluster_property_set", "id", first)
	}
	i.d.add(set, "nvpair", "id", first+"-"+name, "name", name, "value", value)
}

func capital(s string) string {
	if s != "" && s[0] >= 'a' && s[0] <= 'z' {
		return string(s[0]-'a'+'A') + s[1:]
	}
	return s
}
