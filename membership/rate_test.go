package membership

import (
	"testing"
	"time"
)

// TestABigMessageFlows: without losses, a megabyte from a member takes few round trips.
func TestABigMessageFlows(t *testing.T) {
	w := newWorld(t, 1, 3, 1)
	for i := range w.nodes {
		w.boot(i, true)
	}
	if !w.run(5*time.Second, func() bool { return w.together() && w.nodes[1].open && w.nodes[0].open }) {
		t.Fatal("no view")
	}
	w.run(time.Second, nil)
	begun := w.now
	w.send(1, 1<<20)
	if !w.run(20*time.Second, func() bool { return len(w.nodes[1].got) == 1 && len(w.nodes[2].got) == 1 }) {
		t.Fatal("it did not arrive")
	}
	if d := w.now - begun; d > 40*time.Millisecond {
		t.Errorf("a megabyte took %v of simulated time", d)
	}
}
