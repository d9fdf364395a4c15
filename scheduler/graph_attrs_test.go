package scheduler

import (
	"slices"
	"testing"

	"pacer/internal/play"

	"pgregory.net/rapid"
)

// TestAddMissing: a set with another one added is what setting one after the other gives.
func TestAddMissing(t *testing.T) {
	names := rapid.SliceOfN(rapid.StringMatching(`[a-d]{0,2}`), 0, 8)
	rapid.Check(t, func(t *rapid.T) {
		var a, b, want attrSet
		for _, n := range names.Draw(t, "set") {
			a.setOnce(n, "first")
		}
		for _, n := range names.Draw(t, "more") {
			b.setOnce(n, "second")
		}
		want = slices.Clone(a)
		for _, m := range b {
			want.setOnce(m.Name, m.Value)
		}
		if a.addMissing(b); !slices.Equal(a, want) {
			t.Fatalf("got %v, want %v", a, want)
		}
	})
}

// The end of a monitor has the configuration of the monitor, unless that is still pending.
func TestCancelOfPending(t *testing.T) {
	for _, c := range []struct{ last, want string }{{"monitor/10s", "monitor"}, {"monitor/10s=pending{call-id=-1}", ""}} {
		root, err := play.CIB("property stonith-enabled=false\nnode n1\n" +
			"primitive a ocf:pacemaker:Dummy op monitor interval=10s meta maintenance=true\ndid n1 a start " + c.last)
		if err != nil {
			t.Fatal(err)
		}
		out := Schedule(Input{CIB: root})
		if out.Err != nil || len(out.Graph.Synapses) != 1 {
			t.Fatal(out.Err, out.Graph)
		}
		if a := &out.Graph.Synapses[0].Action; a.Operation != "cancel" || a.Attr("CRM_meta_name") != c.want {
			t.Errorf("after %s: %s of %q, want %q", c.last, a.Operation, a.Attr("CRM_meta_name"), c.want)
		}
	}
}
