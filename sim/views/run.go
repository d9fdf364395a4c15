package views

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"pacer/membership"
)

// Options say what Run plays.
type Options struct {
	// Views is how many views are to be agreed; the episode in which this is reached is played to its end.
	Views int
	Seed  uint64
	// Nodes is the size of every cluster, 2 to 32; 0 for clusters of 2 to 32 nodes, most of them small.
	Nodes int
	// Told, when set, hears after an episode how far it is.
	Told func(Result)
}

// Result is what was seen.
type Result struct {
	Seed     uint64 `json:"seed"`
	Episodes int    `json:"episodes"`
	Faults   int    `json:"faults"`
	// Views counts distinct views, Entered how often a node entered one.
	Views      int    `json:"views"`
	Entered    int    `json:"entered"`
	Deliveries int    `json:"deliveries"`
	Steps      uint64 `json:"steps"`
	// Virtual is the time that went by in the clusters.
	Virtual time.Duration `json:"virtual_ns"`
	// Coverage tells the transitions of the core; Covered and Pairs count pairs of phase and event.
	Coverage *Coverage    `json:"-"`
	Taken    []Transition `json:"transitions"`
	Never    []string     `json:"never"`
	Covered  int          `json:"covered"`
	Pairs    int          `json:"pairs"`
	// Violations is 0 or 1: the run ends with the first. Failed is the seed of its episode.
	Violations int      `json:"violations"`
	Violation  string   `json:"violation,omitempty"`
	Failed     uint64   `json:"failed_seed,omitempty"`
	Story      []string `json:"story,omitempty"`
}

// Run plays episodes until enough views were agreed, a promise is broken, or ctx ends. The error is about the options.
func Run(ctx context.Context, o Options) (Result, error) {
	if o.Views < 0 || o.Nodes != 0 && (o.Nodes < 2 || o.Nodes > membership.MaxNodes) {
		return Result{}, errors.New("views: choose 0 views or more, and 2 to 32 nodes")
	}
	r := Result{Seed: o.Seed, Coverage: &Coverage{}}
	for seed := o.Seed; r.Views < o.Views && r.Violations == 0 && ctx.Err() == nil; seed++ {
		p := newPlan(seed, o.Nodes)
		w := p.play(r.Coverage, p.faults, false)
		r.Episodes++
		r.Faults += len(p.faults)
		r.Views += w.checks.views
		r.Entered += w.checks.entered
		r.Deliveries += w.checks.texts
		r.Steps += w.steps
		r.Virtual += w.now
		if w.wrong != "" {
			r.Violations, r.Failed = 1, seed
			r.Violation, r.Story = p.shrunk()
		}
		if o.Told != nil {
			o.Told(r)
		}
	}
	r.Taken, r.Never, r.Pairs = r.Coverage.Taken(), r.Coverage.Never(), Pairs()
	r.Covered = r.Pairs - len(r.Never)
	return r, nil
}

// plan is one episode, all of it made of its seed.
type plan struct {
	seed   uint64
	conf   membership.Config
	faults []fault
	end    time.Duration
	busy   int // mean distance of messages in milliseconds
}

func newPlan(seed uint64, nodes int) *plan {
	rng := rand.New(rand.NewPCG(seed, 1))
	if nodes == 0 {
		switch n := rng.IntN(200); {
		case n == 0:
			nodes = 6 + rng.IntN(27)
		case n < 20:
			nodes = 4 + rng.IntN(2)
		default:
			nodes = 2 + rng.IntN(2)
		}
	}
	// Some episodes are a hail of faults, others leave time to recover in between.
	tempo := []time.Duration{8, 15, 30, 60, 300}[rng.IntN(5)] * time.Millisecond
	p := &plan{seed: seed, end: 15 * time.Second, busy: 1 + rng.IntN(60)}
	links := 1 + rng.IntN(2)
	switch rng.IntN(3) {
	case 0: // the profile fast
		p.conf = settings(nodes, links, 10*time.Millisecond, 100*time.Millisecond, 500*time.Millisecond, 500*time.Millisecond)
	case 1: // fixed times
		p.conf = settings(nodes, links, 20*time.Millisecond, 150*time.Millisecond, 150*time.Millisecond, time.Second)
	default: // the profile default
		p.conf = settings(nodes, links, 40*time.Millisecond, 360*time.Millisecond, 2*time.Second, time.Second)
	}
	p.conf.Open = rng.IntN(7) == 0
	p.faults = makeFaults(rng, nodes, links, tempo, 100*time.Millisecond, p.end)
	return p
}

// play lets the episode happen with some of its faults.
func (p *plan) play(cover *Coverage, faults []fault, logging bool) *world {
	w := newWorld(p.seed, p.conf, cover)
	w.logging = logging
	for _, n := range w.nodes {
		w.after(time.Duration(w.rng.IntN(700))*time.Millisecond, func() {
			w.boot(n)
			if n.core != nil && w.rng.IntN(6) > 0 {
				w.attach(n)
			}
		})
	}
	for _, f := range faults {
		w.after(f.at, func() { w.strike(f) })
	}
	// Nodes talk by a dice of their own, so that fewer faults do not make them say something else.
	rng := rand.New(rand.NewPCG(p.seed, 2))
	var talk func()
	talk = func() {
		size := 20
		if rng.IntN(50) == 0 {
			size = 5000 + rng.IntN(20000)
		}
		w.send(w.nodes[rng.IntN(len(w.nodes))], size)
		if w.now < p.end {
			w.after(time.Duration(rng.IntN(2*p.busy))*time.Millisecond, talk)
		}
	}
	w.after(300*time.Millisecond, talk)
	w.run(p.end, nil)
	w.settle()
	return w
}

// settle ends all faults and demands one view, peace, and messages that arrive.
func (w *world) settle() {
	w.note("-- the faults end")
	w.calm()
	w.run(2*time.Second, nil) // pauses and goodbyes are over
	for _, n := range w.nodes {
		n.crashAt = 0
		if w.wrong == "" {
			w.boot(n)
			w.attach(n)
		}
	}
	if w.wrong != "" {
		return
	}
	if !w.run(90*time.Second, w.together) {
		w.fail("one view: there is none 90 seconds after the faults")
		return
	}
	w.run(2*time.Second, nil)
	if w.wrong != "" {
		return
	}
	before := map[*node]int{}
	for _, n := range w.nodes {
		if !n.told.open {
			w.fail("attached: n%d has a manager, which is given nothing", n.id)
			return
		}
		before[n] = len(n.told.got)
		n.told.changes, n.told.before = 0, n.told.view // from now on all is meant for this view
	}
	for _, n := range w.nodes {
		w.send(n, 30)
		w.send(n, 4000)
	}
	w.run(3*time.Second, nil)
	for _, n := range w.nodes {
		if w.wrong != "" {
			return
		}
		if n.told.changes > 0 {
			w.fail("peace: n%d changed its view in quiet times", n.id)
		} else if got := len(n.told.got) - before[n]; got != 2*len(w.nodes) {
			w.fail("delivery: n%d was given %d of %d messages in quiet times", n.id, got, 2*len(w.nodes))
		}
	}
}

// storyLength is how many of the last lines of a story are told.
const storyLength = 200

// mostPlays is how often an episode is played again to shorten its story.
const mostPlays = 400

// shrunk plays the episode with fewer and fewer faults as long as it fails, and tells the shortest story.
func (p *plan) shrunk() (violation string, story []string) {
	faults := p.faults
	plays := 0
	for size := (len(faults) + 1) / 2; size > 0 && plays < mostPlays; {
		gained := false
		for at := 0; at+size <= len(faults) && plays < mostPlays; plays++ {
			less := append(append([]fault(nil), faults[:at]...), faults[at+size:]...)
			if p.play(nil, less, false).wrong != "" {
				faults, gained = less, true
			} else {
				at += size
			}
		}
		if !gained || size > len(faults) {
			size /= 2
		}
	}
	w := p.play(nil, faults, true)
	story = append(story, fmt.Sprintf("episode of seed %d: %d nodes, %d links, %d of %d faults", p.seed, len(p.conf.Nodes), p.conf.Links, len(faults),
		len(p.faults)))
	return w.wrong, append(story, w.log[max(0, len(w.log)-storyLength):]...)
}
