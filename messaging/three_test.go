package messaging

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"pacer/clusterconf"
	"pacer/engine"
	"pacer/note"
	"pacer/place"
)

// patience bounds every wait; nothing waits for it when all goes well.
const patience = 60 * time.Second

// cluster is a set of messaging processes inside the test, on loopback addresses.
type cluster struct {
	t     testing.TB
	ports []uint16
	nodes []*node
	hang  time.Duration
	// adjust changes the options of the processes, when it is set.
	adjust func(*Options)
}

type node struct {
	places place.Places
	conf   *clusterconf.Config
	stop   context.CancelFunc
	done   chan error
	conn   *Conn
	view   engine.View
	notes  chan note.Note
}

func timeout() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), patience)
}

// freePort finds a UDP port that is free on all the loopback addresses.
func freePort(t testing.TB, addrs []netip.Addr) uint16 {
	for range 50 {
		c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: addrs[0].AsSlice()})
		if err != nil {
			t.Fatal(err)
		}
		port := uint16(c.LocalAddr().(*net.UDPAddr).Port)
		ok := true
		for _, a := range addrs[1:] {
			d, err := net.ListenUDP("udp4", &net.UDPAddr{IP: a.AsSlice(), Port: int(port)})
			if err != nil {
				ok = false
				break
			}
			_ = d.Close()
		}
		_ = c.Close()
		if ok {
			return port
		}
	}
	t.Fatal("no free port")
	return 0
}

func newCluster(t testing.TB, n, links int, profile string) *cluster {
	c := &cluster{t: t}
	addr := func(link, i int) netip.Addr { return netip.AddrFrom4([4]byte{127, 0, byte(10 + link), byte(1 + i)}) }
	for l := range links {
		var addrs []netip.Addr
		for i := range n {
			addrs = append(addrs, addr(l, i))
		}
		c.ports = append(c.ports, freePort(t, addrs))
	}
	key := clusterconf.Key{Label: "test", Secret: bytes.Repeat([]byte{7}, 32)}
	timing, _ := clusterconf.Profile(profile)
	for i := range n {
		conf := &clusterconf.Config{File: "test", Stack: "pacer", Timing: timing,
			Keys: clusterconf.Keys{Sign: key, Accept: []clusterconf.Key{key}}, Quorum: clusterconf.Quorum{Counted: true, Expected: n}}
		for j := range n {
			conf.Nodes = append(conf.Nodes, clusterconf.Node{ID: engine.NodeID(j + 1), Name: fmt.Sprintf("n%d", j+1), Votes: 1})
		}
		conf.Self = conf.Nodes[i]
		for l := range links {
			link := clusterconf.Link{Number: l, Local: addr(l, i), Port: c.ports[l]}
			for j := range n {
				if j != i {
					link.Peers = append(link.Peers, clusterconf.Peer{ID: engine.NodeID(j + 1), Addr: addr(l, j)})
				}
			}
			conf.Links = append(conf.Links, link)
		}
		c.nodes = append(c.nodes, &node{conf: conf, places: place.Places{Root: t.TempDir()}, notes: make(chan note.Note, 1000)})
	}
	t.Cleanup(func() {
		for i := range c.nodes {
			c.halt(i)
		}
	})
	return c
}

// start runs the messaging process of a node and attaches to it.
func (c *cluster) start(i int) {
	n := c.nodes[i]
	ctx, cancel := context.WithCancel(context.Background())
	n.stop, n.done = cancel, make(chan error, 1)
	go func() {
		opt := Options{Places: n.places, Config: n.conf, NoPriority: true, HangLimit: c.hang, Tell: func(x note.Note) {
			select {
			case n.notes <- x:
			default:
			}
		}}
		if c.adjust != nil {
			c.adjust(&opt)
		}
		n.done <- Run(ctx, opt)
	}()
	c.attach(i)
}

func (c *cluster) attach(i int) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	conn, err := Dial(ctx, c.nodes[i].places)
	if err != nil {
		c.t.Fatal(err)
	}
	c.nodes[i].conn = conn
}

func (c *cluster) halt(i int) {
	n := c.nodes[i]
	if n.stop == nil {
		return
	}
	n.stop()
	if err := <-n.done; err != nil {
		c.t.Errorf("node %d: %v", i+1, err)
	}
	n.stop = nil
	if n.conn != nil {
		_ = n.conn.Close()
	}
}

// next waits for the next event of a node, answering pings meanwhile.
func (c *cluster) next(i int) engine.Event {
	c.t.Helper()
	n := c.nodes[i]
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		select {
		case ev, ok := <-n.conn.Events():
			if !ok {
				c.t.Fatalf("node %d: no more events", i+1)
			}
			if v, ok := ev.(engine.ViewChanged); ok {
				n.view = v.View
			}
			return ev
		case <-n.conn.Pings():
			n.conn.Alive()
		case <-late.C:
			c.t.Fatalf("node %d: nothing came; its view is %+v", i+1, n.view)
		}
	}
}

// untilView reads a node's events until its view satisfies want.
func (c *cluster) untilView(i int, want func(engine.View) bool) {
	c.t.Helper()
	for !want(c.nodes[i].view) {
		c.next(i)
	}
}

func full(n int) func(engine.View) bool {
	return func(v engine.View) bool { return len(v.Attached()) == n && len(v.Members) == n }
}

func (c *cluster) each(do func(i int)) {
	var wg sync.WaitGroup
	for i := range c.nodes {
		wg.Go(func() { do(i) })
	}
	wg.Wait()
}

func TestThreeNodesOnLoopback(t *testing.T) {
	c := newCluster(t, 3, 2, "patient") // the machine may be busy
	for i := range c.nodes {
		c.start(i)
	}
	for i := range c.nodes {
		if first, ok := c.next(i).(engine.ViewChanged); !ok {
			t.Fatalf("the first event is %T", first)
		} else if m, _ := first.View.Member(engine.NodeID(i + 1)); !m.Attached {
			t.Fatal("the first view does not have this manager")
		}
	}
	c.each(func(i int) { c.untilView(i, full(3)) })
	if v := c.nodes[0].view; !v.Quorate || v.Votes != 3 || v.Expected != 3 {
		t.Fatalf("the view is %+v", v)
	}

	// Everybody sends, everybody gets everything in the same order, a message of megabytes too.
	const count = 50
	big := bytes.Repeat([]byte("0123456789abcdef"), 300_000)
	for i := range c.nodes {
		for k := range count {
			if err := c.nodes[i].conn.Send([]byte(fmt.Sprintf("%d.%d", i, k))); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.nodes[i].conn.Send(big); err != nil {
			t.Fatal(err)
		}
	}
	orders := make([][]string, 3)
	c.each(func(i int) {
		for len(orders[i]) < 3*(count+1) {
			d, ok := c.next(i).(engine.Delivered)
			if !ok {
				continue
			}
			if len(d.Payload) > 100 && !bytes.Equal(d.Payload, big) {
				t.Error("the big message is damaged")
			}
			orders[i] = append(orders[i], fmt.Sprintf("%d %d %.10s", d.Order, d.Sender, d.Payload))
		}
	})
	for i := 1; i < 3; i++ {
		for k := range orders[0] {
			if orders[i][k] != orders[0][k] {
				t.Fatalf("message %d is %q at node 1 and %q at node %d", k, orders[0][k], orders[i][k], i+1)
			}
		}
	}

	// A manager that goes is seen to go, and the next one to come.
	if err := c.nodes[2].conn.Close(); err != nil {
		t.Fatal(err)
	}
	gone := func(v engine.View) bool { return len(v.Attached()) == 2 }
	c.untilView(0, gone)
	c.untilView(1, gone)
	c.nodes[2].view = engine.View{}
	c.attach(2)
	c.each(func(i int) { c.untilView(i, full(3)) })
	if m, _ := c.nodes[0].view.Member(3); m.Attachment != 2 {
		t.Fatalf("the second manager is %+v", m)
	}

	// The status is there for tools.
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	s, err := ReadStatus(ctx, c.nodes[1].places)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.View.Members) != 3 || len(s.Peers) != 2 || !s.Peers[0].Alive || len(s.Peers[0].Links) != 2 {
		t.Fatalf("the status is %+v", s)
	}
	if p := s.Peers[0]; s.Links[1].Local == "" || len(p.Addresses) != 2 || p.Addresses[0] == p.Addresses[1] || len(s.Votes) != 3 {
		t.Fatalf("the status has no addresses: %+v", s)
	}

	// A clean stop is seen at once; the process that is back is another incarnation.
	old, _ := c.nodes[1].view.Member(1)
	c.halt(0)
	c.untilView(1, full(2))
	c.untilView(2, full(2))
	c.start(0)
	c.each(func(i int) { c.untilView(i, full(3)) })
	if m, _ := c.nodes[1].view.Member(1); m.Incarnation <= old.Incarnation {
		t.Fatalf("incarnation %d after %d", m.Incarnation, old.Incarnation)
	}
}
