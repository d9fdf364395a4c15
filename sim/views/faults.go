package views

import (
	"fmt"
	"math/rand/v2"
	"time"

	"pacer/membership"
)

// fault is one thing that happens to a cluster; all chance in it was thrown before the run, so that leaving out others does not change it.
type fault struct {
	at   time.Duration
	kind string
	a, b int // nodes
	link int
	n    int
	d    time.Duration
	x, y float64
	set  uint64
	both bool
}

func (f fault) String() string {
	switch f.kind {
	case "crash", "boot", "leave", "attach", "detach", "seen":
		return fmt.Sprintf("%s n%d", f.kind, f.a+1)
	case "crash within":
		return fmt.Sprintf("n%d crashes in its step number %d from now", f.a+1, f.n)
	case "pause":
		return fmt.Sprintf("n%d pauses for %v", f.a+1, f.d)
	case "partition":
		return fmt.Sprintf("partition %b", f.set)
	case "cut":
		return fmt.Sprintf("cut n%d -> n%d on link %d (both ways: %v)", f.a+1, f.b+1, f.link, f.both)
	case "weather":
		return fmt.Sprintf("loss %.2f, duplicates %.2f, jitter %v", f.x, f.y, f.d)
	case "jump":
		return fmt.Sprintf("the clocks of n%d jump by %v", f.a+1, f.d)
	}
	return f.kind
}

// kindsOfFaults, as often as they are to come.
var kindsOfFaults = []string{"crash", "crash within", "crash within", "crash within", "boot", "boot", "boot", "boot", "pause", "pause", "partition", "partition", "heal",
	"heal", "heal", "cut", "cut", "weather", "jump", "leave", "attach", "attach", "detach", "seen", "burst"}

// makeFaults throws the faults of an episode.
func makeFaults(rng *rand.Rand, nodes, links int, tempo, from, until time.Duration) []fault {
	var out []fault
	for at := from; at < until; at += tempo/20 + time.Duration(rng.Int64N(int64(2*tempo))) {
		f := fault{at: at, kind: kindsOfFaults[rng.IntN(len(kindsOfFaults))], a: rng.IntN(nodes), b: rng.IntN(nodes), link: rng.IntN(links),
			n: 1 + rng.IntN(40), x: rng.Float64() * 0.3, y: rng.Float64() * 0.2, set: rng.Uint64(), both: rng.IntN(2) == 0}
		switch f.kind {
		case "pause":
			f.d = time.Duration(20+rng.IntN(1500)) * time.Millisecond
		case "weather":
			f.d = time.Duration(rng.IntN(20)) * time.Millisecond
		case "jump":
			f.d = time.Duration(rng.IntN(3000)) * time.Millisecond
		}
		out = append(out, f)
	}
	return out
}

// strike lets a fault happen.
func (w *world) strike(f fault) {
	w.note("-- %v", f)
	n := w.nodes[f.a]
	runs := n.core != nil && !n.paused
	switch f.kind {
	case "crash":
		if n.core != nil {
			w.off(n)
		}
	case "crash within":
		n.crashAt = f.n
	case "boot":
		w.boot(n)
		if f.both || f.n%2 == 0 {
			w.attach(n)
		}
	case "pause":
		w.pause(n, f.d)
	case "partition":
		for i := range w.nodes {
			for j := range w.nodes {
				for l := range w.conf.Links {
					if f.set>>i&1 != f.set>>j&1 {
						w.cut[[3]int{i, j, l}] = true
					}
				}
			}
		}
	case "heal":
		w.calm()
	case "cut":
		w.cut[[3]int{f.a, f.b, f.link}] = true
		if f.both {
			w.cut[[3]int{f.b, f.a, f.link}] = true
		}
	case "weather":
		w.loss, w.dup, w.jitter = f.x, f.y, f.d
	case "jump":
		w.jump(n, f.d, time.Duration(f.x*1e13)-time.Duration(f.y*2e13))
	case "leave":
		if runs {
			w.step(n, membership.Leave{})
		}
	case "attach":
		if runs {
			w.attach(n)
		}
	case "detach":
		if runs && n.wants {
			n.wants, n.told.open, n.told.whole = false, false, false // nobody is there to see
			w.step(n, membership.Detach{})
		}
	case "seen":
		if runs {
			w.step(n, membership.Seen{})
		}
	case "burst":
		for range 20 {
			w.send(n, 3000)
		}
	}
}
