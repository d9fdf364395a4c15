package cibstore

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"pacer/acl"
	"pacer/cib"
	"pacer/engine"
	"pacer/exitcode"
	"pacer/machine"
	"pacer/message"
	"pacer/xmltree"
)

// request is one of this node's requests on its way.
type request struct {
	id       uint64 // of the Request
	raw      []byte
	deadline time.Duration // for being sent
	// check tells that the result is to be checked before it is sent.
	check bool
	// item is what raw says, nil before it was looked at. The item's ID is the request's key among this node's.
	item *item
	// foreseen is what becomes of it if nothing comes in between.
	foreseen outcome
}

// outcome is what a request makes of a document. Operations are pure: with the same document before them, their outcome is this one,
// whenever and wherever they are applied.
type outcome struct {
	before, after *cib.Document
	answer        *xmltree.Node
	err           error
}

func (s *Store) onRequest(now machine.Now, e Request) {
	changes := false
	for _, o := range e.Ops {
		changes = changes || o.Changes()
	}
	if !changes {
		_, answer, err := cib.Apply(s.doc, e.Ops, cib.ApplyOptions{Guard: rights(s.doc, e.Principal, now.Wall)})
		s.reply(Reply{ID: e.ID, Answer: answer, Version: s.doc.Version(), Err: err})
		return
	}
	if len(s.waiting) >= maxWaiting {
		s.refuse(e.ID, exitcode.TempFail, "too many changes of the configuration are waiting on this node; try again later")
		return
	}
	s.ids++
	it := item{ID: s.ids, Ops: e.Ops, Time: now.Wall.Truncate(time.Second), Cause: e.Cause, Principal: e.Principal, Client: e.Client}
	raw, err := json.Marshal(it)
	if err != nil || len(raw) > maxRequest {
		s.refuse(e.ID, exitcode.DataErr, fmt.Sprintf("the change is larger than %d bytes", maxRequest))
		return
	}
	if s.size > maxDocument {
		if s.size = len(s.doc.Root().Append(nil)); s.size > maxDocument {
			s.refuse(e.ID, exitcode.DataErr, fmt.Sprintf("the configuration is larger than %d bytes already", maxDocument))
			return
		}
	}
	s.waiting = append(s.waiting, request{id: e.ID, raw: raw, deadline: later(now, waitForRound), check: !e.Unchecked})
	s.flush()
}

// flush sends what waits, several requests in one message when many messages are on their way already.
func (s *Store) flush() {
	for s.Synced() && len(s.waiting) > 0 && s.batches < maxFlying {
		n := s.nextBatch()
		if n == 0 {
			break
		}
		items := joined(s.waiting[:n])
		s.flying = append(s.flying, s.waiting[:n]...)
		s.waiting = append([]request(nil), s.waiting[n:]...)
		s.batches++
		s.broadcast(kindRequest, "", batch{Round: s.round.name}, items)
	}
}

// nextBatch tells how many of the waiting requests go into the next message, and answers those that cannot be sent. A request is
// looked at with the document that it will meet if nobody else's change comes before it: the one that this node's requests on their way
// make. Where that document is not known, or would have a request refused, a request that is to be checked waits until nothing of this
// node is on its way.
func (s *Store) nextBatch() int {
	size, n := 0, 0
	for n < len(s.waiting) && n < maxBatch {
		alone := n == 0 && len(s.flying) == 0
		if alone {
			s.ahead = s.doc
		}
		r := &s.waiting[n]
		if s.ahead == nil && r.check {
			break
		}
		if err := s.foresee(r); err != nil && r.check {
			if !alone {
				break
			}
			s.reply(Reply{ID: r.id, Version: s.doc.Version(), Err: err})
			s.waiting = append([]request(nil), s.waiting[1:]...)
			continue
		}
		if size += len(r.raw); n > 0 && size > message.MaxSize/4 {
			break
		}
		if s.ahead != nil && r.foreseen.err == nil {
			s.ahead = r.foreseen.after
		}
		n++
	}
	return n
}

// foresee works out what becomes of a request with the document ahead of this node, if that is known.
func (s *Store) foresee(r *request) error {
	if r.item == nil {
		it, err := decode(r.raw)
		if err != nil {
			return unreadable(err)
		}
		r.item = &it
	}
	if s.ahead == nil || r.foreseen.before == s.ahead {
		return r.foreseen.err
	}
	r.foreseen = s.outcome(s.ahead, s.self, r.item, r.check)
	return r.foreseen.err
}

// outcome is what an item of a member makes of a document. Whether that is checked makes no difference to what comes out, only to what
// is refused.
func (s *Store) outcome(doc *cib.Document, from engine.NodeID, it *item, check bool) outcome {
	out := outcome{before: doc}
	out.after, out.answer, out.err = cib.Apply(doc, it.Ops, cib.ApplyOptions{
		Now: it.Time, Origin: s.name(from), Client: it.Client, User: it.Principal.User, Check: check, Level: s.level,
		Guard: rights(doc, it.Principal, it.Time),
	})
	return out
}

func unreadable(err error) error {
	return &cib.Error{Code: exitcode.Protocol, Msg: "the request cannot be read: " + err.Error()}
}

// onBatch applies requests at their place in the order. All members do the same here.
func (s *Store) onBatch(now machine.Now, from engine.NodeID, items []byte) {
	if !s.Synced() || s.index(from) < 0 {
		return
	}
	for raw := range bytes.Lines(items) {
		s.applyItem(now, from, bytes.TrimSuffix(raw, []byte{'\n'}))
	}
	if from == s.self {
		s.batches--
		s.flush()
	}
}

func (s *Store) applyItem(now machine.Now, from engine.NodeID, raw []byte) {
	mine := s.landed(from, raw)
	var it *item
	var out outcome
	foreseen := mine != nil && mine.foreseen.before == s.doc
	if foreseen {
		it, out = mine.item, mine.foreseen
	} else if read, err := decode(raw); err != nil {
		out.err = unreadable(err)
	} else {
		it, out = &read, s.outcome(s.doc, from, &read, false)
	}
	wrote := false
	if out.err == nil && out.after != s.doc {
		if !foreseen {
			s.ahead = nil // What this node's requests meet is another document now.
		}
		old := s.doc
		s.doc = out.after
		s.size += len(raw)
		s.history = s.history.extend(raw)
		wrote = s.write(now, raw, it.Principal.Outside())
		s.emit(Changed{Old: old, New: s.doc, Cause: it.Cause, Principal: it.Principal, Origin: from})
	}
	if mine == nil {
		return
	}
	result := Reply{ID: mine.id, Answer: out.answer, Version: s.doc.Version(), Err: out.err}
	if wrote {
		s.pending = append(s.pending, pending{result, s.round.position, s.meta.Mark, later(now, waitForDisks)})
	} else {
		s.reply(result)
	}
}

// landed takes a request of this node from those on their way when it is delivered; nil when it is somebody else's. They are delivered
// in the order in which they were sent.
func (s *Store) landed(from engine.NodeID, raw []byte) *request {
	if from != s.self {
		return nil
	}
	if len(s.flying) == 0 || !bytes.Equal(s.flying[0].raw, raw) {
		return nil
	}
	r := s.flying[0]
	s.flying = s.flying[1:]
	return &r
}

// rights are what somebody may see and change of a document. Every member applies them to every change at its place in the order,
// whatever the sender thought of it.
func rights(doc *cib.Document, who message.Principal, at time.Time) *acl.Rights {
	return acl.For(doc, who, at)
}

// write sends the new document's stored part to the disk and reports whether it changed. Asked tells that somebody outside the
// cluster wanted the change.
func (s *Store) write(now machine.Now, raw []byte, asked bool) bool {
	next := StoredForm(s.doc)
	patch := cib.Diff(s.stored, next)
	if patch.Empty() {
		return false
	}
	r := &s.round
	s.stored = next
	r.position++
	s.meta.Mark = s.meta.Mark.extend(raw)
	s.trail = append(s.trail, s.meta.Mark)
	if len(s.trail) > maxTrail {
		s.trail = append([]Mark(nil), s.trail[len(s.trail)-maxTrail:]...)
	}
	s.meta.Loose++
	if asked {
		s.meta.Asked++
		r.asked = r.position
	}
	if r.established {
		s.meta.Writes = r.position
	}
	seq := s.persist(Record{Meta: s.meta, Patch: patch}, true)
	s.disk.written = append(s.disk.written, written{seq, r.position})
	if !s.disk.checkpoint {
		s.disk.checkpoint = true
		s.emit(SetTimer{machine.Timer{Key: timerCheckpoint, At: later(now, checkpointLag)}})
	}
	return true
}

func (s *Store) reply(r Reply) { s.emit(r) }

func (s *Store) refuse(id uint64, code exitcode.Code, msg string) {
	s.reply(Reply{ID: id, Version: s.doc.Version(), Err: &cib.Error{Code: code, Msg: msg}})
}

// refuseLate answers requests that waited too long for a round. Those on their way stay: they may still be applied.
func (s *Store) refuseLate(now machine.Now) {
	var left []request
	for _, r := range s.waiting {
		if r.deadline > now.Mono {
			left = append(left, r)
			continue
		}
		s.refuse(r.id, exitcode.Timeout, "this node has not agreed with the others about the configuration in time; nothing was changed")
	}
	s.waiting = left
}
