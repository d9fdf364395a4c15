package simulate

import (
	"strings"
	"time"

	"pacer/history"
	"pacer/xmltree"
)

// StepKind is the kind of a Step.
type StepKind uint8

// The kinds of steps: what a transition carries out, what is injected, and remarks that are printed without a bullet.
const (
	StepPseudo StepKind = iota
	StepResource
	StepCluster
	StepFence
	StepNode
	StepTicket
	StepSetting
	StepSpec
	StepAttribute
	StepRemark
	StepProblem // an error that does not end the simulation
)

// Step is one thing that happened in a simulation.
type Step struct {
	Kind StepKind
	// Task is the operation, the operation key of a pseudo action, the fencing action, what happens to a node ("Online",
	// "Offline", "Failing") or to a ticket ("Granting", …), the name of a setting or attribute.
	Task string
	// Subject is the resource, ticket or OPSPEC; of a remark, its text.
	Subject  string
	Node     string // a name; of an attribute, the node's id
	Interval time.Duration
	Value    string // of a setting or attribute
}

// Line is the step as a line without indentation.
func (s *Step) Line() string {
	on := ""
	if s.Node != "" {
		on = " on " + s.Node
	}
	switch s.Kind {
	case StepPseudo:
		return "Pseudo action:   " + s.Task + on
	case StepResource:
		every := ""
		if s.Interval > 0 {
			every = "=" + history.Milliseconds(s.Interval)
		}
		return "Resource action: " + pad(s.Subject, 15) + " " + s.Task + every + on
	case StepCluster:
		of := ""
		if s.Subject != "" {
			of = " for " + s.Subject
		}
		return "Cluster action:  " + s.Task + of + on
	case StepFence:
		return "Fencing " + s.Node + " (" + s.Task + ")"
	case StepNode:
		switch s.Task {
		case "Online":
			return "Bringing node " + s.Node + " online"
		case "Offline":
			return "Taking node " + s.Node + " offline"
		}
		return "Failing node " + s.Node
	case StepTicket:
		if s.Task == "Standby" {
			return "Making ticket " + s.Subject + " standby"
		}
		return s.Task + " ticket " + s.Subject
	case StepSetting:
		return "Setting " + s.Task + ": " + s.Value
	case StepSpec:
		return "Injecting " + s.Subject + " into the configuration"
	case StepAttribute:
		return "Injecting attribute " + s.Task + "=" + s.Value + " into /node_state '" + s.Node + "'"
	}
	return s.Subject
}

// XML is the step as an element, nil for remarks and settings (which stand elsewhere).
func (s *Step) XML() *xmltree.Node {
	var n *xmltree.Node
	switch s.Kind {
	case StepPseudo:
		n = xmltree.New("pseudo_action", "task", s.Task)
		if s.Node != "" {
			n.Set("node", s.Node)
		}
	case StepResource:
		n = xmltree.New("rsc_action", "resource", s.Subject, "op", s.Task, "node", s.Node)
		if s.Interval > 0 {
			n.Set("interval", history.Milliseconds(s.Interval))
		}
	case StepCluster:
		n = xmltree.New("cluster_action", "task", s.Task, "node", s.Node)
		if s.Subject != "" {
			n.Set("id", s.Subject)
		}
	case StepFence:
		n = xmltree.New("fencing_action", "target", s.Node, "op", s.Task)
	case StepNode:
		n = xmltree.New("modify_node", "action", s.Task, "node", s.Node)
	case StepTicket:
		n = xmltree.New("modify_ticket", "action", s.Task, "ticket", s.Subject)
	case StepSpec:
		n = xmltree.New("inject_spec", "spec", s.Subject)
	case StepAttribute:
		n = xmltree.New("inject_attr", "name", s.Task, "value", s.Value, "node_path", "/node_state", "cib_node", s.Node)
	}
	return n
}

// pad fills a name up to a width.
func pad(s string, n int) string {
	if len(s) < n {
		s += strings.Repeat(" ", n-len(s))
	}
	return s
}
