package scheduler_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"pacer/cluster"
	"pacer/internal/randomcib"
	"pacer/scheduler"
	"pacer/xmltree"
)

// TestWorkspaceChangesNothing decides about documents that change step by step, with what earlier decisions left and without. What
// was decided before stays as it was.
func TestWorkspaceChangesNothing(t *testing.T) {
	seeds, steps := uint64(200), 8
	if testing.Short() {
		seeds = 40
	}
	workspace := &scheduler.Workspace{} // the same for all: sizes differ
	for seed := range seeds {
		root, rnd := randomcib.New(seed, randomcib.Options{}), rand.New(rand.NewPCG(seed, 2))
		memo, now := &cluster.Memo{}, time.Unix(1_700_000_000, 0).UTC()
		var fresh, again []decided
		for step := range steps {
			in := scheduler.Input{CIB: root, Now: now, ShowScores: true, Draw: true, DrawAll: step%2 == 0, Transition: step}
			plain := scheduler.Schedule(in)
			in.Memo, in.Workspace, in.Why = memo, workspace, step%3 == 0
			out := scheduler.Schedule(in)
			if (plain.Err == nil) != (out.Err == nil) {
				t.Fatalf("seed %d, step %d: %v alone, %v with a workspace", seed, step, plain.Err, out.Err)
			}
			if out.Err != nil {
				break
			}
			fresh, again = append(fresh, *tell(plain)), append(again, decided{out: out})
			for i := range again { // old ones too
				if d := difference(fresh[i], *tell(again[i].out)); d != "" {
					t.Fatalf("seed %d, step %d, decision %d: %s", seed, step, i, d)
				}
			}
			memo = out.State.Memo()
			if rnd.IntN(3) == 0 {
				now = now.Add(time.Duration(rnd.IntN(3000)) * time.Second)
			}
			root = changed(root, rnd)
		}
	}
}

// changed makes a few random changes.
func changed(root *xmltree.Node, rnd *rand.Rand) *xmltree.Node {
	for range 1 + rnd.IntN(2) {
		root = randomcib.Edit(root, rnd)
	}
	return root
}

// decided is what an output says to others.
type decided struct {
	out   *scheduler.Output
	parts []part
}

type part struct {
	name string
	says any
}

func tell(out *scheduler.Output) *decided {
	d := &decided{out: out}
	add := func(name string, says any) { d.parts = append(d.parts, part{name, says}) }
	add("graph", *out.Graph)
	add("messages", out.Messages)
	add("trace", out.Trace)
	add("dot", out.Dot)
	add("notices", out.Notices)
	for _, r := range out.Decisions {
		add("decision", fmt.Sprint(r.Verb, r.Resource.Name, r.FromRole, r.ToRole, r.Detail, r.Reason, r.Blocked))
	}
	for _, n := range out.NodeDecisions {
		add("node", fmt.Sprint(n.Task, n.Name, n.Reason))
	}
	return d
}

func difference(want, got decided) string {
	for i := range min(len(want.parts), len(got.parts)) {
		if w, g := want.parts[i], got.parts[i]; w.name != g.name || !reflect.DeepEqual(w.says, g.says) {
			return fmt.Sprintf("%s: %+v\nwith a workspace %s: %+v", w.name, w.says, g.name, g.says)
		}
	}
	if len(want.parts) != len(got.parts) {
		return fmt.Sprintf("%d parts, %d with a workspace", len(want.parts), len(got.parts))
	}
	return ""
}
