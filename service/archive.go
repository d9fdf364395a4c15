package service

import (
	"os"
	"path/filepath"
	"strconv"
	"time"

	"pacer/node"
	"pacer/place"
)

// archive keeps the scheduler's inputs, so that its decisions can be looked at again (crm_simulate -x). It works beside the loop:
// printing and writing a big document must not hold up the recovery that was just decided.
type archive struct {
	places place.Places
	log    *Log
	inputs chan node.SaveInput
	done   chan struct{}
}

const (
	// inputsKept is how many inputs of a kind are kept.
	inputsKept = 400
	// archiveBacklog is how many may wait for the disk; more are left out.
	archiveBacklog = 16
)

func newArchive(p place.Places, log *Log) *archive {
	a := &archive{places: p, log: log, inputs: make(chan node.SaveInput, archiveBacklog), done: make(chan struct{})}
	go a.run()
	return a
}

// keep hands over an input. One that made the scheduler fail is worth waiting for; others are left out while the disk is slow.
func (a *archive) keep(e node.SaveInput) {
	if e.Kind == "panic" || e.Kind == "error" {
		a.inputs <- e
		return
	}
	select {
	case a.inputs <- e:
	default:
	}
}

// Close waits until everything is written.
func (a *archive) Close() {
	close(a.inputs)
	<-a.done
}

func (a *archive) run() {
	defer close(a.done)
	for e := range a.inputs {
		if err := a.write(e); err != nil {
			a.log.Problem(time.Now(), "keeping a scheduler input", err)
		}
	}
}

func (a *archive) write(e node.SaveInput) error {
	dir := a.places.SchedulerInputs()
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	name := "pe-" + e.Kind + "-" + strconv.Itoa(e.Number%inputsKept) + ".xml"
	// A full disk must not leave half an input that looks like a whole one.
	path := filepath.Join(dir, name)
	err := os.WriteFile(path+".new", e.CIB.Bytes(), 0o640)
	if err == nil {
		err = os.Rename(path+".new", path)
	}
	if err != nil {
		_ = os.Remove(path + ".new")
	}
	return err
}
