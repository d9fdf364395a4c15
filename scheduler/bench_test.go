package scheduler

import (
	"fmt"
	"testing"
	"time"

	"pacer/history"
	"pacer/operation"
	"pacer/xmltree"
)

// bigCIB makes a cluster with so many nodes and primitives: of ten primitives three stand alone with a preferred node, six
// make groups of three with an order between groups, one is cloned. When it runs, every primitive is active on a node and
// known on the others.
func bigCIB(nodes, primitives int, runs bool) *xmltree.Node {
	cib := xmltree.New("cib", "admin_epoch", "0", "epoch", "1", "num_updates", "1", "have-quorum", "1", "dc-uuid", "1")
	config, status := cib.AddNew("configuration"), cib.AddNew("status")
	options := config.AddNew("crm_config").AddNew("cluster_property_set", "id", "o")
	options.AddNew("nvpair", "id", "o-1", "name", "stonith-enabled", "value", "false")
	defaults := config.AddNew("rsc_defaults").AddNew("meta_attributes", "id", "d")
	defaults.AddNew("nvpair", "id", "d-1", "name", "resource-stickiness", "value", "1000")
	list := config.AddNew("nodes")
	var histories []*xmltree.Node
	for n := range nodes {
		id, name := fmt.Sprint(n+1), fmt.Sprintf("node%d", n+1)
		list.AddNew("node", "id", id, "uname", name)
		state := status.AddNew("node_state", "id", id, "uname", name, "in_ccm", "true", "crmd", "online", "join", "member",
			"expected", "member")
		histories = append(histories, state.AddNew("lrm", "id", id).AddNew("lrm_resources"))
	}
	resources, constraints := config.AddNew("resources"), config.AddNew("constraints")
	call := 0
	record := func(entry *xmltree.Node, id, task, interval, rc string, begun int) {
		call++
		digest := history.Digest(nil, 0)
		if interval != "0" {
			digest = history.Digest([]operation.Param{{Name: "CRM_meta_timeout", Value: "20000"}}, 10*time.Second)
		}
		key := "1:1:" + rc + ":00000000-0000-0000-0000-000000000000"
		entry.AddNew("lrm_rsc_op", "id", id+"_"+task+"_"+interval, "operation", task, "interval", interval, "call-id",
			fmt.Sprint(call), "rc-code", rc, "op-status", "0", "transition-key", key, "transition-magic", "0:"+rc+";"+key,
			"last-rc-change", fmt.Sprint(begun), "op-digest", digest, "crm_feature_set", FeatureSet)
	}
	primitive := func(in *xmltree.Node, id string, home int, everywhere bool) {
		x := in.AddNew("primitive", "id", id, "class", "ocf", "provider", "heartbeat", "type", "Dummy")
		x.AddNew("operations").AddNew("op", "id", id+"-m", "name", "monitor", "interval", "10s", "timeout", "20s")
		for n := range nodes {
			if !runs {
				break
			}
			entry := histories[n].AddNew("lrm_resource", "id", id, "class", "ocf", "provider", "heartbeat", "type", "Dummy")
			if n == home || everywhere {
				record(entry, id, "start", "0", "0", 1000)
				record(entry, id, "monitor", "10000", "0", 1001)
			} else {
				record(entry, id, "monitor", "0", "7", 999)
			}
		}
	}
	for i := 0; i < primitives; i++ {
		home := i / 10 % nodes
		switch id := fmt.Sprintf("r%d", i); i % 10 {
		case 0, 1, 2:
			primitive(resources, id, home, false)
			constraints.AddNew("rsc_location", "id", "l"+id, "rsc", id, "node", fmt.Sprintf("node%d", home+1), "score", "100")
		case 3, 6:
			g := resources.AddNew("group", "id", "g"+id)
			for j := range 3 {
				primitive(g, fmt.Sprintf("r%d", i+j), home, false)
			}
			if i%10 == 6 {
				constraints.AddNew("rsc_order", "id", "o"+id, "first", fmt.Sprintf("gr%d", i-3), "then", "g"+id)
				constraints.AddNew("rsc_colocation", "id", "c"+id, "rsc", "g"+id, "with-rsc", fmt.Sprintf("gr%d", i-3), "score", "200")
			}
		case 9:
			primitive(resources.AddNew("clone", "id", "c"+id), id, 0, true)
		}
	}
	return cib
}

func benchmark(b *testing.B, nodes, primitives int, runs bool) {
	in := Input{CIB: bigCIB(nodes, primitives, runs), Now: time.Unix(1_800_000_000, 0)}
	b.ReportAllocs()
	for b.Loop() {
		if out := Schedule(in); out.Err != nil {
			b.Fatal(out.Err)
		}
	}
}

func BenchmarkStart100(b *testing.B)    { benchmark(b, 8, 100, false) }
func BenchmarkSteady100(b *testing.B)   { benchmark(b, 8, 100, true) }
func BenchmarkStart1000(b *testing.B)   { benchmark(b, 8, 1000, false) }
func BenchmarkSteady1000(b *testing.B)  { benchmark(b, 8, 1000, true) }
func BenchmarkSteady4000(b *testing.B)  { benchmark(b, 16, 4000, true) }
func BenchmarkSteady10000(b *testing.B) { benchmark(b, 16, 10000, true) }

// TestBig: what runs stays, and a large cluster takes no long time.
func TestBig(t *testing.T) {
	begin := time.Now()
	out := Schedule(Input{CIB: bigCIB(8, 1000, true), Now: time.Unix(1_800_000_000, 0)})
	if out.Err != nil {
		t.Fatal(out.Err)
	}
	if d := out.Decisions; len(d) > 0 {
		t.Errorf("%d decisions about a cluster at rest, the first: %s %s (%s)", len(d), d[0].Verb, d[0].Resource.Name, d[0].Detail)
	}
	if n := len(out.Graph.Synapses); n > 0 {
		t.Errorf("%d actions for a cluster at rest, the first: %s", n, out.Graph.Synapses[0].Action.Key)
	}
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
}
