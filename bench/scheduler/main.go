// Command scheduler measures what decisions cost: how much CPU time and memory Pacer's crm_simulate takes for clusters of several
// sizes, beside Debian's, where that is installed.
//
//	make build && go run ./bench/scheduler [--rounds N] [--files 'cibs/*.xml'] [--no-peer] [--json]
//	go run ./bench/scheduler cib NODES PRIMITIVES running|empty      writes such a cluster
//
// Sizes grow along two lines, nodes and primitives, so that the growth of the cost can be told; package bigcib makes the
// clusters. Times are CPU time (user and system) of the whole process, start and reading of the file included: the
// median of the rounds. A size that would take the peer longer than the limit is left out of its column, and the table says so.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"

	"pacer/internal/bigcib"
	"pacer/internal/gauge"
)

// options are the command line.
type options struct {
	rounds      int
	pacer, peer string // programs; peer "" for none
	files       string
	limit       time.Duration // of one run, in CPU time
	json        bool
}

func main() {
	var o options
	var alone bool
	flag.IntVar(&o.rounds, "rounds", 3, "how often each size is measured, 1 to 100")
	flag.StringVar(&o.pacer, "pacer", "bin/crm_simulate", "the program to measure")
	flag.StringVar(&o.peer, "peer", "/usr/sbin/crm_simulate", "the program to compare it with")
	flag.BoolVar(&alone, "no-peer", false, "leave the peer out")
	flag.StringVar(&o.files, "files", "", "measure these CIBs (a `pattern`) instead of clusters that are made up")
	flag.DurationVar(&o.limit, "limit", 2*time.Minute, "how much CPU time one decision may take, whole seconds; a simulation: a quarter of it")
	flag.BoolVar(&o.json, "json", false, "print the measurements as JSON")
	flag.Parse()
	if flag.Arg(0) == "cib" {
		if err := writeCIB(flag.Args()[1:], os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "scheduler:", err)
			os.Exit(1)
		}
		return
	}
	if alone {
		o.peer = ""
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "scheduler:", err)
		os.Exit(1)
	}
}

// report is what was measured, and where.
type report struct {
	Date   string   `json:"date"`
	System string   `json:"system"`
	CPUs   int      `json:"cpus"`
	Load   string   `json:"load"`
	Peer   string   `json:"peer,omitempty"` // its version
	Rounds int      `json:"rounds"`
	Rows   []*row   `json:"rows"`
	Growth []growth `json:"growth,omitempty"`
}

func run(ctx context.Context, o options, out io.Writer) error {
	if o.rounds < 1 || o.rounds > 100 {
		return fmt.Errorf("--rounds %d: choose 1 to 100", o.rounds)
	}
	if o.limit < 4*time.Second {
		return fmt.Errorf("--limit %s: choose 4 seconds or more", o.limit)
	}
	if _, err := exec.LookPath(o.pacer); err != nil {
		return fmt.Errorf("%w; \"make build\" builds it", err)
	}
	rep := &report{Date: time.Now().Format("2006-01-02 15:04"), System: gauge.Kernel(), CPUs: runtime.NumCPU(), Load: gauge.Load(), Rounds: o.rounds}
	if o.peer != "" {
		if rep.Peer = version(ctx, o.peer); rep.Peer == "" {
			fmt.Fprintf(os.Stderr, "The peer is left out: %s does not run here (package pacemaker-cli-utils).\n", o.peer)
			o.peer = ""
		}
	}
	dir, err := os.MkdirTemp("", "bench-scheduler-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if rep.Rows, err = rows(o.files); err != nil {
		return err
	}
	m := meter{o: o, dir: dir, took: map[string]map[string]point{}, slow: map[string]bool{}}
	for _, r := range rep.Rows {
		fmt.Fprintf(os.Stderr, "%s …\n", r)
		if err := m.measure(ctx, r); err != nil {
			return err
		}
	}
	rep.Growth = growths(rep.Rows)
	if o.json {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(rep)
	}
	rep.print(out)
	return nil
}

// version is what the peer calls itself, "" when it does not run.
func version(ctx context.Context, program string) string {
	data, err := exec.CommandContext(ctx, program, "--version").Output()
	if err != nil {
		return ""
	}
	first, _, _ := strings.Cut(string(data), "\n")
	return strings.TrimSpace(first)
}

// writeCIB writes a cluster of a size and state.
func writeCIB(args []string, out io.Writer) error {
	if len(args) == 3 && (args[2] == "running" || args[2] == "empty") {
		nodes, _ := strconv.Atoi(args[0])
		primitives, _ := strconv.Atoi(args[1])
		if nodes >= 1 && nodes <= 1000 && primitives >= 1 && primitives <= 100_000 {
			x := bigcib.New(bigcib.Shape{Nodes: nodes, Primitives: primitives, Running: args[2] == "running", Fencing: nodes > 1})
			_, err := out.Write(x.Pretty(nil))
			return err
		}
	}
	return fmt.Errorf("cib %s: want 1 to 1000 nodes, 1 to 100000 primitives, and running or empty", strings.Join(args, " "))
}

// named returns the files of a pattern as rows.
func named(pattern string) ([]*row, error) {
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("--files %q: no such file", pattern)
	}
	var list []*row
	for _, f := range files {
		list = append(list, &row{Line: "file", File: f})
	}
	return list, nil
}
