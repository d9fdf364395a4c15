package main

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// TestExponent: the power of a curve comes out of its points.
func TestExponent(t *testing.T) {
	for _, power := range []float64{0.5, 1, 2.25} {
		x, y := []float64{4, 8, 16, 32}, make([]float64, 4)
		for i := range x {
			y[i] = 3 * math.Pow(x[i], power)
		}
		if e := exponent(x, y); math.Abs(e-power) > 1e-9 {
			t.Errorf("found %v, want %v", e, power)
		}
	}
}

// TestTable: rows with and without a peer, and lines that are long enough for a slope.
func TestTable(t *testing.T) {
	rep := &report{Date: "today", System: "Linux", CPUs: 2, Load: "0", Peers: []string{"Peer 1"}, Rounds: 3}
	for i, n := range []int{4, 8, 16, 32} {
		r := &row{Line: "nodes", Nodes: n, Primitives: 400, State: "running", Bytes: 1 << 20, Pacer: &cost{CPU: float64(10 * n), Memory: 20, Simulate: float64(20 * n)}}
		r.Peers = []*cost{{CPU: float64(100 * n * n), Memory: 200}}
		if i == 3 {
			r.Peers = []*cost{{Skipped: "would take about 700 s"}}
		}
		rep.Rows = append(rep.Rows, r)
	}
	rep.Growth = growths(rep.Rows, rep.Peers)
	rep.Cases = []*caseCost{{Program: "Pacer", Runs: 1272, Rounds: 3, CPU: 4.25, Wall: 5, CPU95: 9.75, Sum: 6000}}
	var b strings.Builder
	rep.print(&b)
	for _, want := range []string{
		"| 4 nodes × 400 primitives, running | 1.0 MB | 40 ms | 20 MB | 2.0 | 1600 ms | 200 MB | – | 40.0 |",
		"| 32 nodes × 400 primitives, running | 1.0 MB | 320 ms | 20 MB | 2.0 | would take about 700 s | – | – | – |",
		"| nodes | running | Pacer | 1.00 | 4 |",
		"| Pacer | 1272 | 0 | 3 | 4.2 ms | 9.8 ms | 5.0 ms | 6.0 s |",
	} {
		if !strings.Contains(b.String(), want+"\n") {
			t.Errorf("no line\n%s\nin\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "| Peer 1 |") {
		t.Errorf("a slope of three sizes:\n%s", b.String())
	}
}

// TestWords: arguments of a case with blanks in them.
func TestWords(t *testing.T) {
	if got := words("-t '2014-05-07 00:28:00' -u  node1"); !slices.Equal(got, []string{"-t", "2014-05-07 00:28:00", "-u", "node1"}) {
		t.Errorf("%q", got)
	}
}
