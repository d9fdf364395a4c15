package demo

import (
	"strings"
	"testing"

	"pacer/demo/world"
)

// TestTheClusterKnowsItself: replacing the whole configuration takes nothing away that the cluster says of itself.
func TestTheClusterKnowsItself(t *testing.T) {
	inWorld(t, func(t *trial) {
		t.build(world.Config{Nodes: 3})
		t.boot()
		t.configure(fenced)
		n := t.world.Nodes()[1]
		options := t.must(n, "cibadmin", "-Q", "-o", "crm_config")
		t.has(options, `name="dc-version"`, `name="cluster-infrastructure"`, `name="cluster-name"`, `name="have-watchdog"`)
		if out := t.must(n, "crm_mon", "-1"); strings.Contains(out, "unknown") {
			t.Errorf("the version of the DC is not known:\n%s", out)
		}
		// A node that has nothing but what the cluster wrote there loses nothing when it comes late.
		if err := n.PowerOff(); err != nil {
			t.Fatal(err)
		}
		t.must(t.world.Nodes()[0], "crm_attribute", "--name", "batch-limit", "--update", "7")
		t.boot(n)
		for _, n := range t.world.Nodes() {
			if err := n.PowerOff(); err != nil {
				t.Fatal(err)
			}
		}
		t.boot()
		for _, n := range t.world.Nodes() {
			if log := t.log(n); strings.Contains(log, "writes-lost") {
				t.Errorf("%s tells of lost writes that nobody made:\n%s", n.Name(), log)
			}
		}
	})
}
