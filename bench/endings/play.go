package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// ending is how a run ended.
type ending struct {
	code   int // -1: it goes on; below that: the negative number of the signal that ended it
	output string
}

// goesOn is the code of a run that did not end within the limit.
const goesOn = -1

func (e ending) String() string {
	switch {
	case e.code == goesOn:
		return "goes on"
	case e.code < 0:
		return "killed by " + syscall.Signal(-e.code).String()
	}
	return fmt.Sprint(e.code)
}

// compareAll plays all cases with both and tells the tally. Where only one of the two goes on, the machine may just have been busy: such
// cases are played again at the end, few at a time and with patience.
func compareAll(ctx context.Context, o *options, list []testCase, t *tally) error {
	var mu sync.Mutex
	var again []testCase
	err := compareMany(ctx, o, o.workers, o.limit, list, func(c testCase, theirs, ours ending) {
		if theirs.code != ours.code && (theirs.code == goesOn || ours.code == goesOn) {
			mu.Lock()
			defer mu.Unlock()
			again = append(again, c)
			return
		}
		t.add(c, theirs, ours)
	})
	if err != nil {
		return err
	}
	return compareMany(ctx, o, patientWorkers, patience*o.limit, again, t.add)
}

// How cases are played again in which only one of the two went on: so many at a time, with so many times the limit. Those that are left
// wait for something, and cost the machine nothing.
const (
	patientWorkers = 4
	patience       = 3
)

// compareMany plays cases with both, so many at a time, and hands on how they ended.
func compareMany(ctx context.Context, o *options, workers int, limit time.Duration, list []testCase, ended func(c testCase, theirs, ours ending)) error {
	var wg sync.WaitGroup
	next := make(chan testCase)
	var once sync.Once
	var failed error
	for range workers {
		wg.Go(func() {
			for c := range next {
				theirs, err := play(ctx, o.peer, limit, c)
				if err == nil {
					var ours ending
					if ours, err = play(ctx, o.ours, limit, c); err == nil {
						ended(c, theirs, ours)
					}
				}
				if err != nil {
					once.Do(func() { failed = fmt.Errorf("%s: %w", c, err) })
				}
			}
		})
	}
	for _, c := range list {
		if among(o.kind, c.kind) && ctx.Err() == nil {
			next <- c
		}
	}
	close(next)
	wg.Wait()
	return errors.Join(failed, ctx.Err())
}

// nobody is the ordinary user, in no group of the cluster.
const nobody = 65534

// play runs one case in a directory of its own.
func play(ctx context.Context, tools string, limit time.Duration, c testCase) (ending, error) {
	dir, err := os.MkdirTemp("/run", "case-")
	if err != nil {
		return ending{}, err
	}
	defer os.RemoveAll(dir)
	if err := layOut(dir, c.ordinary); err != nil {
		return ending{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(tools, c.tool), c.args...)
	cmd.Dir = dir
	cmd.Env = append([]string{"PATH=" + tools + ":/usr/bin:/bin", "HOME=" + dir, "TMPDIR=" + dir, "LC_ALL=C.UTF-8", "TERM=dumb", "SHELL=/bin/true",
		"EDITOR=/bin/true", "CIB_shadow_dir=" + dir}, c.env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if c.ordinary {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	if c.stdin != "" {
		in, err := os.Open(filepath.Join(dir, c.stdin))
		if err != nil {
			return ending{}, err
		}
		defer in.Close()
		cmd.Stdin = in
	}
	// A file, since what stays in the background would keep a pipe open.
	out, err := os.CreateTemp("/run", "output-")
	if err != nil {
		return ending{}, err
	}
	defer os.Remove(out.Name())
	defer out.Close()
	cmd.Stdout, cmd.Stderr = out, out
	err = cmd.Run()
	text, readErr := os.ReadFile(out.Name())
	e := ending{output: string(bytes.TrimSpace(text))}
	var exit *exec.ExitError
	switch {
	case readErr != nil:
		return e, readErr
	case ctx.Err() != nil:
		e.code = goesOn
	case err == nil:
	case errors.As(err, &exit) && exit.ExitCode() >= 0:
		e.code = exit.ExitCode()
	case errors.As(err, &exit):
		e.code = -int(exit.Sys().(syscall.WaitStatus).Signal())
	default:
		return e, err
	}
	return e, nil
}
