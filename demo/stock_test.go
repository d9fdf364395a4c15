package demo

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"pacer/demo/world"
	"pacer/internal/recorded"
)

// classicExample finds the classic example beside the conformance data, and skips without it or without what it needs.
func classicExample(t *testing.T) (path, text string) {
	t.Helper()
	path = recorded.Dir(t, "..", "examples", "web-pair.crm")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat("/usr/lib/ocf/resource.d/heartbeat/apache"); err != nil {
		t.Skipf("the stock resource agents are not installed: %v", err)
	}
	if _, err := exec.LookPath("/usr/sbin/apache2"); err != nil {
		t.Skipf("apache2 is not installed: %v", err)
	}
	if path, err = filepath.Abs(path); err != nil {
		t.Fatal(err)
	}
	return path, string(b)
}

// TestTheClassicExample plays its two faults with the agents and the web server of the distribution.
func TestTheClassicExample(t *testing.T) {
	path, _ := classicExample(t)
	for _, fault := range []string{"node", "service"} {
		mustBeGood(t, runDemo(t, "--stock", "--nodes", "2", "--config", path, "--fail", fault))
	}
}

// TestTheClassicExampleAsShown loads it as an administrator does, and looks at it before and after a failure.
func TestTheClassicExampleAsShown(t *testing.T) {
	_, text := classicExample(t)
	inWorld(t, func(t *trial) {
		t.build(world.Config{Nodes: 2, Stock: true, Files: map[string]world.File{"/root/web-pair.crm": {Text: text}}})
		t.boot()
		one, two := t.world.Nodes()[0], t.world.Nodes()[1]
		t.must(one, "crm", "configure", "load", "update", "/root/web-pair.crm")
		t.rest()
		if n := t.serving(); n != one {
			t.Fatalf("it runs on %s", n.Name())
		}
		t.has(t.must(two, "crm_mon", "-1"), "Current DC: pm01", "2 nodes configured", "2 resource instances configured", "Online: [ pm01 pm02 ]",
			"Resource Group: grpWWW", "(ocf:heartbeat:IPaddr):\t Started pm01", "(ocf:heartbeat:apache):\t Started pm01")

		t.must(one, "attrd_updater", "--name", "reach", "--update", "100")
		if _, err := one.Kill(t.ctx, world.Kill{Port: 80, Signal: int(unix.SIGKILL)}); err != nil {
			t.Fatal(err)
		}
		t.until("the service runs on pm02", func() bool { h := t.world.Holders("service"); return len(h) == 1 && h[0] == "pm02" })
		t.rest()
		t.has(t.must(one, "crm_mon", "-1", "-A", "-r", "-f"), "Node Attributes:", ": 100", "Started pm02", "Migration Summary:",
			"prmApWWW: migration-threshold=1 fail-count=1 last-failure=", "Failed Resource Actions:", "prmApWWW 10s-interval monitor on pm01 returned 'Not running'")

		t.must(two, "crm", "resource", "cleanup", "grpWWW")
		t.rest()
		if out := t.must(one, "crm_mon", "-1", "-A", "-r", "-f"); strings.Contains(out, "Failed Resource Actions") || strings.Contains(out, "fail-count") {
			t.Errorf("the failure is still shown:\n%s", out)
		}
		if n := t.serving(); n != two {
			t.Errorf("cleaning up moved the service to %s", n.Name())
		}
	})
}
