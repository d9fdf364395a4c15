package node

import (
	"fmt"
	"slices"

	"pacer/api"
	"pacer/controller"
	"pacer/fencer"
	"pacer/release"
)

// Snapshot is what this node knows now. It is never changed once it is handed out; the driver takes a new one after each
// Step.
func (m *Manager) Snapshot() *api.Snapshot {
	if m.snapshot == nil {
		m.snapshot = m.picture()
	}
	return m.snapshot
}

func (m *Manager) picture() *api.Snapshot {
	id := m.cfg.Identity
	s := &api.Snapshot{
		Node: api.NodeInfo{
			ID: id.ID, Name: id.Name, Cluster: m.cfg.ClusterName, Stack: id.Stack, View: m.view, DC: m.controller.DC(),
			State: states[m.controller.Phase()], Settled: m.controller.Settled(), Unsafe: m.controller.Unsafe(), Storage: m.storage(),
			Version: release.Version, Feature: m.cfg.Release.Features, Level: m.level, Started: m.cfg.Started, PID: m.cfg.PID,
		},
		CIB:     m.doc,
		Devices: m.devices(),
	}
	for _, p := range m.controller.Peers() {
		s.Node.Peers = append(s.Node.Peers, api.Peer{ID: p.ID, UUID: p.UUID, Name: p.Name, Member: p.Member, Joined: p.Joined})
	}
	s.Attributes = m.shownAttributes()
	for _, o := range m.fencer.History() {
		s.Fencing = append(s.Fencing, fenceRecord(o))
	}
	return s
}

// shownAttributes are the attributes as snapshots show them: the same list until the core says that something changed.
func (m *Manager) shownAttributes() []api.Attribute {
	if m.attributesOld {
		m.shown, m.attributesOld = nil, false
		for _, v := range m.attributes.Values() {
			m.shown = append(m.shown, api.Attribute{Name: v.Name, Node: v.Node, Value: v.Text, Set: v.Set, Private: v.Private})
		}
	}
	return m.shown
}

// storage is what was wrong with the files at the start, and what is now.
func (m *Manager) storage() []api.StorageProblem {
	out := slices.Clone(m.cfg.Damage)
	if why := m.store.DiskFailing(); why != "" {
		out = append(out, api.StorageProblem{File: "cib.journal", Problem: why, Refusing: true})
	}
	return out
}

// states are the controller's phases in the words of the API.
var states = map[controller.Phase]api.NodeState{
	controller.Starting: api.StateStarting, controller.Joining: api.StateJoining, controller.Member: api.StateMember,
	controller.Waiting: api.StateElecting, controller.Deciding: api.StateDeciding, controller.Working: api.StateActing,
	controller.Idle: api.StateIdle, controller.Stopping: api.StateStopping,
}

func fenceRecord(o fencer.Operation) api.FenceRecord {
	state := string(o.State)
	if o.State == fencer.Cancelled {
		state = string(fencer.Failed)
	}
	return api.FenceRecord{ID: o.ID, Target: o.Target, Action: o.Action, State: state, Origin: o.Origin, Client: o.Client,
		Delegate: o.Executor, Device: o.Device, Began: o.Began, Completed: o.Ended, ExitReason: o.Reason}
}

func (m *Manager) devices() []api.FenceDevice {
	var out []api.FenceDevice
	for _, d := range m.fencer.Registered() {
		out = append(out, api.FenceDevice{ID: d.ID, Agent: d.Agent, Targets: d.Hosts, Dynamic: d.Check == "dynamic-list",
			Local: slices.Contains(d.Nodes, m.cfg.Identity.Name)})
	}
	return out
}

// Deciding tells whether this node coordinates now, for checkers.
func (m *Manager) Deciding() bool {
	switch m.controller.Phase() {
	case controller.Deciding, controller.Working, controller.Idle:
		return true
	}
	return false
}

// Debug describes the controller's inner state, for traces of tests.
func (m *Manager) Debug() string {
	return m.controller.Debug() + fmt.Sprintf(" attributes busy %v", m.attributes.Busy())
}
