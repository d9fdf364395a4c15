package cibstore

import (
	"encoding/json"
	"time"

	"pacer/cib"
	"pacer/engine"
	"pacer/machine"
	"pacer/note"
	"pacer/release"
)

// The limits of a store.
const (
	maxWaiting    = 4096     // requests that wait for a round
	maxFlying     = 2        // batches sent and not yet delivered
	maxBatch      = 256      // requests of one batch
	maxRequest    = 16 << 20 // bytes of a request on its way
	maxDocument   = 24 << 20 // bytes of a document that still may grow: a snapshot must fit into a message
	maxTrail      = 256      // marks that are remembered
	waitForRound  = 20 * time.Second
	waitForDisks  = 60 * time.Second
	retryDisk     = time.Second
	checkpointLag = 2 * time.Second
)

// The timers of a store.
const (
	timerWaiting    = "cib.waiting"
	timerPending    = "cib.pending"
	timerDisk       = "cib.disk"
	timerCheckpoint = "cib.checkpoint"
)

// Config is what a Store is built from.
type Config struct {
	Identity engine.Identity
	// Document, Meta and Trail are what the disk had; a nil Document is a node that has never had one.
	Document *cib.Document
	Meta     Meta
	Trail    []Mark
	// Release is what this program can do; release.Own() when it is zero.
	Release release.Release
}

// Store is the core of this package.
type Store struct {
	self  engine.NodeID
	nodes int // configured

	doc *cib.Document
	// stored is doc as it is on disk: without status, num_updates 0.
	stored *cib.Document
	meta   Meta
	// history is the mark of the whole document, status too. fresh tells that no round has given it a status yet.
	history Mark
	fresh   bool
	// size is at least the size of the document's text in bytes.
	size  int
	trail []Mark

	view    engine.View
	round   round
	release release.Release
	// level is what all members of the round can do.
	level release.Level

	// waiting are requests that have not been sent, flying those sent and not delivered, pending those applied here whose
	// answer waits for disks.
	waiting []request
	flying  []request
	batches int // of the flying
	pending []pending
	ids     uint64
	// ahead is the document that this node's next request will meet if nothing comes in between: the present one with all that is on
	// its way from here. It is nil when a change of somebody else came in between already.
	ahead *cib.Document
	// armed are the times for which the timers of waiting and pending are set.
	armed map[string]time.Duration

	disk disk

	out []Effect // of the present Step
}

// disk is what the store knows about its own disk.
type disk struct {
	seq uint64 // of the last Persist
	// failed is why a record could not be written. The records after failedAt, of a new attempt, repeat everything.
	failed   string
	failedAt uint64
	attempt  uint64
	// blank tells that the disk has nothing to go on from yet.
	blank bool
	// keeping are copies of losing sides that are not known to be on disk.
	keeping []Persist
	// written are the writes of the round whose records are not durable yet.
	written []written
	// checkpoint tells that a timer runs.
	checkpoint bool
}

type written struct{ seq, position uint64 }

var _ machine.Core[Event, Effect] = (*Store)(nil)

// New builds a store. Nothing happens before the first EngineView.
func New(cfg Config) *Store {
	if cfg.Release == (release.Release{}) {
		cfg.Release = release.Own()
	}
	s := &Store{self: cfg.Identity.ID, nodes: len(cfg.Identity.Nodes), doc: cfg.Document, meta: cfg.Meta, trail: cfg.Trail, fresh: true, release: cfg.Release, level: cfg.Release.Level(),
		armed: map[string]time.Duration{}}
	if s.doc == nil {
		s.doc, s.disk.blank = cib.Empty(), true
	}
	s.stored = StoredForm(s.doc)
	s.history = s.meta.Mark.extend(fingerprint(s.doc))
	s.size = len(s.doc.Root().Append(nil))
	return s
}

// Document is the present document.
func (s *Store) Document() *cib.Document { return s.doc }

// Synced reports whether requests go through now.
func (s *Store) Synced() bool { return s.round.state == synced }

// DiskFailing is why nothing can be written on this node's disk, "" while it can.
func (s *Store) DiskFailing() string { return s.disk.failed }

// Step implements machine.Core.
func (s *Store) Step(now machine.Now, event Event) []Effect {
	s.out = nil
	switch e := event.(type) {
	case EngineView:
		s.onView(now, e.View)
	case Delivered:
		s.onDelivered(now, e)
	case Request:
		s.onRequest(now, e)
	case Persisted:
		s.onPersisted(now, e)
	case TimerFired:
		s.onTimer(now, e.Key)
	}
	if len(s.waiting) > 0 {
		s.arm(timerWaiting, s.waiting[0].deadline)
	}
	if len(s.pending) > 0 {
		s.arm(timerPending, s.pending[0].deadline)
	}
	out := s.out
	s.out = nil
	return out
}

// arm sets a timer, unless it fires early enough anyway. Deadlines come in the order in which they are over.
func (s *Store) arm(key string, at time.Duration) {
	if set, ok := s.armed[key]; ok && set <= at {
		return
	}
	s.armed[key] = at
	s.emit(SetTimer{machine.Timer{Key: key, At: at}})
}

func (s *Store) emit(e Effect) { s.out = append(s.out, e) }

func (s *Store) tell(n note.Note) { s.emit(Tell{n}) }

func (s *Store) broadcast(kind, cause string, body any, attachment []byte) {
	s.emit(Broadcast{envelope(kind, cause, body, attachment)})
}

func (s *Store) onDelivered(now machine.Now, d Delivered) {
	e := d.Envelope
	switch e.Kind {
	case kindHello:
		var h hello
		if json.Unmarshal(e.Body, &h) == nil && h.Round == s.round.name {
			s.onHello(now, d.From, &h)
		}
	case kindSnapshot:
		var b snapshot
		if json.Unmarshal(e.Body, &b) == nil && b.Round == s.round.name {
			s.onSnapshot(now, d.From, e.Attachment)
		}
	case kindRequest:
		var b batch
		if json.Unmarshal(e.Body, &b) == nil && b.Round == s.round.name {
			s.onBatch(now, d.From, e.Attachment)
		}
	case kindDurable:
		var b durable
		if json.Unmarshal(e.Body, &b) == nil && b.Round == s.round.name {
			s.onDurable(now, d.From, b)
		}
	}
}

func (s *Store) onTimer(now machine.Now, key string) {
	delete(s.armed, key)
	switch key {
	case timerWaiting:
		s.refuseLate(now)
	case timerPending:
		s.answerLate(now)
	case timerDisk:
		if s.disk.failed != "" {
			s.persist(Record{Meta: s.meta, Document: s.stored}, true)
		}
	case timerCheckpoint:
		s.disk.checkpoint = false
		s.persist(Record{Meta: s.meta, Document: s.stored}, false)
	}
}

func fingerprint(d *cib.Document) []byte { return []byte(Mark(d.ImmutableFingerprint()).String()) }
