package simulate

import (
	"fmt"
	"testing"
	"time"

	"pacer/cluster"
	"pacer/graph"
	"pacer/internal/play"
	"pacer/operation"
	"pacer/scheduler"
	"pacer/xmltree"
)

func clusterOf(t testing.TB, text string) *xmltree.Node {
	t.Helper()
	root, err := play.CIB(text)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

const pair = `property stonith-enabled=false no-quorum-policy=ignore
node n1
node n2
primitive ip ocf:heartbeat:IPaddr2 params ip=10.0.0.1 op monitor interval=10s
primitive web ocf:heartbeat:apache
rsc_ticket web-needs-t1 t1: web
did n1 ip start monitor/10
did n1 web start
did n2 ip probe
did n2 web probe
attr n1 pingd=5`

// Whatever happens to a document, the one that was given stays as it was, and what is not concerned is shared.
func TestSimulationLeavesItsInputAlone(t *testing.T) {
	root := clusterOf(t, pair)
	before := string(root.Append(nil))
	o := Options{CIB: root, Plan: true, Run: true, Look: true, Events: Events{Quorum: "false", Watchdog: "true", Up: []string{"new"},
		Down: []string{"n1"}, Fail: []string{"n2"}, Grant: []string{"t1"}, Wait: []string{"t2"}, Operations: []string{"ip_monitor_10000@n2=7"}}}
	res, err := Run(&o)
	if err != nil {
		t.Fatal(err)
	}
	if string(root.Append(nil)) != before {
		t.Error("the input was changed")
	}
	input := string(res.Input.Append(nil))
	Execute(&Transition{Graph: res.Graph, Known: names(res.Decided.State), Now: o.Now}, res.Input)
	if string(res.Input.Append(nil)) != input {
		t.Error("execution changed the document that it began with")
	}
	if res.Output.Path("configuration", "resources") != root.Path("configuration", "resources") {
		t.Error("the resources are not shared")
	}
}

// Execution costs what it changes: with one action, all but the way to its history is shared.
func TestExecutionSharesWhatStays(t *testing.T) {
	root := clusterOf(t, pair)
	g := &graph.Graph{Synapses: []graph.Synapse{{Action: graph.Action{ID: 1, Operation: "stop", Node: graph.NodeRef{UUID: "1", Name: "n1"},
		Primitive: &graph.Primitive{ID: "web", Class: "ocf", Provider: "heartbeat", Type: "apache"}}}}}
	out := Execute(&Transition{Graph: g, Known: map[string]bool{"web": true}}, root).CIB
	old := map[*xmltree.Node]bool{}
	root.Walk(func(n *xmltree.Node) bool { old[n] = true; return true })
	fresh := 0
	out.Walk(func(n *xmltree.Node) bool {
		if !old[n] {
			fresh++
		}
		return !old[n]
	})
	// cib, status, node_state, lrm, lrm_resources, lrm_resource, and the entry.
	if fresh != 7 {
		t.Errorf("%d elements were made", fresh)
	}
}

func TestHistoryIsFoundByEitherName(t *testing.T) {
	agent := operation.Agent{Class: "ocf", Provider: "p", Type: "t"}
	for _, c := range []struct{ have, name, configured, want string }{
		{"", "rsc", "rsc", "rsc"},
		{"rsc:0", "rsc:0", "rsc", "rsc:0"},
		{"rsc", "rsc:0", "rsc", "rsc"},
		{"other", "rsc:0", "rsc", "rsc"},
	} {
		root := xmltree.New("cib")
		list := root.AddNew("status").AddNew("node_state", "id", "1", "uname", "n").AddNew("lrm", "id", "1").AddNew("lrm_resources")
		if c.have != "" {
			list.AddNew("lrm_resource", "id", c.have)
		}
		d := newDraft(root, 0)
		s := d.site("n", "1")
		if got := d.history(s, c.name, c.configured, agent).ID(); got != c.want {
			t.Errorf("%+v: found %s", c, got)
		}
	}
}

// A result goes by the configured name, also in a history that goes by the number of an instance.
func TestResultsGoByTheConfiguredName(t *testing.T) {
	root := clusterOf(t, pair)
	root.Path("status", "node_state", "lrm", "lrm_resources").AddNew("lrm_resource", "id", "db:0")
	g := &graph.Graph{Synapses: []graph.Synapse{{Action: graph.Action{ID: 1, Operation: "stop", Node: graph.NodeRef{UUID: "1", Name: "n1"},
		Primitive: &graph.Primitive{ID: "db", LongID: "db:0", Class: "ocf", Provider: "heartbeat", Type: "pgsql"}}}}}
	out := Execute(&Transition{Graph: g, Known: map[string]bool{"db:0": true}}, root).CIB
	found := ""
	out.Walk(func(n *xmltree.Node) bool {
		if n.Name == "lrm_resource" && n.ID() == "db:0" {
			for op := range n.Elements("lrm_rsc_op") {
				found += op.ID() + " " + op.Get("operation_key")
			}
		}
		return true
	})
	if found != "db_last_0 db_stop_0" {
		t.Errorf("recorded: %q", found)
	}
}

// A state that has no name yet is found by its id.
func TestSiteWithoutName(t *testing.T) {
	root := xmltree.New("cib")
	root.AddNew("status").AddNew("node_state", "id", "7")
	d := newDraft(root, 0)
	d.site("n7", "7")
	if got := d.root.First("status"); len(got.Children) != 1 || got.Children[0].Get("uname") != "n7" {
		t.Errorf("%s", got.Append(nil))
	}
}

// What is made of a document has a later version, by what was changed in it.
func TestVersions(t *testing.T) {
	root := xmltree.New("cib", "epoch", "7", "num_updates", "3")
	d := newDraft(root, 0)
	d.site("n", "1")
	if got := d.done(); got.Get("epoch") != "7" || got.Get("num_updates") != "4" {
		t.Errorf("status: %s", got.Append(nil))
	}
	d = newDraft(root, 0)
	d.configure("n")
	if got := d.done(); got.Get("epoch") != "8" || got.Get("num_updates") != "0" {
		t.Errorf("configuration: %s", got.Append(nil))
	}
	if out := Execute(&Transition{Graph: &graph.Graph{}}, root); out.CIB != root || !out.Complete {
		t.Error("nothing to do made another document")
	}
}

// A second failure counts on from the first; what has failed for good stays so.
func TestFailCounts(t *testing.T) {
	root := clusterOf(t, pair)
	for i, want := range []string{"1", "2", "INFINITY", "INFINITY"} {
		task := "monitor_10000"
		if i == 2 {
			task = "monitor_10000"
			d := newDraft(root, 0)
			d.setAttribute(d.site("n1", "1"), "fail-count-ip#monitor_10000", "INFINITY")
			root = d.root
		}
		before, err := cluster.Unpack(root, time.Unix(1_800_000_000, 0))
		if err != nil {
			t.Fatal(err)
		}
		next, steps, err := Inject(before, &Events{Operations: []string{"ip_" + task + "@n1=1"}}, before.Now)
		if err != nil || len(steps) != 3 || steps[1].Value != want {
			t.Fatalf("%d: %v %+v, want %s", i, err, steps, want)
		}
		root = next
	}
}

// FuzzInject: no spec and no name makes injection panic or spoil the document.
func FuzzInject(f *testing.F) {
	f.Add("ip_monitor_10000@n1=7", "n2", "t1")
	f.Add("web_start_0@nope=1", "nope", "")
	root := clusterOf(f, pair)
	f.Fuzz(func(t *testing.T, spec, node, ticket string) {
		before, err := cluster.Unpack(root, time.Unix(1_800_000_000, 0))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range []*Events{{Operations: []string{spec}}, {Down: []string{node}, Grant: []string{ticket}}, {Up: []string{node}}} {
			doc, _, err := Inject(before, e, before.Now)
			if err != nil {
				continue
			}
			if out := scheduler.Schedule(scheduler.Input{CIB: doc, Now: before.Now}); out.Err != nil {
				t.Fatal(out.Err)
			}
		}
	})
}

// BenchmarkExecute pretends to start many resources on many nodes: time and memory a resource action.
func BenchmarkExecute(b *testing.B) {
	text := "property stonith-enabled=false no-quorum-policy=ignore\n"
	for i := range 8 {
		text += fmt.Sprintf("node n%d\n", i+1)
	}
	for i := range 200 {
		text += fmt.Sprintf("primitive r%d ocf:heartbeat:Dummy op monitor interval=10s\n", i)
	}
	root := clusterOf(b, text)
	out := scheduler.Schedule(scheduler.Input{CIB: root, Now: time.Unix(1_800_000_000, 0)})
	t := &Transition{Graph: out.Graph, Known: names(out.State), Now: out.State.Now}
	b.ReportAllocs()
	for b.Loop() {
		Execute(t, root)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(out.Graph.Synapses)), "ns/action")
}
