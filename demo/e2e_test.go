package demo

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// play runs the real program and returns its report. What cannot be played on this system skips the test.
func runDemo(t *testing.T, args ...string) Report {
	t.Helper()
	if testing.Short() {
		t.Skip("a real cluster takes a while; left out with -short")
	}
	var out, errs bytes.Buffer
	cmd := exec.Command(program(t), append([]string{"demo", "--once", "--json"}, args...)...)
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if strings.Contains(errs.String(), "no namespaces to be had") {
		t.Skip("this system allows no namespaces: " + strings.TrimSpace(errs.String()))
	}
	var r Report
	if jsonErr := json.Unmarshal(out.Bytes(), &r); jsonErr != nil {
		t.Fatalf("no report (%v): %v\n%s", jsonErr, err, errs.String())
	}
	t.Logf("%s", out.String())
	if want := len(r.Problems) > 0 || r.DoubleActive; (err != nil) != want {
		t.Errorf("the exit code does not tell what the report tells: %v\n%s", err, errs.String())
	}
	return r
}

var built string

// program builds the binary once.
func program(t *testing.T) string {
	t.Helper()
	if *programFlag != "" {
		return *programFlag
	}
	if built == "" {
		dir, err := os.MkdirTemp("", "pacer-e2e-")
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "pacer")
		build(t, path, "")
		built = path
	}
	return built
}

// build builds the binary as make build does, which fills the cache, with more flags for the linker.
func build(t *testing.T, path, flags string) {
	t.Helper()
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w "+flags, "-o", path, "../cmd/pacer")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
}

func TestMain(m *testing.M) {
	code := m.Run()
	if built != "" {
		_ = os.RemoveAll(filepath.Dir(built))
	}
	os.Exit(code)
}

func mustBeGood(t *testing.T, r Report) {
	t.Helper()
	if !r.Good() {
		t.Errorf("problems: %q, active twice: %q", r.Problems, r.Overlaps)
	}
}

func TestEveryFaultRecovers(t *testing.T) {
	r := runDemo(t, "--fail", "all")
	mustBeGood(t, r)
	var played []string
	for _, f := range r.Faults {
		played = append(played, f.Fault)
	}
	if !slices.Equal(played, []string{"node", "service", "standby", "partition"}) {
		t.Errorf("played %v", played)
	}
}

func TestPacersOwnFaults(t *testing.T) {
	mustBeGood(t, runDemo(t, "--fail", "hardships"))
}

func TestTwoNodes(t *testing.T) {
	mustBeGood(t, runDemo(t, "--nodes", "2", "--fail", "node"))
}

// TestASlowDeviceIsWaitedFor: nothing is recovered before the device has confirmed.
func TestASlowDeviceIsWaitedFor(t *testing.T) {
	r := runDemo(t, "--fail", "partition", "--fence-delay", "2000")
	mustBeGood(t, r)
	if len(r.Faults) == 1 && r.Faults[0].OutageMs < 2000 {
		t.Errorf("recovered after %v ms, before a device that takes 2000 ms could have confirmed", r.Faults[0].OutageMs)
	}
}

// TestAFailingDeviceRecoversNothing: without a confirmation the service stays down, and the report says why.
func TestAFailingDeviceRecoversNothing(t *testing.T) {
	r := runDemo(t, "--fail", "partition", "--fence-fail")
	if r.DoubleActive {
		t.Errorf("active twice: %v", r.Overlaps)
	}
	if len(r.Faults) != 1 || r.Faults[0].OutageMs >= 0 {
		t.Errorf("the service was recovered although fencing failed: %+v", r.Faults)
	}
	if !strings.Contains(strings.Join(r.Problems, " "), "FAILED") {
		t.Errorf("the report does not say why: %q", r.Problems)
	}
}

func TestNonsenseIsRefused(t *testing.T) {
	for _, args := range [][]string{{"--nodes", "1"}, {"--fail", "coffee"}, {"--rounds", "0"}, {"--fence-delay", "-1"}, {"--config", "/no/such/file"}, {"x"}} {
		cmd := exec.Command(program(t), append([]string{"demo", "--once", "--json"}, args...)...)
		out, err := cmd.CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || len(out) == 0 {
			t.Errorf("%v: %v, %q", args, err, out)
		}
	}
}
