// Command scheduler measures what decisions cost: how much CPU time and memory Pacer's crm_simulate takes for clusters of several
// sizes, beside Debian's, where that is installed, or others.
//
//	make build && go run ./bench/scheduler [--rounds N] [--files 'cibs/*.xml'] [--peer COMMAND]... [--no-peer] [--json]
//	go run ./bench/scheduler cib NODES PRIMITIVES running|empty      writes such a cluster
//
// Sizes grow along two lines, nodes and primitives, so that the growth of the cost can be told; package bigcib makes the
// clusters. Times are CPU time (user and system) of the whole process, start and reading of the file included: the
// median of the rounds. A size that would take a peer longer than the limit is left out of its column, and the table says so;
// so is what is not begun in the time that the whole may take.
//
// Where PACER_CONFORMANCE names the folder of the recorded cases (or --cases that of the scheduler's), the programs run these as well: what
// matters there is the start of a process and small clusters.
package main

import (
	"context"
	"encoding/json"
	"errors"
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
	rounds int
	pacer  string
	peers  commands
	files  string
	cases  string        // folder of the recorded cases; "" for none
	limit  time.Duration // of one run, in CPU time
	within time.Duration // of all, by the clock
	json   bool
}

// command is a program with its first arguments.
type command []string

func (c command) String() string { return strings.Join(c, " ") }

// commands is a flag that may be given several times.
type commands []command

func (l *commands) String() string { return fmt.Sprint(*l) }

func (l *commands) Set(text string) error {
	c := strings.Fields(text)
	if len(c) == 0 {
		return errors.New("a command has a name")
	}
	*l = append(*l, c)
	return nil
}

// debian is where Debian's package pacemaker-cli-utils has its program.
const debian = "/usr/sbin/crm_simulate"

func main() {
	var o options
	var alone bool
	flag.IntVar(&o.rounds, "rounds", 3, "how often each size is measured, 1 to 100")
	flag.StringVar(&o.pacer, "pacer", "bin/crm_simulate", "the program to measure")
	flag.Var(&o.peers, "peer", "a `command` to compare it with, may be given several times (default "+debian+")")
	flag.BoolVar(&alone, "no-peer", false, "leave peers out")
	flag.StringVar(&o.cases, "cases", recorded(), "the `folder` of the recorded cases; empty for none")
	flag.DurationVar(&o.within, "within", 10*time.Minute, "by when all shall be done: peers are left out of what comes later")
	flag.StringVar(&o.files, "files", "", "measure these CIBs (a `pattern`) instead of clusters that are made up")
	flag.DurationVar(&o.limit, "limit", 12*time.Second, "how much CPU time one decision may take, whole seconds; a simulation: a quarter of it")
	flag.BoolVar(&o.json, "json", false, "print the measurements as JSON")
	flag.Parse()
	if flag.Arg(0) == "cib" {
		if err := writeCIB(flag.Args()[1:], os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "scheduler:", err)
			os.Exit(1)
		}
		return
	}
	switch {
	case alone:
		o.peers = nil
	case len(o.peers) == 0:
		o.peers = commands{{debian}}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "scheduler:", err)
		os.Exit(1)
	}
}

// recorded is the folder of the recorded cases of the scheduler, "" when nobody says where they are.
func recorded() string {
	if root := os.Getenv("PACER_CONFORMANCE"); root != "" {
		return filepath.Join(root, "scheduler")
	}
	return ""
}

// report is what was measured, and where.
type report struct {
	Date   string      `json:"date"`
	System string      `json:"system"`
	CPUs   int         `json:"cpus"`
	Load   string      `json:"load"`
	Peers  []string    `json:"peers,omitempty"` // what they call themselves
	Rounds int         `json:"rounds"`
	Rows   []*row      `json:"rows"`
	Growth []growth    `json:"growth,omitempty"`
	Cases  []*caseCost `json:"cases,omitempty"`
}

func run(ctx context.Context, o options, out io.Writer) error {
	if o.rounds < 1 || o.rounds > 100 {
		return fmt.Errorf("--rounds %d: choose 1 to 100", o.rounds)
	}
	if o.limit < 4*time.Second {
		return fmt.Errorf("--limit %s: choose 4 seconds or more", o.limit)
	}
	_, err := exec.LookPath(o.pacer)
	if err != nil {
		return fmt.Errorf("%w; \"make build\" builds it", err)
	}
	var list []testCase
	if o.cases != "" {
		if list, err = readCases(o.cases); err != nil {
			return err
		}
	}
	rep := &report{Date: time.Now().Format("2006-01-02 15:04"), System: gauge.Kernel(), CPUs: runtime.NumCPU(), Load: gauge.Load(), Rounds: o.rounds}
	var here commands
	for _, p := range o.peers {
		v := version(ctx, p)
		if v == "" {
			fmt.Fprintf(os.Stderr, "A peer is left out: %s does not run here (package pacemaker-cli-utils).\n", p)
			continue
		}
		here, rep.Peers = append(here, p), append(rep.Peers, v)
	}
	o.peers = here
	if o.pacer, err = filepath.Abs(o.pacer); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "bench-scheduler-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if rep.Rows, err = rows(o.files); err != nil {
		return err
	}
	m := meter{o: o, dir: dir, deadline: time.Now().Add(o.within), took: map[string]map[string]point{}, slow: map[string]bool{}}
	if rep.Cases, err = m.allCases(ctx, rep.Peers, list); err != nil {
		return err
	}
	for _, r := range rep.Rows {
		fmt.Fprintf(os.Stderr, "%s …\n", r)
		if err := m.measure(ctx, r); err != nil {
			return err
		}
	}
	rep.Growth = growths(rep.Rows, rep.Peers)
	if o.json {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(rep)
	}
	rep.print(out)
	return nil
}

// version is what a peer calls itself, "" when it does not run. Of one that a script starts it says so: the start of the script
// counts.
func version(ctx context.Context, program command) string {
	data, err := exec.CommandContext(ctx, program[0], append(program[1:len(program):len(program)], "--version")...).Output()
	first, _, _ := strings.Cut(string(data), "\n")
	if first = strings.TrimSpace(first); err != nil || first == "" {
		return ""
	}
	if path, err := exec.LookPath(program[0]); err == nil && isScript(path) {
		first += " (started by a script)"
	}
	return first
}

func isScript(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	var begin [2]byte
	_, err = io.ReadFull(f, begin[:])
	return err == nil && string(begin[:]) == "#!"
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
