package service

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestOrphansAreBuried plays in a process of its own, since burying takes every child that nobody has named.
func TestOrphansAreBuried(t *testing.T) {
	if os.Getenv("PACER_TEST_REAPER") == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestOrphansAreBuried$", "-test.v")
		cmd.Env = append(os.Environ(), "PACER_TEST_REAPER=1")
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	r := newReaper()
	defer r.Close()
	// The grandchild tells its pid, outlives its parent for a moment, and becomes ours.
	cmd := exec.Command("/bin/sh", "-c", `sh -c 'read x' <&3 & echo $!; exit 7`)
	hold, release, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.ExtraFiles = []*os.File{hold}
	var out strings.Builder
	cmd.Stdout = &out
	err = r.start(func() (int, error) {
		if err := cmd.Start(); err != nil {
			return 0, err
		}
		return cmd.Process.Pid, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	release.Close()
	err = cmd.Wait()
	r.ended(cmd.Process.Pid)
	if cmd.ProcessState.ExitCode() != 7 {
		t.Fatalf("somebody else waited for a named process: %v", err)
	}
	orphan := "/proc/" + strings.TrimSpace(out.String())
	for { // It ends by itself; the test's own deadline limits the wait.
		if _, err := os.Stat(orphan); err != nil {
			return
		}
	}
}
