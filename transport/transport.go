package transport

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"

	"pacer/clusterconf"
	"pacer/engine"
)

// Packet is what came from another node.
type Packet struct {
	From engine.NodeID
	Link int
	Data []byte
}

// Transport holds the sockets of one node.
type Transport struct {
	conf    *clusterconf.Config
	links   []*linkSocket
	packets chan []Packet
	done    chan struct{}
	closing sync.Once
	readers sync.WaitGroup

	mu  sync.Mutex // guards box and the links' heard
	box *Box

	refused, dropped, unsent atomic.Uint64
}

// linkSocket is the socket of one link.
type linkSocket struct {
	link clusterconf.Link
	conn *net.UDPConn
	raw  syscall.RawConn
	// heard are the addresses from which proven packets came.
	heard map[engine.NodeID]netip.AddrPort
}

// queueLength is how many bursts of packets may wait for the core, burst how many packets are taken from a socket at once; what does not
// fit is dropped, as the network may.
const (
	queueLength = 128
	burst       = 32
)

// Open opens the sockets of all links.
func Open(conf *clusterconf.Config) (*Transport, error) {
	box, err := NewBox(conf.Self.ID, conf.Keys)
	if err != nil {
		return nil, err
	}
	t := &Transport{conf: conf, box: box, packets: make(chan []Packet, queueLength), done: make(chan struct{})}
	for _, l := range conf.Links {
		conn, err := listen(l)
		if err != nil {
			t.Close()
			return nil, fmt.Errorf("%s: link %d: %w", conf.File, l.Number, err)
		}
		raw, err := conn.SyscallConn()
		if err != nil {
			_ = conn.Close()
			t.Close()
			return nil, fmt.Errorf("%s: link %d: %w", conf.File, l.Number, err)
		}
		t.links = append(t.links, &linkSocket{link: l, conn: conn, raw: raw, heard: map[engine.NodeID]netip.AddrPort{}})
	}
	for i := range t.links {
		t.readers.Go(func() { t.read(i) })
	}
	return t, nil
}

// Packets gives what comes, in the order in which it came over each link, until Close.
func (t *Transport) Packets() <-chan []Packet { return t.packets }

// Close closes the sockets and ends the readers.
func (t *Transport) Close() {
	t.closing.Do(func() {
		close(t.done)
		for _, l := range t.links {
			_ = l.conn.Close()
		}
		t.readers.Wait()
	})
}

// Renew draws a new salt, as at a start.
func (t *Transport) Renew() {
	t.mu.Lock()
	defer t.mu.Unlock()
	_ = t.box.renew() // it cannot fail where the first one did not
}

// SetKeys changes the keys while packets flow.
func (t *Transport) SetKeys(keys clusterconf.Keys) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.box.SetKeys(keys)
}

// Counters tells how many packets were refused (by their seal or form), dropped (the queue was full) and could not be sent.
func (t *Transport) Counters() (refused, dropped, unsent uint64) {
	return t.refused.Load(), t.dropped.Load(), t.unsent.Load()
}

// Send sends data to one node, or to all with to 0, over one link, or over all with link -1. What the network does not take
// is lost.
func (t *Transport) Send(to engine.NodeID, link int, data []byte) {
	for i, l := range t.links {
		if link >= 0 && link != i {
			continue
		}
		t.mu.Lock()
		packet := t.box.Seal(i, data)
		targets := l.targets(to)
		t.mu.Unlock()
		for _, a := range targets {
			t.write(l, packet, a)
		}
	}
}

func (t *Transport) write(l *linkSocket, packet []byte, to netip.AddrPort) {
	if err := sendNow(l.raw, packet, to); err != nil {
		t.unsent.Add(1)
	}
}

// targets are the addresses for a packet: the one where the node is, or where it might be.
func (l *linkSocket) targets(to engine.NodeID) []netip.AddrPort {
	port := l.link.Port
	if to != 0 {
		for _, p := range l.link.Peers {
			if p.ID == to {
				return []netip.AddrPort{netip.AddrPortFrom(p.Addr, port)}
			}
		}
		if a, ok := l.heard[to]; ok {
			return []netip.AddrPort{a}
		}
	}
	if l.link.Cast != clusterconf.Unicast {
		return []netip.AddrPort{netip.AddrPortFrom(l.link.Group, port)}
	}
	out := make([]netip.AddrPort, 0, len(l.link.Peers))
	for _, p := range l.link.Peers {
		out = append(out, netip.AddrPortFrom(p.Addr, port))
	}
	return out
}

// read opens what comes over one link.
func (t *Transport) read(i int) {
	l := t.links[i]
	buf := make([]byte, MaxPacket+1)
	for {
		var got []Packet
		err := l.raw.Read(func(fd uintptr) bool {
			for range burst {
				n, from, err := syscall.Recvfrom(int(fd), buf, syscall.MSG_DONTWAIT) // unix.Recvfrom asks for the protocol each time
				if errors.Is(err, syscall.EAGAIN) {
					return len(got) > 0
				}
				if err != nil {
					continue // an error that the network reported for an earlier packet
				}
				if p, ok := t.opened(i, buf[:n], addressOf(from)); ok {
					got = append(got, p)
				}
			}
			return true
		})
		if err != nil {
			return // closed
		}
		if len(got) == 0 {
			continue
		}
		select {
		case t.packets <- got:
		default:
			t.dropped.Add(uint64(len(got)))
		}
	}
}

// opened proves one packet.
func (t *Transport) opened(i int, sealed []byte, from netip.AddrPort) (Packet, bool) {
	l := t.links[i]
	t.mu.Lock()
	o, answer, err := t.box.Open(sealed)
	if err == nil && o.From != t.conf.Self.ID {
		l.heard[o.From] = from
	}
	t.mu.Unlock()
	if answer != nil {
		t.write(l, answer, from)
	}
	if err != nil {
		if !errors.Is(err, errOwn) && !errors.Is(err, errChallenge) && !errors.Is(err, errUnproven) {
			t.refused.Add(1)
		}
		return Packet{}, false
	}
	return Packet{o.From, i, o.Data}, true
}
