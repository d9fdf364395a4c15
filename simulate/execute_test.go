package simulate

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"pacer/graph"
	"pacer/internal/recorded"
	"pacer/xmltree"
)

// cases lists the names of the cases.
func cases(t testing.TB, dir string) []string {
	list, err := filepath.Glob(filepath.Join(dir, "exp", "*.exp"))
	if err != nil || len(list) == 0 {
		t.Fatal("no cases", err)
	}
	for i := range list {
		list[i] = strings.TrimSuffix(filepath.Base(list[i]), ".exp")
	}
	return list
}

func readTree(t testing.TB, path string) *xmltree.Node {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	n, err := xmltree.Parse(data)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return n
}

// readGraph reads as much of a stored graph as execution needs.
func readGraph(root *xmltree.Node) *graph.Graph {
	g := &graph.Graph{}
	num := func(n *xmltree.Node, attr string) int {
		v, _ := strconv.Atoi(n.Get(attr))
		return v
	}
	for s := range root.Elements("synapse") {
		syn := graph.Synapse{ID: num(s, "id")}
		for a := range s.First("action_set").Elements() {
			act := graph.Action{ID: num(a, "id"), Operation: a.Get("operation"), Key: a.Get("operation_key"),
				Node: graph.NodeRef{UUID: a.Get("on_node_uuid"), Name: a.Get("on_node")}, RouterNode: a.Get("router_node")}
			switch a.Name {
			case "pseudo_event":
				act.Kind = graph.Pseudo
			case "crm_event":
				act.Kind = graph.Cluster
			}
			if p := a.First("primitive"); p != nil {
				act.Primitive = &graph.Primitive{ID: p.ID(), LongID: p.Get("long-id"), Class: p.Get("class"),
					Provider: p.Get("provider"), Type: p.Get("type")}
			}
			if at := a.First("attributes"); at != nil {
				act.Attrs = at.Attrs
			}
			syn.Action = act
		}
		for tr := range s.First("inputs").Elements("trigger") {
			for a := range tr.Elements() {
				syn.Inputs = append(syn.Inputs, num(a, "id"))
			}
		}
		g.Synapses = append(g.Synapses, syn)
	}
	return g
}

var instance = regexp.MustCompile(`:[0-9]+ `)

// plain makes lines comparable: blanks do not count, nor do instance numbers, which only the complete state knows.
func plain(line string) string {
	return instance.ReplaceAllString(strings.Join(strings.Fields(line), " "), " ")
}

// sectionOf cuts the lines between a heading and the next line that is not indented.
func sectionOf(summary, heading string) []string {
	var list []string
	in := false
	for line := range strings.SplitSeq(summary, "\n") {
		switch {
		case line == heading:
			in = true
		case in && line != "" && line[0] != ' ':
			return list
		case in && strings.TrimSpace(line) != "":
			list = append(list, plain(strings.TrimPrefix(strings.TrimSpace(line), "* ")))
		}
	}
	return list
}

func historyNames(doc *xmltree.Node) map[string]bool {
	names := map[string]bool{}
	doc.Walk(func(n *xmltree.Node) bool {
		if n.Name == "lrm_resource" {
			names[n.ID()] = true
		}
		return true
	})
	return names
}

// The order of execution is that of the stored graphs, whatever the scheduler can do.
func TestStoredGraphsExecuteInTheStoredOrder(t *testing.T) {
	dir := recorded.Dir(t, "scheduler")
	good := 0
	list := cases(t, dir)
	for _, name := range list {
		g := readGraph(readTree(t, filepath.Join(dir, "exp", name+".exp")))
		summary, err := os.ReadFile(filepath.Join(dir, "summary", name+".summary"))
		if err != nil {
			t.Fatal(err)
		}
		want := sectionOf(string(summary), "Executing Cluster Transition:")
		doc := readTree(t, filepath.Join(dir, "xml", name+".xml"))
		known := historyNames(doc)
		x := Execute(&Transition{Graph: g, Known: known, Now: time.Unix(1500000000, 0)}, doc)
		got := make([]string, len(x.Steps))
		for i := range x.Steps {
			got[i] = plain(x.Steps[i].Line())
		}
		if !x.Complete {
			t.Errorf("%s: the transition was not completed", name)
			continue
		}
		if a, b := strings.Join(got, "\n"), strings.Join(want, "\n"); a != b {
			t.Errorf("%s:\n--- got\n%s\n--- want\n%s", name, a, b)
			continue
		}
		good++
	}
	t.Logf("%d of %d transitions execute as stored", good, len(list))
}

// Parameters whose names cannot be those of attributes belong to the digests that are recorded.
func TestAllParametersAreRecorded(t *testing.T) {
	cib := func() *xmltree.Node { return xmltree.New("cib").Add(xmltree.New("status")) }
	digest := func(params []xmltree.Attr) string {
		a := graph.Action{ID: 1, Operation: "start", Key: "d_start_0", Node: graph.NodeRef{UUID: "1", Name: "a"},
			Primitive: &graph.Primitive{ID: "d", Class: "ocf", Provider: "pacemaker", Type: "Dummy"}, Params: params}
		x := Execute(&Transition{Graph: &graph.Graph{Synapses: []graph.Synapse{{Action: a}}}, Known: map[string]bool{"d": true}}, cib())
		found := ""
		x.CIB.Walk(func(n *xmltree.Node) bool { found += n.Get("op-digest"); return true })
		return found
	}
	if with, without := digest([]xmltree.Attr{{Name: "2nd", Value: "two"}}), digest(nil); with == without || with == "" {
		t.Errorf("the digests with and without a parameter are %q and %q", with, without)
	}
}

// A new result is written over an old one, of which stays what the new one does not say.
func TestPutKeepsTheRest(t *testing.T) {
	old := xmltree.New("lrm_rsc_op", "id", "a_last_0", "rc-code", "1", "op-force-restart", " ip ")
	rsc := xmltree.New("lrm_resource", "id", "a").Add(old)
	put(rsc, xmltree.New("lrm_rsc_op", "id", "a_last_0", "rc-code", "0"))
	put(rsc, xmltree.New("lrm_rsc_op", "id", "a_pre_notify_stop_0"))
	if e := rsc.Children[0]; len(rsc.Children) != 2 || e.Get("rc-code") != "0" || e.Get("op-force-restart") != " ip " || old.Get("rc-code") != "1" {
		t.Errorf("%s, from %s", rsc.Append(nil), old.Append(nil))
	}
}
