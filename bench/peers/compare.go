package main

import (
	"fmt"
	"slices"
	"strings"
)

// class says what is different. The order is that in which one difference leads to the next: what was read, what was
// reckoned, what was decided, what is done, what comes of it.
type class int

const (
	classEnd         class = iota // a signal, a panic, another exit code
	classBefore                   // the status before
	classScores                   // scores
	classUtilization              // capacities and what uses them
	classSummary                  // what is said of the decisions
	classActions                  // actions of the graph
	classAttributes               // their attributes
	classOrders                   // what they wait for
	classPriority
	classHeader
	classDot     // actions and orderings that are not part of the graph
	classSteps   // the order in which they are carried out
	classAfter   // the status afterwards
	classNotes   // what is said between the sections
	classNumbers // only how actions are numbered
)

var classNames = [...]string{
	"end", "status before", "scores", "utilization", "summary", "actions", "attributes", "orderings", "priority", "header", "dot", "execution",
	"status after", "notes", "numbering",
}

func (c class) String() string { return classNames[c] }

// detail is one difference: its kind, and the place where it was seen ("-" theirs, "+" ours).
type detail struct {
	class      class
	kind, text string
}

// String is what a detail is called in reports.
func (x *detail) String() string { return x.class.String() + ": " + x.kind }

// difference is everything in which two outcomes differ, the first causes first.
type difference struct{ list []detail }

func (d *difference) add(c class, kind, text string) { d.list = append(d.list, detail{c, kind, text}) }

// kind names the first of the differences, "" when there is none.
func (d *difference) kind() string {
	if len(d.list) == 0 {
		return ""
	}
	return d.list[0].String()
}

// weak tells that only the numbering differs, and what follows from it: the order in which equal things are told and done.
func (d *difference) weak() bool {
	for i := range d.list {
		x := &d.list[i]
		if x.class != classNumbers && !(x.kind == "order" && (x.class == classSteps || x.class == classSummary)) {
			return false
		}
	}
	return len(d.list) > 0
}

// compare lists the differences between two outcomes.
func compare(theirs, ours *outcome) *difference {
	d := &difference{}
	switch {
	case theirs.trouble != "" || ours.trouble != "":
		if theirs.trouble != ours.trouble {
			d.add(classEnd, "theirs "+orElse(theirs.trouble, "well")+", ours "+orElse(ours.trouble, "well"), ours.stderr+theirs.stderr)
		}
		return d
	case theirs.exit != ours.exit:
		d.add(classEnd, fmt.Sprintf("exit code %d, ours %d", theirs.exit, ours.exit), ours.stderr+theirs.stderr)
		return d
	}
	d.lines(classBefore, theirs.before, ours.before)
	d.lines(classScores, theirs.scores, ours.scores)
	d.lines(classUtilization, theirs.utilization, ours.utilization)
	d.lines(classSummary, theirs.summary, ours.summary)
	d.graphs(theirs.graph, ours.graph)
	d.lines(classDot, theirs.dot, ours.dot)
	d.steps(theirs.steps, ours.steps)
	d.lines(classAfter, theirs.after, ours.after)
	d.lines(classNotes, theirs.notes, ours.notes)
	slices.SortStableFunc(d.list, func(a, b detail) int { return int(a.class - b.class) })
	return d
}

// lines compares two sections as multisets, and then in order.
func (d *difference) lines(c class, theirs, ours []string) {
	if slices.Equal(theirs, ours) {
		return
	}
	a, b := slices.Sorted(slices.Values(theirs)), slices.Sorted(slices.Values(ours))
	gone, more := missing(a, b), missing(b, a)
	for i := range max(len(gone), len(more)) {
		switch {
		case i >= len(more):
			d.add(c, "missing "+word(c, gone[i]), "- "+gone[i])
		case i >= len(gone):
			d.add(c, "extra "+word(c, more[i]), "+ "+more[i])
		default:
			d.add(c, word(c, gone[i])+" for "+word(c, more[i]), "- "+gone[i]+"\n    + "+more[i])
		}
	}
	if len(gone)+len(more) == 0 {
		d.add(c, "order", "")
	}
}

// steps compares two executions. What is done is told by the graph already; here only the order counts.
func (d *difference) steps(theirs, ours []string) {
	for i := range min(len(theirs), len(ours)) {
		if theirs[i] != ours[i] {
			d.add(classSteps, "order", fmt.Sprintf("step %d: - %s + %s", i+1, theirs[i], ours[i]))
			return
		}
	}
	if len(theirs) != len(ours) {
		d.add(classSteps, "number", fmt.Sprintf("- %d + %d", len(theirs), len(ours)))
	}
}

// stateWords are the words of a status that say what state something is in.
var stateWords = []string{
	"started", "stopped", "failed", "promoted", "unpromoted", "orphaned", "starting", "stopping", "promoting", "demoting",
	"migrating", "online", "offline", "unclean", "pending", "standby", "clone", "container", "group", "node",
}

// word is what is typical of a line: the part that stays while names change.
func word(c class, line string) string {
	f := strings.Fields(strings.TrimPrefix(line, "* "))
	switch c {
	case classScores, classUtilization:
		if len(f) > 1 && f[1] == "promotion" {
			return "promotion score"
		}
	case classSummary:
		if i := strings.Index(line, "due to "); i >= 0 && len(f) > 0 {
			reason := strings.Fields(line[i+len("due to "):])
			return f[0] + " (" + strings.Join(reason[:min(2, len(reason))], " ") + ")"
		}
	case classDot:
		kind := "action "
		if strings.Contains(line, "->") {
			kind = "arrow "
		}
		if len(f) > 0 {
			kind += taskOf("x " + strings.Trim(f[0], `"`))
		}
		if i := strings.IndexByte(line, '['); i >= 0 {
			return kind + " " + line[i:]
		}
		return kind
	case classBefore, classAfter:
		var state []string
		for _, w := range f {
			if slices.Contains(stateWords, strings.Trim(w, ":")) {
				state = append(state, w)
			}
		}
		if len(state) > 0 {
			return strings.Join(state, " ")
		}
	}
	if len(f) == 0 {
		return ""
	}
	return f[0]
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}
