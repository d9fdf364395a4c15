package scheduler

import (
	"fmt"
	"testing"
	"time"

	"pacer/internal/bigcib"
	"pacer/internal/randomcib"
)

// explained schedules with a record and returns every score that the terms noted for it do not add up to.
func explained(t testing.TB, in Input) (*Output, []string) {
	t.Helper()
	var wrong []string
	in.Why = true
	r, out := begin(in)
	if r == nil {
		t.Fatal(out.Err)
	}
	r.why.shown = func(x *rsc) {
		for i := range x.allowed {
			if !x.allowed[i].known {
				continue
			}
			if sum := Sum(r.why.placed[x.id].On(r.nodes[i].in)); sum != x.allowed[i].score {
				wrong = append(wrong, fmt.Sprintf("%s on %s: the terms make %s, the score is %s", x.name, r.nodes[i].name, sum, x.allowed[i].score))
			}
		}
	}
	out = r.decide(in)
	if out.Err != nil {
		return out, wrong
	}
	for _, p := range out.Record.Placements {
		if m := p.Promotion; m != nil && Sum(m.Contributions) != m.Score {
			wrong = append(wrong, fmt.Sprintf("promotion of %s: the terms make %s, the score is %s", p.Resource.Name, Sum(m.Contributions), m.Score))
		}
	}
	return out, append(wrong, unexplained(out)...)
}

// unexplained are the actions that have no reason where they should have one.
func unexplained(out *Output) []string {
	var wrong []string
	for _, s := range out.Graph.Synapses {
		if a := out.Record.Actions[s.Action.ID-1]; len(a.Needs) == 0 || a.Key != s.Action.Key && s.Action.InternalKey == "" {
			wrong = append(wrong, fmt.Sprintf("%s (%d) has no reason", s.Action.Key, s.Action.ID))
		}
	}
	for _, a := range out.Record.Actions {
		if !a.Runnable && len(a.Blocks) == 0 {
			wrong = append(wrong, fmt.Sprintf("%s (%d) is blocked without a reason", a.Key, a.ID))
		}
		for _, k := range append(append(a.Needs[:len(a.Needs):len(a.Needs)], a.Blocks...), a.Waits...) {
			if k.Kind == "" {
				wrong = append(wrong, fmt.Sprintf("%s (%d) has an empty reason", a.Key, a.ID))
			}
		}
	}
	return wrong
}

// TestTermsMakeScores: what was noted for a score adds up to it, in every recorded case.
func TestTermsMakeScores(t *testing.T) {
	for _, c := range cases(t) {
		_, wrong := explained(t, c.input(t))
		for i, w := range wrong {
			if i < 3 {
				t.Errorf("%s: %s", c.name, w)
			}
		}
	}
}

// randomCIBs is how many made-up clusters the tests of records look at.
const randomCIBs = 300

// TestTermsMakeRandomScores: the same in made-up clusters of every feature, and what is decided is decided without a record, too.
func TestTermsMakeRandomScores(t *testing.T) {
	for seed := uint64(1); seed <= randomCIBs; seed++ {
		if testing.Short() && seed > 60 {
			break
		}
		in := Input{CIB: randomcib.New(seed, randomcib.Options{MaxResources: 20}), Now: time.Unix(randomcib.Now, 0)}
		plain := Schedule(in)
		if plain.Err != nil {
			continue
		}
		out, wrong := explained(t, in)
		for _, w := range wrong {
			t.Errorf("seed %d: %s", seed, w)
		}
		if string(plain.Graph.Append(nil)) != string(out.Graph.Append(nil)) {
			t.Errorf("seed %d: the record changed the decision", seed)
		}
	}
}

// TestRecordChangesNothing: a decision with a record is the one without.
func TestRecordChangesNothing(t *testing.T) {
	in := Input{CIB: bigcib.New(bigcib.Shape{Nodes: 4, Primitives: 60, Running: true}), ShowScores: true}
	plain := Schedule(in)
	out, wrong := explained(t, in)
	for _, w := range wrong {
		t.Error(w)
	}
	if fmt.Sprint(plain.Trace) != fmt.Sprint(out.Trace) || string(plain.Graph.Append(nil)) != string(out.Graph.Append(nil)) {
		t.Error("the record changed the decision")
	}
}
