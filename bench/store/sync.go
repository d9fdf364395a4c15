package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// syncTime is the median time of an fsync after a small write at the end of a file, as a journal does it, in ms.
func syncTime(dir string) (float64, error) {
	f, err := os.Create(filepath.Join(dir, "sync"))
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	var took []float64
	record := make([]byte, 300)
	for range 50 {
		if _, err := f.Write(record); err != nil {
			return 0, errors.Join(err, f.Close())
		}
		begun := time.Now()
		if err := f.Sync(); err != nil {
			return 0, errors.Join(err, f.Close())
		}
		took = append(took, time.Since(begun).Seconds()*1000)
	}
	return median(took), f.Close()
}

// median is the middle of some values, 0 when there are none.
func median(list []float64) float64 {
	v := slices.Sorted(slices.Values(list))
	if len(v) == 0 {
		return 0
	}
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

// fileSystem names the file system that a folder is on, and its device.
func fileSystem(dir string) string {
	dir, _ = filepath.Abs(dir)
	data, _ := os.ReadFile("/proc/self/mountinfo")
	longest, name := "", "an unknown file system"
	for line := range strings.Lines(string(data)) {
		// id parent major:minor root mount-point options … - type source super-options (proc(5))
		head, tail, ok := strings.Cut(line, " - ")
		at, what := strings.Fields(head), strings.Fields(tail)
		if !ok || len(at) < 5 || len(what) < 2 {
			continue
		}
		if p := at[4]; len(p) >= len(longest) && (p == "/" || dir == p || strings.HasPrefix(dir, p+"/")) {
			longest, name = p, what[0]+" on "+what[1]
		}
	}
	return name
}
