package demo

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"golang.org/x/term"

	"pacer/applet"
	"pacer/demo/world"
	"pacer/exitcode"
	"pacer/note"
)

// Applet is `pacer demo`.
var Applet = applet.Applet{
	Names:           []string{"demo"},
	Internal:        true,
	Summary:         "build a cluster on this machine, break it, and watch it recover",
	SummaryJapanese: "このマシン上にクラスタを構築し、障害と復旧を実演します",
	Graceful:        true,
	Run:             Run,
}

// NodeApplet is the first process of a node of the demonstration.
var NodeApplet = applet.Applet{Names: []string{"demo-node"}, Internal: true, Run: func(e applet.Env) exitcode.Code {
	if err := world.Inside(); err != nil {
		fmt.Fprintln(e.Stderr, err)
		return exitcode.Error
	}
	return exitcode.OK
}}

// FenceApplet is the fence agent of the demonstration's power switch.
var FenceApplet = applet.Applet{Names: []string{"fence_demo"}, Run: func(e applet.Env) exitcode.Code {
	return world.FenceAgent(e.Getenv(world.DirVariable), e.Args, e.Stdin, e.Stdout, e.Stderr)
}}

// options are what `pacer demo` is told.
type options struct {
	once, json    bool
	nodes, rounds int
	fail          string
	config        string // the text of a configuration in place of the example
	fenceDelay    time.Duration
	fenceFail     bool
	stock         bool

	inside bool
	flat   bool // no namespaces
}

func parse(e applet.Env) (options, error) {
	var o options
	var delay int
	var config string
	f := flag.NewFlagSet("pacer demo", flag.ContinueOnError)
	f.SetOutput(e.Stderr)
	f.BoolVar(&o.once, "once", false, "play the faults once and exit")
	f.BoolVar(&o.json, "json", false, "print one JSON object with every timing")
	f.IntVar(&o.nodes, "nodes", 3, "number of nodes, 2 to 16")
	f.IntVar(&o.rounds, "rounds", 1, "how often each fault is played, 1 to 1000")
	f.StringVar(&o.fail, "fail", "all", "node, service, partition, standby or all; or address, manager, messaging, freeze, crashloop, or hardships for these five")
	f.StringVar(&config, "config", "", "a crm configuration to load in place of the example")
	f.IntVar(&delay, "fence-delay", 0, "milliseconds that the fence device takes")
	f.BoolVar(&o.fenceFail, "fence-fail", false, "make the fence device fail")
	f.BoolVar(&o.stock, "stock", false, "use the resource agents that are installed on this machine where there are some")
	if err := f.Parse(e.Args); err != nil {
		return o, err
	}
	// The world names its directory to the program that plays in it.
	o.inside = e.Getenv(world.DirVariable) != ""
	o.fenceDelay = time.Duration(delay) * time.Millisecond
	switch {
	case f.NArg() > 0:
		return o, fmt.Errorf("demo: %q is not understood", f.Arg(0))
	case o.nodes < 2 || o.nodes > 16:
		return o, fmt.Errorf("demo: --nodes %d: a cluster has 2 to 16 nodes here", o.nodes)
	case o.rounds < 1 || o.rounds > 1000:
		return o, fmt.Errorf("demo: --rounds %d: choose 1 to 1000", o.rounds)
	case delay < 0 || delay > 600_000:
		return o, fmt.Errorf("demo: --fence-delay %d: choose 0 to 600000 milliseconds", delay)
	}
	if _, err := kindsFor(o.fail); err != nil {
		return o, err
	}
	if config != "" {
		text, err := os.ReadFile(config)
		if err != nil {
			return o, fmt.Errorf("demo: --config: %w", err)
		}
		o.config = string(text)
	}
	return o, nil
}

// Run is the command: outside it enters a world of its own, inside it plays.
func Run(e applet.Env) exitcode.Code {
	o, err := parse(e)
	if errors.Is(err, flag.ErrHelp) {
		return exitcode.OK
	}
	if err != nil {
		fmt.Fprintln(e.Stderr, err)
		return exitcode.Usage
	}
	if !o.inside {
		code, err := world.Again(e, "demo")
		if err == nil {
			return code
		}
		fmt.Fprintln(e.Stderr, err)
		if !errors.Is(err, world.ErrNoNamespaces) {
			return exitcode.Error
		}
		o.flat = true
	}
	lang := note.LanguageOf(e.Getenv)
	say := func(en, ja string) string {
		if lang == note.Japanese {
			return ja
		}
		return en
	}
	p := &play{env: e, options: o, lang: lang, say: say}
	interactive := !o.once && !o.json && isTerminal(e.Stdin) && isTerminal(e.Stdout)
	if interactive {
		err = p.live(e.Context)
	} else {
		err = p.scripted(e.Context)
	}
	switch {
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(e.Stderr, say("demo: interrupted; everything is cleaned up", "demo: 中断しました。後始末は完了しています"))
		return exitcode.Error
	case err != nil:
		fmt.Fprintln(e.Stderr, err)
		return exitcode.Error
	}
	return exitcode.OK
}

func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
