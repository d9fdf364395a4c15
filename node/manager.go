package node

import (
	"fmt"
	"math/rand/v2"
	"time"

	"pacer/api"
	"pacer/attributes"
	"pacer/cib"
	"pacer/cibstore"
	"pacer/controller"
	"pacer/election"
	"pacer/engine"
	"pacer/errand"
	"pacer/executor"
	"pacer/fencer"
	"pacer/machine"
	"pacer/release"
	"pacer/scheduler"
)

// Config is what a Manager is built from.
type Config struct {
	Identity engine.Identity
	// Document is the CIB as recovered from disk, nil for none; Meta and Trail are what was kept with it.
	Document *cib.Document
	Meta     cibstore.Meta
	Trail    []cibstore.Mark
	// Damage is what of the files could not be used.
	Damage []api.StorageProblem
	// Restarted is true when an earlier manager of this boot was here before: what it ran may still run.
	Restarted bool
	// FirstRun numbers the first run of an agent; above those of an earlier manager.
	FirstRun uint64
	// Unique distinguishes this process from all others (random); Seed feeds its pseudo-random choices.
	Unique, Seed uint64
	// ClusterName is the name in the configuration file, "" when it has none.
	ClusterName string
	// Grace is how long a member without manager is left alone before it counts as failed; 3 s when 0.
	Grace time.Duration
	// Release is what this program can do; release.Own() when it is zero. A test may have others.
	Release release.Release
	// Schedule takes the scheduler's place in tests; nil means the real one.
	Schedule func(scheduler.Input) *scheduler.Output
	// Started and PID are for NodeInfo.
	Started time.Time
	PID     int
}

// Manager is a node's manager without its drivers. Make it with New.
type Manager struct {
	cfg Config
	now machine.Now
	out []Effect

	store      *cibstore.Store
	attributes *attributes.Core
	election   *election.Core
	controller *controller.Core
	executor   *executor.Core
	fencer     *fencer.Core
	errands    *errand.Core
	arbiter    arbiter

	doc    *cib.Document
	view   engine.View
	level  release.Level // of the view, since it was agreed
	outbox outbox
	queue  []item // events of cores that have not been stepped yet
	lastID uint64
	asks   map[uint64]ask // requests between the parts, whose answers are on their way, by the ids given to the parts that answer
	pace   pace
	ended  bool

	snapshot *api.Snapshot
	// shown is what snapshots show of the attributes, attributesOld that it is not right any more.
	shown         []api.Attribute
	attributesOld bool
}

var _ machine.Core[Event, Effect] = (*Manager)(nil)

// New builds a manager. Begin is its first event.
func New(cfg Config) *Manager {
	id := cfg.Identity
	name := id.Name
	if cfg.Release == (release.Release{}) {
		cfg.Release = release.Own()
	}
	m := &Manager{cfg: cfg, doc: cfg.Document, asks: map[uint64]ask{}, outbox: outbox{process: max(cfg.Unique, 1), protocol: cfg.Release.Oldest}}
	if m.doc == nil {
		m.doc = cib.Empty()
	}
	m.store = cibstore.New(cibstore.Config{Identity: id, Document: cfg.Document, Meta: cfg.Meta, Trail: cfg.Trail, Release: cfg.Release})
	m.attributes = attributes.New(attributes.Config{Self: id.ID, Name: name, Nodes: id.Nodes, Restarted: cfg.Restarted})
	m.election = election.New(election.Config{Self: id.ID, FeatureSet: cfg.Release.Features, Version: release.Version})
	m.controller = controller.New(controller.Config{
		Self: id.ID, Name: name, Nodes: id.Nodes, Stack: id.Stack, ClusterName: cfg.ClusterName, Restarted: cfg.Restarted,
		UUID: uuid(cfg.Unique, uint64(id.ID)), FeatureSet: cfg.Release.Features, Version: release.Pacemaker + "-pacer",
		Grace: cfg.Grace, Schedule: cfg.Schedule,
	})
	m.executor = executor.New(executor.Options{Node: name, FirstRun: cfg.FirstRun})
	m.errands = errand.New(errand.Config{Self: id.ID, Process: cfg.Unique})
	m.fencer = fencer.New(fencer.Options{Self: id.ID, Name: name, Unique: cfg.Unique, Rand: rand.New(rand.NewPCG(cfg.Seed, uint64(id.ID)))})
	return m
}

// uuid writes a number in the form that transition keys have.
func uuid(unique, node uint64) string {
	return fmt.Sprintf("%08x-%04x-4%03x-8%03x-%012x", uint32(unique>>32), uint16(unique>>16), uint16(unique)>>4, unique&0xf, node)
}

// Step implements machine.Core.
func (m *Manager) Step(now machine.Now, ev Event) []Effect {
	if m.ended {
		return nil
	}
	m.now, m.out, m.snapshot = now, nil, nil
	m.hear(ev)
	m.settle()
	out := m.out
	m.out = nil
	return out
}

// emit passes an effect to the world.
func (m *Manager) emit(f Effect) {
	if m.ended {
		return
	}
	m.out = append(m.out, f)
	if _, ok := f.(Exit); ok {
		m.ended = true
	}
}

// part names a core of the manager, also as the beginning of its timers' keys.
type part string

const (
	store      part = "store"
	attrs      part = "attributes"
	vote       part = "election"
	control    part = "controller"
	execute    part = "executor"
	fence      part = "fencer"
	errands    part = "errand"
	apiRequest part = "api"
)

// item is an event that waits for a core.
type item struct {
	to part
	ev any
}

func (m *Manager) tell(to part, ev any) { m.queue = append(m.queue, item{to, ev}) }

// settle steps the cores until nothing is left to pass on. Then the DC may want to decide.
func (m *Manager) settle() {
	for !m.ended && len(m.queue) > 0 {
		it := m.queue[0]
		m.queue = m.queue[1:]
		m.step(it)
	}
	m.queue = nil
	if !m.ended && m.ready() {
		m.askToDecide()
	}
}

// ask is a request of one part to another, or of the API, whose answer has to find its way back.
type ask struct {
	from part
	own  uint64 // as the asker knows it
}

// remember gives a request an id of its own.
func (m *Manager) remember(from part, own uint64) uint64 {
	m.lastID++
	m.asks[m.lastID] = ask{from, own}
	return m.lastID
}

// recall finds the asker of an answer.
func (m *Manager) recall(id uint64) (ask, bool) {
	a, ok := m.asks[id]
	delete(m.asks, id)
	return a, ok
}
