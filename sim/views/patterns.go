package views

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"slices"
	"time"

	"pacer/engine"
)

// Patterns is what came of clusters in which directions between nodes were cut for good.
type Patterns struct {
	Nodes    int `json:"nodes"`
	Patterns int `json:"patterns"`
	// Agreed is how long the largest set took until all its members were in a view of just them: half of the patterns, 99 of 100, and all.
	P50 time.Duration `json:"p50_ns"`
	P99 time.Duration `json:"p99_ns"`
	Max time.Duration `json:"max_ns"`
	// Late counts those that took longer than two detection periods.
	Late int `json:"late"`
	// Broken tells of patterns that did not settle as they must.
	Broken []string `json:"broken"`
}

// EveryPattern plays every set of cut directions of up to 4 nodes.
func EveryPattern(ctx context.Context, nodes int) (Patterns, error) {
	if nodes < 2 || nodes > 4 {
		return Patterns{}, errors.New("views: every pattern is played with 2 to 4 nodes")
	}
	return playPatterns(ctx, nodes, 1<<(nodes*(nodes-1)), func(i int) uint64 { return uint64(i) }, 1)
}

// RandomPatterns plays random ones; when ctx ends, it tells of those that were played.
func RandomPatterns(ctx context.Context, nodes, count int, seed uint64) (Patterns, error) {
	if nodes < 2 || nodes > 8 || count < 0 {
		return Patterns{}, errors.New("views: random patterns are played with 2 to 8 nodes")
	}
	rng := rand.New(rand.NewPCG(seed, 4))
	return playPatterns(ctx, nodes, count, func(int) uint64 {
		p := rng.Uint64()
		for range rng.IntN(3) { // few cuts are as likely as many
			p &= rng.Uint64()
		}
		return p & (1<<(nodes*(nodes-1)) - 1)
	}, seed)
}

func playPatterns(ctx context.Context, nodes, count int, pattern func(int) uint64, seed uint64) (Patterns, error) {
	r := Patterns{Nodes: nodes, Broken: []string{}}
	var took []time.Duration
	for i := range count {
		if ctx.Err() != nil {
			break // what was seen so far counts
		}
		cut := pattern(i)
		d, broken := playPattern(nodes, cut, seed+uint64(i))
		r.Patterns++
		took = append(took, d)
		if d > 2*detection {
			r.Late++
		}
		if broken != "" {
			r.Broken = append(r.Broken, fmt.Sprintf("cut %b with seed %d: %s", cut, seed+uint64(i), broken))
		}
	}
	slices.Sort(took)
	if len(took) > 0 {
		r.P50, r.P99, r.Max = took[len(took)/2], took[(len(took)*99-1)/100], took[len(took)-1]
	}
	return r, nil
}

// detection is the silence after which the profile default takes a node for dead.
const detection = 360 * time.Millisecond

// playPattern cuts the directions of a settled cluster and looks at what it comes to. Bit i*(nodes-1)+k is the direction from node i to the
// k-th of the others.
func playPattern(nodes int, cut, seed uint64) (took time.Duration, broken string) {
	conf := settings(nodes, 1, 40*time.Millisecond, detection, 2*time.Second, time.Second)
	votes := 0
	rng := rand.New(rand.NewPCG(seed, 5))
	for i := range conf.Nodes {
		conf.Nodes[i].Votes = 1 + rng.IntN(2)
		votes += conf.Nodes[i].Votes
	}
	conf.Quorum = votes/2 + 1
	w := newWorld(seed, conf, nil)
	for _, n := range w.nodes {
		w.after(time.Duration(w.rng.IntN(200))*time.Millisecond, func() { w.boot(n) })
	}
	if !w.run(10*time.Second, func() bool { return w.nodes[0].told.members == nodes && w.together() }) {
		return 0, "no common view to begin with " + w.wrong
	}
	w.run(time.Second+time.Duration(w.rng.IntN(50))*time.Millisecond, nil)
	hears := make([]uint64, nodes)
	for i := range nodes {
		k := 0
		for j := range nodes {
			if j == i {
				continue
			}
			if cut>>(i*(nodes-1)+k)&1 != 0 {
				w.cut[[3]int{i, j, 0}] = true
			} else {
				hears[j] |= 1 << i
			}
			k++
		}
	}
	largest, sets := largestSets(hears, conf.Quorum, func(i int) int { return conf.Nodes[i].Votes })
	common := w.nodes[0].told.view
	direct := true // nobody has been in a view in between
	begun := w.now
	settled := func() bool {
		for _, set := range sets {
			if w.agree(set) {
				return true
			}
		}
		return false
	}
	if largest == nodes {
		w.run(5*time.Second, nil)
	} else if !w.run(30*time.Second, settled) {
		return w.now - begun, fmt.Sprintf("no set of %d nodes that hear each other agrees: %s %s", largest, w.pictures(), w.wrong)
	}
	took = w.now - begun
	if largest == nodes {
		took = 0
	}
	for _, n := range w.nodes {
		direct = direct && (n.told.view == common || n.told.before == common)
	}
	w.run(3*time.Second, nil) // the others follow
	return took, w.judge(hears, sets, direct)
}

// judge looks at where a pattern came to rest.
func (w *world) judge(hears []uint64, sets []uint64, direct bool) string {
	if w.wrong != "" {
		return w.wrong
	}
	var chosen []uint64
	for i, n := range w.nodes {
		set := w.setOf(n)
		if set>>i&1 == 0 || !w.agree(set) {
			return fmt.Sprintf("n%d is in a view that its members do not share: %s", n.id, w.pictures())
		}
		if !complete(set, hears) {
			return fmt.Sprintf("n%d is in a view whose members do not all hear each other: %s", n.id, w.pictures())
		}
		if slices.Contains(sets, set) {
			chosen = append(chosen, set)
		}
		n.told.changes = 0
	}
	if len(chosen) == 0 {
		return fmt.Sprintf("no largest set is in a view: %s", w.pictures())
	}
	if direct && !slices.Contains(chosen, lowest(sets)) {
		return fmt.Sprintf("the tie went to %b, not to the lowest ids, %b", chosen[0], lowest(sets))
	}
	w.run(8*time.Second, nil)
	for _, n := range w.nodes {
		if n.told.changes > 0 {
			return fmt.Sprintf("n%d changes its view though nothing changes", n.id)
		}
	}
	return ""
}

// setOf is the view that a node is in.
func (w *world) setOf(n *node) uint64 {
	var set uint64
	for _, l := range w.checks.lives[n.told.is] {
		set |= 1 << (l.id - 1)
	}
	return set
}

// agree tells whether all nodes of a set are in one view of just them.
func (w *world) agree(set uint64) bool {
	var view engine.ViewID
	for i, n := range w.nodes {
		if set>>i&1 == 0 {
			continue
		}
		if w.setOf(n) != set || view != (engine.ViewID{}) && n.told.view != view {
			return false
		}
		view = n.told.view
	}
	return true
}

func (w *world) pictures() string {
	out := ""
	for _, n := range w.nodes {
		out += fmt.Sprintf(" n%d in %v of %b", n.id, n.told.view, w.setOf(n))
	}
	return out
}

// complete tells whether all nodes of a set hear each other.
func complete(set uint64, hears []uint64) bool {
	for i := range hears {
		if set>>i&1 != 0 && (hears[i]|1<<i)&set != set {
			return false
		}
	}
	return true
}

// largestSets finds the largest complete sets; when some of them are quorate, only these.
func largestSets(hears []uint64, quorum int, votes func(int) int) (size int, sets []uint64) {
	anyQuorate := false
	for set := uint64(1); set < 1<<len(hears); set++ {
		n := bits.OnesCount64(set)
		if n < size || !complete(set, hears) {
			continue
		}
		sum := 0
		for i := range hears {
			sum += int(set>>i&1) * votes(i)
		}
		quorate := sum >= quorum
		if n > size || quorate && !anyQuorate {
			size, sets, anyQuorate = n, nil, quorate
		}
		if quorate == anyQuorate {
			sets = append(sets, set)
		}
	}
	return size, sets
}

// lowest is the set whose ids, in rising order, come first.
func lowest(sets []uint64) uint64 {
	return slices.MinFunc(sets, func(a, b uint64) int {
		return int(bits.Reverse64(b)>>32) - int(bits.Reverse64(a)>>32)
	})
}
