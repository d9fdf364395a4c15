package crmmon

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"pacer/api"
	"pacer/applet"
	"pacer/cib"
	"pacer/exitcode"
	"pacer/internal/fakenode"
)

const document = `<cib validate-with="pacemaker-4.0" crm_feature_set="3.20.5" epoch="1" num_updates="0" admin_epoch="0" have-quorum="1" dc-uuid="2">
 <configuration>
  <crm_config><cluster_property_set id="o"><nvpair id="o1" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
  <nodes><node id="1" uname="node1"/><node id="2" uname="node2"/></nodes>
  <resources><primitive id="web" class="ocf" provider="heartbeat" type="apache"/></resources><constraints/>
 </configuration>
 <status>
  <node_state id="1" uname="node1" in_ccm="true" crmd="online" join="member" expected="member"/>
  <node_state id="2" uname="node2" in_ccm="true" crmd="online" join="member" expected="member"/>
 </status>
</cib>`

// terminal is a pseudo-terminal whose screen output is gathered.
type terminal struct {
	master, slave *os.File
	mu            sync.Mutex
	cond          *sync.Cond
	seen          bytes.Buffer
}

func openTerminal(t *testing.T) *terminal {
	fd, err := unix.Open("/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no pseudo-terminals here: %v", err)
	}
	term := &terminal{master: os.NewFile(uintptr(fd), "ptmx"), slave: slave}
	term.cond = sync.NewCond(&term.mu)
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 30, Col: 100}); err != nil {
		t.Fatal(err)
	}
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := term.master.Read(buf)
			term.mu.Lock()
			term.seen.Write(buf[:n])
			term.cond.Broadcast()
			term.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() { slave.Close(); term.master.Close() })
	return term
}

// await waits until the screen has shown a text since the last call, and forgets what was before it.
func (m *terminal) await(t *testing.T, text string) {
	t.Helper()
	late := time.AfterFunc(20*time.Second, func() { m.cond.Broadcast() })
	defer late.Stop()
	deadline := time.Now().Add(20 * time.Second)
	m.mu.Lock()
	defer m.mu.Unlock()
	for {
		if at := strings.Index(m.seen.String(), text); at >= 0 {
			m.seen.Next(at + len(text))
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the screen never showed %q; it has\n%q", text, m.seen.String())
		}
		m.cond.Wait()
	}
}

func (m *terminal) press(keys string) { _, _ = m.master.WriteString(keys) }

// What somebody sees who starts crm_mon on a terminal, and that the terminal is afterwards as before.
func TestLiveScreen(t *testing.T) {
	node, err := fakenode.New(document)
	if err != nil {
		t.Fatal(err)
	}
	places := node.Start(t, t.TempDir())
	screen := openTerminal(t)
	before, err := unix.IoctlGetTermios(int(screen.slave.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan exitcode.Code, 1)
	go func() {
		done <- Run(applet.Env{Name: "crm_mon", Stdin: screen.slave, Stdout: screen.slave, Stderr: os.Stderr, Places: places,
			Getenv: func(string) string { return "" }, Now: time.Now, Context: context.Background()})
	}()
	screen.await(t, "\x1b[?1049h")
	screen.await(t, "Online: [ node1 node2 ]")
	screen.await(t, "No active resources")

	// A change of the CIB is on the screen without waiting for the interval.
	changed, err := cib.Parse([]byte(strings.Replace(document, `uname="node2" in_ccm="true" crmd="online"`,
		`uname="node2" in_ccm="false" crmd="offline"`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	node.Change(func(s *api.Snapshot) { s.CIB = changed })
	screen.await(t, "OFFLINE: [ node2 ]")

	screen.press("r")
	screen.await(t, "Full List of Resources")
	screen.press("?")
	screen.await(t, "* r  inactive resources")
	screen.press("x")
	screen.await(t, "Node List")
	screen.press("q")
	select {
	case code := <-done:
		if code != exitcode.OK {
			t.Errorf("exit code %d", code)
		}
	case <-time.After(20 * time.Second):
		t.Fatal("q does not end it")
	}
	screen.await(t, "\x1b[?1049l")
	after, err := unix.IoctlGetTermios(int(screen.slave.Fd()), unix.TCGETS)
	if err != nil || *after != *before {
		t.Errorf("the terminal is not as before: %v\n%+v\n%+v", err, before, after)
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"abc", "abc"}, {"abcdef", "abcd"}, {"a\tb", "a b"}, {"a\x1b[31mb", "a[31"}, {"日本語です", "日本語で"},
	} {
		if got := cut(c.in, 4); got != c.want {
			t.Errorf("%q: %q", c.in, got)
		}
	}
}
