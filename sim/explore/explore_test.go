package explore

import (
	"strings"
	"testing"
	"time"

	"pacer/engine"
	"pacer/membership"
)

// TestEverythingWithinSmallBounds goes through all that can happen; `pacer sim --explore` takes larger bounds.
func TestEverythingWithinSmallBounds(t *testing.T) {
	for _, b := range []Bounds{
		{Nodes: 3, Messages: 1, Faults: 1, Window: 20 * time.Millisecond},
		{Nodes: 3, Messages: 2, Window: 20 * time.Millisecond},
		{Nodes: 3, Faults: 2, Window: 10 * time.Millisecond},
		{Nodes: 2, Messages: 1, Faults: 1, Disturbances: 1, Window: 20 * time.Millisecond},
	} {
		r, err := Run(b)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%d nodes, %d messages, %d faults, %d disturbances: %d states, depth %d, %d ends", b.Nodes, b.Messages, b.Faults, b.Disturbances,
			r.States, r.Depth, r.Ends)
		if r.Violation != "" {
			t.Errorf("%+v: %s\n%s", b, r.Violation, strings.Join(r.Story, "\n"))
		}
		if !r.Complete || r.Ends == 0 || r.Depth == 0 || r.Made >= r.Steps {
			t.Errorf("%+v: %+v", b, r)
		}
	}
}

// TestTheOrderOfTheSearchDoesNotMatter: whichever state is taken up first, the same states are seen.
func TestTheOrderOfTheSearchDoesNotMatter(t *testing.T) {
	b := Bounds{Nodes: 3, Messages: 1, Faults: 1, Window: 5 * time.Millisecond}
	first, err := Run(b)
	if err != nil {
		t.Fatal(err)
	}
	for seed := uint64(1); seed < 4; seed++ {
		b.Seed = seed
		r, err := Run(b)
		if err != nil {
			t.Fatal(err)
		}
		if r.States != first.States || r.Transitions != first.Transitions || r.Ends != first.Ends {
			t.Errorf("seed %d: %+v, not %+v", seed, r, first)
		}
	}
}

// TestABoundedDepthIsSeenWhole: with a bound on the depth too, the order of the search changes nothing.
func TestABoundedDepthIsSeenWhole(t *testing.T) {
	b := Bounds{Nodes: 3, Messages: 1, Faults: 1, Window: 20 * time.Millisecond, Depth: 9}
	first, err := Run(b)
	if err != nil {
		t.Fatal(err)
	}
	b.Seed = 7
	r, err := Run(b)
	if err != nil {
		t.Fatal(err)
	}
	if first.Depth != 9 || r.Depth != 9 || r.States != first.States {
		t.Errorf("%d states to depth %d, and %d to %d", first.States, first.Depth, r.States, r.Depth)
	}
}

// told makes a past of views (with open managers) and deliveries.
func told(t *testing.T, self engine.NodeID, effects ...membership.Effect) *past {
	t.Helper()
	p := (&past{what: began}).seal()
	for _, e := range effects {
		var wrong string
		if p, wrong = p.tell(self, 1, e); wrong != "" {
			t.Fatal(wrong)
		}
	}
	return p
}

func view(epoch uint64, coordinator engine.NodeID, ids ...engine.NodeID) membership.Viewed {
	v := membership.Viewed{New: true, Open: true, View: membership.View{ID: engine.ViewID{Epoch: epoch, Coordinator: coordinator}}}
	for _, id := range ids {
		v.View.Members = append(v.View.Members, membership.Member{Member: engine.Member{ID: id, Incarnation: 1}})
	}
	return v
}

func message(order uint64, text string) membership.Deliver {
	return membership.Deliver{Delivered: engine.Delivered{Sender: 1, Order: order, Payload: []byte(text)}}
}

// TestTheCheckersSee what they are for, and nothing else.
func TestTheCheckersSee(t *testing.T) {
	first, next := view(1, 1, 1, 2, 3), view(2, 1, 1, 2)
	for name, c := range map[string]struct {
		a, b  []membership.Effect
		wrong string
	}{
		"alike":               {[]membership.Effect{first, message(1, "x in 1.1"), next}, []membership.Effect{first, message(1, "x in 1.1"), next}, ""},
		"behind":              {[]membership.Effect{first, message(1, "x in 1.1")}, []membership.Effect{first}, ""},
		"other members":       {[]membership.Effect{first}, []membership.Effect{view(1, 1, 1, 2)}, "agreement"},
		"a common member":     {[]membership.Effect{view(3, 1, 1, 3)}, []membership.Effect{view(3, 2, 2, 3)}, "disjoint views"},
		"another order":       {[]membership.Effect{first, message(1, "x in 1.1")}, []membership.Effect{first, message(1, "y in 1.1")}, "order"},
		"less before leaving": {[]membership.Effect{first, message(1, "x in 1.1"), next}, []membership.Effect{first, next}, "virtual synchrony"},
	} {
		a, b := told(t, 1, c.a...), told(t, 2, c.b...)
		if got := a.against(nil, 1, b, 2); got != c.wrong && (c.wrong == "" || !strings.HasPrefix(got, c.wrong+":")) {
			t.Errorf("%s: %q, not %q", name, got, c.wrong)
		}
	}
	p := told(t, 1, first, message(1, "x in 1.1"))
	for wrong, e := range map[string]membership.Effect{
		"once": message(2, "x in 1.1"), "order": message(3, "y in 1.1"), "sending view": message(2, "y in 2.1"), "rising epochs": first,
		"own view": view(2, 2, 2, 3),
	} {
		if _, got := p.tell(1, 1, e); !strings.HasPrefix(got, wrong+":") {
			t.Errorf("%q, not %s", got, wrong)
		}
	}
}

func TestBoundsThatMakeNoSense(t *testing.T) {
	for _, b := range []Bounds{{}, {Nodes: 6}, {Nodes: 3, Messages: 10}, {Nodes: 3, Faults: -1}, {Nodes: 3, Depth: 1 << 20}, {Nodes: 3, Window: time.Hour}} {
		if _, err := Run(b); err == nil {
			t.Errorf("%+v is taken", b)
		}
	}
}
