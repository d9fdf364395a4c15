package messaging

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"pacer/place"
)

// epochFile keeps the highest epoch over restarts, so that numbers of views rise for the life of a cluster. It is written in
// the background, without fsync: a lost number is found again from any node that was not stopped.
type epochFile struct {
	highest uint64
	path    string
	latest  chan uint64
	done    chan struct{}
}

func openEpochs(p place.Places) (*epochFile, error) {
	f := &epochFile{path: filepath.Join(p.StateDir(), "epoch"), latest: make(chan uint64, 1), done: make(chan struct{})}
	if err := os.MkdirAll(p.StateDir(), 0o755); err != nil {
		return nil, fmt.Errorf("messaging: %w", err)
	}
	if data, err := os.ReadFile(f.path); err == nil {
		f.highest, _ = strconv.ParseUint(strings.TrimSpace(string(data)), 10, 64)
	}
	go f.run()
	return f, nil
}

// write remembers an epoch; it does not wait for the disk.
func (f *epochFile) write(epoch uint64) {
	select {
	case <-f.latest:
	default:
	}
	f.latest <- epoch
}

func (f *epochFile) run() {
	defer close(f.done)
	for epoch := range f.latest {
		if epoch <= f.highest {
			continue
		}
		f.highest = epoch
		next := f.path + ".new"
		if os.WriteFile(next, []byte(strconv.FormatUint(epoch, 10)+"\n"), 0o644) == nil {
			_ = os.Rename(next, f.path)
		}
	}
}

func (f *epochFile) close() {
	close(f.latest)
	<-f.done
}
