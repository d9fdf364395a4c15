package membership

import (
	"flag"
	"testing"
	"time"
)

var (
	oneSeed   = flag.Uint64("seed", 0, "run only this seed, with its log")
	manySeeds = flag.Int("seeds", 400, "how many seeds TestSeeds runs")
)

// TestSeeds runs clusters through random faults; the checkers of the world are on all the time.
func TestSeeds(t *testing.T) {
	if *oneSeed != 0 {
		runSeed(t, *oneSeed, true)
		return
	}
	n := *manySeeds
	if testing.Short() {
		n = 50
	}
	for seed := uint64(1); seed <= uint64(n); seed++ {
		runSeed(t, seed, false)
		if t.Failed() {
			t.Logf("seed %d; run again with -run TestSeeds -seed=%d", seed, seed)
			runSeed(t, seed, true)
			return
		}
	}
}

func runSeed(t *testing.T, seed uint64, logging bool) {
	size := 2 + int(seed%4)
	if seed%50 == 49 {
		size = 16
	}
	w := newWorld(t, seed, size, 1+int(seed/4%2))
	w.logging = logging
	defer w.dump()
	w.conf.Open = seed%7 == 3
	for i := range w.nodes {
		w.at(time.Duration(w.rng.IntN(700))*time.Millisecond, func() { w.boot(i, w.rng.IntN(4) > 0) })
	}
	end := 6 * time.Second
	var talk func()
	talk = func() {
		i := w.rng.IntN(size)
		bytes := 20
		if w.rng.IntN(10) == 0 {
			bytes = 5000 + w.rng.IntN(30000)
		}
		w.send(i, bytes)
		if w.now < end {
			w.at(time.Duration(w.rng.IntN(30))*time.Millisecond, talk)
		}
	}
	w.at(500*time.Millisecond, talk)
	var fault func()
	fault = func() {
		if w.now >= end {
			return
		}
		w.fault()
		w.at(time.Duration(50+w.rng.IntN(900))*time.Millisecond, fault)
	}
	w.at(1200*time.Millisecond, fault)
	w.run(end, nil)
	w.settle()
}

// fault does one random bad or good thing.
func (w *world) fault() {
	size := len(w.nodes)
	i, j := w.rng.IntN(size), w.rng.IntN(size)
	n := w.nodes[i]
	switch w.rng.IntN(12) {
	case 0, 1:
		if n.core != nil {
			w.crash(i)
		}
	case 2, 3:
		if n.core == nil {
			w.boot(i, true)
		}
	case 4:
		w.pause(i, time.Duration(50+w.rng.IntN(1500))*time.Millisecond)
	case 5:
		var a, b []int
		for k := range size {
			if w.rng.IntN(2) == 0 {
				a = append(a, k)
			} else {
				b = append(b, k)
			}
		}
		w.partition(a, b)
	case 6, 7:
		w.heal()
	case 8:
		l := w.rng.IntN(w.conf.Links)
		w.note("cut %d->%d link %d", i+1, j+1, l)
		w.cut[[3]int{i, j, l}] = true
		if w.rng.IntN(2) == 0 {
			w.cut[[3]int{j, i, l}] = true
		}
	case 9:
		w.loss, w.dup = w.rng.Float64()*0.3, w.rng.Float64()*0.2
		w.jitter = time.Duration(w.rng.IntN(20)) * time.Millisecond
		w.note("loss %.2f jitter %v", w.loss, w.jitter)
	case 10:
		if n.core != nil && !n.paused {
			w.note("n%d leaves", n.id)
			w.step(n, Leave{})
		}
	case 11:
		if n.core != nil && !n.paused {
			if n.core.attached {
				w.note("n%d detaches", n.id)
				n.open = false // nobody is there to see
				w.step(n, Detach{})
			} else {
				w.note("n%d attaches", n.id)
				w.step(n, Attach{})
			}
		}
	}
}

// settle ends all faults and demands one view, deliveries in it, and peace.
func (w *world) settle() {
	w.heal()
	w.run(leaveSpan, nil)
	for i, n := range w.nodes {
		if n.core == nil {
			w.boot(i, true)
		}
	}
	if w.failed {
		return
	}
	if !w.run(60*time.Second, w.together) {
		w.fail("no single view a minute after the faults")
		return
	}
	w.run(3*time.Second, nil) // attachments are ordered
	for i, n := range w.nodes {
		if n.core == nil {
			w.fail("n%d ended by itself", n.id)
			return
		}
		if !n.core.attached {
			w.step(n, Attach{})
		}
		n.changes = 0
		_ = i
	}
	w.run(2*time.Second, nil)
	if w.failed || !w.together() {
		w.fail("the view did not stay together")
		return
	}
	before := make([]int, len(w.nodes))
	for i, n := range w.nodes {
		before[i] = len(n.got)
		if !n.open {
			w.fail("n%d is not open", n.id)
		}
	}
	for i := range w.nodes {
		w.send(i, 30)
		w.send(i, 50000)
	}
	w.run(2*time.Second, nil)
	for i, n := range w.nodes {
		if got := len(n.got) - before[i]; got != 2*len(w.nodes) {
			w.fail("n%d got %d of the last %d messages", n.id, got, 2*len(w.nodes))
		}
		if n.changes > 0 {
			w.fail("n%d changed its view in quiet times", n.id)
		}
	}
}
