package sim

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"runtime/debug"
	"time"

	"pacer/applet"
	"pacer/exitcode"
	"pacer/sim/explore"
	"pacer/sim/views"
)

// Applet is `pacer sim`.
var Applet = applet.Applet{
	Names:           []string{"sim"},
	Internal:        true,
	Summary:         "simulate and explore the cluster layer in virtual time",
	SummaryJapanese: "クラスタ層を仮想時間でシミュレーション・網羅探索します",
	Graceful:        true,
	Run:             Run,
}

const usageText = "usage: pacer sim --views N | --explore | --patterns N | --kills K  [--seed S] [--nodes N] [--json] …; --help lists all"

// options are what the command is told.
type options struct {
	explore, json                                 bool
	views, patterns, kills, nodes                 int
	seed                                          uint64
	profile                                       string
	messages, faults, disturbances, depth, states int
	window                                        time.Duration
}

func parse(e applet.Env) (options, error) {
	var o options
	f := flag.NewFlagSet("pacer sim", flag.ContinueOnError)
	f.SetOutput(e.Stderr)
	f.IntVar(&o.views, "views", 0, "play random faults until so many views were agreed")
	f.BoolVar(&o.explore, "explore", false, "go through everything that can happen within the bounds")
	f.IntVar(&o.patterns, "patterns", 0, "cut so many random sets of directions between nodes for good")
	f.IntVar(&o.kills, "kills", 0, "let so many nodes die and measure the time to the new view")
	f.IntVar(&o.nodes, "nodes", 0, "number of nodes, 2 to 32: 0 for 3 (--explore), 5 (--patterns), 32 (--kills), mixed sizes (--views)")
	f.Uint64Var(&o.seed, "seed", 0, "seed; 0 for 1, and for the order of depth in --explore")
	f.StringVar(&o.profile, "profile", "default", "with --kills: fast, default or patient")
	f.IntVar(&o.messages, "messages", 2, "with --explore: application messages, 0 to 9")
	f.IntVar(&o.faults, "faults", 2, "with --explore: crashes, losses, cuts and restarts on one path, 0 to 9")
	f.IntVar(&o.disturbances, "disturbances", 0, "with --explore: packets that come twice or after a timer on one path, 0 to 9")
	f.IntVar(&o.depth, "depth", 0, "with --explore: most actions on one path; 0 for no limit but --window")
	f.IntVar(&o.states, "states", 5_000_000, "with --explore: end after so many states; 0 for no limit")
	f.DurationVar(&o.window, "window", 30*time.Millisecond, "with --explore: how long messages and faults may happen, up to 1m")
	f.BoolVar(&o.json, "json", false, "print one JSON object")
	if err := f.Parse(e.Args); err != nil {
		return o, err
	}
	asked := 0
	for _, is := range []bool{o.explore, o.views > 0, o.patterns > 0, o.kills > 0} {
		if is {
			asked++
		}
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("sim: %q is not understood", f.Arg(0))
	}
	if asked != 1 {
		return o, errors.New(usageText)
	}
	return o, nil
}

// Run is the command.
func Run(e applet.Env) exitcode.Code {
	o, err := parse(e)
	if errors.Is(err, flag.ErrHelp) {
		return exitcode.OK
	}
	if err != nil {
		fmt.Fprintln(e.Stderr, err)
		return exitcode.Usage
	}
	debug.SetGCPercent(400) // much is made and dropped, little is kept
	var answer any
	var fine bool
	var text func(io.Writer)
	begun := e.Now()
	switch {
	case o.explore:
		answer, fine, text, err = o.exploring(e)
	case o.views > 0:
		answer, fine, text, err = o.playing(e)
	case o.patterns > 0:
		answer, fine, text, err = o.cutting(e)
	default:
		answer, fine, text, err = o.killing(e)
	}
	switch {
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(e.Stderr, "sim: interrupted")
		return exitcode.Error
	case err != nil:
		fmt.Fprintf(e.Stderr, "sim: %v\n", err)
		return exitcode.Usage
	}
	if o.json {
		enc := json.NewEncoder(e.Stdout)
		enc.SetIndent("", "  ")
		if err := enc.Encode(answer); err != nil {
			fmt.Fprintln(e.Stderr, err)
			return exitcode.Error
		}
	} else {
		text(e.Stdout)
		fmt.Fprintf(e.Stdout, "took %v\n", e.Now().Sub(begun).Round(time.Millisecond))
	}
	if !fine {
		return exitcode.Error
	}
	return exitcode.OK
}

// or gives n, or what stands for 0.
func or(n, otherwise int) int {
	if n == 0 {
		return otherwise
	}
	return n
}

func (o options) exploring(e applet.Env) (any, bool, func(io.Writer), error) {
	begun := e.Now()
	b := explore.Bounds{Nodes: or(o.nodes, 3), Messages: o.messages, Faults: o.faults, Disturbances: o.disturbances, Window: o.window,
		Depth: o.depth, States: o.states, Seed: o.seed, Stop: e.Context.Done()}
	if !o.json {
		b.Told = func(r explore.Result) {
			fmt.Fprintf(e.Stderr, "%v: %d states, depth %d, %d wait\n", e.Now().Sub(begun).Round(time.Second), r.States, r.Depth, r.Waiting)
		}
	}
	r, err := explore.Run(b)
	return r, r.Violation == "", func(w io.Writer) {
		fmt.Fprintf(w, "%d nodes, %d messages, %d faults, %d disturbances within %v\n", b.Nodes, b.Messages, b.Faults, b.Disturbances, b.Window)
		fmt.Fprintf(w, "%d states, %d transitions, depth %d, complete within the bounds: %v\n", r.States, r.Transitions, r.Depth, r.Complete)
		fmt.Fprintf(w, "from %d states the faults ended, and one view formed\n", r.Ends)
		fmt.Fprintf(w, "%d steps of cores, %d of them taken, the others known\n", r.Steps, r.Made)
		story(w, r.Violation, r.Story)
	}, err
}

func (o options) playing(e applet.Env) (any, bool, func(io.Writer), error) {
	begun := e.Now()
	p := views.Options{Views: o.views, Seed: max(o.seed, 1), Nodes: o.nodes}
	if !o.json {
		p.Told = func(r views.Result) {
			if r.Episodes%1000 == 0 {
				fmt.Fprintf(e.Stderr, "%v: %d episodes, %d views\n", e.Now().Sub(begun).Round(time.Second), r.Episodes, r.Views)
			}
		}
	}
	r, err := views.Run(e.Context, p)
	return r, r.Violations == 0 && r.Views >= o.views, func(w io.Writer) {
		fmt.Fprintf(w, "%d views, entered %d times, in %d episodes with %d faults; %d deliveries, %d steps, %v of virtual time\n", r.Views,
			r.Entered, r.Episodes, r.Faults, r.Deliveries, r.Steps, r.Virtual.Round(time.Second))
		fmt.Fprintf(w, "violations: %d\n", r.Violations)
		story(w, r.Violation, r.Story)
		fmt.Fprintf(w, "transitions: %d kinds; %d of %d pairs of phase and event\n", len(r.Taken), r.Covered, r.Pairs)
		for _, t := range r.Taken {
			fmt.Fprintf(w, "%12d  %s: %s -> %s\n", t.Count, t.From, t.Event, t.To)
		}
		for _, n := range r.Never {
			fmt.Fprintf(w, "       never  %s\n", n)
		}
	}, err
}

func (o options) cutting(e applet.Env) (any, bool, func(io.Writer), error) {
	r, err := views.RandomPatterns(e.Context, or(o.nodes, 5), o.patterns, max(o.seed, 1))
	return r, len(r.Broken) == 0 && r.Patterns == o.patterns, func(w io.Writer) {
		fmt.Fprintf(w, "%d patterns of %d nodes: the largest set agrees after %v (p50), %v (p99), %v (max); %d took longer than two detection periods\n",
			r.Patterns, r.Nodes, ms(r.P50), ms(r.P99), ms(r.Max), r.Late)
		fmt.Fprintf(w, "did not settle as they must: %d\n", len(r.Broken))
		for _, b := range r.Broken {
			fmt.Fprintln(w, " ", b)
		}
	}, err
}

func (o options) killing(e applet.Env) (any, bool, func(io.Writer), error) {
	l, err := views.MeasureLatency(e.Context, or(o.nodes, 32), o.kills, o.profile, max(o.seed, 1))
	return l, true, func(w io.Writer) {
		fmt.Fprintf(w, "%d nodes, profile %s, %d deaths: the last survivor is in the new view after %v (p50), %v (p99), %v (max)\n", l.Nodes, l.Profile,
			l.Kills, ms(l.P50), ms(l.P99), ms(l.Max))
	}, err
}

func ms(d time.Duration) time.Duration { return d.Round(100 * time.Microsecond) }

func story(w io.Writer, violation string, lines []string) {
	if violation == "" {
		return
	}
	fmt.Fprintf(w, "VIOLATION: %s\n", violation)
	for _, l := range lines {
		fmt.Fprintln(w, " ", l)
	}
}
