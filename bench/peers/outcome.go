package main

import (
	"fmt"
	"slices"
	"strings"

	"pacer/xmltree"
)

// outcome is what one crm_simulate made of one CIB.
type outcome struct {
	exit    int
	trouble string // how it ended when it did not end by itself: a signal, a panic, too long
	stderr  string

	// The sections of its text, each without headings, bullets and indentation that carry no meaning.
	before, scores, utilization, summary, steps, after []string
	notes                                              []string // lines between them that no section has

	graph *xmltree.Node // the transition graph; nil when there is none
	dot   []string      // lines of the dot file, sorted, each once
}

// sections are the headings of the text by what is kept under them.
func (o *outcome) section(heading string) *[]string {
	switch heading {
	case "Current cluster status:":
		return &o.before
	case "Allocation Scores:", "Assignment Scores:", "Utilization Information:",
		"Allocation Scores and Utilization Information:", "Assignment Scores and Utilization Information:":
		return &o.scores
	case "Transition Summary:":
		return &o.summary
	case "Executing Cluster Transition:":
		return &o.steps
	case "Revised Cluster Status:":
		return &o.after
	}
	return nil
}

// read takes apart what a crm_simulate printed and wrote. Graph and dot may be empty.
func (o *outcome) read(stdout, graph, dot []byte) error {
	at := new([]string) // before the first heading: the date
	for line := range strings.Lines(string(stdout)) {
		line = strings.TrimRight(line, "\n")
		if s := o.section(line); s != nil {
			at = s
			continue
		}
		if line == "Transition failed: terminated" || line == "An invalid transition was produced" {
			continue // Told by the steps; the peer says it elsewhere.
		}
		switch line = squeeze(line); {
		case line == "":
		case strings.HasPrefix(line, "Parameters to ") || strings.HasPrefix(line, "Only 'private' parameters ") || strings.HasPrefix(line, "notice: "):
			o.notes = append(o.notes, line)
		default:
			*at = append(*at, line)
		}
	}
	utilization := func(line string) bool { return !strings.Contains(line, " score ") }
	for _, line := range o.scores {
		if utilization(line) {
			o.utilization = append(o.utilization, line)
		}
	}
	o.scores = slices.DeleteFunc(o.scores, utilization)
	slices.Sort(o.scores)
	slices.Sort(o.utilization)
	for line := range strings.Lines(string(dot)) {
		if line = squeeze(line); line != "" {
			o.dot = append(o.dot, line)
		}
	}
	slices.Sort(o.dot)
	o.dot = slices.Compact(o.dot)
	if len(graph) == 0 {
		return nil
	}
	root, err := xmltree.Parse(graph)
	if err != nil {
		return fmt.Errorf("the transition graph: %w", err)
	}
	o.graph = root
	return nil
}

// squeeze makes all white space of a line single blanks: columns are as wide as their longest entry, which is no decision.
func squeeze(line string) string { return strings.Join(strings.Fields(line), " ") }
