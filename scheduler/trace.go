package scheduler

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"pacer/score"
)

// TraceKind is the kind of a Trace.
type TraceKind uint8

// What crm_simulate shows of how resources were placed. The first two are scores (-s), the others utilization (-U).
const (
	TraceAssignment TraceKind = iota // a resource's score on a node when it was assigned
	TracePromotion                   // how much an instance should be promoted
	TraceCapacity                    // what a node has to give
	TraceUse                         // what a resource takes from the node that it is placed on
)

// Amount is a utilization attribute.
type Amount struct {
	Name  string
	Value int
}

// Trace is one thing that went into the placement of resources.
type Trace struct {
	Kind TraceKind
	// By is the routine that the line names, of a capacity "Original" or "Remaining".
	By string
	// Resource and Node are names; no node is where an instance that is not placed would be promoted.
	Resource, Node string
	Score          score.Score
	Amounts        []Amount // of capacities and uses, by name
}

// IsScore tells scores from utilization.
func (t *Trace) IsScore() bool { return t.Kind <= TracePromotion }

// String is the line as crm_simulate prints it.
func (t *Trace) String() string {
	switch t.Kind {
	case TraceAssignment:
		return t.By + ": " + t.Resource + " allocation score on " + t.Node + ": " + t.Score.String()
	case TracePromotion:
		at := "(inactive)"
		if t.Node != "" {
			at = "on " + t.Node
		}
		return t.Resource + " promotion score " + at + ": " + t.Score.String()
	}
	var b strings.Builder
	b.WriteString(t.By + ": ")
	if t.Kind == TraceCapacity {
		b.WriteString(t.Node + " capacity:")
	} else {
		b.WriteString(t.Resource + " utilization on " + t.Node + ":")
	}
	for _, a := range t.Amounts {
		b.WriteString(" " + a.Name + "=" + strconv.Itoa(a.Value))
	}
	return b.String()
}

// Scores are the lines of the scores, in the order in which they were made.
func (o *Output) Scores() []string {
	var list []string
	for i := range o.Trace {
		if o.Trace[i].IsScore() {
			list = append(list, o.Trace[i].String())
		}
	}
	return list
}

// showScores records the scores of a resource and all in it, as they stand when it is assigned. What is removed from the
// configuration is not shown.
func (r *run) showScores(x *rsc, routine string, t table) {
	r.why.showing(x)
	if !r.showAll || x.removed {
		return
	}
	for i := range t {
		if t[i].known {
			r.trace = append(r.trace, Trace{Kind: TraceAssignment, By: routine, Resource: x.name, Node: r.nodes[i].name,
				Score: t[i].score})
		}
	}
	for _, c := range x.children {
		r.showScores(c, routine, c.allowed)
	}
}

// showPromotion records how much an instance should be promoted.
func (r *run) showPromotion(x *rsc) {
	if !r.showAll {
		return
	}
	t := Trace{Kind: TracePromotion, Resource: x.name, Score: x.promotion}
	if n := x.location(); n != nil {
		t.Node = n.name
	}
	r.trace = append(r.trace, t)
}

// showCapacities records what the nodes have to give. Guests are not listed: they take from the node that they run on.
func (r *run) showCapacities(when string) {
	if !r.showUse {
		return
	}
	for _, n := range r.nodes {
		if !n.guest() {
			r.trace = append(r.trace, Trace{Kind: TraceCapacity, By: when, Node: n.name, Amounts: n.capacity.amounts()})
		}
	}
}

// showUsed records what a resource takes from the node that it is placed on.
func (r *run) showUsed(n *node, x *rsc) {
	if r.showUse {
		r.trace = append(r.trace, Trace{Kind: TraceUse, By: "pcmk__assign_resource", Resource: x.name, Node: n.name,
			Amounts: x.takes.amounts()})
	}
}

// amounts lists capacities by name.
func (c capacities) amounts() []Amount {
	var list []Amount
	for _, k := range slices.Sorted(maps.Keys(c)) {
		list = append(list, Amount{k, c[k]})
	}
	return list
}
