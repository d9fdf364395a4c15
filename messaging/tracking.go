package messaging

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strconv"
	"sync"

	"pacer/disk"
	"pacer/note"
)

// trackingName is the file that keeps how many votes were ever expected (expected_votes_tracking). Delete it to start anew.
const trackingName = "ev_tracking"

// trackingFile keeps the most votes ever expected. It is written in the background: heartbeats do not wait for a disk.
type trackingFile struct {
	fs      disk.FS
	path    string
	tell    func(note.Note)
	highest int
	writers sync.WaitGroup
	mu      sync.Mutex
}

// openTracking reads the file; nil when it is not wanted.
func openTracking(dir disk.FS, path string, wanted bool, tell func(note.Note)) *trackingFile {
	if !wanted {
		return nil
	}
	f := &trackingFile{fs: dir, path: filepath.Join(path, trackingName), tell: tell}
	if dir == nil {
		return f // told already by whoever opened the directory
	}
	line, err := disk.ReadSmall(dir, trackingName)
	if err == nil {
		f.highest, err = strconv.Atoi(line)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		f.highest = 0
		tell(note.ConfigurationDamaged{File: f.path, Problem: err.Error(), Used: "the expected votes of the configuration"})
	}
	return f
}

func (f *trackingFile) most() int {
	if f == nil {
		return 0
	}
	return f.highest
}

// write keeps a number; a smaller one than before is not kept.
func (f *trackingFile) write(votes int) {
	if f == nil || f.fs == nil {
		return
	}
	f.writers.Go(func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if votes <= f.highest {
			return
		}
		if err := disk.WriteSmall(f.fs, trackingName, strconv.Itoa(votes)); err != nil {
			f.tell(note.DiskFailing{File: f.path, Problem: err.Error()})
			return
		}
		f.highest = votes
	})
}

func (f *trackingFile) close() {
	if f != nil {
		f.writers.Wait()
	}
}
