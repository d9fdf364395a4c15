package sim

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"pacer/api"
	"pacer/cib"
	"pacer/engine"
	"pacer/node"
	"pacer/note"
	"pacer/scheduler"
	"pacer/supervisor"
	"pacer/xmltree"
)

func TestStandbyMovesTheServicesAndBack(t *testing.T) {
	w := start(t, Options{Seed: 10, CIB: webPair(nil, false)})
	at := w.Where("web")[0]
	w.Standby(at, true)
	expect(t, w, 3*time.Second, w.others(at)...)
	w.Standby(at, false)
	w.Run(2 * time.Second)
	expect(t, w, 3*time.Second, w.others(at)...) // stickiness
}

func TestANodeLeavesInOrder(t *testing.T) {
	for _, dc := range []bool{false, true} {
		t.Run(fmt.Sprintf("dc=%v", dc), func(t *testing.T) {
			w := start(t, Options{Seed: 11, CIB: webPair(nil, false)})
			at := w.Where("web")[0]
			if is := w.Nodes[0].manager.Snapshot().Node.DC == at; is != dc {
				// Move the services to a node of the other kind.
				w.Standby(at, true)
				expect(t, w, 3*time.Second, w.others(at)...)
				w.Standby(at, false)
				w.Run(time.Second)
				at = w.Where("web")[0]
			}
			n := w.named(at)
			n.Stop()
			expect(t, w, 5*time.Second, w.others(at)...)
			if n.exited == nil || n.exited.Code != supervisor.ExitDone {
				fatal(t, w, "the node did not leave")
			}
			s := w.peerState(at)
			if s.Get("expected") != "down" || s.Get("join") != "down" || s.Get("in_ccm") != "0" {
				fatal(t, w, "its state is "+s.String())
			}
			n.PowerOn()
			w.Run(2 * time.Second)
			expect(t, w, 5*time.Second, w.others(at)...)
			if s := w.peerState(at); s.Get("join") != "member" || s.Get("expected") != "member" {
				fatal(t, w, "its state is "+s.String())
			}
		})
	}
}

// peerState is what a manager's CIB says of a node.
func (w *World) peerState(name string) *xmltree.Node {
	for _, n := range w.Nodes {
		if n.manager == nil {
			continue
		}
		for s := range n.manager.Snapshot().CIB.Status().Elements("node_state") {
			if s.Get("uname") == name {
				return s
			}
		}
	}
	return nil
}

func TestAManagerThatStaysAwayGetsItsNodeFenced(t *testing.T) {
	w := start(t, Options{Seed: 12, CIB: webPair(nil, true)})
	at := w.Where("web")[0]
	w.named(at).KillManager(0)
	took := expect(t, w, 10*time.Second, w.others(at)...)
	if took < 3*time.Second {
		fatal(t, w, fmt.Sprintf("no patience: %v", took))
	}
}

func TestADetachedNodeWithoutFencingIsLeftAlone(t *testing.T) {
	w := start(t, Options{Seed: 13, CIB: webPair(nil, true)})
	at := w.Where("web")[0]
	w.named(at).KillManager(2500 * time.Millisecond)
	w.Run(8 * time.Second)
	expect(t, w, time.Second, at)
	if strings.Contains(w.Trace(1<<20), "fence agent reboot") {
		fatal(t, w, "the node was fenced within its grace")
	}
}

func TestAManagerIsKilledInTheMiddleOfAStart(t *testing.T) {
	for seed := uint64(1); seed <= 10; seed++ {
		w := New(Options{Seed: seed, Nodes: 3, CIB: webPair(nil, true), Schedule: chosen()})
		for _, n := range w.Nodes {
			n.PowerOn()
		}
		var owner *Node
		if !w.RunUntil(5*time.Second, func() bool {
			for _, n := range w.Nodes {
				if s := n.agents.service("ip"); s.Busy && !s.Active {
					owner = n
				}
			}
			return owner != nil
		}) {
			fatal(t, w, "nothing starts")
		}
		owner.KillManager(100 * time.Millisecond)
		expect(t, w, 10*time.Second, owner.Name)
		if strings.Contains(w.Trace(1<<20), "agent stop ip") || strings.Count(w.Trace(1<<20), "agent start ip begins") != 1 {
			fatal(t, w, "the start was not taken over")
		}
	}
}

func TestAFailingFenceDeviceHoldsRecovery(t *testing.T) {
	w := start(t, Options{Seed: 14, CIB: webPair(nil, true), FenceFails: true})
	at := w.Where("web")[0]
	w.named(at).PowerOff()
	w.Run(2 * time.Minute)
	if len(w.Where("web")) != 0 {
		fatal(t, w, "recovered without fencing")
	}
	if n := strings.Count(w.Trace(1<<20), "fence agent reboot"); n < 5 || n > 40 {
		fatal(t, w, fmt.Sprintf("%d attempts", n))
	}
	w.opt.FenceFails = false
	expect(t, w, 16*time.Minute, w.others(at)...)
}

func TestAPretendedFailureCountsAndMoves(t *testing.T) {
	w := start(t, Options{Seed: 15, CIB: webPair(nil, false)})
	at := w.Where("web")[0]
	w.Ask(api.FailResource{Resource: "web", Node: at})
	w.Run(100 * time.Millisecond)
	expect(t, w, 5*time.Second, w.others(at)...)
	if v := w.attribute("fail-count-web#asyncmon_0", at); v != "1" {
		fatal(t, w, "fail count is "+v)
	}
	w.Ask(api.Cleanup{Resource: "grp"})
	w.Run(time.Second)
	expect(t, w, 5*time.Second, w.others(at)...)
	if v := w.attribute("fail-count-web#asyncmon_0", at); v != "" {
		fatal(t, w, "fail count is still "+v)
	}
}

func (w *World) attribute(name, at string) string {
	for _, n := range w.Nodes {
		if n.manager == nil {
			continue
		}
		for _, a := range n.manager.Snapshot().Attributes {
			if a.Name == name && a.Node == at {
				return a.Value
			}
		}
		break
	}
	return ""
}

func TestRefreshProbesAndDisturbsNothing(t *testing.T) {
	w := start(t, Options{Seed: 16, CIB: webPair(nil, false)})
	at := w.Where("web")[0]
	before := len(w.trace)
	w.Ask(api.Cleanup{All: true})
	w.Run(time.Second)
	expect(t, w, 5*time.Second, at)
	trace := strings.Join(w.trace[before:], "\n")
	if strings.Contains(trace, "agent stop web") || strings.Count(trace, "agent monitor web begins") < 4 {
		fatal(t, w, "no new look, or too much")
	}
}

func TestMessagingIsLost(t *testing.T) {
	w := start(t, Options{Seed: 17, CIB: webPair(nil, false)})
	at := w.named(w.Where("web")[0])
	w.net.down(at)
	at.step(node.FromEngine{Event: engine.Lost{Reason: "the socket is closed"}})
	if !w.RunUntil(2*time.Second, func() bool { return at.exited != nil }) {
		fatal(t, w, "the manager goes on")
	}
	if at.exited.Code != supervisor.ExitStopped {
		fatal(t, w, fmt.Sprintf("exit code %d", at.exited.Code))
	}
	if s := at.agents.service("web"); s.Active {
		fatal(t, w, "its services go on")
	}
}

func TestAPoisonousConfigurationHoldsDecisions(t *testing.T) {
	poison := false
	w := start(t, Options{Seed: 18, CIB: webPair(nil, false), Schedule: func(in scheduler.Input) *scheduler.Output {
		if strings.Contains(string(in.CIB.Append(nil)), "poison") {
			poison = true
			panic("poison")
		}
		if *useToy {
			return toy(in)
		}
		return scheduler.Schedule(in)
	}})
	at := w.Where("web")[0]
	prop := func(kind cib.OpKind) api.CIBApply {
		return api.CIBApply{Ops: []cib.Op{{Kind: kind, Section: "crm_config", AllowCreate: kind == cib.OpModify, Data: xmltree.New("crm_config").Add(
			xmltree.New("cluster_property_set", "id", "cib-bootstrap-options").Add(xmltree.New("nvpair", "id", "p", "name", "p", "value", "poison")))}}}
	}
	w.Ask(prop(cib.OpModify))
	w.Run(time.Second)
	if !poison {
		fatal(t, w, "the poison was not tasted")
	}
	dc := w.named(w.Nodes[0].manager.Snapshot().Node.DC)
	if _, ok := last[note.SchedulerPanicked](dc.told); !ok {
		fatal(t, w, "nobody was told")
	}
	dc.PowerOff()
	w.Run(5 * time.Second)
	for _, n := range w.Nodes {
		if n.On && n.manager == nil {
			fatal(t, w, "the next DC died of it too")
		}
	}
	w.Ask(api.CIBApply{Ops: []cib.Op{{Kind: cib.OpDelete, Section: "crm_config", Data: xmltree.New("nvpair", "id", "p")}}})
	w.Run(time.Second)
	if dc.Name == at {
		expect(t, w, 5*time.Second, w.others(at)...)
	} else {
		expect(t, w, 5*time.Second, at)
	}
}

// last finds the newest note of a type.
func last[T note.Note](told []note.Note) (T, bool) {
	for i := len(told) - 1; i >= 0; i-- {
		if n, ok := told[i].(T); ok {
			return n, true
		}
	}
	var none T
	return none, false
}

func TestAHoldForbidsStarting(t *testing.T) {
	w := start(t, Options{Seed: 19, CIB: webPair(nil, false)})
	at := w.Where("web")[0]
	var others []string
	for _, n := range w.Nodes {
		if n.Name != at {
			n.step(node.Hold{Source: "watchdog", Reason: "it is not fed"})
			others = append(others, n.Name)
		}
	}
	w.named(at).PowerOff()
	w.Run(5 * time.Second)
	if len(w.Where("web"))+len(w.Where("ip")) != 0 {
		fatal(t, w, "started against the hold")
	}
	for _, name := range others {
		w.named(name).step(node.Hold{Source: "watchdog"})
	}
	w.Ask(api.Cleanup{})
	expect(t, w, 5*time.Second, others...)
}

func TestASmallPartitionWaitsForTheDeadtime(t *testing.T) {
	w := New(Options{Seed: 20, Nodes: 3, CIB: webPair(nil, false), Schedule: chosen()})
	w.Nodes[0].PowerOn()
	w.Nodes[1].PowerOn()
	w.Run(15 * time.Second)
	if len(w.Where("ip")) != 0 {
		fatal(t, w, "decided before dc-deadtime")
	}
	if !w.RunUntil(10*time.Second, func() bool { return len(w.Where("web")) == 1 }) {
		fatal(t, w, "did not decide after dc-deadtime")
	}
}

// From the view without the dead node to the first recovery action must be a few milliseconds, on a network that takes
// one for a message.
func TestRecoveryBeginsAtOnce(t *testing.T) {
	for seed := uint64(30); seed < 40; seed++ {
		w := start(t, Options{Seed: seed, CIB: webPair(nil, false)})
		at := w.Where("web")[0]
		w.named(at).PowerOff()
		view := len(w.Nodes[0].told)
		_ = view
		w.RunUntil(2*time.Second, func() bool { return strings.Contains(w.Trace(3), "view ") })
		seen := w.Now()
		if !w.RunUntil(time.Second, func() bool {
			for _, n := range w.Nodes {
				if n.MayRun("ip") {
					return true
				}
			}
			return false
		}) {
			fatal(t, w, "no recovery")
		}
		if d := w.Now() - seen; d > 12*time.Millisecond {
			fatal(t, w, fmt.Sprintf("recovery began %v after the view", d))
		}
	}
}

func TestAllNodesLeaveAtOnce(t *testing.T) {
	w := start(t, Options{Seed: 50, CIB: webPair(nil, true)})
	for _, n := range w.Nodes {
		n.Stop()
	}
	if !w.RunUntil(10*time.Second, func() bool { return !w.Nodes[0].On && !w.Nodes[1].On && !w.Nodes[2].On }) {
		fatal(t, w, "not all have left")
	}
	for _, n := range w.Nodes {
		if n.exited == nil || n.exited.Code != supervisor.ExitDone {
			fatal(t, w, n.Name+" did not leave in order")
		}
	}
	if strings.Contains(w.Trace(1<<20), "fence agent reboot") {
		fatal(t, w, "somebody was fenced")
	}
	for _, n := range w.Nodes {
		n.PowerOn()
	}
	expect(t, w, 5*time.Second, "node1", "node2", "node3")
}

func TestTheLastNodeLeaves(t *testing.T) {
	w := start(t, Options{Seed: 51, Nodes: 1, CIB: webPair(nil, false)})
	w.Nodes[0].Stop()
	if !w.RunUntil(5*time.Second, func() bool { return !w.Nodes[0].On }) {
		fatal(t, w, "it stays")
	}
	if s := w.Nodes[0].agents.service("web"); s.Active {
		fatal(t, w, "its services go on")
	}
}

func TestThePairLosesItsOwner(t *testing.T) {
	w := start(t, Options{Seed: 52, Nodes: 2, TwoNode: true, CIB: webPair(map[string]string{"no-quorum-policy": "ignore", "startup-fencing": "false"}, false)})
	at := w.Where("web")[0]
	w.named(at).PowerOff()
	t.Logf("recovered after %v", expect(t, w, 3*time.Second, w.others(at)...))
	w.named(at).PowerOn()
	w.Run(3 * time.Second)
	expect(t, w, 3*time.Second, w.others(at)...)
}

func TestSplitBrainWithoutFencingHeals(t *testing.T) {
	w := start(t, Options{Seed: 53, Nodes: 2, TwoNode: true, CIB: webPair(map[string]string{"no-quorum-policy": "ignore"}, false)})
	w.net.partition(0, 1)
	if !w.RunUntil(5*time.Second, func() bool { return len(w.Where("web")) == 2 }) {
		fatal(t, w, "this configuration is unsafe, and yet not both sides run the service")
	}
	w.Run(time.Second)
	w.Heal()
	w.Run(time.Second)
	expect(t, w, 10*time.Second, "node1", "node2")
}

func TestAFencedNodeIsNotFencedAgain(t *testing.T) {
	w := start(t, Options{Seed: 54, CIB: webPair(nil, true)})
	at := w.Where("web")[0]
	w.named(w.others(at)[0]).Ask(api.Fence{Target: at, Action: "off", Client: "stonith_admin.1"})
	expect(t, w, 10*time.Second, w.others(at)...)
	w.Run(10 * time.Second)
	if n := strings.Count(w.Trace(1<<20), "cuts off"); n != 1 {
		fatal(t, w, fmt.Sprintf("%d times", n))
	}
}

func TestANodeThatReturnsInTimeIsNotFenced(t *testing.T) {
	// The partition heals while the fence device is still on its way to begin.
	w := start(t, Options{Seed: 55, CIB: strings.Replace(webPair(nil, true), `type="fence_sim"/>`,
		`type="fence_sim"><instance_attributes id="f"><nvpair id="f-d" name="pcmk_delay_base" value="3s"/></instance_attributes></primitive>`, 1)})
	at := w.Where("web")[0]
	w.net.partition(sides(w, at)...)
	w.Run(time.Second)
	w.Heal()
	w.Run(8 * time.Second)
	if strings.Contains(w.Trace(1<<20), "cuts off") {
		fatal(t, w, "it was fenced")
	}
	expect(t, w, 5*time.Second, "node1", "node2", "node3")
}

func TestARemovedNodeIsForgotten(t *testing.T) {
	w := start(t, Options{Seed: 56, CIB: webPair(nil, false)})
	at := w.Where("web")[0]
	gone := w.named(w.others(at)[0])
	gone.Stop()
	w.Run(3 * time.Second)
	w.Ask(api.RemoveNode{Name: gone.Name})
	w.Run(time.Second)
	if s := w.peerState(gone.Name); s != nil {
		fatal(t, w, "it is still in the status")
	}
}

// A cleaner is a manager without a cluster, on a node where an earlier one has left services that the document on disk says
// nothing of.
func TestACleanerStopsWhatItKnowsNothingOf(t *testing.T) {
	w := start(t, Options{Seed: 57, CIB: webPair(nil, false)})
	n := w.named(w.Where("web")[0])
	n.KillManager(0)
	n.agents.kept = nil
	w.net.down(n)
	w.net.attach(n)
	n.startManager(true)
	n.step(node.FromEngine{Event: engine.Lost{Reason: "gone"}})
	if !w.RunUntil(3*time.Second, func() bool { return n.exited != nil }) {
		fatal(t, w, "it goes on")
	}
	if n.agents.service("web").Active || n.agents.service("ip").Active || n.exited.Code != supervisor.ExitStopped {
		fatal(t, w, fmt.Sprintf("not all is stopped, code %d", n.exited.Code))
	}
}

// Option sets a cluster option.
func (w *World) option(name, value string) {
	w.Ask(api.CIBApply{Ops: []cib.Op{{Kind: cib.OpModify, Section: "crm_config", AllowCreate: true, Data: xmltree.New("crm_config").Add(
		xmltree.New("cluster_property_set", "id", "cib-bootstrap-options").Add(xmltree.New("nvpair", "id", "opt-"+name, "name", name, "value", value)))}}})
}

func TestMaintenanceModeLeavesServicesAlone(t *testing.T) {
	w := start(t, Options{Seed: 60, CIB: webPair(nil, false)})
	at := w.Where("web")[0]
	w.option("maintenance-mode", "true")
	w.Run(time.Second)
	before := len(w.trace)
	w.Ask(api.FailResource{Resource: "web", Node: at})
	w.Run(5 * time.Second)
	if trace := strings.Join(w.trace[before:], "\n"); strings.Contains(trace, "agent stop") || strings.Contains(trace, "agent start") {
		fatal(t, w, "recovered in maintenance mode")
	}
	if v := w.attribute("fail-count-web#asyncmon_0", at); v != "1" {
		fatal(t, w, "fail count is "+v)
	}
	w.option("maintenance-mode", "false")
	w.Run(100 * time.Millisecond)
	expect(t, w, 5*time.Second, w.others(at)...)
}

func TestFailuresExpire(t *testing.T) {
	doc := strings.Replace(webPair(nil, false), `name="migration-threshold" value="1"/>`,
		`name="migration-threshold" value="1"/><nvpair id="d-f" name="failure-timeout" value="60s"/>`, 1)
	w := start(t, Options{Seed: 61, CIB: doc})
	at := w.Where("web")[0]
	w.named(at).KillService("web")
	expect(t, w, 5*time.Second, w.others(at)...)
	if v := w.attribute("fail-count-web#monitor_10000", at); v != "1" {
		fatal(t, w, "fail count is "+v)
	}
	w.Run(50 * time.Second)
	if v := w.attribute("fail-count-web#monitor_10000", at); v != "1" {
		fatal(t, w, "forgotten too early")
	}
	w.Run(30 * time.Second)
	if v := w.attribute("fail-count-web#monitor_10000", at); v != "" {
		fatal(t, w, "never forgotten: "+v)
	}
	expect(t, w, 5*time.Second, w.others(at)...)
}

// Whoever replaces the status section, or a whole CIB with one, knows of another time. What runs is found again, and what nodes and
// their attributes are is what the cluster knows.
func TestAReplacedStatusChangesNothing(t *testing.T) {
	for _, from := range []int{0, 1, 2} {
		w := start(t, Options{Seed: 70 + uint64(from), CIB: webPair(nil, false)})
		at := w.Where("web")[0]
		status := xmltree.New("status")
		for i, n := range w.Nodes {
			id := strconv.Itoa(i + 1)
			state := status.AddNew("node_state", "id", id, "uname", n.Name, "in_ccm", "0", "crmd", "0", "join", "down")
			state.AddNew("transient_attributes", "id", id).AddNew("instance_attributes", "id", "old-"+id).
				AddNew("nvpair", "id", "old-f-"+id, "name", "fail-count-web#monitor_10000", "value", "INFINITY")
		}
		for _, ops := range [][]cib.Op{
			{{Kind: cib.OpReplace, Section: "status", Data: status}},
			{{Kind: cib.OpReplace, Section: "status", Data: xmltree.New("status")}},
			{{Kind: cib.OpModify, Data: xmltree.New("cib", "have-quorum", "0", "dc-uuid", "nobody")}},
		} {
			w.Nodes[from].Ask(api.CIBApply{Ops: ops})
			w.Run(500 * time.Millisecond)
			expect(t, w, 5*time.Second, at)
			if why := w.Attributes(); why != "" {
				fatal(t, w, why)
			}
			if v := w.root("have-quorum"); v != "1" {
				fatal(t, w, "have-quorum is "+v)
			}
		}
	}
}

func TestQuorumIsLostAndServicesStop(t *testing.T) {
	w := start(t, Options{Seed: 62, CIB: webPair(nil, false)})
	at := w.Where("web")[0]
	for _, name := range w.others(at) {
		w.named(name).PowerOff()
	}
	if !w.RunUntil(5*time.Second, func() bool { return len(w.Where("web"))+len(w.Where("ip")) == 0 }) {
		fatal(t, w, "they run on without quorum")
	}
	w.named(w.others(at)[0]).PowerOn()
	w.Run(time.Second)
	expect(t, w, 5*time.Second, "node1", "node2", "node3")
}

func TestAStartFailureMovesAtOnce(t *testing.T) {
	w := New(Options{Seed: 63, Nodes: 3, CIB: webPair(nil, false), Exclusive: []string{"ip", "web"}})
	for _, n := range w.Nodes {
		n.PowerOn()
	}
	w.Nodes[0].agents.breaks = []string{"web"}
	expect(t, w, 5*time.Second, "node2", "node3")
	if v := w.attribute("fail-count-web#start_0", "node1"); v != "INFINITY" {
		fatal(t, w, "fail count is "+v)
	}
}

func TestAStopFailureGetsTheNodeFenced(t *testing.T) {
	w := start(t, Options{Seed: 64, CIB: webPair(nil, true)})
	at := w.Where("web")[0]
	n := w.named(at)
	n.agents.breaks = []string{"stop web"}
	w.Standby(at, true)
	w.Run(100 * time.Millisecond)
	expect(t, w, 10*time.Second, w.others(at)...)
	if n.incarnation == 1 && n.On {
		fatal(t, w, at+" was not fenced")
	}
}

func TestANodeThatFencesItselfIsFencedOnce(t *testing.T) {
	w := start(t, Options{Seed: 70, CIB: webPair(nil, true)})
	at := w.Where("web")[0]
	w.named(at).Ask(api.Fence{Target: at, Action: "off", Client: "stonith_admin.1"})
	expect(t, w, 10*time.Second, w.others(at)...)
	w.Run(10 * time.Second)
	if n := strings.Count(w.Trace(1<<20), "cuts off"); n != 1 {
		fatal(t, w, fmt.Sprintf("%d times", n))
	}
}

func TestTheDCIsFencedBecauseItsServiceDoesNotStop(t *testing.T) {
	w := start(t, Options{Seed: 71, CIB: webPair(nil, true)})
	at, dc := w.Where("web")[0], w.Nodes[0].manager.Snapshot().Node.DC
	if at != dc {
		t.Skip("the service is elsewhere")
	}
	w.named(at).agents.breaks = []string{"stop web"}
	w.Standby(at, true)
	w.Run(100 * time.Millisecond)
	expect(t, w, 20*time.Second, w.others(at)...)
	w.Run(10 * time.Second)
	if n := strings.Count(w.Trace(1<<20), "cuts off"); n != 1 {
		fatal(t, w, fmt.Sprintf("%d times", n))
	}
}
