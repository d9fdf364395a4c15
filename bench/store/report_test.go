package main

import (
	"strings"
	"testing"
)

// TestReport: medians, limits with the time of an fsync, and ratios that are above 1 where Pacer is better.
func TestReport(t *testing.T) {
	list := []row{
		{name: "slow", unit: "ms", limit: 4, syncs: 2},
		{name: "rate", unit: "1/s", limit: 1000},
		{name: "not measured", unit: "ms", limit: 1},
	}
	rep := &report{Date: "today", System: "Linux", CPUs: 2, Rounds: 3, LoadBefore: "1", LoadAfter: "2", FileSystem: "ext4 on disk", Sync: 0.5,
		Own:  figures{"slow": {6, 3, 5.5}, "rate": {1000, 2000}},
		Peer: figures{"slow": {11}, "rate": {500}},
	}
	rep.judge(list)
	var b strings.Builder
	rep.print(&b)
	want := `today, Linux, 2 CPUs, load 1 before and 2 after; state of all nodes on ext4 on disk, fsync there 0.5 ms; 3 rounds.

| median (smallest–largest) | Pacer | wanted | | Pacemaker + Corosync | ratio |
|---|---|---|---|---|---|
| slow | 5.5 ms (3.0–6.0) | ≤ 5.0 ms | not met | 11.0 ms (11.0–11.0) | 2.0 |
| rate | 1500 1/s (1000–2000) | ≥ 1000 1/s | met | 500 1/s (500–500) | 3.0 |
`
	if b.String() != want {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

// TestRowsAreChosenByTheirBeginning: no word means all rows.
func TestRowsAreChosenByTheirBeginning(t *testing.T) {
	if got := len(chosen(nil)); got != len(rows) {
		t.Errorf("%d rows of %d without a word", got, len(rows))
	}
	for _, r := range chosen([]string{"rate", "picture"}) {
		if r.flood == "" && r.file == [2]int{} {
			t.Errorf("%q was not asked for", r.name)
		}
	}
}
