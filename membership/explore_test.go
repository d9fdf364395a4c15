package membership

import (
	"fmt"
	"testing"
	"time"

	"pacer/engine"
	"pacer/machine"
)

// small is a whole world as a value: it can be cloned, and two that have the same fingerprint go on alike.
type small struct {
	Now    time.Duration
	Cores  []*Core // nil: crashed
	Timers []time.Duration
	Flying []flying
	Drops  int // packets that may still be lost
	// History is what each node has seen: views and deliveries, in order.
	History [][]string
}

type flying struct {
	From, To engine.NodeID
	Packet   []byte
}

func (s *small) step(t testing.TB, i int, ev Event) {
	for _, e := range s.Cores[i].Step(machine.Now{Mono: s.Now}, ev) {
		switch e := e.(type) {
		case Transmit:
			for j := range s.Cores {
				if j != i && s.Cores[j] != nil && (e.To == 0 || int(e.To) == j+1) {
					s.Flying = append(s.Flying, flying{engine.NodeID(i + 1), engine.NodeID(j + 1), e.Packet})
				}
			}
		case SetTimer:
			s.Timers[i] = e.At
		case Viewed:
			if e.New {
				line := fmt.Sprintf("view %v", e.View.ID)
				for _, m := range e.View.Members {
					line += fmt.Sprintf(" %d/%d", m.ID, m.Incarnation)
				}
				s.History[i] = append(s.History[i], line)
			}
		case Deliver:
			s.History[i] = append(s.History[i], fmt.Sprintf("%d %s", e.Order, e.Payload))
		}
	}
}

// elapse goes on to the next timer, when nothing is on the way.
func (s *small) elapse(t testing.TB) {
	next := never
	for i, c := range s.Cores {
		if c != nil {
			next = min(next, s.Timers[i])
		}
	}
	s.Now = max(s.Now, next)
	for i, c := range s.Cores {
		if c != nil && s.Timers[i] <= s.Now {
			s.Timers[i] = never
			s.step(t, i, TimerFired{wakeKey})
		}
	}
}

// check compares the histories: the same view has the same members; who goes from one view to the next together delivered
// the same in between.
func (s *small) check(t testing.TB) {
	type between struct{ from, to string }
	delivered := map[between]string{}
	members := map[string]string{}
	for i, h := range s.History {
		from, got := "", ""
		for _, line := range h {
			if len(line) < 5 || line[:5] != "view " {
				got += line + ";"
				continue
			}
			var id string
			_, _ = fmt.Sscanf(line, "view %s", &id)
			if old, ok := members[id]; ok && old != line {
				t.Fatalf("%q and %q", old, line)
			}
			members[id] = line
			k := between{from, id}
			if old, ok := delivered[k]; ok && from != "" && old != got {
				t.Fatalf("n%d went from %s to %s having delivered %q, another %q", i+1, from, id, got, old)
			}
			delivered[k], from, got = got, id, ""
		}
	}
}

// TestEveryOrderOfPackets explores what can happen after the coordinator has died with a message on its way to one member
// only: every order in which packets arrive, and every way to lose some of them.
func TestEveryOrderOfPackets(t *testing.T) {
	most, drops := 20000, 4
	if testing.Short() {
		most, drops = 3000, 1
	}
	w := settled(t, 3, 1)
	w.run(300*time.Millisecond, nil)
	start := &small{Now: w.now, Drops: drops, Timers: make([]time.Duration, 3), History: make([][]string, 3)}
	for i, n := range w.nodes {
		start.Cores = append(start.Cores, machine.Clone(n.core))
		start.Timers[i] = n.timer
		start.History[i] = []string{fmt.Sprintf("view %v", n.view.ID)}
	}
	start.step(t, 0, Send{start.Cores[0].view.ID, []byte("half")})
	for _, f := range start.Flying {
		if f.To == 2 {
			start.step(t, 1, Received{From: f.From, Packet: f.Packet})
		}
	}
	start.Flying, start.Cores[0] = nil, nil
	// Until somebody notices, nothing of interest happens: packets arrive in order.
	for start.Cores[1].alive(1) && start.Cores[2].alive(1) {
		start.elapse(t)
		for len(start.Flying) > 0 && start.Cores[1].alive(1) && start.Cores[2].alive(1) {
			f := start.Flying[0]
			start.Flying = start.Flying[1:]
			if start.Cores[f.To-1] != nil {
				start.step(t, int(f.To-1), Received{From: f.From, Packet: f.Packet})
			}
		}
	}
	seen := map[uint64]bool{}
	todo := []*small{start}
	done := 0
	for len(todo) > 0 && len(seen) < most {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if f := machine.Fingerprint(s); seen[f] {
			continue
		} else {
			seen[f] = true
		}
		s.check(t)
		if s.Now > start.Now+time.Second {
			for i := 1; i < 3; i++ {
				if v := s.Cores[i].view; len(v.Members) != 2 || s.Cores[i].frozen {
					t.Fatalf("a second later n%d is in %+v", i+1, v)
				}
			}
			done++
			continue
		}
		if len(s.Flying) == 0 {
			s.elapse(t)
			todo = append(todo, s)
			continue
		}
		for i, f := range s.Flying {
			next := machine.Clone(s)
			next.Flying = append(append([]flying{}, s.Flying[:i]...), s.Flying[i+1:]...)
			if s.Drops > 0 && kind(f.Packet[1]) != kindHeartbeat {
				lost := machine.Clone(next)
				lost.Drops--
				todo = append(todo, lost)
			}
			next.step(t, int(f.To-1), Received{From: f.From, Packet: f.Packet})
			todo = append(todo, next)
		}
	}
	t.Logf("%d states, %d ends, %d left", len(seen), done, len(todo))
}

// alive tells whether a peer is heard.
func (c *Core) alive(id engine.NodeID) bool { return c.known(id).alive }
