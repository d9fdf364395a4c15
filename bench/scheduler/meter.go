package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// row is one cluster with what the programs took for it.
type row struct {
	Line       string `json:"line"` // "nodes", "primitives" or "size"; "file" for a CIB that was given
	Nodes      int    `json:"nodes,omitempty"`
	Primitives int    `json:"primitives,omitempty"`
	State      string `json:"state,omitempty"` // "running" or "empty"
	File       string `json:"file,omitempty"`
	Bytes      int64  `json:"bytes"`

	Pacer *cost   `json:"pacer"`
	Peers []*cost `json:"peers,omitempty"` // in the order of the report's
}

// cost is what a program took: medians.
type cost struct {
	CPU      float64 `json:"cpu_ms"`
	Memory   float64 `json:"rss_mb"`
	Simulate float64 `json:"simulate_cpu_ms,omitempty"` // with the pretended transition
	Skipped  string  `json:"skipped,omitempty"`         // why there is nothing
}

// lines are the sizes: each line grows in one way and has one size more than a slope needs at least; then some large ones.
func lines() []*row {
	var list []*row
	for _, state := range []string{"running", "empty"} {
		for _, n := range []int{4, 8, 16, 32, 64} {
			list = append(list, &row{Line: "nodes", Nodes: n, Primitives: 400, State: state})
		}
		for _, p := range []int{250, 500, 1000, 2000, 4000} {
			list = append(list, &row{Line: "primitives", Nodes: 8, Primitives: p, State: state})
		}
	}
	for _, s := range [][2]int{{16, 1000}, {32, 2000}, {64, 5000}} {
		for _, state := range []string{"running", "empty"} {
			list = append(list, &row{Line: "size", Nodes: s[0], Primitives: s[1], State: state})
		}
	}
	return list
}

// rows are the clusters to measure.
func rows(files string) ([]*row, error) {
	if files != "" {
		return named(files)
	}
	return lines(), nil
}

func (r *row) String() string {
	if r.File != "" {
		return filepath.Base(r.File)
	}
	return fmt.Sprintf("%d nodes × %d primitives, %s", r.Nodes, r.Primitives, r.State)
}

// point is a size (pairs of primitives and nodes, in effect) and the CPU time that it took, in ms.
type point struct{ size, cpu float64 }

// meter measures rows in dir.
type meter struct {
	o   options
	dir string
	// deadline is when peers are not asked any more.
	deadline time.Time
	// took is by program and state what the largest size so far took; it tells what the next one will.
	took map[string]map[string]point
	// slow are programs with states whose simulation took too long, by their names put together.
	slow map[string]bool
}

func (m *meter) measure(ctx context.Context, r *row) error {
	path := r.File
	if path == "" {
		path = filepath.Join(m.dir, "cib.xml")
		if err := m.write(ctx, path, r); err != nil {
			return err
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	r.Bytes = info.Size()
	if r.Pacer, err = m.cost(ctx, command{m.o.pacer}, path, r); err != nil {
		return err
	}
	for _, p := range m.o.peers {
		c := &cost{Skipped: "no time left"}
		if time.Now().Before(m.deadline) {
			if c, err = m.cost(ctx, p, path, r); err != nil {
				return err
			}
		}
		r.Peers = append(r.Peers, c)
	}
	return nil
}

// write makes a row's cluster. Another process does it: a program begins its life with the largest memory that its parent ever
// had, as far as the kernel counts.
func (m *meter) write(ctx context.Context, path string, r *row) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, self, "cib", strconv.Itoa(r.Nodes), strconv.Itoa(r.Primitives), r.State)
	cmd.Stdout, cmd.Stderr = f, os.Stderr
	return errors.Join(cmd.Run(), f.Close())
}

// cost measures a program on a file.
func (m *meter) cost(ctx context.Context, run command, path string, r *row) (*cost, error) {
	program := run.String()
	size := float64(r.Nodes * r.Primitives)
	if guess := m.guess(program, r.State, size); guess > m.o.limit {
		return &cost{Skipped: fmt.Sprintf("would take about %.0f s", guess.Seconds())}, nil
	}
	c := &cost{}
	var cpu, rss, simulate []float64
	for round := range m.o.rounds {
		u, err := use(ctx, m.o.limit, "", run, "-RQ", "-x", path)
		if errors.Is(err, errTooLong) {
			m.note(program, r.State, point{size, float64(m.o.limit.Milliseconds())})
			return &cost{Skipped: fmt.Sprintf("more than %.0f s", m.o.limit.Seconds())}, nil
		}
		if err != nil {
			return nil, err
		}
		cpu, rss = append(cpu, u.cpu), append(rss, u.rss)
		if limit := m.o.limit / 4; !m.slow[program+r.State] && u.cpu < float64(limit.Milliseconds()) && (round == 0 || u.cpu < 1000) {
			u, err := use(ctx, limit, "", run, "-SQ", "-x", path)
			switch {
			case err == nil:
				simulate = append(simulate, u.cpu)
			case errors.Is(err, errTooLong):
				m.slow[program+r.State] = true // larger ones will be no faster
			default:
				return nil, err
			}
		}
		if u.cpu > 2000 {
			break // noise is small beside that
		}
	}
	c.CPU, c.Memory = median(cpu), median(rss)
	if len(simulate) > 0 {
		c.Simulate = median(simulate)
	}
	m.note(program, r.State, point{size, c.CPU})
	return c, nil
}

// guess tells how long a size will take by what the largest one so far took: more than in proportion, less than by the square.
func (m *meter) guess(program, state string, size float64) time.Duration {
	p, ok := m.took[program][state]
	if !ok || size <= p.size {
		return 0
	}
	return time.Duration(p.cpu*math.Pow(size/p.size, 1.5)) * time.Millisecond
}

func (m *meter) note(program, state string, p point) {
	if m.took[program] == nil {
		m.took[program] = map[string]point{}
	}
	if p.size >= m.took[program][state].size {
		m.took[program][state] = p
	}
}

// usage is what a process used: CPU time in ms, time by the clock in ms, and its largest resident set in MB.
type usage struct{ cpu, wall, rss float64 }

// errTooLong says that a program took more CPU time than it may.
var errTooLong = errors.New("it took too long")

// use runs a program to its end, or until it used so much CPU time; in a folder, "" for this one. An exit code other than 0 is an
// error, but what was used is told.
func use(ctx context.Context, limit time.Duration, dir string, program command, args ...string) (usage, error) {
	cmd := exec.CommandContext(ctx, program[0], append(program[1:len(program):len(program)], args...)...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "LC_ALL=C", "CIB_shadow_dir="+dir)
	var errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = io.Discard, &errs
	begun := time.Now()
	err := cmd.Start()
	if err == nil {
		seconds := uint64(limit / time.Second)
		err = errors.Join(unix.Prlimit(cmd.Process.Pid, unix.RLIMIT_CPU, &unix.Rlimit{Cur: seconds, Max: seconds}, nil), cmd.Wait())
	}
	wall := time.Since(begun)
	if ctx.Err() != nil {
		return usage{}, ctx.Err()
	}
	if p := cmd.ProcessState; p != nil && p.UserTime()+p.SystemTime() > limit/2 {
		if s, ok := p.Sys().(syscall.WaitStatus); ok && s.Signaled() && (s.Signal() == syscall.SIGKILL || s.Signal() == syscall.SIGXCPU) {
			return usage{}, errTooLong // so the kernel ended it
		}
	}
	if err != nil {
		err = fmt.Errorf("%s: %w: %s", cmd, err, bytes.TrimSpace(errs.Bytes()))
	}
	if cmd.ProcessState == nil {
		return usage{}, err
	}
	u := usage{cpu: ms(cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()), wall: ms(wall)}
	if ru, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		u.rss = float64(ru.Maxrss) / 1024
	}
	return u, err
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// median is the middle of some values, of which there is one at least.
func median(list []float64) float64 {
	v := slices.Sorted(slices.Values(list))
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}
