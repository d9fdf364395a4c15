package service

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"pacer/agent"
	"pacer/agent/builtin"
	"pacer/clusterconf"
	"pacer/courier"
	"pacer/engine"
	"pacer/errand"
	"pacer/executor"
	"pacer/fencer"
	"pacer/ipc"
	"pacer/messaging"
	"pacer/node"
	"pacer/note"
	"pacer/place"
	"pacer/remote"
	"pacer/supervisor"
)

// LifeVariable names the life of the service to its processes: what an earlier life left running is of no use to a later one.
const LifeVariable = "PACER_LIFE"

// ManagerOptions are what the manager's role is given.
type ManagerOptions struct {
	Places place.Places
	Config *clusterconf.Config
	Log    *Log
	// Cleaner stops every resource that an earlier manager left, without joining the cluster.
	Cleaner bool
	Life    string
}

// RunManager plays the manager's role until the node has left or failed, and returns the exit code that the supervisor
// understands.
func RunManager(ctx context.Context, o ManagerOptions) (int, error) {
	began := time.Now()
	in := newInlet()
	defer in.shut()
	beat, garbage := beater(), newSweeper()
	l := &loop{began: began, events: in.events, timers: newTimers(), beat: func() { beat(); garbage.look() }}

	marker := filepath.Join(o.Places.RunDir(), "manager")
	store, kept, err := openStore(o, in.deliver)
	if err != nil {
		return supervisor.ExitFatal, err
	}
	defer store.Close()

	agents, err := agent.New(agent.Options{
		Places: o.Places, Node: o.Config.Self.Name, ToolDir: toolDir(), Builtins: builtin.All(), Life: o.Life,
		Deliver:      func(e executor.Event) { in.deliver(node.FromAgents{Event: e}) },
		DeliverFence: func(d fencer.AgentDone) { in.deliver(node.FromFenceAgents{Done: d}) },
		Log:          func(msg string, args ...any) { o.Log.Problem(time.Now(), "agents", described(msg, args)) },
	})
	if err != nil {
		return supervisor.ExitFatal, err
	}
	defer agents.Close()

	errands := courier.New(courier.Options{Places: o.Places, Collector: collector(), Reload: func() ([]string, error) { return reload(o.Places, os.Getppid()) },
		Stop: func(by string) error {
			o.Log.Tell(time.Now(), note.ToldToStop{By: by})
			return syscall.Kill(os.Getppid(), syscall.SIGTERM)
		},
		Deliver: func(d errand.Done) { in.deliver(node.FromErrand{Done: d}) }})
	defer errands.Close()

	identity := o.Config.Identity()
	if !o.Cleaner {
		if l.engine, err = messaging.Dial(ctx, o.Places); err != nil {
			if ctx.Err() != nil {
				return supervisor.ExitDone, nil
			}
			return 1, err
		}
		defer l.engine.Close()
		identity = l.engine.Identity()
	}
	_, markerErr := os.Stat(marker)
	unique := random()
	l.node = node.New(node.Config{
		Identity: identity, Document: kept.Document, Meta: kept.Meta, Trail: kept.Trail, Damage: storageProblems(kept), Restarted: markerErr == nil, FirstRun: agents.Restore(),
		Unique: unique, Seed: unique, ClusterName: o.Config.Cluster, Started: began, PID: os.Getpid(),
	})
	if err := os.WriteFile(marker, nil, 0o600); err != nil {
		return supervisor.ExitFatal, fmt.Errorf("service: %w", err)
	}

	inputs := newArchive(o.Places, o.Log)
	defer inputs.Close()
	b := newBackend(in.events, l.node.Snapshot(), o.Places)
	m := &manager{options: o, store: store, agents: agents, errands: errands, archive: inputs, backend: b, engine: l.engine}
	door := remote.NewDoor(remote.Options{Backend: b, Files: func() (remote.Files, error) { return remote.NodeFiles(os.Getenv, o.Places) },
		Tokens: o.Places.Tokens(), Tell: m.tell})
	l.perform, l.settled = m.perform, func() {
		s := l.node.Snapshot()
		b.update(s)
		door.Look(s.CIB)
	}

	serving, stopServing := context.WithCancel(context.Background())
	defer stopServing()
	if o.Cleaner {
		in.deliver(node.FromEngine{Event: engine.Lost{Reason: "an earlier manager of this node is gone, and so is messaging"}})
	} else {
		listener, err := ipc.Listen(o.Places.APISocket())
		if err != nil {
			return supervisor.ExitFatal, err
		}
		served := make(chan struct{})
		go func() {
			defer close(served)
			if err := ipc.New(b, ipc.Limits{}).Serve(serving, listener); err != nil && serving.Err() == nil {
				o.Log.Problem(time.Now(), "API", err)
			}
		}()
		afar := make(chan struct{})
		go func() {
			defer close(afar)
			door.Run(serving)
		}()
		defer func() { stopServing(); <-served; <-afar }()
		stop := context.AfterFunc(ctx, func() { in.deliver(node.StopWanted{Why: "the service is being stopped"}) })
		defer stop()
	}
	exit := l.run()
	in.shut()
	return m.end(exit, marker)
}

// described puts a message and its key, value pairs into one error.
func described(msg string, args []any) error {
	for i := 0; i+1 < len(args); i += 2 {
		msg += fmt.Sprintf("; %v: %v", args[i], args[i+1])
	}
	return errors.New(msg)
}

// manager performs what the node decides.
type manager struct {
	options ManagerOptions
	store   *store
	agents  *agent.Driver
	errands *courier.Courier
	archive *archive
	backend *backend
	engine  *messaging.Conn
}

func (m *manager) perform(effect node.Effect) {
	switch e := effect.(type) {
	case node.Send:
		if m.engine == nil {
			return
		}
		if err := m.engine.Send(e.Payload); err != nil {
			// The engine says Lost by itself if it is.
			m.options.Log.Problem(time.Now(), "sending", err)
		}
	case node.Persist:
		m.store.persist(e)
	case node.Agents:
		m.agents.Perform(e.Effect)
	case node.FenceAgents:
		m.agents.PerformFence(e.Effect)
	case node.Work:
		m.errands.CarryOut(e.Work)
	case node.Reply:
		m.backend.reply(e)
	case node.Tell:
		m.tell(e.Note)
	case node.SaveInput:
		m.archive.keep(e)
	}
}

// tell writes a note to the log and to those who watch.
func (m *manager) tell(n note.Note) {
	now := time.Now()
	m.options.Log.Tell(now, n)
	m.backend.tell(now, n)
}

// end maps how the node ended to the supervisor's words. What is known to be stopped needs no looking for by the next manager.
func (m *manager) end(exit node.Exit, marker string) (int, error) {
	code := exit.Code
	if m.options.Cleaner && code == supervisor.ExitStopped {
		code = supervisor.ExitDone
	}
	if code == supervisor.ExitDone || code == supervisor.ExitStopped {
		_ = os.Remove(marker)
	}
	if code == supervisor.ExitDone && m.engine != nil {
		m.engine.Leave()
	}
	if exit.Why != "" && code != supervisor.ExitDone {
		return code, errors.New(exit.Why)
	}
	return code, nil
}

// beater writes the sign of life for which the supervisor listens, if there is one.
func beater() func() {
	if syscall.SetNonblock(beatFD, true) != nil {
		return func() {} // No supervisor gave us the file.
	}
	syscall.CloseOnExec(beatFD)
	syscall.CloseOnExec(lockFD)
	// The bare descriptor: an os.File would close it once the collector has forgotten it.
	return func() { _, _ = syscall.Write(beatFD, []byte{'.'}) }
}

// toolDir is where the tools' links are: beside the program.
func toolDir() string {
	self, err := os.Executable()
	if err != nil {
		return ""
	}
	return filepath.Dir(self)
}

// CollectorName is the command under which this program collects for a report.
const CollectorName = "report-collector"

func collector() []string {
	self, err := os.Executable()
	if err != nil {
		self = "pacer"
	}
	return []string{self, CollectorName}
}

func random() uint64 {
	var b [8]byte
	// It never fails on Linux.
	_, _ = rand.Read(b[:])
	return binary.LittleEndian.Uint64(b[:])
}
