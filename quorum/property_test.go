package quorum

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pacer/engine"
)

// twin judges slowly, with the whole history at hand and no words: what each node of the world remembers is written down as the
// sentences of votequorum(5) say.
type twin struct {
	cfg   Config
	nodes map[engine.NodeID]*twinNode
}

type twinNode struct {
	expected, votes int
	quorate         bool
	since           engine.ViewID
	together        []engine.NodeID
	seen            bool
}

func (w *twin) fresh(id engine.NodeID) {
	seen := w.nodes[id] != nil && w.nodes[id].seen
	w.nodes[id] = &twinNode{expected: w.cfg.expected(), votes: w.cfg.votes(id), seen: seen}
}

// judge says whether a partition is quorate and what it expects, and writes down what its members remember of that.
func (w *twin) judge(id engine.ViewID, members []engine.NodeID, lowered int) (bool, int) {
	votes, expected, seen := 0, 0, false
	var last engine.ViewID
	for _, m := range members {
		n := w.nodes[m]
		votes += n.votes
		seen = seen || n.seen
		if n.quorate && last.Less(n.since) {
			last = n.since
		}
	}
	for _, m := range members {
		if n := w.nodes[m]; last == (engine.ViewID{}) || n.quorate && n.since == last {
			expected = max(expected, n.expected)
		}
	}
	if lowered > 0 {
		expected = lowered
	}
	expected = max(expected, votes)
	needed := expected/2 + 1
	if w.cfg.TwoNode && expected == 2 {
		needed = 1
	}
	quorate := votes >= needed
	if w.cfg.TieBreaker.On && votes*2 <= expected && votes*2+1 >= expected {
		from := w.nodes[members[0]]
		one := true
		for _, m := range members {
			one = one && w.nodes[m].since == from.since
		}
		before := from.together
		gone := 0
		for _, b := range before {
			if !slices.Contains(members, b) {
				gone += w.cfg.votes(b)
			}
		}
		if one && gone < needed && len(before) > 0 {
			decides := slices.Min(before)
			if w.cfg.TieBreaker.Highest {
				decides = slices.Max(before)
			}
			quorate = quorate || slices.Contains(members, decides)
		}
	}
	if w.cfg.WaitForAll && !seen && votes < expected {
		quorate = false
	}
	for _, m := range members {
		n := w.nodes[m]
		n.expected, n.quorate = expected, quorate
		if quorate {
			n.since, n.together = id, members
			n.seen = n.seen || w.cfg.WaitForAll
		}
	}
	return quorate, expected
}

// TestTwin plays random histories of partitions, restarts and windows with the cores and the twin.
func TestTwin(t *testing.T) {
	quorateParts, ties, shrunk := 0, 0, 0
	for seed := range uint64(1500) {
		rng := rand.New(rand.NewPCG(seed, 5))
		cfg := randomConfig(rng)
		c := newCluster(t, cfg)
		w := &twin{cfg: cfg, nodes: map[engine.NodeID]*twinNode{}}
		for _, n := range cfg.Nodes {
			w.fresh(n.ID)
		}
		history := ""
		for range 12 {
			for _, n := range cfg.Nodes {
				if rng.IntN(8) == 0 {
					c.restart(n.ID)
					seen := w.nodes[n.ID].seen
					w.fresh(n.ID)
					c.nodes[n.ID].seen, w.nodes[n.ID].seen = seen, seen
				}
			}
			lists := randomParts(rng, cfg.Nodes)
			for _, l := range lists {
				for i := range l {
					l[i].Seen = c.nodes[l[i].ID].seen
				}
			}
			history += c.partition(lists)
			quorate := 0
			for _, p := range c.parts {
				j := c.alike(p)
				yes, expected := w.judge(p.view.ID, ids(p), 0)
				if j.View.Quorate != yes || j.View.Expected != expected {
					t.Fatalf("seed %d, %+v, view %v: the cores say %+v, the twin quorate %t of %d", seed, cfg, ids(p), j, yes, expected)
				}
				if yes {
					quorate++
					quorateParts++
					if 2*j.View.Votes <= expected {
						ties++
					}
				}
			}
			// One less than half of an odd number may go on beside a majority that found itself again: only fencing prevents that.
			oddTie := cfg.TieBreaker.On && len(cfg.Nodes)%2 == 1
			if quorate > 1 && !cfg.TwoNode && !oddTie && cfg.LastManStanding == 0 {
				t.Fatalf("seed %d, %+v: %d parts are quorate at once: %s", seed, cfg, quorate, history)
			}
			if cfg.LastManStanding > 0 && rng.IntN(2) == 0 {
				c.wait(cfg.LastManStanding)
				for _, p := range c.parts {
					j := c.alike(p)
					if n := w.nodes[p.nodes[0].id]; n.quorate && j.View.Votes < n.expected {
						shrunk++
						w.judge(p.view.ID, ids(p), j.View.Votes)
					}
					if yes := w.nodes[p.nodes[0].id]; j.View.Quorate != yes.quorate || j.View.Expected != yes.expected {
						t.Fatalf("seed %d: after the window the cores say %+v, the twin %+v", seed, j, yes)
					}
				}
			}
		}
	}
	t.Logf("%d quorate parts, %d by a tie, %d windows that lowered what is expected", quorateParts, ties, shrunk)
	if ties == 0 || shrunk == 0 {
		t.Fatal("the histories do not reach every rule")
	}
}

func ids(p *part) (out []engine.NodeID) {
	for _, n := range p.nodes {
		out = append(out, n.id)
	}
	return out
}

// randomConfig makes a combination that the configuration allows.
func randomConfig(rng *rand.Rand) Config {
	cfg := Config{Counted: true}
	even := rng.IntN(2) == 0
	count := 2 + rng.IntN(5)
	for i := range count {
		cfg.Nodes = append(cfg.Nodes, Node{ID: engine.NodeID(i + 1), Votes: 1})
	}
	switch rng.IntN(4) {
	case 0:
		cfg.TwoNode = count == 2
		cfg.WaitForAll = cfg.TwoNode
	case 1:
		cfg.TieBreaker = TieBreaker{On: true, Highest: even}
		cfg.WaitForAll = count%2 == 1 || rng.IntN(2) == 0
	case 2:
		cfg.LastManStanding = 10 * time.Second
		cfg.TieBreaker.On = count%2 == 0 && even
		cfg.WaitForAll = rng.IntN(2) == 0
	case 3:
		cfg.Nodes[0].Votes = rng.IntN(3)
		cfg.WaitForAll = even
	}
	return cfg
}

// randomParts deals the nodes onto up to three parts; some are down.
func randomParts(rng *rand.Rand, nodes []Node) [][]Member {
	parts := make([][]Member, 3)
	for _, n := range nodes {
		if k := rng.IntN(7); k < 6 {
			at := []int{0, 0, 0, 1, 1, 2}[k]
			parts[at] = append(parts[at], Member{Member: engine.Member{ID: n.ID, Attached: true}})
		}
	}
	return slices.DeleteFunc(parts, func(p []Member) bool { return len(p) == 0 })
}
