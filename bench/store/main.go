package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"pacer/demo/world"
	"pacer/internal/gauge"
)

// options are the command line.
type options struct {
	rounds int
	pacer  string
	disk   string
	peer   bool
	json   bool
	words  []string
}

func main() {
	var o options
	var alone bool
	flag.IntVar(&o.rounds, "rounds", 5, "how often each rate is measured, 1 to 100; commands ten times as often")
	flag.StringVar(&o.pacer, "pacer", "bin/pacer", "the program to measure")
	flag.StringVar(&o.disk, "disk", os.TempDir(), "the folder whose file system holds the state of all nodes")
	flag.BoolVar(&alone, "no-peer", false, "leave Pacemaker and Corosync out")
	flag.BoolVar(&o.json, "json", false, "print JSON instead of a table")
	flag.Parse()
	o.peer, o.words = !alone, flag.Args()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	switch {
	case len(o.words) == 1 && o.words[0] == probeWord:
		err = probe(ctx, os.Stdin, os.Stdout)
	case os.Getenv(world.DirVariable) != "":
		err = o.inWorld(ctx)
	default:
		err = o.run(ctx, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "store:", err)
		os.Exit(1)
	}
}

// probeWord, as the only word, makes this program the probe in a node.
const probeWord = "probe"

func (o *options) run(ctx context.Context, out io.Writer) error {
	if o.rounds < 1 || o.rounds > 100 {
		return fmt.Errorf("--rounds %d: choose 1 to 100", o.rounds)
	}
	if os.Geteuid() != 0 {
		return errors.New("clusters with disks of their own need root")
	}
	disk, err := os.MkdirTemp(o.disk, "bench-store-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(disk)
	if err := os.Chmod(disk, 0o755); err != nil { // others than root work there too
		return err
	}
	rep := &report{Date: time.Now().Format("2006-01-02 15:04"), System: gauge.Kernel(), CPUs: runtime.NumCPU(), Rounds: o.rounds,
		LoadBefore: gauge.Load(), FileSystem: fileSystem(disk)}
	before, err := syncTime(disk)
	if err != nil {
		return err
	}
	if rep.Own, err = o.own(ctx, disk); err != nil {
		return err
	}
	if o.peer {
		rep.Peer, err = o.pacemaker(ctx, disk)
		var not missing
		switch {
		case errors.As(err, &not):
			fmt.Fprintln(os.Stderr, "Pacemaker is left out:", err)
		case err != nil:
			return err
		}
	}
	after, err := syncTime(disk)
	if err != nil {
		return err
	}
	rep.Sync, rep.LoadAfter = (before+after)/2, gauge.Load()
	rep.judge(chosen(o.words))
	if o.json {
		e := json.NewEncoder(out)
		e.SetIndent("", "  ")
		return e.Encode(rep)
	}
	rep.print(out)
	return nil
}

// own measures Pacer: in a world of its own, by this program again, which hands back what it measured.
func (o *options) own(ctx context.Context, disk string) (figures, error) {
	path := filepath.Join(disk, "own.json")
	args := append([]string{"-rounds", fmt.Sprint(o.rounds), "-pacer", o.pacer, "-disk", disk}, o.words...)
	code, err := world.Enter(ctx, "/proc/self/exe", args, os.Stdin, os.Stderr, os.Stderr)
	if err != nil {
		return nil, err
	}
	if code != 0 {
		return nil, errors.New("Pacer could not be measured")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	f := figures{}
	return f, json.NewDecoder(bytes.NewReader(data)).Decode(&f)
}
