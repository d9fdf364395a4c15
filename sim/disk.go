package sim

import (
	"time"

	"pacer/cib"
	"pacer/cibstore"
	"pacer/node"
)

// disk is what a node keeps of the CIB. What was written without an fsync may be lost in a power cut.
type disk struct {
	state
	synced state
	seq    uint64
	kept   int // copies of losing sides
}

type state struct {
	doc  *cib.Document
	meta cibstore.Meta
}

// recover is what a new manager finds.
func (d *disk) recover() (*cib.Document, cibstore.Meta) { return d.doc, d.meta }

// crash is a power cut; what was not durable is gone.
func (d *disk) crash() { d.state = d.synced }

// persist writes a record and answers after a while, in the order of the records.
func (d *disk) persist(n *Node, f node.Persist) {
	r := f.Record
	if r.Keep != "" {
		d.kept++
	} else {
		d.meta = r.Meta
		switch {
		case r.Document != nil:
			d.doc = r.Document
		case r.Patch != nil:
			doc, err := cib.ApplyPatch(d.doc, r.Patch)
			if err != nil {
				n.w.fail("%s: a record does not fit what is on disk: %v", n.Name, err)
				return
			}
			d.doc = doc
		}
	}
	wait := 50 * time.Microsecond
	now := d.state
	if f.Sync {
		wait = n.w.some(200*time.Microsecond, 8*time.Millisecond)
	}
	p := n.process
	n.w.after(wait, func() {
		if n.process != p {
			return
		}
		if f.Sync {
			d.synced = now
		}
		n.step(node.FromDisk{Seq: f.Seq})
	})
}
