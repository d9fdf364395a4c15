package membership

import (
	"testing"
	"time"

	"pacer/engine"
	"pacer/machine"
)

// FuzzPackets gives a member of a view what a peer with the key might send: it must not fail or lose itself.
func FuzzPackets(f *testing.F) {
	w := newWorld(f, 1, 3, 1)
	var seen [][]byte
	for i := range w.nodes {
		w.boot(i, true)
	}
	w.run(2*time.Second, w.together)
	base := w.nodes[1].core
	// Real packets of all kinds make good seeds.
	core := machine.Clone(w.nodes[0].core)
	for _, ev := range []Event{Send{core.view.ID, []byte("hello")}, TimerFired{}, Leave{}} {
		for _, e := range core.Step(machine.Now{Mono: w.now + time.Second}, ev) {
			if t, ok := e.(Transmit); ok {
				seen = append(seen, t.Packet)
			}
		}
	}
	for _, p := range seen {
		f.Add(uint32(1), p[1], p[10:])
	}
	for k := kindHeartbeat; k <= kindLeave; k++ {
		body := append(append([]byte{}, core.packet(k).b[10:]...), make([]byte, 60)...)
		f.Add(uint32(1), byte(k), body)
		f.Add(uint32(3), byte(k), append((&writer{b: []byte{}}).view(core.view.ID), body...))
	}
	f.Fuzz(func(t *testing.T, from uint32, k byte, body []byte) {
		if len(body) > 4000 {
			return
		}
		c := machine.Clone(base)
		p := (&Core{cfg: Config{Incarnation: 1}}).packet(kind(k)).b
		now := w.now
		for range 3 {
			now += time.Millisecond
			for _, e := range c.Step(machine.Now{Mono: now}, Received{From: engine.NodeID(from), Packet: append(p, body...)}) {
				if v, ok := e.(Viewed); ok && v.View.index(2) < 0 {
					t.Fatalf("the node is not in its own view %+v", v)
				}
			}
			if c.ord != nil && len(c.ord.held) > 10*maxOrderWindow {
				t.Fatal("it holds too much")
			}
		}
		c.Step(machine.Now{Mono: now + 5*time.Second}, TimerFired{})
	})
}

func (w *writer) view(id engine.ViewID) []byte {
	w.ids(id)
	return w.b
}

func TestTheCoreCanBeClonedAndCompared(t *testing.T) {
	w := settled(t, 3, 2)
	a := w.nodes[0].core
	b := machine.Clone(a)
	if machine.Fingerprint(a) != machine.Fingerprint(b) {
		t.Fatal("a clone has another fingerprint")
	}
	now := machine.Now{Mono: w.now + 10*time.Millisecond}
	x := a.Step(now, Send{a.view.ID, []byte("hello")})
	if machine.Fingerprint(a) == machine.Fingerprint(b) {
		t.Fatal("a step did not change the fingerprint")
	}
	y := b.Step(now, Send{b.view.ID, []byte("hello")})
	if machine.Fingerprint(a) != machine.Fingerprint(b) || len(x) != len(y) {
		t.Fatal("the same step of the clone had another outcome")
	}
}
