package meter

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"pacer/applet"
	"pacer/demo/record"
	"pacer/messaging"
)

// measure reads what a process has used so far.
func measure(e applet.Env, pid int) (*usage, error) {
	u := &usage{At: record.Mono()}
	var err error
	if u.CPU, err = processorTime(pid); err != nil {
		return nil, err
	}
	if u.Bytes, err = linkBytes("/proc/net/dev"); err != nil {
		return nil, err
	}
	rollup, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	u.PSS, u.RSS = kilobytes(rollup, "Pss:"), kilobytes(rollup, "Rss:")
	ctx, cancel := context.WithTimeout(e.Context, patience)
	defer cancel()
	status, err := messaging.ReadStatus(ctx, e.Places)
	if err != nil {
		return nil, err
	}
	u.Realtime = status.Realtime
	return u, nil
}

// processorTime is the time that all threads of a process have run, to the nanosecond: the clock ticks of /proc/PID/stat are too
// coarse for something that hardly runs.
func processorTime(pid int) (time.Duration, error) {
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	if err != nil || len(files) == 0 {
		return 0, fmt.Errorf("bench: process %d has no threads to look at", pid)
	}
	var sum time.Duration
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			continue // the thread ended meanwhile
		}
		first, _, _ := strings.Cut(string(text), " ")
		ns, err := strconv.ParseInt(first, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("bench: %s: %w", f, err)
		}
		sum += time.Duration(ns)
	}
	return sum, nil
}

// linkBytes is what all interfaces but the loopback have received and sent, by the table of /proc/net/dev.
func linkBytes(path string) (int64, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, fmt.Errorf("bench: %w", err)
	}
	var sum int64
	for line := range strings.Lines(string(text)) {
		name, rest, ok := strings.Cut(line, ":")
		f := strings.Fields(rest)
		if !ok || strings.TrimSpace(name) == "lo" || len(f) < 9 {
			continue
		}
		in, err1 := strconv.ParseInt(f[0], 10, 64)
		out, err2 := strconv.ParseInt(f[8], 10, 64)
		if err1 == nil && err2 == nil {
			sum += in + out
		}
	}
	return sum, nil
}

// kilobytes finds a line of /proc/PID/smaps_rollup.
func kilobytes(rollup []byte, name string) int {
	for line := range bytes.Lines(rollup) {
		if f := strings.Fields(string(line)); len(f) >= 2 && f[0] == name {
			n, _ := strconv.Atoi(f[1])
			return n
		}
	}
	return 0
}
