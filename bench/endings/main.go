// Command endings lets our commands and the real ones of Pacemaker 3.0 end on wrong input, thousands of ways of it, and compares the exit
// codes: wrong options and values, commands that exclude each other, files that are missing, cut off, of something else, not to be read or
// not to be written, no cluster, no permission (cases.go; what is wrong is in wrong.go). Ours must also say something when they
// fail.
//
//	go run ./bench/endings -peer DIRECTORY [-ours DIRECTORY] [-only TOOLS] [-kind KINDS] [-v]
//
// DIRECTORY holds the commands. Everything runs in namespaces of its own, as root and as an ordinary user, without a cluster. The exit
// code is 0 when all that differs is explained (known.go), 1 when something is not, 2 on misuse. Needs root.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"pacer/demo/world"
)

type options struct {
	peer, ours string // directories
	only, kind string
	workers    int
	limit      time.Duration
	verbose    bool
}

func main() {
	var o options
	flag.StringVar(&o.peer, "peer", "", "the directory of the real commands of Pacemaker 3.0")
	flag.StringVar(&o.ours, "ours", "bin", "the directory of our commands")
	flag.StringVar(&o.only, "only", "", "these tools only, with commas between them")
	flag.StringVar(&o.kind, "kind", "", "these kinds of wrong input only, with commas between them")
	flag.IntVar(&o.workers, "workers", 8, "how many run at a time; most of those that take long wait")
	flag.DurationVar(&o.limit, "limit", 3*time.Second, "what runs longer goes on, if it still does three times as long when little else runs")
	flag.BoolVar(&o.verbose, "v", false, "show every difference with what both said")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	code, err := run(ctx, &o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "endings:", err)
		os.Exit(2)
	}
	os.Exit(code)
}

func run(ctx context.Context, o *options) (code int, err error) {
	if o.peer == "" || o.workers < 1 || flag.NArg() > 0 {
		return 0, errors.New("-peer must name the directory of the real commands, -workers be at least 1")
	}
	for _, dir := range []*string{&o.peer, &o.ours} {
		if *dir, err = filepath.Abs(*dir); err != nil {
			return 0, err
		}
	}
	if os.Getenv(world.DirVariable) == "" {
		return world.Enter(ctx, "/proc/self/exe", os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	}
	if err := isolate(); err != nil {
		return 0, err
	}
	version, err := exec.Command(filepath.Join(o.peer, "crm_error"), "--version").Output()
	if err != nil || !strings.HasPrefix(string(version), "Pacemaker 3.0") {
		return 0, fmt.Errorf("%s holds no commands of Pacemaker 3.0 (crm_error --version: %q, %v)", o.peer, version, err)
	}
	t := newTally(o.verbose)
	for _, tool := range tools {
		if !among(o.only, tool.name) {
			continue
		}
		if _, err := os.Stat(filepath.Join(o.peer, tool.name)); err != nil {
			fmt.Printf("%s: left out: %v\n", tool.name, err)
			continue
		}
		list, err := casesOf(tool, optionsOf(filepath.Join(o.peer, tool.name)))
		if err != nil {
			return 0, err
		}
		if err := compareAll(ctx, o, list, t); err != nil {
			return 0, err
		}
	}
	if t.report(os.Stdout) > 0 {
		return 1, nil
	}
	return 0, nil
}

// among tells whether a name is in a list with commas; an empty list has all names.
func among(list, name string) bool {
	return list == "" || strings.Contains(","+list+",", ","+name+",")
}

// isolate gives the world empty places where a cluster would be, and a network with nothing but itself.
func isolate() error {
	if err := syscall.Mount("", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""); err != nil {
		return fmt.Errorf("mount: %w", err)
	}
	for _, dir := range []string{"/run", "/dev/shm", "/var/log", "/var/lib/pacemaker", "/var/lib/pacer"} {
		if _, err := os.Stat(dir); err != nil {
			continue
		}
		if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "mode=0755"); err != nil {
			return fmt.Errorf("mount on %s: %w", dir, err)
		}
	}
	if out, err := exec.Command("ip", "link", "set", "lo", "up").CombinedOutput(); err != nil {
		return fmt.Errorf("ip link: %w: %s", err, out)
	}
	return os.Chmod("/dev/shm", 0o1777)
}
