package simulate

import (
	"strconv"
	"time"

	"pacer/cluster"
	"pacer/graph"
	"pacer/note"
	"pacer/scheduler"
	"pacer/xmltree"
)

// Options say what to simulate.
type Options struct {
	// CIB is the cib element to begin with; it is not changed.
	CIB *xmltree.Node
	// Now is the time of day. Date, when given, is the time to decide for, and DateText how the caller wrote it; without
	// it the document's execution-date counts, and without that Now.
	Now      time.Time
	Date     time.Time
	DateText string
	// Sanitized says that private parameters may have been taken out of the CIB: a difference in them alone is no change.
	Sanitized bool

	Events   Events
	Failures []Spec

	// Plan asks for decisions, Run also for pretending to carry them out.
	Plan, Run bool
	// Look asks for the clusters before and after, which cost time.
	Look bool
	// Scores and Utilization ask for what went into the decisions, Draw for the graph in dot form (DrawAll with all
	// actions, DrawIDs with their numbers); they cost time.
	Scores, Utilization, Draw, DrawAll, DrawIDs bool
	// Why asks for the reasons of the decisions, in the language Lang.
	Why  bool
	Lang note.Language
}

// Result is what a simulation leaves behind.
type Result struct {
	Input  *xmltree.Node // the document after the events
	Output *xmltree.Node // the document after the transition; nil without Run
	Graph  *graph.Graph  // nil without Plan
	Dot    []string
	// Before and After are the clusters before the events and after the transition; nil when there was no need of them.
	Before, After *cluster.State
	// Decided is what the scheduler said; nil without Plan.
	Decided *scheduler.Output
	// Injected and Executed are what happened in the simulation.
	Injected, Executed []Step
	// Invalid is true when the transition could not be completed.
	Invalid bool
	// Messages are the findings of reading and deciding, in order.
	Messages []cluster.Message

	memo *cluster.Memo // what was read last; nil where once is all
}

// Run simulates. An error says what in the options or the document makes it impossible; nothing is then worth showing but
// what the result holds already.
func Run(o *Options) (*Result, error) {
	res := &Result{Input: o.CIB}
	if o.Look || o.Events.Any() || !o.Plan {
		if o.Plan {
			res.memo = &cluster.Memo{} // the document, or much of it, will be read again
		}
		var err error
		if res.Before, err = res.memo.Unpack(o.CIB, o.Time(o.CIB)); err != nil {
			return res, err
		}
		res.memo = res.Before.Memo()
		res.say(res.Before.Looked())
	}
	if o.Events.Any() {
		var err error
		if res.Input, res.Injected, err = Inject(res.Before, &o.Events, res.Before.Now); err != nil {
			return res, err
		}
	}
	if !o.Plan {
		return res, nil
	}
	if err := res.decide(o); err != nil {
		return res, err
	}
	if !o.Run {
		return res, nil
	}
	x := Execute(&Transition{Graph: res.Graph, Known: names(res.Decided.State), Failures: o.Failures,
		NewNodes: len(o.Events.Up) > 0, Now: res.Decided.State.Now}, res.Input)
	res.Executed, res.Output, res.Invalid = x.Steps, x.CIB, !x.Complete
	if !o.Look {
		return res, nil
	}
	var err error
	if res.After, err = res.memo.Unpack(res.Output, o.Time(res.Output)); err != nil {
		return res, err
	}
	res.say(res.After.Looked())
	return res, nil
}

// decide asks the scheduler.
func (r *Result) decide(o *Options) error {
	var state *cluster.State
	told := 0
	if r.Injected == nil && r.Before != nil {
		state, told = r.Before, len(r.Before.Looked())
	}
	out := scheduler.Schedule(scheduler.Input{CIB: r.Input, State: state, Now: o.Time(r.Input), ShowScores: o.Scores,
		ShowUtilization: o.Utilization, Draw: o.Draw, DrawAll: o.DrawAll, DrawIDs: o.DrawIDs, Sanitized: o.Sanitized, Memo: r.memo,
		Why: o.Why, Transition: 1})
	if out.Err != nil {
		return out.Err
	}
	r.Decided, r.Graph, r.Dot, r.memo = out, out.Graph, out.Dot, out.State.Memo()
	r.say(out.State.Messages[told:])
	r.say(out.Messages)
	return nil
}

func (r *Result) say(list []cluster.Message) { r.Messages = append(r.Messages, list...) }

// Time is the time to decide for.
func (o *Options) Time(doc *xmltree.Node) time.Time {
	if o.DateText != "" {
		return o.Date
	}
	if t, ok := executionDate(doc); ok {
		return t
	}
	return o.Now
}

// executionDate is the time for which a document that was kept was decided.
func executionDate(doc *xmltree.Node) (time.Time, bool) {
	n, err := strconv.ParseInt(doc.Get("execution-date"), 10, 64)
	if err != nil || n <= 0 {
		return time.Time{}, false
	}
	return time.Unix(n, 0), true
}

// names are all names by which resources are known.
func names(s *cluster.State) map[string]bool {
	known := make(map[string]bool, len(s.Resources))
	for _, r := range s.Resources {
		known[r.Name] = true
		if r.History != "" {
			known[r.History] = true
		}
	}
	return known
}
