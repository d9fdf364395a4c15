package cluster_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pacer/cluster"
	"pacer/internal/bigcib"
	"pacer/internal/gauge"
)

// BenchmarkUnpack reads clusters in which everything runs, without a memo and again with one. Its measure is the median of
// the CPU time, in milliseconds.
func BenchmarkUnpack(b *testing.B) {
	for _, size := range []bigcib.Shape{{Nodes: 3, Primitives: 30}, {Nodes: 16, Primitives: 1000}, {Nodes: 32, Primitives: 2000}} {
		size.Running, size.Fencing = true, true
		for _, again := range []bool{false, true} {
			b.Run(fmt.Sprintf("%dx%d/again=%v", size.Nodes, size.Primitives, again), func(b *testing.B) {
				root := bigcib.New(size)
				var memo *cluster.Memo
				if again {
					memo = &cluster.Memo{}
				}
				var took []time.Duration
				b.ReportAllocs()
				for b.Loop() {
					begun := gauge.CPU()
					s, err := memo.Unpack(root, bigcib.Decided)
					if err != nil {
						b.Fatal(err)
					}
					took = append(took, gauge.CPU()-begun)
					memo = s.Memo()
				}
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "cpu-ms")
			})
		}
	}
}
