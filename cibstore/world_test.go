package cibstore

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pacer/cib"
	"pacer/engine"
	"pacer/machine"
	"pacer/message"
	"pacer/xmltree"
)

// world is some stores above an engine that keeps its promises and disks that keep what was synced, all driven by one seed.
type world struct {
	t     *testing.T
	rng   *rand.Rand
	nodes []*simNode
	epoch uint64
	now   time.Duration
	log   []string

	requests int
	// acked are the requests that were acknowledged, by class.
	acked map[string]Class
	// histories maps a history to the document that it must lead to.
	histories map[Mark]uint64
	rounds    map[string]uint64 // fingerprint at the sync of a round
	kept      map[string]bool   // resources in copies of losing sides
	answers   map[uint64]int
	// trace hears of every effect.
	trace func(n *simNode, f Effect)
}

type simNode struct {
	id       engine.NodeID
	up       bool
	store    *Store
	attach   uint64
	view     engine.View
	group    *group
	cursor   int
	outgoing []message.Envelope
	timers   map[string]time.Duration
	// durable is what survives a crash, queue what was asked of the disk and is not done.
	durable simDisk
	queue   []Persist
	full    bool // the disk refuses
	broken  bool // and refuses records of attempt or an earlier one
	attempt uint64
	names   map[uint64]string // of requests by id
}

type simDisk struct {
	doc   *cib.Document
	meta  Meta
	trail []Mark
}

// group is the members of one view and the messages that are ordered among them.
type group struct {
	log []Delivered
}

func newWorld(t *testing.T, seed uint64, n int) *world {
	w := &world{t: t, rng: rand.New(rand.NewPCG(seed, 1)), acked: map[string]Class{}, histories: map[Mark]uint64{},
		rounds: map[string]uint64{}, kept: map[string]bool{}, answers: map[uint64]int{}}
	for i := range n {
		w.nodes = append(w.nodes, &simNode{id: engine.NodeID(i + 1), names: map[uint64]string{}})
	}
	for _, n := range w.nodes {
		w.boot(n)
	}
	return w
}

func (w *world) logf(format string, args ...any) { w.log = append(w.log, fmt.Sprintf(format, args...)) }

func (w *world) fail(format string, args ...any) {
	w.t.Helper()
	w.t.Fatalf(format+"\n%s", append(args, strings.Join(w.log[max(0, len(w.log)-120):], "\n"))...)
}

func (w *world) boot(n *simNode) {
	id := engine.Identity{ID: n.id}
	for _, m := range w.nodes {
		id.Nodes = append(id.Nodes, engine.Member{ID: m.id})
	}
	n.up, n.attach = true, n.attach+1
	n.store = New(Config{Identity: id, Document: n.durable.doc, Meta: n.durable.meta, Trail: slices.Clone(n.durable.trail)})
	n.timers, n.outgoing, n.queue, n.group, n.full, n.broken = map[string]time.Duration{}, nil, nil, nil, false, false
	w.logf("node %d boots with %s %+v", n.id, n.store.Document().Version(), n.durable.meta)
}

func (w *world) crash(n *simNode) {
	w.logf("node %d crashes, %d records lost", n.id, len(n.queue))
	n.up, n.group, n.store, n.queue = false, nil, nil, nil
}

// regroup makes new views: part[i] is the part in which node i is.
func (w *world) regroup(part []int) {
	w.logf("parts %v", part)
	// Members that go together deliver the same messages of their old group first.
	type way struct {
		from *group
		to   int
	}
	cut := map[way]int{}
	for i, n := range w.nodes {
		if n.up && n.group != nil {
			k := way{n.group, part[i]}
			cut[k] = max(cut[k], n.cursor)
		}
	}
	for i, n := range w.nodes { // In the order of nodes, for the sake of the seed.
		if n.up && n.group != nil {
			k := way{n.group, part[i]}
			if c, ok := cut[k]; ok && c >= 0 {
				cut[k] = -1 - (c + w.rng.IntN(len(n.group.log)-c+1))
			}
		}
	}
	for i, n := range w.nodes {
		if n.up && n.group != nil {
			for end := -1 - cut[way{n.group, part[i]}]; n.cursor < end; {
				w.deliver(n)
			}
		}
	}
	groups := map[int]*group{}
	for i, n := range w.nodes {
		if !n.up {
			continue
		}
		n.outgoing = nil
		g := groups[part[i]]
		if g == nil {
			g = &group{}
			groups[part[i]] = g
		}
		n.group, n.cursor = g, 0
	}
	w.epoch++
	for i, n := range w.nodes {
		if !n.up {
			continue
		}
		v := engine.View{ID: engine.ViewID{Epoch: w.epoch}, Expected: len(w.nodes)}
		for k, m := range w.nodes {
			if m.up && part[k] == part[i] {
				v.Members = append(v.Members, engine.Member{ID: m.id, Name: fmt.Sprint("n", m.id), Attached: true, Attachment: m.attach})
			}
		}
		v.ID.Coordinator = v.Members[0].ID
		v.Votes = len(v.Members)
		v.Quorate = 2*v.Votes > v.Expected
		n.view = v
		w.step(n, EngineView{v})
	}
}

func (w *world) deliver(n *simNode) {
	d := n.group.log[n.cursor]
	n.cursor++
	w.step(n, d)
}

func (w *world) step(n *simNode, e Event) {
	now := machine.Now{Wall: time.Unix(1700000000, 0).UTC().Add(w.now), Mono: w.now}
	before := n.store.Document().ImmutableFingerprint()
	for _, f := range n.store.Step(now, e) {
		if w.trace != nil {
			w.trace(n, f)
		}
		switch f := f.(type) {
		case Broadcast:
			n.outgoing = append(n.outgoing, f.Envelope)
		case Persist:
			n.queue = append(n.queue, f)
		case SetTimer:
			n.timers[f.Key] = f.At
		case CancelTimer:
			delete(n.timers, f.Key)
		case Changed:
			if f.Old.ImmutableFingerprint() != before {
				w.fail("node %d: Changed does not begin where the last ended", n.id)
			}
			before = f.New.ImmutableFingerprint()
			h := n.store.history
			if old, ok := w.histories[h]; ok && f.New == n.store.Document() && old != before {
				w.fail("node %d: the same history leads to two documents", n.id)
			}
			if f.New == n.store.Document() {
				w.histories[h] = before
			}
		case Synced:
			w.onSynced(n, f)
		case Reply:
			w.onReply(n, f)
		case Tell:
			w.logf("node %d tells %+v", n.id, f.Note)
		}
	}
}

func has(d *cib.Document, name string) bool {
	return d.Section("resources").ByID("primitive", name) != nil
}

func (w *world) onSynced(n *simNode, f Synced) {
	w.logf("node %d synced in %s at %s quorum %v", n.id, n.store.round.name, f.Document.Version(), f.Quorum)
	print := f.Document.ImmutableFingerprint()
	if old, ok := w.rounds[n.store.round.name]; ok && old != print {
		w.fail("round %s: members begin with different documents", n.store.round.name)
	}
	w.rounds[n.store.round.name] = print
	if f.Quorum {
		w.checkSafe(n)
	}
}

// checkSafe demands every request that was acknowledged in class quorum.
func (w *world) checkSafe(n *simNode) {
	for name, class := range w.acked {
		if class == ClassQuorum && !has(n.store.Document(), name) {
			w.fail("node %d has lost %s, acknowledged in class quorum", n.id, name)
		}
	}
}

func (w *world) onReply(n *simNode, f Reply) {
	name := n.names[f.ID]
	w.answers[f.ID]++
	if w.answers[f.ID] > 1 {
		w.fail("request %d is answered twice", f.ID)
	}
	w.logf("node %d: %s (%d) answered %q %v", n.id, name, f.ID, f.Class, f.Err)
	if f.Err == nil && strings.HasPrefix(name, "r") {
		if f.Class == ClassNone {
			w.fail("a write is acknowledged without class")
		}
		w.acked[name] = f.Class
	}
}

func (w *world) request(n *simNode) {
	w.requests++
	id := uint64(w.requests)
	r := Request{ID: id, Principal: message.Principal{User: "somebody"}, Unchecked: w.rng.IntN(2) == 0}
	if w.rng.IntN(3) == 0 {
		n.names[id] = fmt.Sprint("s", id)
		r.Ops = []cib.Op{{Kind: cib.OpModify, Section: "status", AllowCreate: true,
			Data: xmltree.New("node_state", "id", fmt.Sprint(w.rng.IntN(3)), "x", fmt.Sprint(id))}}
	} else {
		n.names[id] = fmt.Sprint("r", id)
		r.Ops = []cib.Op{{Kind: cib.OpCreate, Section: "resources", Data: xmltree.New("primitive", "id", n.names[id], "class", "ocf", "provider", "pacer", "type", "Dummy")}}
	}
	w.logf("node %d asks %s", n.id, n.names[id])
	w.step(n, r)
}

// write lets the disk do some of its work.
func (w *world) write(n *simNode, all bool) {
	if len(n.queue) == 0 {
		return
	}
	k := len(n.queue)
	if !all {
		k = 1 + w.rng.IntN(k)
	}
	work := n.queue[:k]
	n.queue = slices.Clone(n.queue[k:])
	last := uint64(0)
	for _, p := range work {
		if n.full || n.broken && p.Record.Attempt <= n.attempt {
			n.broken, n.attempt = true, p.Record.Attempt
			w.logf("node %d cannot write %d keep %q attempt %d", n.id, p.Seq, p.Record.Keep, p.Record.Attempt)
			w.step(n, Persisted{Seq: p.Seq, Err: "no space left"})
			return
		}
		n.broken = false
		w.logf("node %d writes %d keep %q doc %v attempt %d", n.id, p.Seq, p.Record.Keep, p.Record.Document != nil, p.Record.Attempt)
		w.apply(n, p.Record)
		last = p.Seq
	}
	w.step(n, Persisted{Seq: last})
}

func (w *world) apply(n *simNode, r Record) {
	if r.Keep != "" {
		for p := range r.Document.Section("resources").Elements() {
			w.kept[p.ID()] = true
		}
		return
	}
	d := &n.durable
	if r.Document != nil {
		d.doc, d.trail = r.Document, r.Trail
	} else if r.Meta.Mark != d.meta.Mark {
		d.trail = append(slices.Clone(d.trail), r.Meta.Mark)
	}
	if d.doc == nil {
		d.doc = cib.Empty()
	}
	if r.Patch != nil {
		next, err := cib.ApplyPatch(d.doc, r.Patch)
		if err != nil {
			w.fail("node %d: the record does not fit: %v", n.id, err)
		}
		d.doc = next
	}
	d.meta = r.Meta
}

func (w *world) randomParts() []int {
	part := make([]int, len(w.nodes))
	if w.rng.IntN(2) == 0 {
		for i := range part {
			part[i] = w.rng.IntN(2)
		}
	}
	return part
}

// chaos lets anything happen.
func (w *world) chaos(steps int) {
	w.regroup(make([]int, len(w.nodes)))
	for range steps {
		w.now += time.Duration(w.rng.IntN(20)) * time.Millisecond
		n := w.nodes[w.rng.IntN(len(w.nodes))]
		switch k := w.rng.IntN(100); {
		case k < 2:
			w.regroup(w.randomParts())
		case k < 4:
			if n.up {
				w.crash(n)
			} else {
				w.boot(n)
			}
			w.regroup(w.randomParts())
		case k < 5 && n.up:
			n.full = !n.full
		case k < 18 && n.up && n.group != nil:
			w.request(n)
		default:
			w.some(n)
		}
	}
}

// some does one of the things that go on by themselves.
func (w *world) some(n *simNode) bool {
	if !n.up || n.group == nil {
		return false
	}
	var can []func()
	if len(n.outgoing) > 0 {
		can = append(can, func() {
			p, err := message.Encode(n.outgoing[0], 1)
			if err != nil {
				w.fail("%v", err)
			}
			e, err := message.Decode(p, 1)
			if err != nil {
				w.fail("%v", err)
			}
			n.group.log = append(n.group.log, Delivered{n.id, e})
			n.outgoing = n.outgoing[1:]
		})
	}
	if n.cursor < len(n.group.log) {
		can = append(can, func() { w.deliver(n) })
	}
	if len(n.queue) > 0 {
		can = append(can, func() { w.write(n, false) })
	}
	for _, key := range []string{timerWaiting, timerPending, timerDisk, timerCheckpoint} {
		if at, ok := n.timers[key]; ok && at <= w.now {
			can = append(can, func() { delete(n.timers, key); w.step(n, TimerFired{key}) })
		}
	}
	if len(can) == 0 {
		return false
	}
	can[w.rng.IntN(len(can))]()
	return true
}

// settle heals everything and lets it come to rest.
func (w *world) settle() {
	for _, n := range w.nodes {
		n.full = false
		if !n.up {
			w.boot(n)
		}
	}
	w.regroup(make([]int, len(w.nodes)))
	for range 200 {
		for busy := true; busy; {
			busy = false
			for _, n := range w.nodes {
				for w.some(n) {
					busy = true
				}
			}
		}
		w.now += time.Second
	}
	first := w.nodes[0].store.Document()
	for _, n := range w.nodes {
		if !n.store.Synced() {
			w.fail("node %d is not synced in the end", n.id)
		}
		if !n.store.Document().Equal(first) {
			w.fail("node %d has another document in the end:\n%s\n%s", n.id, n.store.Document().Bytes(), first.Bytes())
		}
		n.durable.meta.Loose, n.durable.meta.Asked = n.store.meta.Loose, n.store.meta.Asked
		if !n.durable.doc.Equal(n.store.stored) || n.durable.meta != n.store.meta {
			w.fail("node %d: the disk has %+v, the store %+v", n.id, n.durable.meta, n.store.meta)
		}
		if k := len(n.store.pending) + len(n.store.waiting) + len(n.store.flying); k > 0 {
			w.fail("node %d: %d requests have no answer", n.id, k)
		}
		w.checkSafe(n)
	}
	for name, class := range w.acked {
		if class == ClassDegraded && !has(first, name) && !w.kept[name] {
			w.fail("%s was acknowledged in class degraded and is neither in the document nor kept", name)
		}
	}
}

func TestRandomWorlds(t *testing.T) {
	// PACER_SEEDS runs more of them.
	seeds := 400
	if n, err := strconv.Atoi(os.Getenv("PACER_SEEDS")); err == nil {
		seeds = n
	}
	if testing.Short() {
		seeds = 60
	}
	quorum, degraded, kept := 0, 0, 0
	for seed := range uint64(seeds) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			w := newWorld(t, seed, 1+int(seed%5))
			w.chaos(600)
			w.settle()
			for _, c := range w.acked {
				if c == ClassQuorum {
					quorum++
				} else {
					degraded++
				}
			}
			kept += len(w.kept)
		})
	}
	t.Logf("%d writes acknowledged in class quorum, %d degraded; copies of losing sides hold %d", quorum, degraded, kept)
	if quorum == 0 || degraded == 0 || kept == 0 {
		t.Error("the worlds are too quiet")
	}
}

func TestStoreCanBeCloned(t *testing.T) {
	w := newWorld(t, 7, 3)
	w.chaos(300)
	for _, n := range w.nodes {
		if !n.up {
			continue
		}
		c := machine.Clone(n.store)
		if machine.Fingerprint(c) != machine.Fingerprint(n.store) {
			t.Fatal("the copy has another fingerprint")
		}
		before := machine.Fingerprint(n.store)
		c.Step(machine.Now{Mono: w.now}, EngineView{engine.View{ID: engine.ViewID{Epoch: 99, Coordinator: n.id}, Expected: 3,
			Members: []engine.Member{{ID: n.id, Attached: true}}}})
		if machine.Fingerprint(n.store) != before {
			t.Fatal("a step of the copy reached the original")
		}
	}
}
