package simulate

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"pacer/cluster"
	"pacer/graph"
	"pacer/scheduler"
	"pacer/status"
	"pacer/xmltree"
)

// FeatureSet is the crm_feature_set that pretended history carries.
const FeatureSet = "3.20.5"

// Options say what to simulate and what to show.
type Options struct {
	// CIB is the cib element to begin with; it is not changed.
	CIB *xmltree.Node
	// Now is the time of day. Date, when given, is the time to decide for, and DateText how the caller wrote it; without
	// it the document's execution-date counts, and without that Now.
	Now      time.Time
	Date     time.Time
	DateText string

	Events   Events
	Failures []Failure

	// Plan asks for decisions, Run also for pretending to carry them out.
	Plan, Run bool

	Scores, Utilization, Quiet, Attributes, FailCounts bool
}

// Result is what a simulation leaves behind.
type Result struct {
	Input  *xmltree.Node // the document after the events
	Output *xmltree.Node // the document after the transition; nil without Run
	Graph  *graph.Graph  // nil without Plan
	Dot    []string
	// Before and After are the clusters shown, Decided what the scheduler said; nil when there was no need of them.
	Before, After *cluster.State
	Decided       *scheduler.Output
	// Injected and Executed are what happened in the simulation.
	Injected, Executed []Step
	// Invalid is true when the transition could not be completed.
	Invalid bool
	// Messages are the findings of reading and deciding, in order.
	Messages []cluster.Message
}

// Run simulates and writes what there is to see.
func Run(o *Options, w io.Writer) (*Result, error) {
	p := &printer{w: w, o: o}
	defer p.flush()
	res := &Result{Input: o.CIB}
	doc := o.CIB.Clone()
	now := p.date(doc)
	state, err := cluster.Unpack(doc, now)
	if err != nil {
		return nil, err
	}
	res.Before = state
	res.Messages = state.Messages
	if !o.Quiet {
		p.status("Current cluster status", state, true)
	}
	if o.Events.Any() {
		res.Injected = Inject(doc, state, &o.Events, now)
		if !o.Quiet {
			p.heading("Performing Requested Modifications")
			p.steps(res.Injected)
		}
		now = p.date(doc)
	}
	res.Input = doc.Clone()
	if !o.Plan && !o.Run && !o.Scores && !o.Utilization {
		return res, nil
	}
	out := scheduler.Schedule(scheduler.Input{CIB: doc, Now: now, ShowScores: o.Scores, ShowUtilization: o.Utilization, Draw: true, Sanitized: true,
		Transition: 1})
	if out.Err != nil {
		return nil, out.Err
	}
	res.Decided = out
	res.Graph, res.Dot = out.Graph, out.Dot
	res.Messages = append(slices.Clip(res.Messages), out.Messages...)
	p.scores(out)
	if !o.Quiet {
		p.heading("Transition Summary")
		p.b = append(p.b, Summary(out)...)
	}
	if !o.Run {
		return res, nil
	}
	known := func(name string) bool {
		for _, r := range out.State.Resources {
			if r.Name == name || r.History == name {
				return true
			}
		}
		return false
	}
	x := Execute(out.Graph, doc, known, o.Failures, now)
	res.Executed = x.Steps
	if !o.Quiet {
		p.heading("Executing Cluster Transition")
		p.steps(x.Steps)
	}
	if !x.Complete && !x.Failed {
		res.Invalid = true
		if !o.Quiet {
			p.b = append(p.b, "Transition failed: terminated\nAn invalid transition was produced\n"...)
		}
	}
	res.Output = doc
	res.After, err = cluster.Unpack(doc, p.date(doc))
	if err != nil {
		return nil, err
	}
	res.Messages = append(res.Messages, res.After.Messages...)
	if !o.Quiet {
		p.status("Revised Cluster Status", res.After, false)
	}
	return res, nil
}

type printer struct {
	w io.Writer
	o *Options
	b []byte
}

func (p *printer) flush() {
	_, _ = p.w.Write(p.b) // What cannot be shown to the caller cannot be told to him either.
	p.b = nil
}

// date picks the time to decide for and tells of it when it is not that of the clock.
func (p *printer) date(doc *xmltree.Node) time.Time {
	if p.o.DateText != "" {
		if !p.o.Quiet {
			p.b = append(p.b, "Setting effective cluster time: "+p.o.DateText+"\n"...)
		}
		return p.o.Date
	}
	if n, err := strconv.ParseInt(doc.Get("execution-date"), 10, 64); err == nil && n > 0 {
		t := time.Unix(n, 0)
		if !p.o.Quiet {
			p.b = append(p.b, "Using the original execution date of: "+t.UTC().Format("2006-01-02 15:04:05Z")+"\n"...)
		}
		return t
	}
	return p.o.Now
}

func (p *printer) heading(s string) {
	if len(p.b) > 0 {
		p.b = append(p.b, '\n')
	}
	p.b = append(p.b, s+":\n"...)
}

func (p *printer) steps(steps []Step) {
	for i := range steps {
		if steps[i].Kind != StepRemark {
			p.b = append(p.b, "  * "...)
		}
		p.b = append(p.b, steps[i].Line()+"\n"...)
	}
}

func (p *printer) status(heading string, s *cluster.State, first bool) {
	st := status.Build(s, status.Extra{})
	if first {
		if st.Summary.Maintenance {
			p.b = append(p.b, status.MaintenanceNotice(&st.Summary)...)
		}
		if s.Disabled > 0 || s.Blocked > 0 {
			if st.Summary.Maintenance {
				p.b = append(p.b, '\n')
			}
			p.b = fmt.Appendf(p.b, "%d of %d resource instances DISABLED and %d BLOCKED from further action due to failure\n",
				s.Disabled, s.Instances, s.Blocked)
		}
	}
	p.heading(heading)
	show := status.Nodes | status.Resources
	if p.o.Attributes {
		show |= status.AttributesSection
	}
	if p.o.FailCounts {
		show |= status.FailCounts
	}
	p.b = st.Text(p.b, status.Dress{Show: show, Inactive: true, Depth: 1, Settled: !first})
}

// scores prints scores and utilization, bare when nothing else is wanted.
func (p *printer) scores(out *scheduler.Output) {
	var heading string
	switch {
	case p.o.Scores && p.o.Utilization:
		heading = "Assignment Scores and Utilization Information"
	case p.o.Scores:
		heading = "Assignment Scores"
	case p.o.Utilization:
		heading = "Utilization Information"
	default:
		return
	}
	bullet := "  * "
	if p.o.Quiet {
		p.b = append(p.b, '\n')
		bullet = ""
	} else {
		p.heading(heading)
	}
	for _, list := range [][]string{out.Scores, out.Utilization} {
		for _, l := range list {
			p.b = append(p.b, bullet+l+"\n"...)
		}
	}
}
