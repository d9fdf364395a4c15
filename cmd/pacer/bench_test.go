package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"pacer/internal/fakenode"
	"pacer/place"
)

const smallCIB = `<cib admin_epoch="0" epoch="1" num_updates="0" validate-with="pacemaker-4.0"><configuration><crm_config/><nodes>
<node id="1" uname="node1"/></nodes><resources/><constraints/></configuration><status><node_state id="1" uname="node1"/></status></cib>`

// BenchmarkCall measures whole processes against a node: agents call these with every monitor.
func BenchmarkCall(b *testing.B) {
	dir := b.TempDir()
	bin := filepath.Join(dir, "pacer")
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	n, err := fakenode.New(smallCIB)
	if err != nil {
		b.Fatal(err)
	}
	places := n.Start(b, filepath.Join(dir, "root"))
	for _, c := range []struct {
		name string
		args []string
	}{
		{"update", []string{"crm_attribute", "-N", "node1", "-l", "reboot", "-n", "a", "-v", "1"}},
		{"query", []string{"crm_attribute", "-N", "node1", "-l", "reboot", "-n", "a", "-G", "-d", "0"}},
		{"name", []string{"crm_node", "-n"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				cmd := exec.Command(bin, c.args...)
				cmd.Env = append(os.Environ(), place.RootVariable+"="+places.Root)
				if out, err := cmd.CombinedOutput(); err != nil {
					b.Fatalf("%v: %s", err, out)
				}
			}
		})
	}
}
