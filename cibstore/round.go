package cibstore

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"

	"pacer/cib"
	"pacer/engine"
	"pacer/machine"
	"pacer/note"
	"pacer/release"
)

type roundState uint8

const (
	noRound  roundState = iota
	greeting            // hellos are on their way
	copying             // the winner's snapshot is on its way
	synced
)

// round is what the attached members of a view have in common; see the package comment.
type round struct {
	name    string
	members []engine.NodeID
	// total is how many votes are expected at least, majority whether the members are more than half of them.
	total    int
	majority bool
	flips    int // changes of the two since the members are these
	state    roundState
	hellos   []*hello // of members, in their order
	winner   int      // index in members
	term     uint64   // of a majority round
	// established tells that a majority has promised the term.
	established bool
	position    uint64 // writes applied in this round
	asked       uint64 // the last of them that somebody outside the cluster wanted
	acks        []ack  // of members, in their order
	// promise and tag are the records after which this node promises the term, and counts as having it.
	promise, tag uint64
	// promised and counted tell what this node has said about them, reported the position that it has said, onDisk the one
	// that it has reached.
	promised, counted bool
	reported, onDisk  uint64
}

type ack struct {
	promised bool
	counts   bool
	position uint64
	failed   string
}

// onView begins a round when the members or the votes changed.
func (s *Store) onView(now machine.Now, v engine.View) {
	s.view = v
	var members []engine.NodeID
	print := fnv.New64a()
	for _, m := range v.Attached() {
		members = append(members, m.ID)
		fmt.Fprintf(print, "%d %d %d;", m.ID, m.Incarnation, m.Attachment)
	}
	if !slices.Contains(members, s.self) {
		s.endRound()
		s.round = round{}
		return
	}
	next := round{
		name:    fmt.Sprintf("%s-%x", v.ID, print.Sum64()),
		members: members,
		total:   max(v.Expected, s.nodes, 1),
		state:   greeting,
		hellos:  make([]*hello, len(members)),
		acks:    make([]ack, len(members)),
	}
	next.majority = 2*len(members) > next.total
	if base := next.name; s.round.state != noRound && base == baseName(s.round) {
		if next.total == s.round.total {
			return
		}
		next.flips = s.round.flips + 1
		next.name = fmt.Sprintf("%s.%d", base, next.flips)
	}
	s.endRound()
	s.round = next
	s.broadcast(kindHello, "", s.hello(), nil)
}

func (s *Store) hello() hello {
	h := hello{Round: s.round.name, Version: s.doc.Version(), History: s.history, Meta: s.meta, Fresh: s.fresh, Trail: s.trail, Release: s.release}
	if !s.disk.blank {
		h.Reached = s.doc.Root().Get("crm_feature_set")
	}
	return h
}

func baseName(r round) string {
	if r.flips == 0 {
		return r.name
	}
	return r.name[:len(r.name)-len(fmt.Sprintf(".%d", r.flips))]
}

// endRound takes back what the round had not delivered.
func (s *Store) endRound() {
	if s.round.state != noRound {
		s.emit(Unsynced{})
	}
	s.waiting = append(s.flying, s.waiting...)
	s.flying, s.batches, s.ahead = nil, 0, nil
	s.disk.written = nil
}

func (s *Store) index(id engine.NodeID) int { return slices.Index(s.round.members, id) }

func (s *Store) onHello(now machine.Now, from engine.NodeID, h *hello) {
	r := &s.round
	i := s.index(from)
	if i < 0 || r.state != greeting {
		return
	}
	r.hellos[i] = h
	if slices.Contains(r.hellos, nil) {
		return
	}
	r.winner = choose(r.hellos, r.total)
	if s.meet() {
		return
	}
	if r.majority {
		for _, h := range r.hellos {
			r.term = max(r.term, h.Meta.Promised, h.Meta.Term)
		}
		r.term++
	}
	best := r.hellos[r.winner]
	for _, h := range r.hellos {
		if h.History != best.History {
			r.state = copying
		}
	}
	if r.state != copying {
		s.sync(now, s.doc)
		return
	}
	if r.members[r.winner] == s.self {
		s.broadcast(kindSnapshot, "", snapshot{Round: r.name}, s.doc.Root().Append(nil))
	}
}

// meet finds out at what level the members work together, and whether one of them must not: then the round waits for it to go.
func (s *Store) meet() (refused bool) {
	r := &s.round
	var members []release.Member
	for i, h := range r.hellos {
		members = append(members, release.Member{Name: s.name(r.members[i]), Release: h.Release, AtWork: !h.Fresh})
	}
	m := release.Meet(members, r.hellos[r.winner].Reached, r.winner)
	for i, why := range m.Refused {
		if why == "" {
			continue
		}
		s.tell(note.ReleaseRefused{Node: members[i].Name, Why: why})
		if r.members[i] == s.self {
			s.emit(Refused{why})
		}
	}
	if m.Anybody() {
		return true
	}
	if m.Level != s.level {
		s.level = m.Level
		for i := range s.waiting {
			s.waiting[i].foreseen = outcome{} // another level may have another outcome
		}
	}
	return false
}

func (s *Store) onSnapshot(now machine.Now, from engine.NodeID, text []byte) {
	if s.round.state != copying || s.index(from) != s.round.winner {
		return
	}
	doc := s.doc
	s.size = len(text)
	if from != s.self {
		var err error
		if doc, err = cib.Parse(text); err != nil {
			// The sender's document is one that was parsed or made by operations, so this is a fault of one of the two
			// programs. Without the document this node cannot take part.
			s.tell(note.ConfigurationDamaged{File: "snapshot of node " + s.name(from), Problem: err.Error()})
			return
		}
		doc = doc.Reusing(s.doc)
	}
	s.sync(now, doc)
}

func (s *Store) name(id engine.NodeID) string {
	if m, ok := s.view.Member(id); ok && m.Name != "" {
		return m.Name
	}
	return fmt.Sprint(id)
}

// sync begins the working part of a round with the winner's document.
func (s *Store) sync(now machine.Now, doc *cib.Document) {
	r := &s.round
	best := r.hellos[r.winner]
	lost := best.History != s.history && !slices.Contains(best.Trail, s.meta.Mark)
	if lost && s.meta.Asked > 0 {
		file := fmt.Sprintf("cib-lost-%s-%s.xml", s.doc.Version(), s.meta.Mark)
		s.persist(Record{Meta: s.meta, Document: s.stored, Keep: file}, true)
		s.tell(note.WritesLost{Node: s.name(s.self), Saved: file, Count: int(s.meta.Asked)})
	}
	s.settlePending(best)
	old := s.doc
	replaced := best.History != s.history
	s.doc, s.history = doc, best.History
	s.meta = Meta{max(s.meta.Promised, r.term), best.Meta.Term, best.Meta.Writes, best.Meta.Loose, best.Meta.Asked, best.Meta.Mark}
	s.trail = slices.Clone(best.Trail)
	record := Record{Meta: s.meta}
	if replaced {
		s.stored = StoredForm(doc)
		record.Document = s.stored
	}
	r.state, s.fresh = synced, false
	r.promise = s.persist(record, true)
	if replaced {
		s.emit(Changed{Old: old, New: doc})
	}
	s.emit(Synced{View: s.view, Document: doc, Quorum: r.majority, Level: s.level})
	s.flush()
}

// establish makes a promised term the term of the document. All members come here at the same place in the order.
func (s *Store) establish() {
	r := &s.round
	r.established = true
	s.meta.Term, s.meta.Writes, s.meta.Loose = r.term, r.position, r.position
	s.meta.Asked = min(s.meta.Asked, s.meta.Loose)
	r.tag = s.persist(Record{Meta: s.meta}, true)
}

// decode reads one request of a batch.
func decode(raw []byte) (it item, err error) {
	err = json.Unmarshal(raw, &it)
	return it, err
}
