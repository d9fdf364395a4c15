package main

import (
	"fmt"
	"io"
	"slices"
)

// Rows that are no fault of the demonstration.
const (
	coldStart = "cold start"
	memory    = "memory"
	nodeToken = "node, token 1 s"
)

// rows are the lines of the table in their order; like names the row of Pacer that a row of the peer is compared with.
var rows = []struct{ name, like, text, unit string }{
	{"node", "node", "node loses power, service answers elsewhere", "ms"},
	{nodeToken, "node", "the same, Corosync with `token: 1000`", "ms"},
	{"service", "service", "service killed, monitored every 10 s", "ms"},
	{"partition", "partition", "owner cut off, fenced", "ms"},
	{"standby", "standby", "owner put into standby", "ms"},
	{coldStart, coldStart, "all nodes boot, service answers", "ms"},
	{memory, memory, "memory of a node (PSS)", "MB"},
}

// figures are measured values by row.
type figures map[string][]float64

// add keeps a value; negative ones stand for rounds without a result.
func (f figures) add(row string, v float64) {
	if v >= 0 {
		f[row] = append(f[row], v)
	}
}

// median is the middle of a row's values.
func (f figures) median(row string) (float64, bool) {
	v := slices.Sorted(slices.Values(f[row]))
	if len(v) == 0 {
		return 0, false
	}
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2, true
}

// column is what one system gave.
type column struct {
	name string
	figures
}

// table prints medians, with the smallest and largest value behind, and how many times longer than Pacer the peer took. Where
// Pacer was measured with stock agents too, the ratio is to that: both sides then run the same agents.
func table(w io.Writer, columns []column) {
	compare := len(columns) > 1 && columns[len(columns)-1].name != "Pacer, stock agents"
	fmt.Fprint(w, "| median (smallest–largest) |")
	for _, c := range columns {
		fmt.Fprintf(w, " %s |", c.name)
	}
	if compare {
		fmt.Fprint(w, " ratio |")
	}
	fmt.Fprint(w, "\n|---|")
	for range columns {
		fmt.Fprint(w, "---|")
	}
	if compare {
		fmt.Fprint(w, "---|")
	}
	fmt.Fprintln(w)
	for _, r := range rows {
		if !slices.ContainsFunc(columns, func(c column) bool { return len(c.figures[r.name]) > 0 }) {
			continue
		}
		fmt.Fprintf(w, "| %s |", r.text)
		for _, c := range columns {
			if m, ok := c.median(r.name); ok {
				fmt.Fprintf(w, " %.0f %s (%.0f–%.0f) |", m, r.unit, slices.Min(c.figures[r.name]), slices.Max(c.figures[r.name]))
			} else {
				fmt.Fprint(w, " – |")
			}
		}
		if compare {
			own, okOwn := columns[len(columns)-2].median(r.like)
			peer, okPeer := columns[len(columns)-1].median(r.name)
			if okOwn && okPeer && own > 0 {
				fmt.Fprintf(w, " %.1f |", peer/own)
			} else {
				fmt.Fprint(w, " – |")
			}
		}
		fmt.Fprintln(w)
	}
}
