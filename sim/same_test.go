package sim

import (
	"reflect"
	"testing"
	"time"

	"pacer/machine"
	"pacer/node"
)

// One seed is one run, to the last line.
func TestOneSeedIsOneRun(t *testing.T) {
	a, b := play(77, 15, false), play(77, 15, false)
	if len(a.trace) != len(b.trace) {
		t.Fatalf("%d lines and %d lines", len(a.trace), len(b.trace))
	}
	for i := range a.trace {
		if a.trace[i] != b.trace[i] {
			t.Fatalf("line %d:\n%s\n%s", i, a.trace[i], b.trace[i])
		}
	}
}

// A manager can be cloned in the middle of its work; the clone goes on like the original and shares nothing with it.
func TestManagersCanBeCloned(t *testing.T) {
	w := New(Options{Seed: 78, Nodes: 3, CIB: webPair(nil, true)})
	for _, n := range w.Nodes {
		n.PowerOn()
	}
	w.Plan(w.Faults(6, 5*time.Second))
	compared := 0
	w.watch = func(n *Node, ev node.Event) {
		if w.Steps%7 != 0 {
			return
		}
		clone := machine.Clone(n.manager)
		before := machine.Fingerprint(n.manager)
		if machine.Fingerprint(clone) != before {
			t.Fatal("the clone has another fingerprint")
		}
		again := machine.Clone(n.manager)
		effects := clone.Step(w.clock(), ev)
		if machine.Fingerprint(n.manager) != before {
			t.Fatalf("stepping the clone by %#v changed the original", ev)
		}
		if other := again.Step(w.clock(), ev); !reflect.DeepEqual(effects, other) {
			t.Fatalf("two clones differ in\n%#v\n%#v", effects, other)
		}
		if machine.Fingerprint(clone) != machine.Fingerprint(again) {
			t.Fatal("two clones differ after the same event")
		}
		compared++
	}
	w.Run(8 * time.Second)
	if w.failed != "" {
		fatal(t, w, "")
	}
	t.Logf("%d steps compared", compared)
}
