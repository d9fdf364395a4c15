package sim

import (
	"flag"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pacer/api"
	"pacer/scheduler"
)

var (
	oneSeed = flag.Uint64("seed", 0, "play this seed only, and show what happened")
	seeds   = flag.Int("seeds", 150, "how many seeds to play")
	faults  = flag.Int("faults", 12, "how many faults a seed has")
	useToy  = flag.Bool("toy", false, "use the scheduler of toy_test.go")
	onWire  = flag.Bool("packets", false, "play the seed of -seed over the real membership core")
	loss    = flag.Float64("loss", 0.002, "share of packets that are lost")
	lines   = flag.Int("lines", 200, "lines of the trace to show of a failure")
)

// chosen is the scheduler to play with; nil is the real one.
func chosen() func(scheduler.Input) *scheduler.Output {
	if *useToy {
		return toy
	}
	return nil
}

// play runs one seed: a cluster with fencing, a span of faults, and then peace, in which everything must come up again.
func play(seed uint64, count int, packets bool) *World {
	return playFaults(seed, drawn(seed, count), packets)
}

// drawn are the faults of a seed.
func drawn(seed uint64, count int) []Fault {
	return New(Options{Seed: seed, Nodes: 3}).Faults(count, 40*time.Second)
}

func playFaults(seed uint64, faults []Fault, packets bool) *World {
	opt := Options{Seed: seed, Nodes: 3, CIB: webPair(nil, true), Schedule: chosen(), Packets: packets, Loss: *loss}
	w := New(opt)
	for _, n := range w.Nodes {
		w.after(w.some(0, 3*time.Second), n.PowerOn)
	}
	w.Plan(faults)
	w.Run(45 * time.Second)
	if w.failed != "" {
		return w
	}
	w.log("faults end")
	w.Heal()
	w.Run(15 * time.Second)
	for _, n := range w.Nodes {
		w.Standby(n.Name, false)
	}
	w.Run(15 * time.Second)
	for _, n := range w.Nodes {
		n.PowerOn()
	}
	w.Run(20 * time.Second)
	w.Ask(api.Cleanup{})
	w.Run(5 * time.Second)
	ok := w.RunUntil(40*time.Second, func() bool { return len(w.Where("web")) == 1 && len(w.Where("ip")) == 1 && w.Settled() })
	if w.failed == "" && !ok {
		w.fail("the cluster did not become idle with its services: ip on %v, web on %v, settled %v", w.Where("ip"), w.Where("web"), w.Settled())
	}
	for _, look := range []func() string{w.Same, w.promises} {
		if w.failed == "" {
			if why := look(); why != "" {
				w.fail("%s", why)
			}
		}
	}
	return w
}

func TestSeeds(t *testing.T) {
	if *oneSeed != 0 {
		list := drawn(*oneSeed, *faults)
		w := playFaults(*oneSeed, list, *onWire)
		if w.failed == "" {
			fmt.Println(w.Trace(*lines))
			return
		}
		list = Shrink(list, func(f []Fault) bool { return playFaults(*oneSeed, f, *onWire).failed != "" })
		w = playFaults(*oneSeed, list, *onWire)
		fmt.Println(w.Trace(*lines))
		t.Fatalf("%s\nwith the faults %v", w.failed, list)
	}
	playAll(t, *seeds, false)
}

// The same over the real membership core, which makes the engine's promises true over packets that are lost and late.
func TestSeedsOverPackets(t *testing.T) {
	if *oneSeed != 0 {
		t.Skip("one seed is played by TestSeeds, with -packets")
	}
	playAll(t, *seeds/5, true)
}

func playAll(t *testing.T, seeds int, packets bool) {
	// Worlds share nothing, so they are played on all processors; what each of them does depends on its seed alone.
	var next, steps atomic.Uint64
	var players sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		players.Go(func() {
			for {
				seed := next.Add(1)
				if seed > uint64(seeds) {
					return
				}
				w := play(seed, *faults, packets)
				steps.Add(uint64(w.Steps))
				if w.failed != "" {
					t.Errorf("seed %d: %.300s\nrun again: go test ./sim -run TestSeeds -seed %d -packets=%v -faults %d -lines 500", seed, w.failed, seed, packets, *faults)
				}
			}
		})
	}
	players.Wait()
	t.Logf("%d seeds, %d steps", seeds, steps.Load())
}
