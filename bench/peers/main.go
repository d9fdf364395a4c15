// Command peers lets our crm_simulate and real ones decide on the same made-up clusters and compares what they decide: scores,
// placement, the transition graph, its execution, and the status before and after.
//
//	go run ./bench/peers [-newer COMMAND] [-peer COMMAND] [-n CIBS] [-seed FIRST] [-only FEATURES] [-without FEATURES]
//	                     [-weights FEATURE=SHARE,…] [FILE…]
//
// A peer of our own series (-newer) must be alike in everything. One of an older series (-peer; Debian's 2.1.5) is asked in its
// own words, and where it decides otherwise the newer one is the proof that the series do, if it decides as we do. Without
// a newer one there are only the rules (known_older.go) to go by. A -peer of our own series is compared with alone.
//
// A CIB on which they differ without explanation is made as small as possible, once for each kind of difference, and kept with a
// description. Files, when given, are compared instead of made-up CIBs.
//
// The exit code is 0 when all that differs is explained, 1 when something is not, 2 when there is no peer or on misuse.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"pacer/internal/randomcib"
)

// options are the command line.
type options struct {
	count, workers, each, tries int
	seed                        uint64
	kept                        string
	newer, peer                 string // commands
	peers                       []*peer
	limit                       time.Duration
	verbose, features           bool
	files                       []string
	make                        randomcib.Options
}

func main() {
	var o options
	flag.IntVar(&o.count, "n", 1000, "how many CIBs to make up")
	flag.Uint64Var(&o.seed, "seed", 1, "the first seed; the others follow")
	flag.IntVar(&o.workers, "workers", min(2, runtime.NumCPU()), "how many run at a time")
	flag.IntVar(&o.each, "shrink", 1, "how many CIBs to make small for each kind of difference")
	flag.IntVar(&o.tries, "tries", 3000, "how many CIBs to try for making one small")
	flag.StringVar(&o.kept, "keep", "", "directory for the small CIBs (default: one of its own below the directory for temporary files)")
	flag.StringVar(&o.newer, "newer", "", "a crm_simulate of Pacemaker 3.0")
	flag.StringVar(&o.peer, "peer", "/usr/sbin/crm_simulate", "another crm_simulate, of an older Pacemaker or of 3.0")
	flag.DurationVar(&o.limit, "limit", 2*time.Second, "how much CPU time one run of a peer may take, in whole seconds")
	flag.BoolVar(&o.verbose, "v", false, "show the differences of every CIB")
	flag.BoolVar(&o.features, "features", false, "report in how many CIBs each feature is")
	from := randomcib.Flags(flag.CommandLine)
	flag.Parse()
	o.files = flag.Args()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var unexplained int
	var err error
	if o.make, err = from(); err == nil {
		unexplained, err = run(ctx, &o)
	}
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "peers:", err)
		os.Exit(2)
	case unexplained > 0:
		os.Exit(1)
	}
}

func run(ctx context.Context, o *options) (unexplained int, err error) {
	if o.workers < 1 || o.count < 1 || o.limit < time.Second {
		return 0, errors.New("-n and -workers must be at least 1, -limit at least 1s")
	}
	if o.peers, err = findPeers(o.newer, o.peer); err != nil {
		return 0, err
	}
	for _, p := range o.peers {
		fmt.Printf("beside %s\n", p)
	}
	if o.kept == "" {
		if o.kept, err = os.MkdirTemp("", "peers-"); err != nil {
			return 0, err
		}
	} else if err := os.MkdirAll(o.kept, 0o755); err != nil {
		return 0, err
	}
	o.make.Weights = wanted(o.make.Weights, o.peers[0].older)
	t := newTally(o)
	if err := compareAll(ctx, o, t); err != nil {
		return 0, err
	}
	t.report(os.Stdout)
	return t.unexplained(), nil
}

// wanted says how often features are wanted where the command line does not. Without a peer of our series, those are rarer of which the
// older one is known to think otherwise so often that, without a proof, little else would be compared; with it, there is also what
// the older one does not know, and rare features are less rare.
func wanted(given map[randomcib.Feature]float64, older bool) map[randomcib.Feature]float64 {
	out := map[randomcib.Feature]float64{
		randomcib.Newer: .25, randomcib.NewNames: .2, randomcib.ValueSources: .2, randomcib.OldForms: .3, randomcib.OldHistory: .15,
		randomcib.OrderSets: .4, randomcib.OrderAny: .3, randomcib.Tickets: .25, randomcib.TicketSets: .5, randomcib.TargetRoles: .5,
		randomcib.Unfencing: .25, randomcib.ShutdownLocks: .2, randomcib.KeepRemoved: .2, randomcib.Changed: .7, randomcib.ReloadAgents: .8,
		randomcib.LiveMigration: .5, randomcib.PartialMigration: .6, randomcib.Joining: .3, randomcib.LocationRules: .5, randomcib.LocationRoles: .3,
		randomcib.ColocationSets: .4,
	}
	if older {
		out = map[randomcib.Feature]float64{
			randomcib.Apart: .03, randomcib.Colocations: .03, randomcib.FailureTimeout: .05, randomcib.RuledDefaults: .1,
			randomcib.Utilization: .1,
		}
	}
	maps.Copy(out, given)
	return out
}
