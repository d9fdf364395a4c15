// Command failover measures how long a service is away when nodes and services fail: under Pacer, in its own demonstration,
// and beside it under Debian's Pacemaker and Corosync, where these and the scripts that run them in namespaces are installed.
//
//	make build && go run ./bench/failover [--rounds N] [--pacer PROGRAM] [--no-peer]
//
// It prints a Markdown table of medians and ratios with the date and the load of the machine. Needs root, or user namespaces
// for Pacer's part alone. Nothing of the clusters is left on the machine. A run with the peer takes about a quarter of an hour.
//
// The peer's scripts are looked for in bench/realcluster beside the conformance data ($PACER_CONFORMANCE, by default
// ../shared/conformance).
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"

	"pacer/internal/gauge"
)

// options are the command line.
type options struct {
	rounds int
	pacer  string
	peer   bool
	each   time.Duration // limit of one measurement
}

func main() {
	var o options
	var alone bool
	flag.IntVar(&o.rounds, "rounds", 5, "how often each fault is played, 1 to 100")
	flag.StringVar(&o.pacer, "pacer", "bin/pacer", "the program to measure")
	flag.BoolVar(&alone, "no-peer", false, "leave Pacemaker and Corosync out")
	flag.DurationVar(&o.each, "limit", 10*time.Minute, "how long one measurement may take")
	flag.Parse()
	o.peer = !alone
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "failover:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options, out io.Writer) error {
	if o.rounds < 1 || o.rounds > 100 {
		return fmt.Errorf("--rounds %d: choose 1 to 100", o.rounds)
	}
	before := gauge.Load()
	fmt.Fprintln(os.Stderr, "Pacer, agents that are compiled in …")
	own, err := pacer(ctx, o)
	if err != nil {
		return err
	}
	columns := []column{{"Pacer", own}}
	if _, err := os.Stat("/usr/lib/ocf/resource.d/heartbeat/apache"); err == nil {
		fmt.Fprintln(os.Stderr, "Pacer, stock agents …")
		stock, err := pacer(ctx, o, "--stock")
		if err != nil {
			return err
		}
		columns = append(columns, column{"Pacer, stock agents", stock})
	}
	if o.peer {
		peer, err := pacemaker(ctx, o)
		var not missing
		switch {
		case errors.As(err, &not):
			fmt.Fprintln(os.Stderr, "Pacemaker is left out:", err)
		case err != nil:
			return err
		default:
			columns = append(columns, column{"Pacemaker + Corosync", peer})
		}
	}
	fmt.Fprintf(out, "%s, %d rounds each, %s, %d CPUs, load %s before and %s after.\n\n", time.Now().Format("2006-01-02 15:04"), o.rounds,
		gauge.Kernel(), runtime.NumCPU(), before, gauge.Load())
	table(out, columns)
	return nil
}

// output runs a program until it ends and returns what it printed; its errors are shown as they come.
func output(ctx context.Context, limit time.Duration, env []string, name string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 30 * time.Second
	data, err := cmd.Output()
	if err != nil {
		err = fmt.Errorf("%s %s: %w", name, strings.Join(args, " "), err)
	}
	return data, err
}
