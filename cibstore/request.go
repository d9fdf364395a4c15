package cibstore

import (
	"encoding/json"
	"fmt"
	"time"

	"pacer/acl"
	"pacer/cib"
	"pacer/engine"
	"pacer/exitcode"
	"pacer/machine"
	"pacer/message"
)

// request is one of this node's requests on its way.
type request struct {
	id       uint64 // of the Request
	key      uint64 // among this node's items
	raw      json.RawMessage
	deadline time.Duration // for being sent
	// check are the operations if the result is to be checked before they are sent, for whom.
	check []cib.Op
	who   message.Principal
}

func (s *Store) onRequest(now machine.Now, e Request) {
	changes := false
	for _, o := range e.Ops {
		changes = changes || o.Changes()
	}
	if !changes {
		_, answer, err := cib.Apply(s.doc, e.Ops, cib.ApplyOptions{Guard: s.rights(e.Principal, now.Wall)})
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
	r := request{id: e.ID, key: it.ID, raw: raw, deadline: later(now, waitForRound)}
	if !e.Unchecked {
		r.check, r.who = e.Ops, e.Principal
	}
	s.waiting = append(s.waiting, r)
	s.flush(now)
}

// flush sends what waits, several requests in one message when many messages are on their way already.
func (s *Store) flush(now machine.Now) {
	for s.Synced() && len(s.waiting) > 0 && s.batches < maxFlying {
		n := s.nextBatch(now)
		if n == 0 {
			break
		}
		b := batch{Round: s.round.name}
		for _, r := range s.waiting[:n] {
			b.Items = append(b.Items, r.raw)
		}
		s.flying = append(s.flying, s.waiting[:n]...)
		s.waiting = append([]request(nil), s.waiting[n:]...)
		s.batches++
		s.broadcast(kindRequest, "", b, nil)
	}
	s.armWaiting(now)
}

// nextBatch tells how many of the waiting requests go into the next message. A request that is to be checked meets the
// document that it was checked with only when nothing of this node is on its way before it, so that it waits for that.
func (s *Store) nextBatch(now machine.Now) int {
	size, n := 0, 0
	for n < len(s.waiting) && n < maxBatch {
		r := s.waiting[n]
		if r.check != nil {
			if n > 0 || len(s.flying) > 0 {
				break
			}
			opt := cib.ApplyOptions{Check: true, Guard: s.rights(r.who, now.Wall)}
			if _, _, err := cib.Apply(s.doc, r.check, opt); err != nil {
				s.reply(Reply{ID: r.id, Version: s.doc.Version(), Err: err})
				s.waiting = append([]request(nil), s.waiting[1:]...)
				continue
			}
		}
		if size += len(r.raw); n > 0 && size > message.MaxSize/4 {
			break
		}
		n++
	}
	return n
}

// onBatch applies requests at their place in the order. All members do the same here.
func (s *Store) onBatch(now machine.Now, from engine.NodeID, items []json.RawMessage) {
	if !s.Synced() || s.index(from) < 0 {
		return
	}
	for _, raw := range items {
		s.applyItem(now, from, raw)
	}
	if from == s.self {
		s.batches--
		s.flush(now)
	}
}

func (s *Store) applyItem(now machine.Now, from engine.NodeID, raw json.RawMessage) {
	it, err := decode(raw)
	var next *cib.Document
	result := Reply{}
	if err != nil {
		result.Err = &cib.Error{Code: exitcode.Protocol, Msg: "the request cannot be read: " + err.Error()}
	} else {
		next, result.Answer, result.Err = cib.Apply(s.doc, it.Ops, cib.ApplyOptions{
			Now: it.Time, Origin: s.name(from), Client: it.Client, User: it.Principal.User,
			Guard: s.rights(it.Principal, it.Time),
		})
	}
	wrote := false
	if result.Err == nil && next != s.doc {
		old := s.doc
		s.doc = next
		s.size += len(raw)
		s.history = s.history.extend(raw)
		wrote = s.write(now, raw, it.Principal.Outside())
		s.emit(Changed{Old: old, New: next, Cause: it.Cause, Principal: it.Principal, Origin: from})
	}
	result.Version = s.doc.Version()
	if from != s.self {
		return
	}
	for i, r := range s.flying {
		if r.key != it.ID {
			continue
		}
		s.flying = append(s.flying[:i:i], s.flying[i+1:]...)
		result.ID = r.id
		if wrote {
			s.pending = append(s.pending, pending{result, s.round.position, s.meta.Mark, later(now, waitForDisks)})
			s.armPending(now)
		} else {
			s.reply(result)
		}
		return
	}
}

// rights are what somebody may see and change of the document. Every member applies them to every change at its place in the
// order, whatever the sender thought of it.
func (s *Store) rights(who message.Principal, at time.Time) *acl.Rights {
	return acl.For(s.doc, who.User, who.Groups, at)
}

// write sends the new document's stored part to the disk and reports whether it changed. Asked tells that somebody outside the
// cluster wanted the change.
func (s *Store) write(now machine.Now, raw json.RawMessage, asked bool) bool {
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
	s.armWaiting(now)
}

func (s *Store) armWaiting(machine.Now) {
	if len(s.waiting) == 0 {
		return
	}
	at := s.waiting[0].deadline
	for _, r := range s.waiting {
		at = min(at, r.deadline)
	}
	s.emit(SetTimer{machine.Timer{Key: timerWaiting, At: at}})
}
