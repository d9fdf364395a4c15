package transition

import (
	"time"

	"pacer/graph"
)

// Infinity is the priority of an abort that stops everything (the same number as a score's infinity).
const Infinity = 1000000

// Event is what the core can hear: Begin, Confirmed, Abort, NodeGone or TimerFired.
type Event interface{ transitionEvent() }

// Begin starts a transition. It panics while another one is active.
type Begin struct {
	Graph *graph.Graph
	// NodeLimit bounds the resource actions under way on one node (option node-action-limit); 0 means no limit.
	NodeLimit int
}

// Confirmed says how an action ended. For actions that are not under way it means nothing.
type Confirmed struct {
	Action int // id in the graph
	Failed bool
	Why    string // for failures
}

// Abort says that the graph does not fit the cluster any more. Actions with a priority of at least Priority still start,
// what is under way is waited for, then the transition ends.
type Abort struct {
	Priority int
	// After tells what shall follow the end; the strongest of several aborts wins.
	After After
	Why   string
}

// NodeGone says that a node cannot carry out anything any more: its actions under way have failed, others are not started.
type NodeGone struct {
	UUID string
	Why  string
}

// TimerFired says that a timer's time has come.
type TimerFired struct{ Key string }

func (Begin) transitionEvent()      {}
func (Confirmed) transitionEvent()  {}
func (Abort) transitionEvent()      {}
func (NodeGone) transitionEvent()   {}
func (TimerFired) transitionEvent() {}

// After is what shall follow a transition.
type After uint8

// What can follow, from weak to strong.
const (
	Nothing After = iota
	Restart       // look at the cluster again
	Stop          // do nothing until something changes
)

// slack is what an action gets beyond its own timeout where the graph names no cluster-delay.
const slack = 60 * time.Second
