package membership

import (
	"fmt"
	"testing"
	"time"

	"pacer/engine"
)

// settled boots n nodes and waits for their common view.
func settled(t *testing.T, n, links int) *world {
	t.Helper()
	w := newWorld(t, 1, n, links)
	for i := range n {
		w.at(time.Duration(w.rng.IntN(100))*time.Millisecond, func() { w.boot(i, true) })
	}
	if !w.run(10*time.Second, func() bool {
		return w.together() && len(w.nodes[0].view.Members) == n && w.nodes[n-1].open
	}) {
		t.Fatal("no common view")
	}
	return w
}

func TestAColdStartMakesOneView(t *testing.T) {
	for _, n := range []int{2, 3, 16, 32} {
		w := settled(t, n, 1)
		if w.now > 400*time.Millisecond {
			t.Errorf("%d nodes: the first view took %v", n, w.now)
		}
		if v := w.nodes[n-1].view.ID; v.Epoch != 1 {
			t.Errorf("%d nodes: the first common view is %v", n, v)
		}
	}
}

func TestADeadNodeIsOutWithin400Milliseconds(t *testing.T) {
	for _, n := range []int{2, 3, 5, 16} {
		for victim := range 2 {
			w := settled(t, n, 2)
			w.run(time.Second+17*time.Millisecond, nil)
			begun := w.now
			w.crash(victim)
			w.run(5*time.Second, w.together)
			if d := w.now - begun; d > 400*time.Millisecond {
				t.Errorf("%d nodes, n%d: out after %v", n, victim+1, d)
			}
		}
	}
}

func TestAPauseOf300MillisecondsIsHarmless(t *testing.T) {
	for phase := range 40 {
		w := settled(t, 3, 1)
		w.run(time.Second+time.Duration(phase)*time.Millisecond, nil)
		was := w.nodes[0].view.ID
		w.pause(phase%3, 300*time.Millisecond)
		w.run(3*time.Second, nil)
		for _, n := range w.nodes {
			if n.view.ID != was {
				t.Fatalf("phase %d: n%d went from %v to %v", phase, n.id, was, n.view.ID)
			}
		}
	}
}

func TestAGoodbyeIsHeardAtOnce(t *testing.T) {
	w := settled(t, 3, 1)
	w.run(time.Second, nil)
	begun := w.now
	w.step(w.nodes[0], Leave{})
	w.run(5*time.Second, func() bool { return len(w.nodes[1].view.Members) == 2 && len(w.nodes[2].view.Members) == 2 })
	if d := w.now - begun; d > 20*time.Millisecond {
		t.Errorf("the others went on after %v", d)
	}
}

func TestARestartIsSeenWithoutWaiting(t *testing.T) {
	w := settled(t, 3, 1)
	w.run(time.Second, nil)
	w.crash(2)
	w.boot(2, true)
	begun := w.now
	w.run(5*time.Second, func() bool {
		m := w.nodes[0].view.Members
		return len(m) == 3 && m[2].Incarnation == 2 && w.together()
	})
	if d := w.now - begun; d > 200*time.Millisecond {
		t.Errorf("the new life was a member after %v", d)
	}
}

// What node 1 sends does not reach node 3: the largest sets that hear each other are {1,2} and {2,3}.
func TestAOneWayLossMakesDisjointViewsThatStay(t *testing.T) {
	w := settled(t, 3, 1)
	w.run(time.Second, nil)
	w.cut[[3]int{0, 2, 0}] = true
	w.run(3*time.Second, nil)
	for i, want := range []int{2, 2, 1} {
		if got := len(w.nodes[i].view.Members); got != want {
			t.Errorf("n%d sees %d members, not %d", i+1, got, want)
		}
		w.nodes[i].changes = 0
	}
	w.run(20*time.Second, nil)
	for _, n := range w.nodes {
		if n.changes > 0 {
			t.Errorf("n%d changed its view %d times", n.id, n.changes)
		}
	}
	w.heal()
	if !w.run(20*time.Second, func() bool { return w.together() && len(w.nodes[0].view.Members) == 3 }) {
		t.Error("they do not come together again")
	}
}

// Of five nodes, the links between {1} and {4,5} are gone: {2,3,4,5} is the largest set that hears each other.
func TestTheLargestSetWins(t *testing.T) {
	w := settled(t, 5, 1)
	w.run(time.Second, nil)
	for _, far := range []int{3, 4} {
		w.cut[[3]int{0, far, 0}], w.cut[[3]int{far, 0, 0}] = true, true
	}
	w.run(3*time.Second, nil)
	for i, want := range []int{1, 4, 4, 4, 4} {
		if got := len(w.nodes[i].view.Members); got != want {
			t.Errorf("n%d sees %d members, not %d", i+1, got, want)
		}
	}
}

func TestALinkThatFlapsDoesNotMakeTheViewFlap(t *testing.T) {
	w := settled(t, 3, 1)
	w.run(time.Second, nil)
	for _, n := range w.nodes {
		n.changes = 0
	}
	for range 60 { // a second without, a second with
		w.partition([]int{0, 1}, []int{2})
		w.run(time.Second, nil)
		w.heal()
		w.run(time.Second, nil)
	}
	if n := w.nodes[0].changes; n > 20 {
		t.Errorf("%d views in two minutes", n)
	}
}

func TestOneLinkIsEnough(t *testing.T) {
	w := settled(t, 3, 2)
	was := w.nodes[0].view.ID
	for i := range 3 {
		for j := range 3 {
			w.cut[[3]int{i, j, 0}] = true
		}
	}
	w.run(3*time.Second, nil)
	if w.nodes[0].view.ID != was {
		t.Error("the loss of one of two links changed the view")
	}
	s := w.nodes[0].core.Status()
	if len(s.Peers) != 2 || s.Peers[0].Links[0] || !s.Peers[0].Links[1] {
		t.Errorf("the links are %+v", s.Peers)
	}
}

func TestALaterProcessWithTheSameIDStays(t *testing.T) {
	c := New(Config{Self: 1, Incarnation: 5, Nodes: testConfig(2, 1).Nodes, Links: 1, Heartbeat: time.Second, Dead: 3 * time.Second})
	w := newWorld(t, 1, 2, 1)
	w.nodes[0] = &simNode{id: 1, inc: 5, core: c, got: map[string]bool{}}
	w.step(w.nodes[0], Begin{})
	twin := New(Config{Self: 1, Incarnation: 4, Nodes: testConfig(2, 1).Nodes, Links: 1})
	w.step(w.nodes[0], Received{From: 1, Packet: twin.packet(kindHeartbeat).b})
	if w.nodes[0].core == nil {
		t.Fatal("the later one ended")
	}
	twin = New(Config{Self: 1, Incarnation: 6, Nodes: testConfig(2, 1).Nodes, Links: 1})
	w.step(w.nodes[0], Received{From: 1, Packet: twin.packet(kindHeartbeat).b})
	if w.nodes[0].core != nil {
		t.Fatal("the earlier one stays")
	}
}

// TestTheChoiceIsTheSameEverywhere compares what nodes with the same rows choose: the sets are disjoint and complete groups.
func TestTheChoiceIsTheSameEverywhere(t *testing.T) {
	for seed := range uint64(300) {
		w := newWorld(t, seed, 7, 1)
		rows := map[engine.NodeID]row{}
		for i := range 7 {
			r := row{id: engine.NodeID(i + 1), inc: 1, ver: 1, view: engine.ViewID{Epoch: uint64(w.rng.IntN(3)), Coordinator: 1}}
			for j := range 7 {
				if j != i && w.rng.IntN(3) > 0 {
					r.hears = append(r.hears, engine.NodeID(j+1))
				}
			}
			rows[r.id] = r
		}
		sets := map[string]int{}
		where := map[engine.NodeID]string{}
		for i := range 7 {
			cfg := w.conf
			cfg.Self, cfg.Incarnation = engine.NodeID(i+1), 1
			c := New(cfg)
			c.own = rows[cfg.Self]
			for _, p := range c.peers {
				p.inc, p.row = 1, rows[p.id]
				p.alive = contains(c.own.hears, p.id)
			}
			set, _ := c.choose()
			key := fmt.Sprint(set)
			sets[key]++
			for _, m := range set {
				if old, ok := where[m.id]; ok && old != key {
					t.Fatalf("seed %d: n%d is in %s and %s", seed, m.id, old, key)
				}
				where[m.id] = key
				for _, o := range set {
					if m != o && !contains(rows[m.id].hears, o.id) {
						t.Fatalf("seed %d: n%d does not hear n%d in %s", seed, m.id, o.id, key)
					}
				}
			}
		}
	}
}

// Nobody hears node 3: it asks for a new salt, again and again, and nobody else does.
func TestWhoIsHeardByNobodyRenews(t *testing.T) {
	w := settled(t, 3, 1)
	w.cut[[3]int{2, 0, 0}], w.cut[[3]int{2, 1, 0}] = true, true
	w.run(40*time.Second, nil)
	for i, want := range []int{0, 0, 2} {
		if got := w.nodes[i].renewed; got != want {
			t.Errorf("n%d renewed %d times, not %d", i+1, got, want)
		}
	}
}
