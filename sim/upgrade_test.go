package sim

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pacer/api"
	"pacer/cib"
	"pacer/engine"
	"pacer/node"
	"pacer/note"
	"pacer/release"
	"pacer/supervisor"
)

// Programs that could be each other's neighbours, and one that is too far away.
var (
	older   = release.Release{Features: "3.20.5", Protocol: 1, Oldest: 1, Schema: "pacemaker-3.10"}
	newer   = release.Release{Features: "3.21.0", Protocol: 2, Oldest: 1, Schema: "pacemaker-4.0"}
	newest  = release.Release{Features: "3.22.0", Protocol: 3, Oldest: 1, Schema: "pacemaker-4.0"}
	foreign = release.Release{Features: "4.0.0", Protocol: 9, Oldest: 8, Schema: "pacemaker-4.0"}
)

// startOld boots three nodes with the old program and a configuration of an old schema.
func startOld(t *testing.T, packets bool) *World {
	t.Helper()
	w := New(Options{Seed: 5, Nodes: 3, CIB: strings.Replace(webPair(nil, true), "pacemaker-4.0", "pacemaker-3.5", 1), Exclusive: []string{"ip", "web"},
		Packets: packets, Schedule: chosen()})
	for _, n := range w.Nodes {
		n.Release = older
		n.PowerOn()
	}
	expect(t, w, 8*time.Second, "node1", "node2", "node3")
	return w
}

// restart stops a node in order, waits for the services elsewhere, and starts it again with another program.
func (w *World) restart(t *testing.T, name string, program release.Release) {
	t.Helper()
	n := w.named(name)
	n.Stop()
	if !w.RunUntil(8*time.Second, func() bool { return !n.On }) || n.exited.Code != supervisor.ExitDone {
		fatal(t, w, name+" did not leave")
	}
	expect(t, w, 8*time.Second, w.others(name)...)
	n.Release = program
	n.PowerOn()
	w.Run(2 * time.Second)
}

// upgrade asks for the newest schema, and returns the one that the configuration has then.
func (w *World) upgrade() string {
	w.Ask(api.CIBApply{Ops: []cib.Op{{Kind: cib.OpUpgrade}}})
	w.Run(time.Second)
	return w.root("validate-with")
}

// root is an attribute of the CIB, as the first node that runs has it.
func (w *World) root(name string) string {
	for _, n := range w.Nodes {
		if n.manager != nil {
			return n.manager.Snapshot().CIB.Root().Get(name)
		}
	}
	return ""
}

// TestRollingUpgrade replaces the program of one node after the other. What the new one can do is used when the last has it.
func TestRollingUpgrade(t *testing.T) {
	for _, packets := range []bool{false, true} {
		t.Run(fmt.Sprintf("packets=%v", packets), func(t *testing.T) {
			w := startOld(t, packets)
			spoken := 0
			w.watch = func(_ *Node, ev node.Event) {
				if f, ok := ev.(node.FromEngine); ok {
					if d, ok := f.Event.(engine.Delivered); ok {
						spoken = max(spoken, int(d.Payload[0]))
					}
				}
			}
			if got := w.upgrade(); got != "pacemaker-3.10" {
				fatal(t, w, "the old nodes have upgraded to "+got)
			}
			for i, n := range w.Nodes {
				w.restart(t, n.Name, newer)
				expect(t, w, 8*time.Second, "node1", "node2", "node3")
				last := i == len(w.Nodes)-1
				for _, x := range w.Nodes {
					level, want := x.manager.Snapshot().Node.Level, older.Level()
					if last {
						want = newer.Level()
					}
					if level != want {
						fatal(t, w, fmt.Sprintf("after %s %s works at %+v", n.Name, x.Name, level))
					}
				}
				if got := w.attribute("#feature-set", n.Name); got != newer.Features {
					fatal(t, w, n.Name+" shows the feature set "+got)
				}
				if last {
					break
				}
				if got := w.upgrade(); got != "pacemaker-3.10" {
					fatal(t, w, "a node that knows 3.10 got "+got)
				}
				if got := w.root("crm_feature_set"); got != older.Features {
					fatal(t, w, "a node that knows 3.20 got "+got)
				}
			}
			if got := w.upgrade(); got != "pacemaker-4.0" {
				fatal(t, w, "the new nodes have upgraded to "+got)
			}
			if got := w.root("crm_feature_set"); got != newer.Features {
				fatal(t, w, "the cluster has reached "+got)
			}
			if spoken != 2 {
				fatal(t, w, fmt.Sprint("protocol ", spoken, " was spoken"))
			}
			if why := w.promises(); why != "" {
				fatal(t, w, why)
			}
		})
	}
}

// TestNewProtocolNeverReachesAnOldProgram looks at every message that a program gets.
func TestNewProtocolNeverReachesAnOldProgram(t *testing.T) {
	w := startOld(t, false)
	w.watch = func(n *Node, ev node.Event) {
		if f, ok := ev.(node.FromEngine); ok {
			if d, ok := f.Event.(engine.Delivered); ok && int(d.Payload[0]) > n.Release.Protocol {
				w.fail("%s, which speaks protocol %d, is sent protocol %d", n.Name, n.Release.Protocol, d.Payload[0])
			}
		}
	}
	w.restart(t, "node1", newer)
	w.restart(t, "node2", newer)
	protocol := func() int { return w.named("node1").manager.Snapshot().Node.Level.Protocol }
	w.named("node3").PowerOff() // The two that are left speak the new one.
	if !w.RunUntil(5*time.Second, func() bool { return protocol() == 2 }) {
		fatal(t, w, "without the old node they speak what it spoke")
	}
	if got := w.root("crm_feature_set"); got != older.Features {
		fatal(t, w, "the cluster has reached "+got+" without one of its nodes")
	}
	// Fencing brings it back as it was, and they go back to what it understands.
	if !w.RunUntil(10*time.Second, func() bool { return w.named("node3").On && protocol() == 1 }) {
		fatal(t, w, "with the old node they do not speak what it does")
	}
	expect(t, w, 10*time.Second, "node1", "node2", "node3")
}

// TestTooOldAndTooNew: programs that have no place in the cluster say so and go; nothing else happens.
func TestTooOldAndTooNew(t *testing.T) {
	w := startOld(t, false)
	for _, n := range w.Nodes {
		w.restart(t, n.Name, newer)
	}
	expect(t, w, 8*time.Second, "node1", "node2", "node3")
	for _, c := range []struct {
		program release.Release
		says    string
	}{
		{older, "too old: it has feature set 3.20.5, and the cluster works at 3.21.0"},
		{foreign, "too new: it has feature set 4.0.0, and node1 has 3.21.0"},
	} {
		name := "node3"
		at := w.Where("web")[0]
		if at == name {
			w.Standby(name, true)
			expect(t, w, 3*time.Second, w.others(name)...)
			w.Standby(name, false)
			w.Run(time.Second)
			at = w.Where("web")[0]
		}
		w.restart(t, name, c.program)
		n := w.named(name)
		if n.exited == nil || n.exited.Code != supervisor.ExitFatal || !strings.Contains(n.exited.Why, c.says) {
			fatal(t, w, fmt.Sprintf("with feature set %s it ended with %+v", c.program.Features, n.exited))
		}
		for _, x := range w.Nodes {
			if told, ok := last[note.ReleaseRefused](x.told); !ok || told.Node != name {
				fatal(t, w, x.Name+" says nothing of it")
			}
		}
		expect(t, w, 5*time.Second, at)
		if fenced, ok := last[note.FencingBegun](w.named("node1").told); ok {
			fatal(t, w, fmt.Sprintf("%+v", fenced))
		}
		n.Release = newer
		n.PowerOn()
		expect(t, w, 8*time.Second, at)
	}
}
