package status

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"
	"time"

	"pacer/cluster"
	"pacer/internal/play"
	"pacer/internal/recorded"
	"pacer/xmltree"
)

func TestNamesAreOrderedAsPeopleCount(t *testing.T) {
	names := []string{"node10", "Node2", "node1", "a", "node02b", "node2"}
	sortByName(names)
	want := []string{"a", "node1", "Node2", "node2", "node02b", "node10"}
	for i := range want {
		if names[i] != want[i] {
			t.Fatalf("got %v", names)
		}
	}
}

func TestUnsafeInWords(t *testing.T) {
	if (Unsafe{}).Any() || (Unsafe{}).String() != "" {
		t.Error("a safe configuration is called unsafe")
	}
	for _, u := range []Unsafe{{NoFencing: true}, {IgnoresQuorum: true}, {true, true}} {
		if !u.Any() || u.String() == "" {
			t.Errorf("%+v is not told", u)
		}
	}
}

// show draws a document in every dress and form.
func show(root *xmltree.Node, now time.Time) ([]byte, error) {
	s, err := cluster.Unpack(root, now)
	if err != nil {
		return nil, err
	}
	st := Build(s, Extra{Updated: now})
	var b []byte
	for _, d := range []Dress{{}, {Inactive: true}, {Inactive: true, Detail: true, Timing: true, Describe: true}, {Brief: true},
		{ByNode: true}, {ByNode: true, Brief: true, Inactive: true}, {Node: "n1"}, {Resource: "a"}, {Depth: 1, Settled: true}} {
		d.Show, d.Unsafe = Everything, true
		b = st.Text(b, d)
		for _, n := range st.XML(d) {
			b = n.Append(b)
		}
		b = st.HTML(b, d, Page{})
	}
	data, err := st.JSON()
	return append(b, data...), err
}

// Whatever the document, it can be shown, and shown twice it looks the same.
func FuzzShow(f *testing.F) {
	f.Add([]byte(`<cib><configuration><nodes><node id="1" uname="n1"/></nodes><resources><clone id="c"><group id="g"><primitive id="a" class="ocf" type="D"/></group></clone></resources></configuration><status><node_state id="1" uname="n1" in_ccm="1" crmd="1"><lrm><lrm_resources><lrm_resource id="a:0"><lrm_rsc_op id="a_last_0" operation="start" rc-code="1" op-status="-1" call-id="x"/></lrm_resource></lrm_resources></lrm></node_state></status></cib>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		root, err := xmltree.Parse(data)
		if err != nil {
			return
		}
		now := time.Unix(1790000000, 0)
		a, err := show(root, now)
		if err != nil {
			return
		}
		b, err := show(root, now)
		if err != nil || !bytes.Equal(a, b) {
			t.Fatal("shown twice, it looks different")
		}
	})
}

func BenchmarkCrmMon(b *testing.B) {
	data, err := os.ReadFile(recorded.Dir(b, "scheduler", "xml", "one-or-more-unrunnable-instances.xml"))
	if err != nil {
		b.Fatal(err)
	}
	root, err := xmltree.Parse(data)
	if err != nil {
		b.Fatal(err)
	}
	s, err := cluster.Unpack(root, time.Unix(1790000000, 0))
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	for b.Loop() {
		Build(s, Extra{}).Text(nil, Dress{Show: Everything, Inactive: true})
	}
}

// TestTheDCOfTheLastLife: a node that has just started has a configuration from disk that names a DC, but nobody is one yet.
func TestTheDCOfTheLastLife(t *testing.T) {
	root, err := xmltree.Parse([]byte(`<cib validate-with="pacemaker-4.0" admin_epoch="0" epoch="1" num_updates="0" dc-uuid="1" have-quorum="1"><configuration><crm_config/>` +
		`<nodes><node id="1" uname="a"/></nodes><resources/><constraints/></configuration><status/></cib>`))
	if err != nil {
		t.Fatal(err)
	}
	s, err := cluster.Unpack(root, time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	for origin, want := range map[string]string{"a": "", "": "a"} {
		if got := Build(s, Extra{Origin: origin}).Summary.DC; got != want {
			t.Errorf("asked at %q: the DC is %q, not %q", origin, got, want)
		}
	}
}

// A container that is active twice is shown at both places, as any other resource, although its replica has one line.
func TestContainerActiveTwice(t *testing.T) {
	root, err := play.CIB("node n1\nnode n2\nbundle b docker image=x\ndid n1 b-docker-0 start\ndid n2 b-docker-0 start")
	if err != nil {
		t.Fatal(err)
	}
	s, err := cluster.Unpack(root, time.Unix(1_700_000_000, 0))
	if err != nil {
		t.Fatal(err)
	}
	got := Build(s, Extra{}).Text(nil, Dress{Show: Everything})
	if want := "b-docker-0\t(ocf:heartbeat:docker):\t Started [ n1 n2 ]\n"; !bytes.Contains(got, []byte(want)) {
		t.Errorf("%s lacks %q", got, want)
	}
}

// A probe that failed is shown beside what is stopped if its entry says where it ran; those of old versions do not.
func TestFailedProbeOfSomewhere(t *testing.T) {
	for entry, want := range map[string]string{ // order: each for itself
		"probe=2":           "Invalid parameter",
		"probe=2{on_node=}": "",
	} {
		root, err := play.CIB("node n1\nprimitive a ocf:pacemaker:Dummy\ndid n1 a " + entry)
		if err != nil {
			t.Fatal(err)
		}
		s, err := cluster.Unpack(root, time.Unix(1_700_000_000, 0))
		if err != nil {
			t.Fatal(err)
		}
		if got := Build(s, Extra{}).Resources[0].Probe; got != want {
			t.Errorf("%s: %q, want %q", entry, got, want)
		}
	}
}

// What a bundle and a clone say of their target role, and where something is under way in what is stopped.
func TestTargetsShown(t *testing.T) {
	const probed = "node n1\nnode n2\nbundle b docker image=x network control-port=3121 primitive a\nprimitive a ocf:pacemaker:Dummy\ndid n1 a probe=5\n"
	for _, c := range []struct{ cib, want string }{
		{"node n1\nprimitive s ocf:pacemaker:Stateful meta target-role=Unpromoted\nclone c s meta promotable=true\ndid n1 s start", "Unpromoted (target-role): [ n1 ]\n"},
		{"node n1\nprimitive a ocf:pacemaker:Dummy\ndid n1 a stop monitor/10s=pending", "Dummy):\t Stopped n1 (Monitoring)\n"},
		{"node n1\nnode n2\nprimitive a ocf:pacemaker:Dummy\ndid n1 a stop=pending\ndid n2 a probe=2", "Dummy):\t Stopping n1\n"},
		{"node n1\nbundle b docker image=x meta target-role=Stopped", "Container bundle: b [x]:\n"},
		{probed + "did n2 b-docker-0 start", "Dummy):\t Stopped n2\n"}, // where nothing was probed
		{probed, "Dummy):\t Stopped (Not installed) \n"},
		{"property shutdown-lock=true\nnode n1 offline\nprimitive a ocf:pacemaker:Dummy\nbundle b docker image=x network ip-range-start=192.0.2.1 primitive a\n" +
			"did n1 b-docker-0 {shutdown-lock=1699999990} stop", "b-0 (192.0.2.1)\t(ocf:pacemaker:Dummy):\t Stopped\n"},
	} {
		root, err := play.CIB(c.cib)
		if err != nil {
			t.Fatal(err)
		}
		s, err := cluster.Unpack(root, time.Unix(1_700_000_000, 0))
		if err != nil {
			t.Fatal(err)
		}
		if got := Build(s, Extra{}).Text(nil, Dress{Show: Everything, Inactive: true}); !bytes.Contains(got, []byte(c.want)) {
			t.Errorf("%s lacks %q", got, c.want)
		}
	}
}

// The failed probe of something cloned is shown if its entry goes by the plain name of what is cloned: that is how instances that are
// alike go. Those that differ, and members of cloned groups, have names of their own.
func TestFailedProbeOfClone(t *testing.T) {
	for _, c := range []struct {
		clone, probed string
		shown         bool
	}{
		{"clone c a", "a", true},
		{"clone c a meta globally-unique=true", "a:0", false},
		{"group g a\nclone c g", "a", false},
	} {
		root, err := play.CIB("node n1\nprimitive a ocf:pacemaker:Dummy\n" + c.clone + "\ndid n1 " + c.probed + " probe=5{on_node=n1}")
		if err != nil {
			t.Fatal(err)
		}
		s, err := cluster.Unpack(root, time.Unix(1_700_000_000, 0))
		if err != nil {
			t.Fatal(err)
		}
		resources, err := json.Marshal(Build(s, Extra{}).Resources)
		if err != nil {
			t.Fatal(err)
		}
		if got := bytes.Contains(resources, []byte("Not installed")); got != c.shown {
			t.Errorf("%s: shown %t in %s", c.clone, got, resources)
		}
	}
}
