package views

import (
	"context"
	"flag"
	"testing"
	"time"
)

var (
	views = flag.Int("views", 3000, "how many views TestViews waits for")
	seed  = flag.Uint64("seed", 1, "the seed of the first episode of TestViews")
)

// TestViews plays random episodes; the checkers are on all the time.
func TestViews(t *testing.T) {
	n := *views
	if testing.Short() {
		n = min(n, 500)
	}
	r, err := Run(context.Background(), Options{Views: n, Seed: *seed})
	if err != nil {
		t.Fatal(err)
	}
	if r.Violations > 0 {
		t.Errorf("episode %d: %s", r.Failed, r.Violation)
		for _, line := range r.Story {
			t.Log(line)
		}
		return
	}
	if r.Views < n || r.Deliveries == 0 || r.Covered == 0 {
		t.Errorf("%d views, %d deliveries, %d transitions: that tells nothing", r.Views, r.Deliveries, r.Covered)
	}
	t.Logf("%d views in %d episodes with %d faults, %d of %d pairs of phase and event", r.Views, r.Episodes, r.Faults, r.Covered, r.Pairs)
}

// TestASeedIsARun plays an episode twice.
func TestASeedIsARun(t *testing.T) {
	for seed := range uint64(5) {
		p := newPlan(seed, 3)
		a, b := p.play(nil, p.faults, true), p.play(nil, p.faults, true)
		if len(a.log) != len(b.log) || a.steps != b.steps {
			t.Fatalf("seed %d: %d lines and %d steps, then %d and %d", seed, len(a.log), a.steps, len(b.log), b.steps)
		}
		for i := range a.log {
			if a.log[i] != b.log[i] {
				t.Fatalf("seed %d: %q, then %q", seed, a.log[i], b.log[i])
			}
		}
	}
}

// TestEveryPatternOfThreeNodesSettles cuts every set of directions between three nodes.
func TestEveryPatternOfThreeNodesSettles(t *testing.T) {
	r, err := EveryPattern(context.Background(), 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range r.Broken {
		t.Error(b)
	}
	if r.Patterns != 64 {
		t.Errorf("%d patterns", r.Patterns)
	}
	t.Logf("%+v", r)
}

// TestRandomPatternsOfFiveNodesSettle is the small form of what pacer sim --patterns plays.
func TestRandomPatternsOfFiveNodesSettle(t *testing.T) {
	r, err := RandomPatterns(context.Background(), 5, 60, 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range r.Broken {
		t.Error(b)
	}
	t.Logf("%+v", r)
}

// TestLatencyOfThePaths: what a profile promises for the death of a node holds in virtual time, where nothing is late.
func TestLatencyOfTheProfiles(t *testing.T) {
	for profile, most := range map[string]time.Duration{"fast": 120 * time.Millisecond, "default": 400 * time.Millisecond} {
		for _, nodes := range []int{3, 8} {
			l, err := MeasureLatency(context.Background(), nodes, 10, profile, 1)
			if err != nil {
				t.Fatal(err)
			}
			if l.Max > most || l.P50 <= 0 {
				t.Errorf("%+v", l)
			}
		}
	}
}
