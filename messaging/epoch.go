package messaging

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strconv"

	"pacer/disk"
	"pacer/note"
)

// epochName is the file that keeps the highest epoch over restarts.
const epochName = "epoch"

// epochFile keeps the highest epoch over restarts, so that numbers of views rise for the life of a cluster. It is written in
// the background: a number that is lost is found again from any node that was not stopped. For the same reason a disk that
// does not take it stops nobody; it is told.
type epochFile struct {
	highest uint64
	fs      disk.FS
	path    string // for people
	tell    func(note.Note)
	failing bool
	latest  chan uint64
	done    chan struct{}
}

// openEpochs reads the file in a directory; failed is why there is none.
func openEpochs(dir disk.FS, failed error, path string, tell func(note.Note)) *epochFile {
	f := &epochFile{fs: dir, path: filepath.Join(path, epochName), tell: tell, latest: make(chan uint64, 1), done: make(chan struct{})}
	if failed != nil {
		f.fs = nil
		f.told(failed)
	} else {
		f.read()
	}
	go f.run()
	return f
}

func (f *epochFile) read() {
	line, err := disk.ReadSmall(f.fs, epochName)
	if err == nil {
		f.highest, err = strconv.ParseUint(line, 10, 64)
	}
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return
	}
	f.highest = 0
	damaged := note.ConfigurationDamaged{File: f.path, Problem: err.Error(), Used: "what the other nodes remember"}
	if f.fs.Rename(epochName, epochName+".damaged") == nil {
		damaged.Kept = epochName + ".damaged"
	}
	f.tell(damaged)
}

// told tells that the file cannot be written, and when it can be again, once each.
func (f *epochFile) told(err error) {
	switch {
	case err != nil && !f.failing:
		f.tell(note.DiskFailing{File: f.path, Problem: err.Error()})
	case err == nil && f.failing:
		f.tell(note.DiskWorking{File: f.path})
	}
	f.failing = err != nil
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
		if epoch <= f.highest || f.fs == nil {
			continue
		}
		err := disk.WriteSmall(f.fs, epochName, strconv.FormatUint(epoch, 10))
		if err == nil {
			f.highest = epoch
		}
		f.told(err)
	}
}

func (f *epochFile) close() {
	close(f.latest)
	<-f.done
}
