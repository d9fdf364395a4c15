package cluster_test

import (
	"testing"
	"time"

	"pacer/cluster"
	"pacer/xmltree"
)

func unpack(t *testing.T, resources string) *cluster.State {
	t.Helper()
	root, err := xmltree.Parse([]byte(`<cib><configuration><crm_config/><nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>` +
		`<resources>` + resources + `</resources><constraints/></configuration><status/></cib>`))
	if err != nil {
		t.Fatal(err)
	}
	s, err := cluster.Unpack(root, time.Unix(1_700_000_000, 0))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A clone of several instances on a node is globally unique, unless something in it cannot be.
func TestUniqueByInstances(t *testing.T) {
	clone := func(second string) string {
		return `<clone id="c"><meta_attributes id="m"><nvpair id="n" name="clone-node-max" value="2"/></meta_attributes><group id="g">` +
			`<primitive id="p" ` + second + `/><primitive id="q" class="ocf" provider="pacemaker" type="Dummy"/></group></clone>`
	}
	for class, want := range map[string]bool{`class="ocf" provider="pacemaker" type="Dummy"`: true, `class="lsb" type="daemon"`: false} { // order: two cases
		if q := unpack(t, clone(class)).ResourceByName("q:0"); q == nil || q.Unique != want {
			t.Errorf("%s: %v, want unique: %t", class, q, want)
		}
	}
}

// What a group takes back by #default is its own, not what a member says of itself.
func TestDefaultIsOwn(t *testing.T) {
	s := unpack(t, `<group id="g"><meta_attributes id="gm"><nvpair id="gp" name="priority" value="#default"/></meta_attributes>`+
		`<primitive id="p" class="ocf" provider="pacemaker" type="Dummy"><meta_attributes id="pm"><nvpair id="pp" name="priority" value="7"/>`+
		`</meta_attributes></primitive></group>`)
	if p := s.ResourceByName("p"); p == nil || p.Priority != 7 {
		t.Errorf("%+v", p)
	}
}
