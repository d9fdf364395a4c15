package ipc

import (
	"net"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"

	"pacer/message"
)

// TestTheKernelNamesTheGroups: the supplementary groups of a caller are those of its process.
func TestTheKernelNamesTheGroups(t *testing.T) {
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := net.Dial("unix", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	raw, err := s.(*net.UnixConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var got []uint32
	if control := raw.Control(func(fd uintptr) { got, err = peerGroups(int(fd)) }); control != nil || err != nil {
		t.Skipf("this kernel does not tell: %v %v", control, err)
	}
	want, err := os.Getgroups()
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	for _, g := range want {
		if !slices.Contains(got, uint32(g)) {
			t.Errorf("group %d is missing in %v", g, got)
		}
	}
}

// TestOnlyThePrivilegedSpeakForOthers: what somebody else says about in whose name he asks is not listened to.
func TestOnlyThePrivilegedSpeakForOthers(t *testing.T) {
	for _, x := range []struct {
		user, name, acts string
		full             bool
	}{{"root", "", "root", true}, {"root", "nobody", "nobody", true}, {"hacluster", "somebody-unknown", "somebody-unknown", true},
		{"bob", "root", "bob", true}, {"bob", "alice", "bob", true}, {"", "root", "", false}} {
		c := Caller{Principal: message.Principal{User: x.user, UID: 7, Door: "socket"}, Full: x.full}
		if got := c.acting(x.name); got.User != x.acts || got.Full != x.full || got.Door != "socket" || got.UID != 7 {
			t.Errorf("%+v became %+v", x, got)
		}
	}
}

// TestAProcessInTheGroupHasFullAccess: it suffices that the process has the group, whatever the user database says.
func TestAProcessInTheGroupHasFullAccess(t *testing.T) {
	g, err := user.LookupGroup(clusterGroup)
	if err != nil {
		t.Skip("there is no group " + clusterGroup + " here")
	}
	gid, _ := strconv.Atoi(g.Gid)
	stranger := syscall.Ucred{Uid: 4_000_001, Gid: 4_000_001}
	i := newIdentifier()
	for _, x := range []struct {
		groups []uint32
		full   bool
	}{{nil, false}, {[]uint32{4_000_002, uint32(gid)}, true}, {[]uint32{4_000_002}, false}} {
		if c := i.identify(stranger, x.groups); c.Full != x.full {
			t.Errorf("with the groups %v: full access is %v", x.groups, c.Full)
		}
	}
}
