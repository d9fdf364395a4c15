package sim

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// BenchmarkManyServices starts many services on three nodes, all in one go; the time is that of the processor, for the whole
// cluster.
func BenchmarkManyServices(b *testing.B) {
	for _, n := range []int{100, 400} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var text strings.Builder
			for i := range n {
				fmt.Fprintf(&text, `<primitive id="d%d" class="ocf" provider="pacemaker" type="Dummy"><operations><op id="d%d-m" name="monitor" interval="10s"/></operations></primitive>`, i, i)
			}
			doc := strings.Replace(webPair(nil, false), "<resources>", "<resources>"+text.String(), 1)
			for b.Loop() {
				w := New(Options{Seed: 1, Nodes: 3, CIB: doc, Unchecked: true})
				for _, n := range w.Nodes {
					n.PowerOn()
				}
				if !w.RunUntil(5*time.Minute, func() bool { return len(w.Where(fmt.Sprintf("d%d", n-1))) == 1 && w.Settled() }) {
					b.Fatal(w.Trace(20))
				}
				b.ReportMetric(w.Now().Seconds(), "virtual-s")
			}
		})
	}
}
