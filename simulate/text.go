package simulate

import (
	"fmt"

	"pacer/cluster"
	"pacer/status"
	"pacer/why"
)

// Show says what of a simulation is printed. Quiet leaves out all but scores and utilization, which are then bare.
type Show struct {
	Quiet, Attributes, FailCounts bool
}

// Text prints a simulation: the cluster before, what was made to happen, scores, decisions, their execution, and the
// cluster afterwards.
func (r *Result) Text(o *Options, show Show) []byte {
	p := &printer{o: o, show: show}
	if !show.Quiet && r.Before != nil {
		p.date(r.Before)
		p.notices(r.Before)
		p.troubles(r.Before)
		p.picture("Current cluster status", r.Before, false)
	}
	if r.Injected != nil && !show.Quiet {
		p.heading("Performing Requested Modifications")
		p.steps(r.Injected)
		p.date(r.Before)
		if r.Decided != nil {
			p.notices(r.Decided.State)
		}
	}
	if r.Decided == nil {
		return p.b
	}
	p.scores(r)
	if show.Quiet {
		p.reasons(r, "")
		// Scripts that look for scores have always got an empty line where the transition would be.
		if r.Output != nil && (r.Injected != nil || o.Scores || o.Utilization) {
			p.b = append(p.b, '\n')
		}
		return p.b
	}
	p.heading("Transition Summary")
	p.b = append(p.b, Summary(r.Decided)...)
	p.reasons(r, "  * ")
	if r.Output == nil {
		return p.b
	}
	p.heading("Executing Cluster Transition")
	p.steps(r.Executed)
	if r.After != nil {
		p.date(r.After)
		p.notices(r.After)
		p.picture("Revised Cluster Status", r.After, true)
	}
	return p.b
}

// dress is what of a cluster is shown, and how.
func (s Show) dress() status.Dress {
	d := status.Dress{Show: status.Nodes | status.Resources, Inactive: true, Raw: true, Depth: 1}
	if s.Attributes {
		d.Show |= status.AttributesSection
	}
	if s.FailCounts {
		d.Show |= status.FailCounts | status.FailuresSection
	}
	return d
}

type printer struct {
	o    *Options
	show Show
	b    []byte
	// began says that there is something from which the next section is to be set off.
	began bool
}

// date tells of the time to decide for when it is not that of the clock.
func (p *printer) date(s *cluster.State) {
	if p.o.DateText != "" {
		p.b = append(p.b, "Setting effective cluster time: "+p.o.DateText+"\n"...)
	} else if t, ok := executionDate(s.CIB); ok {
		p.b = append(p.b, "Using the original execution date of: "+t.UTC().Format("2006-01-02 15:04:05Z")+"\n"...)
	}
}

// notices tell of devices that are not those with which nodes were unfenced.
func (p *printer) notices(s *cluster.State) {
	for _, l := range s.FencingNotices(p.o.Sanitized) {
		p.b = append(p.b, l+"\n"...)
	}
}

func (p *printer) heading(s string) {
	if p.began {
		p.b = append(p.b, '\n')
	}
	p.began = true
	p.b = append(p.b, s+":\n"...)
}

func (p *printer) steps(steps []Step) {
	for i := range steps {
		switch steps[i].Kind {
		case StepProblem:
			continue // An error: the caller has it from Problems.
		case StepRemark:
		default:
			p.b = append(p.b, "  * "...)
		}
		p.b = append(p.b, steps[i].Line()+"\n"...)
	}
}

// troubles tells of maintenance mode and of resources with which nothing can be done.
func (p *printer) troubles(s *cluster.State) {
	maintenance := s.Options.Maintenance
	if maintenance {
		p.b = append(p.b, status.MaintenanceNotice(&status.Summary{Maintenance: true})...)
		p.began = true
	}
	if s.Disabled > 0 || s.Blocked > 0 {
		if maintenance {
			p.b = append(p.b, '\n')
		}
		p.b = fmt.Appendf(p.b, "%d of %d resource instances DISABLED and %d BLOCKED from further action due to failure\n",
			s.Disabled, s.Instances, s.Blocked)
		p.began = true
	}
}

func (p *printer) picture(heading string, s *cluster.State, settled bool) {
	p.heading(heading)
	dress := p.show.dress()
	dress.Settled = settled
	p.b = status.Build(s, status.Extra{Show: dress.Show}).Text(p.b, dress)
}

// scores prints scores and utilization, and between them what there is to say of changes.
func (p *printer) scores(r *Result) {
	if !p.o.Scores && !p.o.Utilization {
		return
	}
	bullet, notices := "  * ", r.Decided.Notices
	if p.show.Quiet {
		bullet, notices = "", nil
	} else {
		p.heading(scoresTitle(p.o))
	}
	for i := range len(r.Decided.Trace) + 1 {
		for ; len(notices) > 0 && notices[0].At == i; notices = notices[1:] {
			p.b = append(p.b, notices[0].Text+"\n"...)
		}
		if i < len(r.Decided.Trace) {
			p.b = append(p.b, bullet+r.Decided.Trace[i].String()+"\n"...)
		}
	}
}

// reasons says why it was decided so.
func (p *printer) reasons(r *Result, bullet string) {
	if !p.o.Why {
		return
	}
	if !p.show.Quiet {
		p.heading("Reasons")
	}
	for _, s := range why.Explain(r.Decided).Sentences {
		p.b = append(p.b, bullet+s.Text(p.o.Lang)+"\n"...)
	}
}

func scoresTitle(o *Options) string {
	switch {
	case !o.Utilization:
		return "Assignment Scores"
	case !o.Scores:
		return "Utilization Information"
	}
	return "Assignment Scores and Utilization Information"
}

// Problems are the errors of a simulation that did not end it.
func (r *Result) Problems() []string {
	var list []string
	for _, steps := range [][]Step{r.Injected, r.Executed} {
		for i := range steps {
			if steps[i].Kind == StepProblem {
				list = append(list, steps[i].Subject)
			}
		}
	}
	if r.Invalid {
		list = append(list, "Transition failed: terminated", "An invalid transition was produced")
	}
	return list
}
