package demo

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pacer/demo/world"
	"pacer/release"
	"pacer/supervisor"
)

// newerVariable names the newer program to the part of the test that plays inside a world.
const newerVariable = "PACER_TEST_NEWER"

// TestRollingUpgrade: nodes get a newer program one after the other. The service goes on, nobody is fenced, the cluster works at what
// the old program can do until the last node has the new one; and then the old one has no place in it any more.
func TestRollingUpgrade(t *testing.T) {
	if *insideFlag == "" && !testing.Short() {
		path := filepath.Join(t.TempDir(), "newer")
		build(t, path, "-X pacer/release.features=3.21.0 -X pacer/release.protocol=2")
		t.Setenv(newerVariable, path)
	}
	inWorld(t, func(t *trial) {
		t.build(world.Config{Nodes: 3})
		program, err := os.ReadFile(os.Getenv(newerVariable))
		if err == nil {
			err = os.WriteFile(filepath.Join(t.world.Dir(), "bin", "newer"), program, 0o755)
		}
		if err != nil {
			t.Fatal(err)
		}
		t.boot()
		t.configure(fenced)
		old, level := release.Own().Level(), release.Level{Features: "3.21.0", Protocol: 2, Schema: release.Schema}
		nodes := t.world.Nodes()
		for i, n := range nodes {
			t.halt(n)
			t.serving()
			t.install(n)
			if err := n.StartService(t.ctx); err != nil {
				t.Fatal(err)
			}
			t.rest()
			t.serving()
			picture := t.must(n, "crm_mon", "-1", "-R")
			t.has(picture, "Node "+n.Name()+" (", "online, feature set "+level.Features)
			want, reached := old, old.Features
			if last := i == len(nodes)-1; last {
				want, reached = level, level.Features
			} else {
				t.has(t.log(n), "release.level: The nodes work together at feature set "+old.Features)
			}
			if mixed := strings.Contains(picture, "MIXED-VERSION"); mixed != (want == old) {
				t.Errorf("after %s crm_mon shows\n%s", n.Name(), picture)
			}
			for _, x := range nodes {
				t.until(x.Name()+" works at the least that all can", func() bool { i := t.info(x.Name()); return i != nil && i.Level == want })
			}
			t.until("the configuration names what the cluster has reached", func() bool {
				return strings.Contains(t.must(n, "cibadmin", "-Q"), `crm_feature_set="`+reached+`"`)
			})
		}
		t.has(t.must(nodes[0], "cibadmin", "-Q", "-o", "status"), `name="#feature-set" value="3.21.0"`)

		// The old program is too old now. It says so, touches nothing, and is not started again.
		three := nodes[2]
		t.halt(three)
		before := t.servers(t.serving())
		t.must(three, "sh", "-c", `umount "$`+world.DirVariable+`/bin/pacer"`)
		out, code := t.on(three, "pacer", "run")
		if code != supervisor.ExitFatal {
			t.Errorf("the old program ends with %d", code)
		}
		t.has(out, "pm03 cannot be part of the cluster: its program is too old: it has feature set 3.20.5, and the cluster works at 3.21.0")
		t.has(t.log(nodes[0]), "release.refused: pm03 cannot be part of the cluster: its program is too old")
		t.has(t.must(nodes[0], "crm_mon", "-1"), "OFFLINE: [ pm03 ]")
		if after := t.servers(t.serving()); !slices.Equal(before, after) {
			t.Errorf("the service was disturbed: %v before, %v after", before, after)
		}
		t.install(three)
		if err := three.StartService(t.ctx); err != nil {
			t.Fatal(err)
		}
		t.rest()
		t.has(t.must(three, "crm_mon", "-1"), "Online: [ pm01 pm02 pm03 ]")
		for _, n := range nodes {
			if t.fenced(n) {
				t.Errorf("%s was fenced", n.Name())
			}
		}
	})
}

// install puts the newer program in the place of the old one on a node, for itself alone.
func (t *trial) install(n *world.Node) {
	t.Helper()
	dir := "$" + world.DirVariable + "/bin/"
	if out, code := t.on(n, "sh", "-c", `mount --bind "`+dir+`newer" "`+dir+`pacer"`); code != 0 {
		t.Skip("this system allows no mounts: " + out)
	}
}
