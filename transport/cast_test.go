package transport

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"pacer/clusterconf"
	"pacer/engine"
)

// room is a thread in a network namespace of its own. Sockets made there stay there, whichever thread uses them later.
type room struct {
	tid  int
	work chan func()
}

func newRoom(t *testing.T) *room {
	r := &room{work: make(chan func())}
	made := make(chan error)
	go func() {
		runtime.LockOSThread() // for good: the thread ends with the goroutine
		err := unix.Unshare(unix.CLONE_NEWNET)
		r.tid = unix.Gettid()
		made <- err
		for do := range r.work {
			do()
		}
	}()
	if err := <-made; err != nil {
		close(r.work)
		t.Skipf("network namespaces are not allowed here: %v", err)
	}
	t.Cleanup(func() { close(r.work) })
	return r
}

func (r *room) do(t *testing.T, do func() error) {
	t.Helper()
	done := make(chan error)
	r.work <- func() { done <- do() }
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func (r *room) ip(t *testing.T, args ...string) {
	t.Helper()
	r.do(t, func() error {
		if out, err := exec.Command("ip", args...).CombinedOutput(); err != nil {
			return fmt.Errorf("ip %v: %w: %s", args, err, out)
		}
		return nil
	})
}

// rooms gives two, joined by one wire: 10.9.0.1 and 10.9.0.2 on eth0.
func rooms(t *testing.T) [2]*room {
	if os.Getuid() != 0 {
		t.Skip("needs root for network namespaces")
	}
	if _, err := exec.LookPath("ip"); err != nil {
		t.Skip("needs the command ip (package iproute2)")
	}
	rs := [2]*room{newRoom(t), newRoom(t)}
	rs[0].ip(t, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", fmt.Sprint(rs[1].tid))
	for i, r := range rs {
		r.ip(t, "addr", "add", fmt.Sprintf("10.9.0.%d/24", i+1), "brd", "+", "dev", "eth0")
		r.ip(t, "link", "set", "eth0", "up")
	}
	return rs
}

func TestEveryCastReachesTheOther(t *testing.T) {
	for name, link := range map[string]clusterconf.Link{
		"unicast":   {Cast: clusterconf.Unicast},
		"multicast": {Cast: clusterconf.Multicast, Device: "eth0", Group: netip.MustParseAddr("239.0.0.43"), TTL: 1},
		"broadcast": {Cast: clusterconf.Broadcast, Device: "eth0", Group: netip.MustParseAddr("10.9.0.255")},
	} {
		t.Run(name, func(t *testing.T) {
			rs := rooms(t)
			var ts [2]*Transport
			for i, r := range rs {
				l := link
				l.Port = 5405
				addr := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{10, 9, 0, byte(i + 1)}) }
				if l.Cast != clusterconf.Broadcast {
					l.Local = addr(i)
				}
				if l.Cast == clusterconf.Unicast {
					l.Peers = []clusterconf.Peer{{Addr: addr(1 - i)}}
				}
				conf := &clusterconf.Config{File: "test", Self: clusterconf.Node{ID: engine.NodeID(i + 1)}, Keys: testKeys("secret"),
					Links: []clusterconf.Link{l}}
				r.do(t, func() (err error) {
					ts[i], err = Open(conf)
					return err
				})
				t.Cleanup(ts[i].Close)
			}
			// To all until the first arrives: the other must challenge first, and the wire may not be up yet. Then to the one.
			again := time.NewTicker(10 * time.Millisecond)
			defer again.Stop()
			late := time.After(20 * time.Second)
			for _, to := range []engine.NodeID{0, 2} {
				want := fmt.Sprintf("to %d", to)
				for got := ""; got != want; {
					select {
					case all := <-ts[1].Packets():
						for _, p := range all {
							if p.From != 1 || p.Link != 0 {
								t.Fatalf("%+v", p)
							}
							got = string(p.Data)
						}
					case <-again.C:
						ts[0].Send(to, -1, []byte(want))
					case <-late:
						t.Fatal("nothing arrived")
					}
				}
			}
		})
	}
}
