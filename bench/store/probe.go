package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"
)

// task is what the probe inside a node is told: a row, and how often.
type task struct {
	Command []string
	Env     []string
	Many    int
	Flood   string
	// Outstanding is how many requests are on their way at a time.
	Outstanding int
	Rounds      int
	First       int // the number that the first run gets
}

// probe runs a task inside a node and prints the values of its rounds, as JSON.
func probe(ctx context.Context, in io.Reader, out io.Writer) error {
	var t task
	if err := json.NewDecoder(in).Decode(&t); err != nil {
		return err
	}
	values := []float64{}
	for round := range t.Rounds {
		var v float64
		var err error
		switch {
		case t.Flood != "":
			if v, err = flood(ctx, t.Flood, t.Outstanding); t.Outstanding == 1 {
				v = 1000 / v
			}
		case t.Many > 0:
			v, err = atOnce(ctx, t, t.First+round)
		default:
			v, err = timed(ctx, t.Command, t.Env, t.First+round)
		}
		if err != nil {
			return err
		}
		values = append(values, v)
	}
	return json.NewEncoder(out).Encode(values)
}

// timed runs a command from its start to its end, and returns how long that took in ms.
func timed(ctx context.Context, command, env []string, n int) (float64, error) {
	args := make([]string, len(command))
	for i, a := range command {
		args[i] = strings.ReplaceAll(a, "{n}", strconv.Itoa(n))
	}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(os.Environ(), env...)
	begun := time.Now()
	output, err := cmd.CombinedOutput()
	took := time.Since(begun)
	if err != nil {
		return 0, fmt.Errorf("%q: %w: %.300s", args, err, output)
	}
	return took.Seconds() * 1000, nil
}

// atOnce starts a command many times at once and returns when the last one has ended, in ms.
func atOnce(ctx context.Context, t task, round int) (float64, error) {
	errs := make([]error, t.Many)
	begun := time.Now()
	var all sync.WaitGroup
	for i := range t.Many {
		all.Go(func() { _, errs[i] = timed(ctx, t.Command, t.Env, round*t.Many+i) })
	}
	all.Wait()
	return time.Since(begun).Seconds() * 1000, errors.Join(errs...)
}
