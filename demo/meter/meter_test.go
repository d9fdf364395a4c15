package meter

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pacer/applet"
)

// TestBench runs the whole command in a small world. What it measures is the machine's; that it measures is tested here.
func TestBench(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a cluster")
	}
	if os.Geteuid() != 0 {
		t.Skip("needs root for its namespaces")
	}
	bin := filepath.Join(t.TempDir(), "pacer")
	if out, err := exec.Command("go", "build", "-o", bin, "pacer/cmd/pacer").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var out, errs bytes.Buffer
	cmd := exec.Command(bin, "bench", "messaging", "--json", "--nodes", "3", "--kills", "2", "--messages", "400", "--pauses", "1", "--idle", "100ms", "--ordinary")
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s", err, errs.String())
	}
	var r Report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	if r.ViewMs == nil || r.ViewMs.P50 <= 0 || r.ViewMs.P50 > r.ViewMs.Max || r.OrderUs == nil || r.OrderUs.P50 <= 0 || r.OrderedPerS <= 0 ||
		r.MegabyteMs <= 0 || r.PSSKB <= 0 || r.IdleKBPerS <= 0 || r.Kills != 2 || r.Pauses != 1 {
		t.Errorf("%+v", r)
	}
	if r.Realtime {
		t.Error("messaging took real-time priority although it was told not to")
	}
}

func TestParse(t *testing.T) {
	for _, bad := range []string{"", "nothing", "messaging more", "messaging --nodes 1", "messaging --nodes 17", "messaging --kills -1",
		"messaging --profile slow", "messaging --engine other", "messaging --messages -1", "messaging --watch 25h", "messaging --idle -1s", "messaging --pauses x"} {
		if _, err := parse(applet.Env{Args: strings.Fields(bad), Stderr: new(bytes.Buffer)}); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	o, err := parse(applet.Env{Args: strings.Fields("messaging --nodes 8 --kills 100 --profile fast --json"), Stderr: new(bytes.Buffer)})
	if err != nil || o.nodes != 8 || o.kills != 100 || o.profile != "fast" || !o.json {
		t.Errorf("%+v, %v", o, err)
	}
}

func TestQuantile(t *testing.T) {
	var all []time.Duration
	for i := 100; i >= 1; i-- {
		all = append(all, time.Duration(i))
	}
	for q, want := range map[float64]time.Duration{0: 1, 0.5: 50, 0.99: 99, 1: 100} {
		if got := quantile(all, q); got != want {
			t.Errorf("quantile %v of 1 to 100: %d, want %d", q, got, want)
		}
	}
}

// TestFalseRemovals: a node counts as removed falsely once, and only when nothing explains that it is missing.
func TestFalseRemovals(t *testing.T) {
	d := &desk{settled: map[string]bool{}, missed: map[string]bool{}}
	d.settle([]string{"a", "b", "c"})
	d.judge("a", []string{"a", "b", "c"})
	d.excuse("c")
	d.judge("a", []string{"a", "b"}) // c lost its power
	d.judge("c", []string{"c"})      // nobody asks it
	if d.falseRemovals != 0 {
		t.Fatalf("%d false removals, want none", d.falseRemovals)
	}
	d.judge("a", []string{"a"})
	d.judge("a", []string{"a"})
	d.judge("b", []string{"b"}) // b misses a as well
	if d.falseRemovals != 2 {
		t.Errorf("%d false removals, want 2: b and a, each once", d.falseRemovals)
	}
}

func TestLinkBytes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "dev")
	table := "Inter-|   Receive\n face |bytes\n    lo: 5 1 0 0 0 0 0 0 5 1 0 0 0 0 0 0\n  eth0: 100 1 0 0 0 0 0 0 20 1 0 0 0 0 0 0\n  eth1:3 1 0 0 0 0 0 0 4 1 0 0 0 0 0 0\n"
	if err := os.WriteFile(file, []byte(table), 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := linkBytes(file); err != nil || n != 127 {
		t.Errorf("%d, %v; want 127", n, err)
	}
}
