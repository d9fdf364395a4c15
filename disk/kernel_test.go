package disk_test

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"pacer/cibstore"
	"pacer/disk"
)

// insideVariable names the directory on which the test below mounts its own small disk, once it is in namespaces of its own.
const insideVariable = "PACER_TEST_SMALL_DISK"

// TestOnARealSmallDisk meets the errors of a kernel: a tmpfs that is full, one that is mounted read-only.
func TestOnARealSmallDisk(t *testing.T) {
	if at := os.Getenv(insideVariable); at != "" {
		smallDisk(t, at)
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^TestOnARealSmallDisk$", "-test.v")
	cmd.Env = append(os.Environ(), insideVariable+"="+t.TempDir())
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS, GidMappingsEnableSetgroups: false,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}}
	out, err := cmd.CombinedOutput()
	switch {
	case len(out) == 0 && err != nil:
		t.Skip("this system allows no namespaces: " + err.Error())
	case strings.Contains(string(out), "--- SKIP"):
		t.Skip(string(out))
	case err != nil:
		t.Errorf("%v\n%s", err, out)
	}
}

func smallDisk(t *testing.T, at string) {
	if err := unix.Mount("none", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		t.Skip("this system allows no mounts: " + err.Error())
	}
	if err := unix.Mount("tmpfs", at, "tmpfs", 0, "size=128k"); err != nil {
		t.Skip("this system allows no mounts: " + err.Error())
	}
	t.Cleanup(func() { _ = unix.Unmount(at, unix.MNT_DETACH) })
	h := history(t, 12)
	path := filepath.Join(at, "cib")
	dir, err := disk.Dir(path)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := open(t, dir)
	write(t, s, whole(h, 0), patch(h, 1))

	// Somebody fills the disk.
	big := filepath.Join(at, "big")
	_ = os.WriteFile(big, make([]byte, 1<<20), 0o600)
	acked := 1
	failed := workload(s, h[2:], rand.New(rand.NewPCG(1, 1)), func(int) {})
	if !failed {
		t.Fatal("a full disk takes everything")
	}
	a, _ := s.Write([]cibstore.Persist{{Seq: 9, Record: cibstore.Record{Meta: meta(9), Document: h[9], Attempt: 500}, Sync: true}})
	if !strings.Contains(a[0].Err, "no space left on device") {
		t.Fatalf("a full disk answers %+v", a)
	}
	_, r := open(t, dir)
	if len(r.Damage) > 0 || !r.Document.Equal(h[acked]) {
		t.Fatalf("after a full disk %+v\n%s", r, r.Document.Bytes())
	}

	// Room again.
	if err := os.Remove(big); err != nil {
		t.Fatal(err)
	}
	p := whole(h, 9)
	p.Record.Attempt = 1000
	write(t, s, p, patch(h, 10))

	// It is mounted read-only: all can be read, nothing is acknowledged.
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := unix.Mount("", at, "", unix.MS_REMOUNT|unix.MS_RDONLY, "size=128k"); err != nil {
		t.Fatal(err)
	}
	s, r = open(t, dir)
	if len(r.Damage) > 0 || !r.Document.Equal(h[10]) {
		t.Fatalf("on a read-only disk %+v\n%s", r, r.Document.Bytes())
	}
	if a, _ := s.Write([]cibstore.Persist{patch(h, 11)}); !strings.Contains(a[0].Err, "read-only file system") {
		t.Fatalf("a read-only disk answers %+v", a)
	}
	if _, err := disk.Dir(filepath.Join(at, "other")); err == nil || !strings.Contains(err.Error(), "read-only file system") {
		t.Errorf("a directory that cannot be made: %v", err)
	}
}
