package node

import (
	"fmt"
	"strings"

	"pacer/api"
	"pacer/attributes"
	"pacer/cib"
	"pacer/cibstore"
	"pacer/controller"
	"pacer/election"
	"pacer/engine"
	"pacer/errand"
	"pacer/executor"
	"pacer/exitcode"
	"pacer/fencer"
	"pacer/machine"
	"pacer/message"
	"pacer/note"
	"pacer/ocf"
	"pacer/operation"
	"pacer/release"
	"pacer/supervisor"
)

// This file shows every arrow between the cores, and between them and the world. The first half is what comes in, the second
// what each core wants done.

// hear turns an event of the world into events of the cores.
func (m *Manager) hear(ev Event) {
	switch ev := ev.(type) {
	case Begin:
		m.documentIs(nil, false, false)
	case FromEngine:
		m.fromEngine(ev.Event)
	case FromDisk:
		m.tell(store, cibstore.Persisted{Seq: ev.Seq, Err: ev.Err})
	case FromAgents:
		m.tell(execute, ev.Event)
	case FromFenceAgents:
		m.tell(fence, ev.Done)
	case FromErrand:
		m.tell(errands, ev.Done)
	case Asked:
		m.asked(ev)
	case Hold:
		m.arbiter.hear(ev)
	case StopWanted:
		m.tell(control, controller.Stop{Why: ev.Why})
	case TimerFired:
		m.timerFired(ev.Key)
	default:
		panic(fmt.Sprintf("node: unknown event %T", ev))
	}
}

// fromEngine gives views to everybody and messages to the core that their kind names.
func (m *Manager) fromEngine(ev engine.Event) {
	switch ev := ev.(type) {
	case engine.ViewChanged:
		if ev.View.Managers() != m.view.Managers() {
			// Until all have said what they understand, what everybody does is spoken.
			m.outbox.protocol = m.cfg.Release.Oldest
		}
		if ev.View.ID != m.view.ID {
			m.sendAgain()
		}
		m.view = ev.View
		// The CIB comes first, so that its words about the view are the first that the others wait for.
		m.tell(store, cibstore.EngineView{View: ev.View})
		m.tell(vote, election.ViewChanged{View: ev.View})
		m.tell(fence, fencer.EngineView{View: ev.View})
		m.tell(attrs, attributes.View{View: ev.View})
		m.tell(control, controller.View{View: ev.View})
		m.tell(errands, errand.View{View: ev.View})
	case engine.Delivered:
		m.delivered(ev)
	case engine.Lost:
		m.tell(control, controller.EngineLost{Reason: ev.Reason})
	}
}

func (m *Manager) delivered(d engine.Delivered) {
	e, err := message.Decode(d.Payload, m.cfg.Release.Protocol)
	if err != nil || !m.outbox.take(d.Sender, m.cfg.Identity.ID, e) {
		return
	}
	kind, _, _ := strings.Cut(e.Kind, ".")
	switch kind {
	case "cib":
		m.tell(store, cibstore.Delivered{From: d.Sender, Envelope: e})
	case "election":
		m.tell(vote, election.Delivered{From: d.Sender, Envelope: e})
	case "attributes":
		m.tell(attrs, attributes.Delivered{From: d.Sender, Order: d.Order, Envelope: e})
	case "controller":
		m.tell(control, controller.Delivered{From: d.Sender, Envelope: e})
	case "fencer":
		m.tell(fence, fencer.Delivered{From: d.Sender, Envelope: e})
	case "errand":
		m.tell(errands, errand.Delivered{From: d.Sender, Envelope: e})
	}
}

func (m *Manager) timerFired(key string) {
	if key == timerDecide || key == timerDecided {
		m.paced(key)
		return
	}
	to, key, _ := strings.Cut(key, "/")
	switch p := part(to); p {
	case store:
		m.tell(p, cibstore.TimerFired{Key: key})
	case attrs:
		m.tell(p, attributes.TimerFired{Key: key})
	case control:
		m.tell(p, controller.TimerFired{Key: key})
	case execute:
		m.tell(p, executor.TimerFired{Key: key})
	case fence:
		m.tell(p, fencer.TimerFired{Key: key})
	case errands:
		m.tell(p, errand.TimerFired{Key: key})
	}
}

// step steps one core and passes its effects on.
func (m *Manager) step(it item) {
	switch it.to {
	case store:
		for _, f := range m.store.Step(m.now, it.ev.(cibstore.Event)) {
			m.fromStore(f)
		}
	case attrs:
		for _, f := range m.attributes.Step(m.now, it.ev.(attributes.Event)) {
			m.fromAttributes(f)
		}
	case vote:
		for _, f := range m.election.Step(m.now, it.ev.(election.Event)) {
			m.fromElection(f)
		}
	case control:
		for _, f := range m.controller.Step(m.now, it.ev.(controller.Event)) {
			m.fromController(f)
		}
	case execute:
		for _, f := range m.executor.Step(m.now, it.ev.(executor.Event)) {
			m.fromExecutor(f)
		}
	case fence:
		for _, f := range m.fencer.Step(m.now, m.forFencer(it.ev)) {
			m.fromFencer(f)
		}
	case errands:
		for _, f := range m.errands.Step(m.now, it.ev.(errand.Event)) {
			m.fromErrand(f)
		}
	}
}

func (m *Manager) broadcast(e message.Envelope) {
	p, err := m.outbox.add(e)
	if err != nil {
		panic("node: " + err.Error()) // cores keep their messages within the limit
	}
	m.emit(Send{p})
}

func (m *Manager) sendAgain() {
	list, err := m.outbox.again()
	if err != nil {
		panic("node: " + err.Error()) // it could be sent before
	}
	for _, p := range list {
		m.emit(Send{p})
	}
}

func (m *Manager) timer(p part, t machine.Timer) {
	t.Key = string(p) + "/" + t.Key
	m.emit(SetTimer{t})
}

func (m *Manager) cancelTimer(p part, key string) { m.emit(CancelTimer{string(p) + "/" + key}) }

func (m *Manager) fromStore(f cibstore.Effect) {
	switch f := f.(type) {
	case cibstore.Broadcast:
		m.broadcast(f.Envelope)
	case cibstore.Persist:
		m.emit(Persist{f.Seq, f.Record, f.Sync})
	case cibstore.Changed:
		old := m.doc
		m.doc = f.New
		m.documentIs(old, f.Origin == m.cfg.Identity.ID && f.Principal.Door == "controller", !ours(f.Principal))
	case cibstore.Unsynced: // the controller knows it by the view
	case cibstore.Synced:
		m.agreed(f.Level)
		m.tell(control, controller.Synced{Features: f.Level.Features})
	case cibstore.Refused:
		m.tell(control, controller.Refuse{Why: f.Why})
	case cibstore.Reply:
		m.written(f)
	case cibstore.SetTimer:
		m.timer(store, f.Timer)
	case cibstore.CancelTimer:
		m.cancelTimer(store, f.Key)
	case cibstore.Tell:
		m.emit(Tell{f.Note})
	}
}

// agreed takes in what all members of the view can do.
func (m *Manager) agreed(l release.Level) {
	m.outbox.protocol = l.Protocol
	// A cluster of one version has nothing to tell about it.
	if old := m.level; l != old && (l != m.cfg.Release.Level() || old != (release.Level{})) {
		m.emit(Tell{note.LevelAgreed{Features: l.Features, Protocol: l.Protocol, Schema: l.Schema}})
	}
	m.level = l
}

// documentIs shows the document to everybody who reads it; the fencer reads the configuration only. Of documents that come together
// readers see the last one: the controller, which hears from each what happened on the nodes and which of its own writes are in it, of
// those that differ in nothing but the configuration. Foreign tells that not a part of the cluster wrote it.
func (m *Manager) documentIs(old *cib.Document, own, foreign bool) {
	m.newest(attrs, attributes.CIB{Root: m.doc.Root(), Foreign: foreign}, func(ev any) bool {
		c, ok := ev.(attributes.CIB)
		return ok && (foreign || !c.Foreign)
	})
	m.newest(control, controller.CIB{New: m.doc, Own: own}, func(ev any) bool {
		c, ok := ev.(controller.CIB)
		return ok && !own && !c.Own && c.New.Status() == m.doc.Status()
	})
	if old == nil || m.doc.Configuration() != old.Configuration() {
		m.newest(fence, newConfiguration{}, func(ev any) bool { _, ok := ev.(newConfiguration); return ok })
	}
}

// ours tells whether a part of the cluster wrote, which knows what it does to the attributes of nodes.
func ours(p message.Principal) bool {
	return !p.Outside() && (p.Door == string(control) || p.Door == string(attrs))
}

// newConfiguration stands for what the fencer will be shown of the document when its turn comes.
type newConfiguration struct{}

// newest tells a part something that makes the last thing it was told needless if overtakes says so of that.
func (m *Manager) newest(to part, ev any, overtakes func(ev any) bool) {
	for i := len(m.queue) - 1; i >= 0; i-- {
		if it := &m.queue[i]; it.to == to {
			if overtakes(it.ev) {
				it.ev = ev
				return
			}
			break
		}
	}
	m.tell(to, ev)
}

// forFencer is an event for the fencer. It reads the configuration in the form of today.
func (m *Manager) forFencer(ev any) fencer.Event {
	if _, ok := ev.(newConfiguration); !ok {
		return ev.(fencer.Event)
	}
	raised, err := m.doc.Raised()
	if err != nil {
		raised = m.doc // Better the devices that can be read than none.
	}
	return fencer.CIB{Root: raised.Root()}
}

// written takes an answer of the store to whoever wrote.
func (m *Manager) written(r cibstore.Reply) {
	a, ok := m.recall(r.ID)
	if !ok {
		return
	}
	problem := ""
	if r.Err != nil {
		problem = r.Err.Error()
	}
	switch a.from {
	case control:
		m.tell(control, controller.Written{ID: a.own, Err: problem})
	case attrs:
		m.tell(attrs, attributes.Written{ID: a.own, OK: problem == ""})
	case apiRequest:
		m.cibAnswer(a.own, r)
	}
}

func (m *Manager) fromAttributes(f attributes.Effect) {
	switch f := f.(type) {
	case attributes.Broadcast:
		m.broadcast(f.Envelope)
	case attributes.Write:
		m.tell(store, cibstore.Request{ID: m.remember(attrs, f.ID), Principal: message.Cluster("attributes"), Cause: f.Cause,
			Ops: f.Ops, Client: "attributes", Unchecked: true})
	case attributes.Answer:
		m.answer(f.ID, nil, exitcode.Usage, f.Err)
	case attributes.SetTimer:
		m.timer(attrs, f.Timer)
	case attributes.CancelTimer:
		m.cancelTimer(attrs, f.Key)
	case attributes.Changed:
		m.attributesOld = true
	}
}

func (m *Manager) fromElection(f election.Effect) {
	switch f := f.(type) {
	case election.Broadcast:
		m.broadcast(f.Envelope)
	case election.Elected:
		m.tell(control, controller.Elected{DC: f.DC, Final: f.Final, Formed: f.Formed, FeatureSet: f.FeatureSet})
	case election.Tell:
		m.emit(Tell{f.Note})
	}
}

func (m *Manager) fromController(f controller.Effect) {
	switch f := f.(type) {
	case controller.Broadcast:
		m.broadcast(f.Envelope)
	case controller.UpdateCIB:
		m.tell(store, cibstore.Request{ID: m.remember(control, f.ID), Principal: message.Cluster("controller"), Cause: f.Cause,
			Ops: f.Ops, Client: f.Client, Unchecked: true})
	case controller.Execute:
		m.executeIfAllowed(f.Op)
	case controller.Cancel:
		m.tell(execute, executor.Cancel{Resource: f.Resource, Task: f.Task, Interval: f.Interval, Key: f.Key})
	case controller.Forget:
		m.tell(execute, executor.Forget{Resource: f.Resource})
	case controller.Halt:
		m.tell(execute, executor.Halt{})
	case controller.Fence:
		m.tell(fence, fencer.Request{ID: m.remember(control, f.ID), Target: f.Target, Action: f.Action, Timeout: f.Timeout,
			Delay: f.Delay, Client: "controller", Why: f.Why, WhileLost: f.WhileLost,
			Principal: message.Cluster("controller"), Cause: f.Cause})
	case controller.SetAttribute:
		m.tell(attrs, attributes.Update{Action: attributes.Set, Name: f.Name, Node: f.Node, Value: f.Value, Cause: f.Cause,
			ID: m.remember(control, 0), Principal: message.Cluster("controller")})
	case controller.ClearFailures:
		m.tell(attrs, attributes.Clear{Resource: f.Resource, Operation: f.Operation, Interval: f.Interval, Node: f.Node,
			ID: m.remember(control, 0), Cause: f.Cause})
	case controller.DropAttributes:
		m.tell(attrs, attributes.Drop{Node: f.Node})
	case controller.Acting:
		m.tell(vote, election.Acting{Acting: f.Acting})
		m.tell(attrs, attributes.Writer{Writer: f.Acting})
	case controller.SeenDC:
		m.tell(vote, election.Seen{})
	case controller.Leaving:
		m.tell(vote, election.Leaving{})
	case controller.Answer:
		m.answer(f.ID, &api.Response{Expect: f.Expect}, f.Code, f.Err)
	case controller.SaveInput:
		m.emit(SaveInput{f.Kind, f.Number, f.CIB})
	case controller.SetTimer:
		m.timer(control, f.Timer)
	case controller.CancelTimer:
		m.cancelTimer(control, f.Key)
	case controller.Tell:
		m.emit(Tell{f.Note})
	case controller.Exit:
		m.emit(Exit{exitCode(f), f.Why})
	}
}

func exitCode(f controller.Exit) int {
	switch {
	case f.Refused:
		return supervisor.ExitFatal
	case f.Clean:
		return supervisor.ExitDone
	case f.Stopped:
		return supervisor.ExitStopped
	}
	return 1
}

// executeIfAllowed is the one door through which operations reach the executor.
func (m *Manager) executeIfAllowed(op operation.Op) {
	why := m.arbiter.refuse(&op)
	if why == "" {
		m.tell(execute, executor.Execute{Op: op})
		return
	}
	m.tell(control, controller.Result{Result: operation.Result{Op: op, Status: operation.Error, Code: ocf.ErrGeneric,
		Reason: "not allowed to run here: " + why, Began: m.now.Wall, Changed: m.now.Wall}})
}

func (m *Manager) fromExecutor(f executor.Effect) {
	switch f := f.(type) {
	case executor.Run, executor.Kill, executor.Keep, executor.Drop, executor.Watch, executor.Unwatch:
		m.emit(Agents{f})
	case executor.Report:
		m.tell(control, controller.Result{Result: f.Result})
		m.deviceIs(&f.Result)
	case executor.NothingToCancel:
		c := f.Cancel
		m.tell(control, controller.NothingToCancel{Resource: c.Resource, Task: c.Task, Interval: c.Interval, Key: c.Key})
	case executor.Recovered:
		m.tell(control, controller.Recovered{InFlight: f.InFlight, Recurring: f.Recurring})
	case executor.SetTimer:
		m.timer(execute, f.Timer)
	case executor.CancelTimer:
		m.cancelTimer(execute, f.Key)
	case executor.Tell:
		m.emit(Tell{f.Note})
	}
}

// deviceIs tells the fencer where a fence device's resource runs.
func (m *Manager) deviceIs(res *operation.Result) {
	if res.Op.Agent.Class != "stonith" || res.Status != operation.Done {
		return
	}
	switch {
	case res.Op.Task == "start" && res.Code == ocf.OK:
		m.tell(fence, fencer.DeviceActive{Device: res.Op.Resource, Active: true})
	case res.Op.Task == "stop":
		m.tell(fence, fencer.DeviceActive{Device: res.Op.Resource, Active: false})
	}
}

func (m *Manager) fromFencer(f fencer.Effect) {
	switch f := f.(type) {
	case fencer.Broadcast:
		m.broadcast(f.Envelope)
	case fencer.RunAgent, fencer.KillAgent:
		m.emit(FenceAgents{f})
	case fencer.Done:
		o := f.Operation
		m.tell(control, controller.Fenced{Target: o.Target, Action: o.Action, OK: o.State == fencer.Succeeded,
			Cancelled: o.State == fencer.Cancelled, Reason: o.Reason})
	case fencer.Reply:
		m.fencingAnswer(f)
	case fencer.SetTimer:
		m.timer(fence, f.Timer)
	case fencer.CancelTimer:
		m.cancelTimer(fence, f.Key)
	case fencer.Tell:
		m.emit(Tell{f.Note})
	case fencer.Begun, fencer.HistoryChanged: // Snapshot reads the history
	}
}

func (m *Manager) fromErrand(f errand.Effect) {
	switch f := f.(type) {
	case errand.Broadcast:
		m.broadcast(f.Envelope)
	case errand.Work:
		m.emit(Work{f})
	case errand.Finished:
		m.errandAnswer(f)
	case errand.SetTimer:
		m.timer(errands, f.Timer)
	case errand.CancelTimer:
		m.cancelTimer(errands, f.Key)
	}
}

// fencingAnswer takes an answer of the fencer to whoever asked.
func (m *Manager) fencingAnswer(r fencer.Reply) {
	a, ok := m.recall(r.ID)
	if !ok {
		return
	}
	if a.from == control {
		m.tell(control, controller.FencingAnswered{ID: a.own, OK: r.Code == exitcode.OK,
			Cancelled: r.Operation.State == fencer.Cancelled, NoDevice: r.Code == exitcode.NoSuch, Reason: r.Reason})
		return
	}
	if r.Code != exitcode.OK {
		m.emit(Reply{ID: a.own, Err: &api.Error{Code: r.Code, Message: r.Reason}})
		return
	}
	record := fenceRecord(r.Operation)
	m.emit(Reply{ID: a.own, Response: &api.Response{Fence: &record}})
}
