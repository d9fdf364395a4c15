package agent

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"pacer/executor"
	"pacer/operation"
)

// TestUnmountIsNoticed runs again in a mount namespace of its own.
func TestUnmountIsNoticed(t *testing.T) {
	if os.Getenv("PACER_TEST_INSIDE") == "" {
		cmd := exec.Command(os.Args[0], "-test.run=^TestUnmountIsNoticed$", "-test.v")
		cmd.Env = append(os.Environ(), "PACER_TEST_INSIDE=1")
		cmd.SysProcAttr = &unix.SysProcAttr{Cloneflags: unix.CLONE_NEWNS}
		out, err := cmd.CombinedOutput()
		if errors.Is(err, unix.EPERM) {
			t.Skip("mount namespaces need root")
		}
		if err != nil {
			t.Errorf("inside the namespace: %v\n%s", err, out)
		}
		return
	}
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		t.Fatal(err)
	}
	b := newBench(t)
	b.d.Restore()
	dir := filepath.Join(b.root, "da ta")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("none", dir, "tmpfs", 0, ""); err != nil {
		t.Fatal(err)
	}
	op := operation.Op{Resource: "fs", Agent: operation.Agent{Class: "ocf", Provider: "heartbeat", Type: "Filesystem"}, Task: "monitor",
		Params: []operation.Param{{Name: "directory", Value: dir + "/"}}}
	b.d.Perform(executor.Watch{Op: op})
	if !b.d.Watching("fs") {
		t.Fatal("nothing is watched")
	}
	other := filepath.Join(b.root, "other")
	os.Mkdir(other, 0o755)
	if err := unix.Mount("none", other, "tmpfs", 0, ""); err != nil {
		t.Fatal(err)
	}
	if err := unix.Unmount(other, 0); err != nil {
		t.Fatal(err)
	}
	if err := unix.Unmount(dir, 0); err != nil {
		t.Fatal(err)
	}
	if h, ok := b.event().(executor.Hint); !ok || h.Resource != "fs" || h.Kind != "mount" {
		t.Fatalf("%+v", h)
	}
}
