package errand

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pacer/engine"
	"pacer/exitcode"
	"pacer/machine"
	"pacer/message"
)

// world is three nodes, numbered from 1, that hear all messages in one order.
type world struct {
	now   time.Duration
	cores []*Core
	view  engine.View
	bus   []Delivered
	// finished and works are what the nodes wanted, by node.
	finished [][]Finished
	works    [][]Work
	timers   []map[string]time.Duration
}

func newWorld() *world {
	w := &world{finished: make([][]Finished, 3), works: make([][]Work, 3)}
	for i := range 3 {
		id := engine.NodeID(i + 1)
		w.cores = append(w.cores, New(Config{Self: id, Process: uint64(100 + i)}))
		w.view.Members = append(w.view.Members, engine.Member{ID: id, Name: fmt.Sprint("n", id), Incarnation: 1, Attached: true, Attachment: 1})
		w.timers = append(w.timers, map[string]time.Duration{})
	}
	w.show()
	return w
}

// show tells everybody the view.
func (w *world) show() {
	for i := range w.cores {
		w.step(i, View{w.view})
	}
}

func (w *world) step(i int, ev Event) {
	for _, f := range w.cores[i].Step(machine.Now{Mono: w.now}, ev) {
		switch f := f.(type) {
		case Broadcast:
			w.bus = append(w.bus, Delivered{engine.NodeID(i + 1), f.Envelope})
		case Finished:
			w.finished[i] = append(w.finished[i], f)
		case Work:
			w.works[i] = append(w.works[i], f)
		case SetTimer:
			w.timers[i][f.Key] = f.At
		case CancelTimer:
			delete(w.timers[i], f.Key)
		}
	}
}

// deliver hands on the oldest message; false when there is none.
func (w *world) deliver() bool {
	if len(w.bus) == 0 {
		return false
	}
	d := w.bus[0]
	w.bus = w.bus[1:]
	for i := range w.cores {
		if m, here := w.view.Member(engine.NodeID(i + 1)); here && m.Attached {
			w.step(i, d)
		}
	}
	return true
}

func (w *world) settle() {
	for w.deliver() {
	}
}

// work lets a node end its oldest errand.
func (w *world) work(i int, d Done) {
	d.Run = w.works[i][0].Run
	w.works[i] = w.works[i][1:]
	w.step(i, d)
}

func told(f Finished) string {
	var b strings.Builder
	fmt.Fprint(&b, f.ID)
	for _, a := range f.Answers {
		fmt.Fprintf(&b, " %d:%d:%s%s", a.Node, a.Code, a.Body, a.Problem)
	}
	return b.String()
}

func TestEverybodyIsAskedAndHeard(t *testing.T) {
	w := newWorld()
	w.step(1, Request{ID: 7, Task: "count", Body: []byte("sheep"), Timeout: time.Minute, Principal: message.Principal{User: "root"}, Cause: "c"})
	w.settle()
	for i := range 3 {
		if got := w.works[i]; len(got) != 1 || got[0].Task != "count" || string(got[0].Body) != "sheep" || got[0].Principal.User != "root" || got[0].Cause != "c" {
			t.Fatalf("node %d: %+v", i+1, got)
		}
	}
	w.work(2, Done{Body: []byte("three")})
	w.work(0, Done{Code: exitcode.OSErr, Problem: "asleep"})
	w.settle()
	if len(w.finished[1]) != 0 {
		t.Fatal("finished before all have answered")
	}
	w.work(1, Done{Body: []byte("two")})
	w.settle()
	if len(w.finished[1]) != 1 || told(w.finished[1][0]) != "7 1:71:asleep 2:0:two 3:0:three" {
		t.Errorf("%v", w.finished[1])
	}
	if len(w.timers[1]) != 0 || len(w.finished[0])+len(w.finished[2]) != 0 {
		t.Error("something is left, or somebody else was answered")
	}
}

func TestOnlyTheNamedWork(t *testing.T) {
	w := newWorld()
	w.step(0, Request{ID: 1, Nodes: []engine.NodeID{3, 9}, Task: "x", Timeout: time.Minute})
	w.settle()
	if len(w.works[0])+len(w.works[1]) != 0 || len(w.works[2]) != 1 {
		t.Fatal("the wrong ones work")
	}
	w.work(2, Done{})
	w.settle()
	if told(w.finished[0][0]) != "1 3:0: 9:102:the node is not a member of the cluster now" {
		t.Error(told(w.finished[0][0]))
	}
	w.step(0, Request{ID: 2, Nodes: []engine.NodeID{9}, Task: "x", Timeout: time.Minute})
	if len(w.finished[0]) != 2 || len(w.bus) != 0 || len(w.timers[0]) != 0 {
		t.Error("asking nobody takes time")
	}
}

// A node that goes, or whose manager is another one, has answered with an error.
func TestWhoGoesHasAnswered(t *testing.T) {
	w := newWorld()
	w.step(0, Request{ID: 1, Task: "x", Timeout: time.Minute})
	w.settle()
	w.work(0, Done{})
	w.settle()
	w.view.Members = slices.Clone(w.view.Members)
	w.view.Members[1].Attachment++
	w.view.Members[2].Attached = false
	w.show()
	if len(w.finished[0]) != 1 || told(w.finished[0][0]) != "1 1:0: 2:102:the node has left the cluster 3:102:the node has left the cluster" {
		t.Errorf("%v", w.finished[0])
	}
	w.work(1, Done{Body: []byte("too late")})
	w.settle()
	if len(w.finished[0]) != 1 {
		t.Error("answered twice")
	}
}

func TestTimeIsLimited(t *testing.T) {
	w := newWorld()
	w.step(0, Request{ID: 1, Task: "x", Timeout: time.Minute})
	w.settle()
	w.work(0, Done{})
	w.settle()
	if w.timers[0]["1"] != time.Minute {
		t.Fatal(w.timers[0])
	}
	w.now = time.Minute
	w.step(0, TimerFired{"1"})
	if told(w.finished[0][0]) != "1 1:0: 2:124:the node has not answered in time 3:124:the node has not answered in time" {
		t.Error(told(w.finished[0][0]))
	}
	w.step(0, TimerFired{"1"})
	w.step(0, TimerFired{"nonsense"})
	if len(w.finished[0]) != 1 {
		t.Error("answered twice")
	}
}

func TestABusyNodeRefuses(t *testing.T) {
	w := newWorld()
	for id := range uint64(maxAtWork + 1) {
		w.step(0, Request{ID: id, Nodes: []engine.NodeID{2}, Task: "x", Timeout: time.Minute})
	}
	w.settle()
	if len(w.works[1]) != maxAtWork || len(w.finished[0]) != 1 || w.finished[0][0].Answers[0].Code != exitcode.TempFail {
		t.Errorf("%d at work, %v", len(w.works[1]), w.finished[0])
	}
	w.work(1, Done{})
	w.settle()
	w.step(0, Request{ID: 99, Nodes: []engine.NodeID{2}, Task: "x", Timeout: time.Minute})
	w.settle()
	if len(w.works[1]) != maxAtWork {
		t.Error("a free place is not used")
	}
}

// Answers to an earlier manager of the node, from those who were not asked, and nonsense are not taken.
func TestForeignAnswers(t *testing.T) {
	w := newWorld()
	w.step(0, Request{ID: 1, Nodes: []engine.NodeID{2}, Task: "x", Timeout: time.Minute})
	w.settle()
	say := func(from engine.NodeID, to uint32, body string) {
		w.step(0, Delivered{from, message.Envelope{Kind: kindAnswer, To: to, Body: []byte(body)}})
	}
	say(2, 1, `{"id":1,"process":99}`)
	say(3, 1, `{"id":1,"process":100}`)
	say(2, 3, `{"id":1,"process":100}`)
	say(2, 1, `{"id":5,"process":100}`)
	say(2, 1, `nonsense`)
	w.step(0, Delivered{2, message.Envelope{Kind: kindAsk, Body: []byte(`nonsense`)}})
	w.step(0, Delivered{2, message.Envelope{Kind: "errand.of-a-later-version"}})
	w.step(0, Done{Run: 42})
	if len(w.finished[0]) != 0 || len(w.works[0]) != 0 || len(w.bus) != 0 {
		t.Error("taken")
	}
	say(2, 1, `{"id":1,"process":100,"later":"field of a newer version"}`)
	if len(w.finished[0]) != 1 {
		t.Error("the right one is not taken")
	}
}

// Whatever happens in whatever order, every request is answered once, with one answer of each node that was meant.
func TestEveryRequestEndsOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld()
		asked := 0
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			i := rapid.IntRange(0, 2).Draw(t, "node")
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0:
				asked++
				w.step(0, Request{ID: uint64(asked), Task: "x", Timeout: time.Minute,
					Nodes: []engine.NodeID{1, 2, 3}[:rapid.IntRange(1, 3).Draw(t, "many")]})
			case 1, 2:
				w.deliver()
			case 3:
				if len(w.works[i]) > 0 {
					w.work(i, Done{Body: []byte("done")})
				}
			case 4:
				if i > 0 {
					w.view.Members = slices.Clone(w.view.Members)
					w.view.Members[i].Attached = !w.view.Members[i].Attached
					w.view.Members[i].Attachment++
					w.show()
				}
			case 5:
				for _, key := range slices.Sorted(maps.Keys(w.timers[0]))[:min(1, len(w.timers[0]))] {
					w.step(0, TimerFired{key})
				}
			}
		}
		for _, key := range slices.Sorted(maps.Keys(w.timers[0])) {
			w.step(0, TimerFired{key})
		}
		seen := map[uint64]bool{}
		for _, f := range w.finished[0] {
			if seen[f.ID] || len(f.Answers) == 0 {
				t.Fatalf("%v", f)
			}
			seen[f.ID] = true
			for i, a := range f.Answers {
				if a.Node != engine.NodeID(i+1) {
					t.Fatalf("%v", f)
				}
			}
		}
		if len(seen) != asked || len(w.cores[0].errands) != 0 {
			t.Fatalf("%d asked, %d answered", asked, len(seen))
		}
	})
}
