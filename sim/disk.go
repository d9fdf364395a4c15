package sim

import (
	"time"

	"pacer/cib"
	"pacer/cibstore"
	"pacer/disk"
	"pacer/disk/memfs"
	"pacer/node"
)

// drive is a node's directory for the CIB, written by the real package disk. What was not synced may be lost in a power cut.
type drive struct {
	fs    *memfs.FS
	store *disk.Store
	queue []cibstore.Persist
	busy  bool
}

// format writes a first configuration.
func (d *drive) format(doc *cib.Document) {
	d.fs = memfs.New()
	s, _, err := disk.Open(d.fs)
	if err != nil {
		panic(err)
	}
	answers, _ := s.Write([]cibstore.Persist{{Seq: 1, Record: cibstore.Record{Document: cibstore.StoredForm(doc)}, Sync: true}})
	if answers[0].Err != "" {
		panic(answers[0].Err)
	}
	_ = s.Close()
}

// open is what a new manager finds.
func (d *drive) open(n *Node) *disk.Recovered {
	d.queue, d.busy = nil, false
	s, kept, err := disk.Open(d.fs)
	if err != nil {
		n.w.fail("%s: the disk cannot be read: %v", n.Name, err)
		return &disk.Recovered{}
	}
	for _, x := range kept.Damage {
		n.w.log("%s: %s is damaged (%s), %s is used", n.Name, x.File, x.Problem, x.Used)
	}
	d.store = s
	return kept
}

// crash is a power cut.
func (d *drive) crash(w *World) {
	d.fs = d.fs.CrashClone(w.rand)
	d.store = nil
}

// persist queues a record. One batch is written at a time, and takes as long as its fsync.
func (d *drive) persist(n *Node, f node.Persist) {
	d.queue = append(d.queue, cibstore.Persist{Seq: f.Seq, Record: f.Record, Sync: f.Sync})
	d.write(n)
}

func (d *drive) write(n *Node) {
	if d.busy || len(d.queue) == 0 || d.store == nil {
		return
	}
	d.busy = true
	batch := d.queue
	d.queue = nil
	wait := 50 * time.Microsecond
	for _, p := range batch {
		if p.Sync {
			wait = n.w.some(200*time.Microsecond, 8*time.Millisecond)
		}
	}
	store, process := d.store, n.process
	n.w.after(wait, func() {
		if d.store != store || n.process != process {
			return
		}
		answers, notes := store.Write(batch)
		for _, x := range notes {
			n.w.log("%s: %+v", n.Name, x)
		}
		d.busy = false
		for _, a := range answers {
			if n.process == process {
				n.step(node.FromDisk{Seq: a.Seq, Err: a.Err})
			}
		}
		if n.process == process {
			d.write(n)
		}
	})
}
