package meter

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"time"

	"pacer/applet"
	"pacer/clusterconf"
	"pacer/demo/world"
	"pacer/exitcode"
	"pacer/note"
)

// Applet is `pacer bench`.
var Applet = applet.Applet{
	Names:           []string{"bench"},
	Internal:        true,
	Summary:         "measure the cluster layer on this machine",
	SummaryJapanese: "このマシン上でクラスタ層の性能を測定します",
	Graceful:        true,
	Run:             Run,
}

// options are what `pacer bench messaging` is told.
type options struct {
	nodes, kills, messages, pauses int
	profile                        string
	ordinary, busy, json           bool
	watch, idle                    time.Duration
}

const usageText = "usage: pacer bench messaging [--nodes N] [--kills K] [--profile fast|default|patient] [--engine builtin] …; --help lists all"

func parse(e applet.Env) (options, error) {
	var o options
	var engine string
	if len(e.Args) == 0 || e.Args[0] != "messaging" {
		return o, errors.New(usageText)
	}
	f := flag.NewFlagSet("pacer bench messaging", flag.ContinueOnError)
	f.SetOutput(e.Stderr)
	f.IntVar(&o.nodes, "nodes", 3, "number of nodes, 2 to 16")
	f.IntVar(&o.kills, "kills", 20, "how often a node loses its power, 0 to 10000")
	f.IntVar(&o.messages, "messages", 20000, "how many messages are ordered for each of the two rates, 0 to 10000000")
	f.IntVar(&o.pauses, "pauses", 0, "how often the messaging process of a node is stopped for the time that its profile forgives, 0 to 10000")
	f.StringVar(&o.profile, "profile", "default", "how dead nodes are detected: fast, default or patient")
	f.StringVar(&engine, "engine", "builtin", "the cluster layer to measure; there is builtin")
	f.BoolVar(&o.ordinary, "ordinary", false, "leave messaging without real-time priority and locked memory")
	f.BoolVar(&o.busy, "busy", false, "keep every processor busy meanwhile")
	f.DurationVar(&o.watch, "watch", 0, "how long to look out for false removals while nothing is done, up to 24h")
	f.DurationVar(&o.idle, "idle", 10*time.Second, "how long to measure what an idle cluster takes; 0 leaves it out")
	f.BoolVar(&o.json, "json", false, "print one JSON object")
	if err := f.Parse(e.Args[1:]); err != nil {
		return o, err
	}
	_, known := clusterconf.Profile(o.profile)
	switch {
	case f.NArg() > 0:
		return o, fmt.Errorf("bench: %q is not understood", f.Arg(0))
	case engine != "builtin":
		return o, fmt.Errorf("bench: --engine %s: there is builtin", engine)
	case !known:
		return o, fmt.Errorf("bench: --profile %s: choose fast, default or patient", o.profile)
	case o.nodes < 2 || o.nodes > 16:
		return o, fmt.Errorf("bench: --nodes %d: a cluster has 2 to 16 nodes here", o.nodes)
	case o.kills < 0 || o.kills > 10_000:
		return o, fmt.Errorf("bench: --kills %d: choose 0 to 10000", o.kills)
	case o.pauses < 0 || o.pauses > 10_000:
		return o, fmt.Errorf("bench: --pauses %d: choose 0 to 10000", o.pauses)
	case o.messages < 0 || o.messages > 10_000_000:
		return o, fmt.Errorf("bench: --messages %d: choose 0 to 10000000", o.messages)
	case o.watch < 0 || o.watch > 24*time.Hour:
		return o, fmt.Errorf("bench: --watch %v: choose up to 24h", o.watch)
	case o.idle < 0 || o.idle > time.Hour:
		return o, fmt.Errorf("bench: --idle %v: choose up to 1h", o.idle)
	}
	return o, nil
}

// Run is the command: outside it enters a world of its own, inside it measures.
func Run(e applet.Env) exitcode.Code {
	o, err := parse(e)
	if errors.Is(err, flag.ErrHelp) {
		return exitcode.OK
	}
	if err != nil {
		fmt.Fprintln(e.Stderr, err)
		return exitcode.Usage
	}
	if e.Getenv(world.DirVariable) == "" {
		code, err := world.Again(e, "bench")
		if err != nil {
			fmt.Fprintln(e.Stderr, err)
		}
		return code
	}
	r, err := play(e, o)
	switch {
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(e.Stderr, "bench: interrupted; everything is cleaned up")
		return exitcode.Error
	case err != nil:
		fmt.Fprintln(e.Stderr, err)
		return exitcode.Error
	}
	if o.json {
		err = r.JSON(e.Stdout)
	} else {
		r.Table(e.Stdout, note.LanguageOf(e.Getenv))
	}
	if err != nil {
		fmt.Fprintln(e.Stderr, err)
		return exitcode.Error
	}
	return exitcode.OK
}
