package cibstore

import (
	"slices"
	"time"

	"pacer/cib"
	"pacer/engine"
	"pacer/exitcode"
	"pacer/machine"
	"pacer/note"
)

// pending is an answer that waits until enough members have the write on disk.
type pending struct {
	reply    Reply
	position uint64 // in the present round; 0 when the write came by the sync
	mark     Mark   // after the write
	deadline time.Duration
}

// persist numbers a record. The first one of all carries the whole document. After a failure the next ones do too, and
// the copies of losing sides that are not on disk go before it: the disk may forget then what they hold.
func (s *Store) persist(r Record, sync bool) uint64 {
	if (s.disk.failed != "" || s.disk.blank) && r.Keep == "" {
		s.disk.blank = false
		r.Patch, r.Document = nil, s.stored
		keeping := s.disk.keeping
		s.disk.keeping = nil
		for _, k := range keeping {
			if k.Record.Attempt < s.disk.attempt {
				s.persist(k.Record, true)
			} else {
				s.disk.keeping = append(s.disk.keeping, k)
			}
		}
	}
	if r.Document != nil && r.Keep == "" {
		r.Trail = slices.Clone(s.trail)
	}
	s.disk.seq++
	r.Attempt = s.disk.attempt
	p := Persist{Seq: s.disk.seq, Record: r, Sync: sync}
	if r.Keep != "" {
		s.disk.keeping = append(s.disk.keeping, p)
	}
	s.emit(p)
	return p.Seq
}

func (s *Store) onPersisted(now machine.Now, e Persisted) {
	if e.Err != "" {
		if s.disk.failed == "" {
			s.tell(note.DiskFailing{File: "cib.journal", Problem: e.Err, Refusing: true})
		}
		s.disk.failed, s.disk.failedAt = e.Err, s.disk.seq
		s.disk.attempt++
		s.emit(SetTimer{machine.Timer{Key: timerDisk, At: later(now, retryDisk)}})
		if s.Synced() {
			s.broadcast(kindDurable, "", durable{Round: s.round.name, Failed: e.Err}, nil)
		}
		return
	}
	if s.disk.failed != "" {
		if e.Seq <= s.disk.failedAt {
			return // Only a record that repeats everything makes the disk whole again.
		}
		s.disk.failed = ""
		s.tell(note.DiskWorking{File: "cib.journal"})
		s.emit(CancelTimer{timerDisk})
	}
	s.disk.keeping = slices.DeleteFunc(s.disk.keeping, func(p Persist) bool { return p.Seq <= e.Seq })
	s.report(e.Seq)
}

// report tells the others what is on disk here now that record seq is.
func (s *Store) report(seq uint64) {
	r := &s.round
	n := 0
	for ; n < len(s.disk.written) && s.disk.written[n].seq <= seq; n++ {
		r.onDisk = s.disk.written[n].position
	}
	s.disk.written = append([]written(nil), s.disk.written[n:]...)
	if r.state != synced || seq < r.promise {
		return
	}
	if r.majority {
		if !r.promised {
			r.promised = true
			s.broadcast(kindDurable, "", durable{Round: r.name}, nil)
		}
		if !r.established || seq < r.tag {
			return
		}
	}
	if !r.counted || r.reported < r.onDisk {
		r.counted, r.reported = true, r.onDisk
		s.broadcast(kindDurable, "", durable{Round: r.name, Position: r.onDisk, Counts: true}, nil)
	}
}

func (s *Store) onDurable(now machine.Now, from engine.NodeID, d durable) {
	r := &s.round
	i := s.index(from)
	if i < 0 || r.state != synced {
		return
	}
	a := &r.acks[i]
	a.failed = d.Failed
	if d.Failed == "" {
		a.promised = true
		if d.Counts {
			a.counts = true
			a.position = max(a.position, d.Position)
		}
	}
	if r.majority && !r.established {
		promised := 0
		for _, a := range r.acks {
			if a.promised {
				promised++
			}
		}
		if 2*promised > r.total {
			s.establish()
		}
	}
	if r.majority {
		for s.meta.Loose > 0 && s.meta.Loose <= r.position {
			if ok, _ := r.safe(r.position - s.meta.Loose + 1); !ok {
				break
			}
			s.meta.Loose--
		}
		s.meta.Asked = min(s.meta.Asked, s.meta.Loose)
	}
	s.answerPending(now)
}

// safe reports whether enough members have the write at position on disk, and why they never will.
func (r *round) safe(position uint64) (ok bool, never string) {
	have, failed := 0, 0
	for _, a := range r.acks {
		switch {
		case a.counts && a.position >= position:
			have++
		case a.failed != "":
			failed++
			never = a.failed
		}
	}
	if r.majority {
		if 2*(len(r.acks)-failed) > r.total {
			never = ""
		}
		return 2*have > r.total, never
	}
	return have == len(r.acks), never
}

// Awaited tells whether somebody outside the cluster waits, at some member, for the last write that was asked for to be on the disks of enough
// members.
func (s *Store) Awaited() bool {
	r := &s.round
	if r.state != synced || r.asked == 0 {
		return false
	}
	ok, never := r.safe(r.asked)
	return !ok && never == ""
}

func (s *Store) answerPending(now machine.Now) {
	if s.round.state != synced {
		return
	}
	class := ClassDegraded
	if s.round.majority {
		class = ClassQuorum
	}
	s.pending = slices.DeleteFunc(s.pending, func(p pending) bool {
		ok, never := s.round.safe(p.position)
		switch {
		case ok:
			p.reply.Class = class
		case never != "":
			p.reply.Err = &cib.Error{Code: exitcode.IOErr, Msg: "the change is in effect but cannot be written to disk: " + never}
		default:
			return false
		}
		s.reply(p.reply)
		return true
	})
}

// settlePending decides about answers that the last round left open: what the winner has goes on waiting, what it lacks is
// lost.
func (s *Store) settlePending(best *hello) {
	s.pending = slices.DeleteFunc(s.pending, func(p pending) bool {
		if best.History == s.history || best.Meta.Mark == p.mark || slices.Contains(best.Trail, p.mark) {
			return false
		}
		p.reply.Err = &cib.Error{Code: exitcode.Old, Msg: "the change was not accepted: the configuration of other nodes has taken the place of this node's"}
		s.reply(p.reply)
		return true
	})
	for i := range s.pending {
		s.pending[i].position = 0
	}
}

// answerLate gives up waiting for disks.
func (s *Store) answerLate(now machine.Now) {
	s.pending = slices.DeleteFunc(s.pending, func(p pending) bool {
		if p.deadline > now.Mono {
			return false
		}
		p.reply.Err = &cib.Error{Code: exitcode.Timeout, Msg: "the change is in effect, but not enough nodes have written it to disk in time; it may be lost if nodes fail now"}
		s.reply(p.reply)
		return true
	})
}
