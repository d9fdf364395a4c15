package transition

import (
	"testing"
	"time"

	"pacer/graph"
	"pacer/machine"
	"pacer/xmltree"
)

// line builds a graph from ids: each action waits for the one before it.
func line(ids ...int) *graph.Graph {
	g := &graph.Graph{ID: 7, ClusterDelay: time.Minute, MigrationLimit: -1}
	for i, id := range ids {
		s := graph.Synapse{ID: i, Action: graph.Action{ID: id, Operation: "start", Key: "r_start_0", Node: graph.NodeRef{UUID: "1", Name: "n1"}}}
		if i > 0 {
			s.Inputs = []int{ids[i-1]}
		}
		g.Synapses = append(g.Synapses, s)
	}
	return g
}

// tell summarises effects: ids of starts, then the end.
func tell(effects []Effect) (starts []int, ended *Ended) {
	for _, f := range effects {
		switch f := f.(type) {
		case Start:
			starts = append(starts, f.Action.ID)
		case Ended:
			ended = &f
		}
	}
	return starts, ended
}

func TestOneAfterTheOther(t *testing.T) {
	var c Core
	now := machine.Now{}
	starts, _ := tell(c.Step(now, Begin{Graph: line(4, 2, 9)}))
	if len(starts) != 1 || starts[0] != 4 {
		t.Fatal(starts)
	}
	starts, _ = tell(c.Step(now, Confirmed{Action: 4}))
	if len(starts) != 1 || starts[0] != 2 {
		t.Fatal(starts)
	}
	if starts, _ = tell(c.Step(now, Confirmed{Action: 4})); starts != nil {
		t.Fatal("confirmed twice")
	}
	c.Step(now, Confirmed{Action: 2})
	_, end := tell(c.Step(now, Confirmed{Action: 9}))
	if end == nil || !end.Complete || end.Done != 3 || end.After != Nothing || c.Active() {
		t.Fatalf("%+v", end)
	}
}

func TestAnEmptyGraphEndsAtOnce(t *testing.T) {
	var c Core
	_, end := tell(c.Step(machine.Now{}, Begin{Graph: &graph.Graph{}}))
	if end == nil || !end.Complete {
		t.Fatalf("%+v", end)
	}
}

func TestPseudoActionsConfirmThemselves(t *testing.T) {
	g := line(1, 2, 3)
	g.Synapses[0].Action.Kind = graph.Pseudo
	g.Synapses[2].Action.Kind = graph.Pseudo
	var c Core
	starts, _ := tell(c.Step(machine.Now{}, Begin{Graph: g}))
	if len(starts) != 1 || starts[0] != 2 {
		t.Fatal(starts)
	}
	if _, end := tell(c.Step(machine.Now{}, Confirmed{Action: 2})); end == nil || !end.Complete || end.Done != 1 {
		t.Fatalf("%+v", end)
	}
}

func TestAFailureEndsTheTransitionAndAsksForAnother(t *testing.T) {
	var c Core
	c.Step(machine.Now{}, Begin{Graph: line(1, 2)})
	_, end := tell(c.Step(machine.Now{}, Confirmed{Action: 1, Failed: true, Why: "r_start_0 failed"}))
	if end == nil || end.Complete || end.After != Restart || end.Failed != 1 || end.Left != 1 || end.Why != "r_start_0 failed" {
		t.Fatalf("%+v", end)
	}
}

func TestWhatMayFailHoldsNothingUp(t *testing.T) {
	g := line(1, 2)
	g.Synapses[0].Action.Attrs = []xmltree.Attr{{Name: "CRM_meta_can_fail", Value: "true"}}
	var c Core
	c.Step(machine.Now{}, Begin{Graph: g})
	if starts, _ := tell(c.Step(machine.Now{}, Confirmed{Action: 1, Failed: true})); len(starts) != 1 {
		t.Fatal(starts)
	}
}

func TestAnAbortWaitsForWhatIsUnderWay(t *testing.T) {
	var c Core
	g := line(1, 2)
	g.Synapses[1].Priority = 50
	c.Step(machine.Now{}, Begin{Graph: g})
	if starts, end := tell(c.Step(machine.Now{}, Abort{Priority: 50, After: Restart, Why: "a"})); starts != nil || end != nil {
		t.Fatal("ended early")
	}
	// Priority 50 is not below the abort's, so action 2 still goes.
	if starts, _ := tell(c.Step(machine.Now{}, Confirmed{Action: 1})); len(starts) != 1 {
		t.Fatal(starts)
	}
	c.Step(machine.Now{}, Abort{Priority: Infinity, After: Stop, Why: "b"})
	_, end := tell(c.Step(machine.Now{}, Confirmed{Action: 2}))
	if end == nil || end.After != Stop || end.Why != "b" {
		t.Fatalf("%+v", end)
	}
}

func TestALateActionFails(t *testing.T) {
	var c Core
	g := line(1, 2)
	g.Synapses[0].Action.Attrs = []xmltree.Attr{{Name: "CRM_meta_timeout", Value: "20000"}}
	var timer SetTimer
	for _, f := range c.Step(machine.Now{Mono: time.Second}, Begin{Graph: g}) {
		if s, ok := f.(SetTimer); ok {
			timer = s
		}
	}
	if timer.At != 81*time.Second {
		t.Fatalf("%+v", timer)
	}
	effects := c.Step(machine.Now{Mono: timer.At}, TimerFired{timer.Key})
	if _, ok := effects[0].(Late); !ok {
		t.Fatalf("%+v", effects)
	}
	if _, end := tell(effects); end == nil || end.After != Restart {
		t.Fatalf("%+v", effects)
	}
}

func TestALostNodeFailsItsActions(t *testing.T) {
	g := line(1, 2)
	g.Synapses[1].Inputs = nil
	g.Synapses[1].Action.Node = graph.NodeRef{UUID: "2"}
	g.Synapses = append(g.Synapses, graph.Synapse{ID: 2, Inputs: []int{2}, Action: graph.Action{ID: 3, Node: graph.NodeRef{UUID: "1"}}})
	var c Core
	if starts, _ := tell(c.Step(machine.Now{}, Begin{Graph: g})); len(starts) != 2 {
		t.Fatal(starts)
	}
	c.Step(machine.Now{}, NodeGone{UUID: "1", Why: "n1 is lost"})
	starts, end := tell(c.Step(machine.Now{}, Confirmed{Action: 2}))
	if starts != nil || end == nil || end.Failed != 1 || end.Left != 1 {
		t.Fatalf("%v %+v", starts, end)
	}
}

func TestLimits(t *testing.T) {
	wide := func(op string, n int) *graph.Graph {
		g := line()
		for i := range n {
			g.Synapses = append(g.Synapses, graph.Synapse{ID: i, Action: graph.Action{ID: i + 1, Operation: op, Node: graph.NodeRef{UUID: "1"}}})
		}
		return g
	}
	count := func(b Begin) int {
		var c Core
		starts, _ := tell(c.Step(machine.Now{}, b))
		return len(starts)
	}
	g := wide("start", 5)
	if n := count(Begin{Graph: g}); n != 5 {
		t.Error("without limits", n)
	}
	if n := count(Begin{Graph: g, NodeLimit: 2}); n != 2 {
		t.Error("node-action-limit", n)
	}
	g.BatchLimit = 3
	if n := count(Begin{Graph: g}); n != 3 {
		t.Error("batch-limit", n)
	}
	g = wide("migrate_to", 4)
	g.MigrationLimit = 1
	if n := count(Begin{Graph: g}); n != 1 {
		t.Error("migration-limit", n)
	}
	g = wide("stonith", 4)
	g.BatchLimit = 1
	if n := count(Begin{Graph: g}); n != 4 {
		t.Error("fencing was held back", n)
	}
}
