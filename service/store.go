package service

import (
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"pacer/api"
	"pacer/cibstore"
	"pacer/disk"
	"pacer/node"
	"pacer/note"
)

// store feeds the disk from a goroutine of its own, so that an fsync holds up nobody else. What has gathered while the disk was
// busy goes to it together.
type store struct {
	disk    *disk.Store
	deliver func(node.Event)
	log     *Log
	records chan cibstore.Persist
	done    chan struct{}
}

// storeBacklog is how many records may wait for the disk.
const storeBacklog = 4096

// openStore recovers the configuration and tells what was damaged.
func openStore(o ManagerOptions, deliver func(node.Event)) (*store, *disk.Recovered, error) {
	fs, err := disk.Dir(o.Places.CIBDir())
	if err != nil {
		return nil, nil, err
	}
	d, kept, err := disk.Open(fs)
	if err != nil {
		return nil, nil, fmt.Errorf("%w (in %s)", err, o.Places.CIBDir())
	}
	for _, x := range kept.Damage {
		o.Log.Tell(time.Now(), note.ConfigurationDamaged{File: filepath.Join(o.Places.CIBDir(), x.File), Problem: x.Problem, Used: x.Used, Kept: x.Kept})
	}
	if d := kept.Doubt; d != nil {
		o.Log.Tell(time.Now(), note.JournalDoubtful{File: filepath.Join(o.Places.CIBDir(), d.File), Problem: d.Problem, Used: d.Used, Kept: d.Kept})
	} else if kept.Torn > 0 {
		o.Log.Tell(time.Now(), note.JournalCutOff{File: filepath.Join(o.Places.CIBDir(), "cib.journal"), Bytes: kept.Torn})
	}
	s := &store{disk: d, deliver: deliver, log: o.Log, records: make(chan cibstore.Persist, storeBacklog), done: make(chan struct{})}
	go s.run()
	return s, kept, nil
}

// storageProblems are what was damaged, or may have been, in the words of the API.
func storageProblems(kept *disk.Recovered) []api.StorageProblem {
	list := kept.Damage
	if kept.Doubt != nil {
		list = append(slices.Clip(list), *kept.Doubt)
	}
	var out []api.StorageProblem
	for _, d := range list {
		out = append(out, api.StorageProblem{File: d.File, Problem: d.Problem, Used: d.Used, Kept: d.Kept})
	}
	return out
}

func (s *store) persist(e node.Persist) {
	s.records <- cibstore.Persist{Seq: e.Seq, Record: e.Record, Sync: e.Sync}
}

// Close waits until everything is written.
func (s *store) Close() {
	close(s.records)
	<-s.done
}

func (s *store) run() {
	defer close(s.done)
	for first := range s.records {
		batch := []cibstore.Persist{first}
	gather:
		for len(batch) < storeBacklog {
			select {
			case r, ok := <-s.records:
				if !ok {
					break gather
				}
				batch = append(batch, r)
			default:
				break gather
			}
		}
		answers, notes := s.disk.Write(batch)
		for _, n := range notes {
			s.log.Tell(time.Now(), n)
		}
		for i, a := range answers {
			// An answer is for all records before it, so that of good ones the last is enough.
			if a.Err == "" && i+1 < len(answers) && answers[i+1].Err == "" {
				continue
			}
			s.deliver(node.FromDisk{Seq: a.Seq, Err: a.Err})
		}
	}
	if err := s.disk.Close(); err != nil {
		s.log.Problem(time.Now(), "closing the journal", err)
	}
}
