package scheduler

import (
	"slices"
	"testing"
	"time"

	"pacer/cluster"
	"pacer/internal/bigcib"
	"pacer/internal/gauge"
	"pacer/xmltree"
)

// BenchmarkOneChange is what the daemon does in a cluster of 16 nodes and 1,000 primitives when the status of one of them
// changes: a new decision about a document that shares all else with the last one. Its measure is the median of the CPU
// time, in milliseconds.
func BenchmarkOneChange(b *testing.B) {
	root := bigcib.New(bigcib.Shape{Nodes: 16, Primitives: 1000, Running: true, Fencing: true})
	memo, workspace := &cluster.Memo{}, &Workspace{}
	codes := [2]string{"1", "0"}
	var took []time.Duration
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		root = failMonitor(root, codes[i%2])
		begun := gauge.CPU()
		out := Schedule(Input{CIB: root, Now: bigcib.Decided, Memo: memo, Workspace: workspace})
		took = append(took, gauge.CPU()-begun)
		if out.Err != nil {
			b.Fatal(out.Err)
		}
		if n := len(out.Graph.Synapses); i%2 == 0 && n == 0 || i%2 == 1 && n > 0 {
			b.Fatalf("%d actions after the change to %s", n, codes[i%2])
		}
		memo = out.State.Memo()
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "cpu-ms")
}

// failMonitor gives the newest entry of a resource that runs another exit code.
func failMonitor(root *xmltree.Node, code string) *xmltree.Node {
	path := xmltree.Path{root}
	for _, name := range []string{"status", "node_state", "lrm", "lrm_resources"} {
		path = append(path, path[len(path)-1].First(name))
	}
	for x := range path[len(path)-1].Elements("lrm_resource") {
		if ops := slices.Collect(x.Elements("lrm_rsc_op")); len(ops) > 1 {
			e := xmltree.Edit(root)
			e.Set(append(path, x, ops[len(ops)-1]), "rc-code", code)
			return e.Done()
		}
	}
	return root
}
