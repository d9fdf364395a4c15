package scheduler

import (
	"time"

	"pacer/cluster"
	"pacer/xmltree"
)

// Input is what a decision depends on.
type Input struct {
	CIB *xmltree.Node // the <cib> element, not changed
	// State is what the CIB says, for a caller that has read it for Now already; nil lets it be read. Of it nothing is changed
	// but findings, which are added, and the time to look again.
	State *cluster.State
	// Now is the time to decide for. An execution-date in the document wins when Now is zero; the zero time without
	// execution-date is an error.
	Now time.Time
	// Memo is what the reading for an earlier decision left (State.Memo of its output), nil where there will be no later one.
	Memo *cluster.Memo
	// Workspace is where the decision is made, nil where there will be no later one. Two decisions at once must not have the same.
	Workspace *Workspace
	// ShowScores and ShowUtilization ask for Output.Trace, which costs time.
	ShowScores, ShowUtilization bool
	// Why asks for Output.Record, which costs time.
	Why bool
	// Draw asks for Output.Dot, which costs time; DrawAll also for actions that need not be done or are of resources that are
	// not managed, DrawIDs for the numbers of the actions.
	Draw, DrawAll, DrawIDs bool
	// Sanitized says that private parameters may have been taken out of the document, so that a difference in them alone
	// is no change.
	Sanitized bool
	// Transition is the id of the graph.
	Transition int
}
