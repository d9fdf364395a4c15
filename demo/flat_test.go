package demo

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// TestWithoutNamespaces plays on a system that allows no network namespaces: a user namespace whose limit of them is 0.
func TestWithoutNamespaces(t *testing.T) {
	if testing.Short() {
		t.Skip("a real cluster takes a while; left out with -short")
	}
	var out, errs bytes.Buffer
	cmd := exec.Command("/bin/sh", "-c", `echo 0 >/proc/sys/user/max_net_namespaces && exec "$0" demo --once --json`, program(t))
	cmd.Stdout, cmd.Stderr = &out, &errs
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}},
	}
	err := cmd.Start()
	if err != nil {
		t.Skip("no user namespace to try this in: ", err)
	}
	err = cmd.Wait()
	if strings.Contains(errs.String(), "max_net_namespaces") {
		t.Skip("the limit cannot be set here: ", errs.String())
	}
	var r Report
	if jsonErr := json.Unmarshal(out.Bytes(), &r); jsonErr != nil {
		t.Fatalf("no report (%v): %v\n%s", jsonErr, err, errs.String())
	}
	mustBeGood(t, r)
	if err != nil {
		t.Errorf("%v\n%s", err, errs.String())
	}
	if !slices.Equal(r.LeftOut, []string{"partition"}) || !strings.Contains(errs.String(), "partition is left out") {
		t.Errorf("what cannot be played is not named: %q\n%s", r.LeftOut, errs.String())
	}
	if len(r.Faults) != 3 {
		t.Errorf("played %+v", r.Faults)
	}
}
