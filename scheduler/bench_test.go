package scheduler

import (
	"testing"

	"pacer/internal/bigcib"
)

func benchmark(b *testing.B, nodes, primitives int, runs bool) {
	in := Input{CIB: bigcib.New(bigcib.Shape{Nodes: nodes, Primitives: primitives, Running: runs})}
	b.ReportAllocs()
	for b.Loop() {
		if out := Schedule(in); out.Err != nil {
			b.Fatal(out.Err)
		}
	}
}

func BenchmarkStart100(b *testing.B)    { benchmark(b, 8, 100, false) }
func BenchmarkSteady100(b *testing.B)   { benchmark(b, 8, 100, true) }
func BenchmarkStart1000(b *testing.B)   { benchmark(b, 8, 1000, false) }
func BenchmarkSteady1000(b *testing.B)  { benchmark(b, 8, 1000, true) }
func BenchmarkSteady4000(b *testing.B)  { benchmark(b, 16, 4000, true) }
func BenchmarkSteady10000(b *testing.B) { benchmark(b, 16, 10000, true) }

// TestBig: in a large cluster at rest nothing is to be done.
func TestBig(t *testing.T) {
	out := Schedule(Input{CIB: bigcib.New(bigcib.Shape{Nodes: 8, Primitives: 1000, Running: true, Fencing: true})})
	if out.Err != nil {
		t.Fatal(out.Err)
	}
	if d := out.Decisions; len(d) > 0 {
		t.Errorf("%d decisions about a cluster at rest, the first: %s %s (%s)", len(d), d[0].Verb, d[0].Resource.Name, d[0].Detail)
	}
	if n := len(out.Graph.Synapses); n > 0 {
		t.Errorf("%d actions for a cluster at rest, the first: %s", n, out.Graph.Synapses[0].Action.Key)
	}
}
