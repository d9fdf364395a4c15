package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// report is the result of a run.
type report struct {
	Date       string   `json:"date"`
	System     string   `json:"system"`
	CPUs       int      `json:"cpus"`
	Rounds     int      `json:"rounds"`
	LoadBefore string   `json:"load_before"`
	LoadAfter  string   `json:"load_after"`
	FileSystem string   `json:"file_system"`
	Sync       float64  `json:"fsync_ms"`
	Rows       []result `json:"rows"`

	Own  figures `json:"-"`
	Peer figures `json:"-"`
}

// result is one row: medians, with the limit that counts here.
type result struct {
	Name  string   `json:"name"`
	Unit  string   `json:"unit"`
	Limit float64  `json:"limit"`
	Own   spread   `json:"pacer"`
	Peer  *spread  `json:"peer,omitempty"`
	Ratio *float64 `json:"ratio,omitempty"` // how many times better than the peer
	Met   bool     `json:"met"`
}

// spread is a median with the smallest and the largest value.
type spread struct {
	Median float64 `json:"median"`
	Least  float64 `json:"least"`
	Most   float64 `json:"most"`
	Values int     `json:"values"`
}

func spreadOf(v []float64) spread {
	return spread{median(v), slices.Min(v), slices.Max(v), len(v)}
}

// judge fills the rows.
func (rep *report) judge(list []row) {
	for _, r := range list {
		own := rep.Own[r.name]
		if len(own) == 0 {
			continue
		}
		res := result{Name: r.name, Unit: r.unit, Limit: r.limit + r.syncs*rep.Sync, Own: spreadOf(own)}
		res.Met = res.Own.Median <= res.Limit
		if r.unit == "1/s" {
			res.Met = res.Own.Median >= res.Limit
		}
		if v := rep.Peer[r.name]; len(v) > 0 {
			peer := spreadOf(v)
			ratio := peer.Median / res.Own.Median
			if r.unit == "1/s" {
				ratio = 1 / ratio
			}
			res.Peer, res.Ratio = &peer, &ratio
		}
		rep.Rows = append(rep.Rows, res)
	}
}

// print prints a Markdown table.
func (rep *report) print(w io.Writer) {
	fmt.Fprintf(w, "%s, %s, %d CPUs, load %s before and %s after; state of all nodes on %s, fsync there %.1f ms; %d rounds.\n\n", rep.Date, rep.System,
		rep.CPUs, rep.LoadBefore, rep.LoadAfter, rep.FileSystem, rep.Sync, rep.Rounds)
	fmt.Fprint(w, "| median (smallest–largest) | Pacer | wanted | | Pacemaker + Corosync | ratio |\n|---|---|---|---|---|---|\n")
	for _, r := range rep.Rows {
		sign, met := "≤", "not met"
		if r.Unit == "1/s" {
			sign = "≥"
		}
		if r.Met {
			met = "met"
		}
		peer, ratio := "–", "–"
		if r.Peer != nil {
			peer, ratio = r.Peer.text(r.Unit), fmt.Sprintf("%.1f", *r.Ratio)
		}
		fmt.Fprintf(w, "| %s | %s | %s %s | %s | %s | %s |\n", strings.ReplaceAll(r.Name, "|", "\\|"), r.Own.text(r.Unit), sign, number(r.Limit)+" "+r.Unit, met, peer, ratio)
	}
}

func (s spread) text(unit string) string {
	return fmt.Sprintf("%s %s (%s–%s)", number(s.Median), unit, number(s.Least), number(s.Most))
}

func number(v float64) string {
	if v < 100 {
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}
