package sim

import (
	"flag"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pacer/api"
	"pacer/quorum"
	"pacer/release"
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
	opt, _ := cluster(seed)
	return New(Options{Seed: seed, Nodes: opt.Nodes}).Faults(count, 40*time.Second)
}

// cluster is what a seed plays with, and what must be up in the end.
func cluster(seed uint64) (Options, func(*World) bool) {
	pair := func(w *World) bool { return len(w.Where("web")) == 1 && len(w.Where("ip")) == 1 }
	opt := Options{Seed: seed, Nodes: 3, CIB: webPair(nil, true), Exclusive: []string{"ip", "web"}}
	switch seed % 5 {
	case 3:
		opt.Nodes, opt.TwoNode = 2, true
		return opt, pair
	case 4:
		opt.Nodes = 5
		opt.CIB = strings.Replace(opt.CIB, "</group>", `</group>
<clone id="pings"><primitive id="ping" class="ocf" provider="pacemaker" type="ping"><operations><op id="p-m" name="monitor" interval="15s"/></operations></primitive></clone>
<clone id="data"><meta_attributes id="data-m"><nvpair id="data-p" name="promotable" value="true"/></meta_attributes>
<primitive id="st" class="ocf" provider="pacemaker" type="Stateful"><operations><op id="st-m" name="monitor" interval="10s" role="Promoted"/><op id="st-u" name="monitor" interval="11s" role="Unpromoted"/></operations></primitive></clone>`, 1)
		opt.CIB = strings.Replace(opt.CIB, "<constraints/>", `<constraints>
<rsc_colocation id="c1" rsc="grp" with-rsc="data" with-rsc-role="Promoted" score="INFINITY"/>
<rsc_order id="o1" first="data" first-action="promote" then="grp" then-action="start"/></constraints>`, 1)
		return opt, func(w *World) bool {
			promoted := 0
			for _, n := range w.Nodes {
				if n.agents.service("st").Promoted {
					promoted++
				}
			}
			return pair(w) && len(w.Where("ping")) == 5 && len(w.Where("st")) == 5 && promoted == 1
		}
	}
	return opt, pair
}

func playFaults(seed uint64, faults []Fault, packets bool) *World {
	opt, up := cluster(seed)
	opt.Schedule, opt.Packets, opt.Loss = chosen(), packets, *loss
	if seed%4 == 1 {
		// What is expected changes while nodes come and go.
		opt.Quorum = quorum.Config{LastManStanding: 2 * time.Second, WaitForAll: true}
	}
	if seed%3 == 0 {
		// Every boot may bring a newer program.
		opt.Releases = []release.Release{older, newer, newest}
	}
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
	ok := w.RunUntil(40*time.Second, func() bool { return up(w) && w.Settled() })
	if w.failed == "" && !ok {
		w.fail("the cluster did not become idle with its services: ip on %v, web on %v, ping on %v, st on %v, settled %v", w.Where("ip"),
			w.Where("web"), w.Where("ping"), w.Where("st"), w.Settled())
	}
	for _, look := range []func() string{w.Same, w.Attributes, w.promises} {
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
