package election

import (
	"slices"
	"testing"
	"time"

	"pacer/engine"
	"pacer/machine"
)

// world is a set of members that hear the same events in the same order.
type world struct {
	t     *testing.T
	cores map[engine.NodeID]*Core
	dc    map[engine.NodeID]Elected
	epoch uint64
	now   time.Duration
}

func newWorld(t *testing.T, features ...string) *world {
	w := &world{t: t, cores: map[engine.NodeID]*Core{}, dc: map[engine.NodeID]Elected{}}
	for i, f := range features {
		id := engine.NodeID(i + 1)
		w.cores[id] = New(Config{Self: id, FeatureSet: f})
	}
	return w
}

// view gives the members a view; negative ids are members without manager.
func (w *world) view(ids ...int) {
	w.epoch++
	v := engine.View{ID: engine.ViewID{Epoch: w.epoch, Coordinator: 1}}
	for _, id := range ids {
		m := engine.Member{ID: engine.NodeID(max(id, -id)), Attached: id > 0, Incarnation: 1, Attachment: 1}
		v.Members = append(v.Members, m)
	}
	type sent struct {
		from engine.NodeID
		ev   Delivered
	}
	var queue []sent
	step := func(id engine.NodeID, ev Event) {
		for _, f := range w.cores[id].Step(machine.Now{Mono: w.now}, ev) {
			switch f := f.(type) {
			case Broadcast:
				queue = append(queue, sent{id, Delivered{id, f.Envelope}})
			case Elected:
				w.dc[id] = f
			}
		}
	}
	members := v.Attached()
	for _, m := range members {
		step(m.ID, ViewChanged{v})
	}
	for ; len(queue) > 0; queue = queue[1:] {
		for _, m := range members {
			step(m.ID, queue[0].ev)
		}
	}
	w.now += time.Minute
}

func (w *world) expect(dc engine.NodeID, ids ...engine.NodeID) {
	w.t.Helper()
	for _, id := range ids {
		if e := w.dc[id]; e.DC != dc || !e.Final {
			w.t.Errorf("member %d elected %+v, want %d", id, e, dc)
		}
	}
}

func TestTheLowestIDWinsAtFirst(t *testing.T) {
	w := newWorld(t, "3.20", "3.20", "3.20")
	w.view(1, 2, 3)
	w.expect(1, 1, 2, 3)
	if w.dc[1].Formed {
		t.Error("a first election cannot know of a DC")
	}
}

func TestTheIncumbentStays(t *testing.T) {
	w := newWorld(t, "3.20", "3.20", "3.20")
	w.view(2, 3)
	w.expect(2, 2, 3)
	w.cores[2].Step(machine.Now{}, Acting{true})
	w.view(1, 2, 3)
	w.expect(2, 1, 2, 3)
	if !w.dc[1].Formed {
		t.Error("the newcomer does not know that the cluster is at work")
	}
}

func TestAnOldFeatureSetWins(t *testing.T) {
	w := newWorld(t, "3.20.5", "3.20.5", "3.9.1")
	w.view(1, 2)
	w.cores[1].Step(machine.Now{}, Acting{true})
	w.view(1, 2, 3)
	w.expect(3, 1, 2, 3)
	if w.dc[1].FeatureSet != "3.9.1" {
		t.Errorf("the view works at %s", w.dc[1].FeatureSet)
	}
}

func TestAMemberWithoutManagerIsNeverDC(t *testing.T) {
	w := newWorld(t, "3.20", "3.20", "3.20")
	w.view(1, 2, 3)
	w.cores[1].Step(machine.Now{}, Acting{true})
	w.view(-1, 2, 3)
	w.expect(2, 2, 3)
}

func TestTheDCGoesOnAtOnceWhenOthersAreLost(t *testing.T) {
	c := New(Config{Self: 1, FeatureSet: "3.20"})
	w := &world{t: t, cores: map[engine.NodeID]*Core{1: c, 2: New(Config{Self: 2, FeatureSet: "3.20"})}, dc: map[engine.NodeID]Elected{}}
	w.view(1, 2)
	v := engine.View{ID: engine.ViewID{Epoch: 9}, Members: []engine.Member{{ID: 1, Attached: true, Incarnation: 1, Attachment: 1}}}
	effects := c.Step(machine.Now{}, ViewChanged{v})
	if !slices.ContainsFunc(effects, func(f Effect) bool { e, ok := f.(Elected); return ok && e.DC == 1 && !e.Final }) {
		t.Errorf("it waits: %+v", effects)
	}
}

func TestALeavingMemberIsAvoided(t *testing.T) {
	w := newWorld(t, "3.20", "3.20")
	w.cores[1].Step(machine.Now{}, Leaving{})
	w.view(1, 2)
	w.expect(2, 1, 2)
}
