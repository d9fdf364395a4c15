package scheduler

import (
	"pacer/cluster"
	"pacer/graph"
)

// Output is what was decided.
type Output struct {
	// State is what the decision started from.
	State *cluster.State
	// Err says why nothing could be decided; everything else is then empty.
	Err error

	Graph *graph.Graph
	// Trace is what went into the placement of resources, in the order in which it was looked at; only what Input asks for.
	Trace []Trace
	// Notices tell of operations whose private parameters have changed and nothing else, which Input.Sanitized makes no change,
	// and of devices that are not those with which nodes were unfenced. crm_simulate prints them among what is traced.
	Notices []Notice
	// Record is why all is as it is; nil unless Input.Why asks for it.
	Record *Record
	// Decisions are the entries of the transition summary about resources, NodeDecisions those about nodes, in the order
	// in which the summary prints them.
	Decisions     []Decision
	NodeDecisions []NodeDecision
	// Dot are the lines of the graph in dot form, first and last line included; nil unless Input.Draw asks for them.
	Dot []string
	// Messages are findings of the scheduler; those of the reading are in State.Messages.
	Messages []cluster.Message
}

// Verb is the word for a decision about a resource, as the summary prints it.
type Verb string

// The verbs.
const (
	Start     Verb = "Start"
	Stop      Verb = "Stop"
	Move      Verb = "Move"
	Migrate   Verb = "Migrate"
	Recover   Verb = "Recover"
	Restart   Verb = "Restart"
	Reload    Verb = "Reload"
	Promote   Verb = "Promote"
	Demote    Verb = "Demote"
	RePromote Verb = "Re-promote"
)

// Decision is one entry of the summary: what becomes of a resource.
type Decision struct {
	Verb     Verb
	Resource *cluster.Resource
	// From and To are where it was and will be; nil where that is nowhere.
	From, To         *cluster.Node
	FromRole, ToRole cluster.Role
	// Detail is what stands in parentheses, without padding.
	Detail string
	// Reason is the text after "due to", "" when there is none. Blocked says that it cannot be done now.
	Reason  string
	Blocked bool
}

// NodeDecision is one entry of the summary: what becomes of a node.
type NodeDecision struct {
	Task   string // "Fence (reboot)", "Fence (off)", "Shutdown"
	Name   string // as printed: for guests with the resource that they live in
	Node   *cluster.Node
	Reason string // "" when there is none; the tools then do not print the entry
}

// Notice is something told while deciding, before the entry of Output.Trace at that index was made.
type Notice struct {
	At   int
	Text string
}
