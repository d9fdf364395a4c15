package attributes

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pacer/cib"
	"pacer/engine"
	"pacer/machine"
	"pacer/xmltree"
)

// world is members that hear views and messages in one order, and a CIB that the writer's writes go into.
type world struct {
	fail    func(string, ...any)
	cores   map[engine.NodeID]*Core
	order   []engine.NodeID
	nodes   []engine.Member
	group   map[engine.NodeID][]engine.NodeID
	epoch   uint64
	count   uint64
	now     time.Duration
	doc     *cib.Document
	refuse  bool // the CIB refuses writes
	timers  map[string]time.Duration
	answers map[uint64]string
	writes  int
	queue   []sent
}

type sent struct {
	from engine.NodeID
	to   []engine.NodeID
	ev   Delivered
}

func newWorld(t interface{ Fatalf(string, ...any) }, n int) *world {
	w := &world{fail: t.Fatalf, cores: map[engine.NodeID]*Core{}, group: map[engine.NodeID][]engine.NodeID{}, doc: cib.Empty(),
		timers: map[string]time.Duration{}, answers: map[uint64]string{}}
	for i := range n {
		w.nodes = append(w.nodes, engine.Member{ID: engine.NodeID(i + 1), Name: fmt.Sprintf("n%d", i+1)})
	}
	for _, m := range w.nodes {
		w.order = append(w.order, m.ID)
		w.boot(m.ID, false)
	}
	return w
}

func (w *world) boot(id engine.NodeID, restarted bool) {
	w.cores[id] = New(Config{Self: id, Name: w.nodes[id-1].Name, Nodes: w.nodes, Restarted: restarted})
	w.step(id, CIB{Root: w.doc.Root()})
	w.nodes[id-1].Attachment++
	if !restarted {
		w.nodes[id-1].Incarnation++
	}
}

func (w *world) clock() machine.Now { return machine.Now{Mono: w.now} }

func (w *world) step(id engine.NodeID, ev Event) {
	for _, f := range w.cores[id].Step(w.clock(), ev) {
		switch f := f.(type) {
		case Broadcast:
			w.count++
			w.queue = append(w.queue, sent{id, w.group[id], Delivered{From: id, Order: w.count, Envelope: f.Envelope}})
		case Write:
			w.writes++
			ok := !w.refuse
			if ok {
				d, _, err := cib.Apply(w.doc, f.Ops, cib.ApplyOptions{})
				if err != nil {
					w.fail("a write was refused: %v", err)
				}
				w.doc = d
				for _, x := range w.order {
					w.step(x, CIB{Root: d.Root()})
				}
			}
			w.step(id, Written{f.ID, ok})
		case Answer:
			w.answers[f.ID] = f.Err
		case SetTimer:
			w.timers[fmt.Sprintf("%d/%s", id, f.Key)] = f.At
		}
	}
}

// view forms one view of the members; the first of them writes.
func (w *world) view(ids ...engine.NodeID) {
	w.epoch++
	v := engine.View{ID: engine.ViewID{Epoch: w.epoch, Coordinator: ids[0]}}
	for _, id := range ids {
		m := w.nodes[id-1]
		m.Attached = true
		v.Members = append(v.Members, m)
		w.group[id] = ids
	}
	for _, id := range ids {
		w.step(id, View{v})
		w.step(id, Writer{id == ids[0]})
	}
	w.settle()
}

func (w *world) settle() {
	for len(w.queue) > 0 {
		s := w.queue[0]
		w.queue = w.queue[1:]
		for _, id := range s.to {
			if slices.Equal(w.group[id], s.to) {
				w.step(id, s.ev)
			}
		}
	}
}

func (w *world) advance(d time.Duration) {
	w.now += d
	keys := make([]string, 0, len(w.timers))
	for k := range w.timers {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		if w.timers[k] > w.now {
			continue
		}
		delete(w.timers, k)
		id, key, _ := strings.Cut(k, "/")
		w.step(engine.NodeID(id[0]-'0'), TimerFired{key})
	}
	w.settle()
}

func (w *world) set(id engine.NodeID, u Update) {
	w.step(id, u)
	w.settle()
}

// inCIB lists what the CIB holds, as "node name=value".
func (w *world) inCIB() string {
	var out []string
	for s := range w.doc.Status().Elements("node_state") {
		for set := range s.First("transient_attributes").Elements() {
			for nv := range set.Elements() {
				out = append(out, s.Get("uname")+" "+nv.Get("name")+"="+nv.Get("value"))
			}
		}
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func (w *world) known(id engine.NodeID) string {
	var out []string
	for _, v := range w.cores[id].Values() {
		out = append(out, v.Node+" "+v.Name+"="+v.Text)
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

func want(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestSetDeleteAndArithmetic(t *testing.T) {
	w := newWorld(t, 2)
	w.view(1, 2)
	w.set(2, Update{ID: 7, Action: Set, Name: "a", Value: "1"})
	want(t, w.inCIB(), "n2 a=1")
	want(t, w.known(1), "n2 a=1")
	if _, ok := w.answers[7]; !ok {
		t.Error("not answered")
	}
	w.set(1, Update{Action: Set, Name: "a", Value: "value++", Node: "n2"})
	w.set(1, Update{Action: Set, Name: "a", Value: "value+=5", Node: "n2"})
	want(t, w.inCIB(), "n2 a=7")
	w.set(2, Update{Action: Delete, Name: "a"})
	want(t, w.inCIB(), "")
	w.set(2, Update{ID: 8, Action: Delete, Name: "unknown"})
	if why, ok := w.answers[8]; !ok || why != "" {
		t.Error("deleting the unknown must succeed", why)
	}
}

func TestTwoIncrementsAtOnceAreTwo(t *testing.T) {
	w := newWorld(t, 2)
	w.view(1, 2)
	w.step(1, Update{Action: Set, Name: "c", Value: "value++", Node: "n1"})
	w.step(2, Update{Action: Set, Name: "c", Value: "value++", Node: "n1"})
	w.settle()
	want(t, w.inCIB(), "n1 c=2")
}

func TestADelayMakesOneWriteOfMany(t *testing.T) {
	w := newWorld(t, 1)
	w.view(1)
	w.set(1, Update{Action: SetBoth, Name: "ping", Value: "100", Delay: 5 * time.Second})
	want(t, w.inCIB(), "")
	w.advance(4 * time.Second)
	w.set(1, Update{Action: Set, Name: "ping", Value: "200", Delay: time.Second, HasDelay: true})
	w.advance(4 * time.Second)
	want(t, w.inCIB(), "")
	w.advance(time.Second)
	want(t, w.inCIB(), "n1 ping=200")
	if w.writes != 1 {
		t.Errorf("%d writes", w.writes)
	}
}

func TestPrivateAttributesStayOut(t *testing.T) {
	w := newWorld(t, 2)
	w.view(1, 2)
	w.set(1, Update{Action: Set, Name: "p", Value: "x", Private: true})
	want(t, w.inCIB(), "")
	want(t, w.known(2), "n1 p=x")
}

func TestPatterns(t *testing.T) {
	w := newWorld(t, 1)
	w.view(1)
	for _, n := range []string{"XAX", "XBX", "XCX"} {
		w.set(1, Update{Action: Set, Name: n, Value: "1"})
	}
	w.set(1, Update{Action: Set, Pattern: "X[A|B]X", Value: "2"})
	want(t, w.inCIB(), "n1 XAX=2, n1 XBX=2, n1 XCX=1")
	w.set(1, Update{Action: Delete, Pattern: "X[A|B]X"})
	want(t, w.inCIB(), "n1 XCX=1")
	w.set(1, Update{ID: 3, Action: Set, Pattern: "(", Value: "2"})
	if w.answers[3] == "" {
		t.Error("a broken pattern was accepted")
	}
}

func TestClear(t *testing.T) {
	w := newWorld(t, 2)
	w.view(1, 2)
	for _, n := range []string{"fail-count-a#monitor_10000", "last-failure-a#monitor_10000", "fail-count-a#start_0", "fail-count-b#start_0", "other"} {
		w.set(1, Update{Action: Set, Name: n, Value: "1"})
	}
	w.set(2, Update{Action: Set, Name: "fail-count-a#start_0", Value: "1"})
	w.step(2, Clear{Resource: "a", Operation: "monitor", Interval: 10 * time.Second})
	w.settle()
	want(t, w.inCIB(), "n1 fail-count-a#start_0=1, n1 fail-count-b#start_0=1, n1 other=1, n2 fail-count-a#start_0=1")
	w.step(2, Clear{Resource: "a", Node: "n1"})
	w.settle()
	want(t, w.inCIB(), "n1 fail-count-b#start_0=1, n1 other=1, n2 fail-count-a#start_0=1")
	w.step(2, Clear{})
	w.settle()
	want(t, w.inCIB(), "n1 other=1")
}

func TestALostNodeTakesItsValuesAndBringsThemBack(t *testing.T) {
	w := newWorld(t, 3)
	w.view(1, 2, 3)
	w.set(3, Update{Action: Set, Name: "a", Value: "1"})
	w.view(1, 2)
	want(t, w.known(1), "")
	w.view(3)
	w.set(3, Update{Action: Set, Name: "a", Value: "2"})
	w.view(1, 2, 3)
	want(t, w.known(1), "n3 a=2")
}

func TestARestartedManagerFindsItsValues(t *testing.T) {
	w := newWorld(t, 2)
	w.view(1, 2)
	w.set(2, Update{Action: Set, Name: "a", Value: "1"})
	w.boot(2, true)
	w.view(1, 2)
	want(t, w.known(2), "n2 a=1")
	// Also when nobody else is there to tell.
	w.view(2)
	w.boot(2, true)
	w.view(2)
	want(t, w.known(2), "n2 a=1")
	// But not after a boot.
	w.boot(2, false)
	w.view(1, 2)
	want(t, w.known(1), "")
}

func TestARefusedWriteIsTriedAgain(t *testing.T) {
	w := newWorld(t, 1)
	w.view(1)
	w.refuse = true
	w.set(1, Update{Action: Set, Name: "a", Value: "1"})
	if w.cores[1].Busy() {
		t.Error("decisions must not wait for a write that is refused")
	}
	w.refuse = false
	w.advance(3 * time.Second)
	want(t, w.inCIB(), "n1 a=1")
}

func TestTheNextWriterWritesWhatIsMissing(t *testing.T) {
	w := newWorld(t, 2)
	w.view(1, 2)
	w.set(2, Update{Action: SetBoth, Name: "a", Value: "1", Delay: time.Minute})
	want(t, w.inCIB(), "")
	w.view(2)
	want(t, w.inCIB(), "n2 a=1")
}

// replaceStatus gives the CIB another status section, as a tool does.
func (w *world) replaceStatus(status string) {
	data, err := xmltree.ParseString(status)
	if err != nil {
		w.fail("%v", err)
	}
	d, _, err := cib.Apply(w.doc, []cib.Op{{Kind: cib.OpReplace, Section: "status", Data: data}}, cib.ApplyOptions{})
	if err != nil {
		w.fail("the status was refused: %v", err)
	}
	w.doc = d
	for _, x := range w.order {
		w.step(x, CIB{Root: d.Root(), Foreign: true})
	}
	w.settle()
}

const strangeStatus = `<status><node_state id="1" uname="n1"><transient_attributes id="1"><instance_attributes id="status-1">
<nvpair id="s1" name="fail-count-d#monitor_10000" value="3"/><nvpair id="s2" name="a" value="old"/></instance_attributes>
</transient_attributes></node_state></status>`

func TestAReplacedStatusIsOverwritten(t *testing.T) {
	w := newWorld(t, 2)
	w.view(1, 2)
	w.set(1, Update{Action: Set, Name: "a", Value: "1", Node: "n1"})
	w.set(1, Update{Action: Set, Name: "b", Value: "2", Node: "n2"})
	w.set(1, Update{Action: Set, Name: "gone", Value: "2", Node: "n1"})
	w.set(1, Update{Action: Delete, Name: "gone", Node: "n1"})
	w.set(1, Update{Action: Set, Name: "secret", Value: "3", Node: "n1", Private: true})
	w.replaceStatus(strings.Replace(strangeStatus, "<nvpair", `<nvpair id="s0" name="gone" value="1"/><nvpair`, 1))
	want(t, w.inCIB(), "n1 a=1, n2 b=2")
	for _, id := range w.order {
		if w.cores[id].Busy() {
			t.Errorf("node %d is busy still", id)
		}
	}
	w.replaceStatus(`<status/>`)
	want(t, w.inCIB(), "n1 a=1, n2 b=2")
	before := w.writes
	w.replaceStatus(w.doc.Status().String())
	if w.writes != before {
		t.Error("written although nothing differs")
	}
}

func TestAStatusThatCannotBePutRightIsTriedAgain(t *testing.T) {
	w := newWorld(t, 2)
	w.view(1, 2)
	w.refuse = true
	w.replaceStatus(strangeStatus)
	if w.cores[1].Busy() {
		t.Error("decisions wait for a write that rests")
	}
	w.set(2, Update{Action: Set, Name: "fail-count-d#monitor_10000", Value: "1", Node: "n1"})
	w.refuse = false
	w.advance(retryAfter)
	want(t, w.inCIB(), "n1 fail-count-d#monitor_10000=1")
}

// The writer may be lost before it could put the status right, and a replacement may name nodes that are away.
func TestTheNextWriterPutsTheStatusRight(t *testing.T) {
	w := newWorld(t, 3)
	w.view(1, 2, 3)
	w.refuse = true
	w.replaceStatus(strangeStatus)
	w.refuse = false
	w.view(2, 3)
	want(t, w.inCIB(), "n1 a=old, n1 fail-count-d#monitor_10000=3")
	w.view(1, 2, 3)
	w.advance(retryAfter)
	want(t, w.inCIB(), "")
}

func TestExpand(t *testing.T) {
	for _, c := range [][3]string{
		{"", "value++", "1"}, {"3", "++", "4"}, {"3", "value--", "2"}, {"3", "value+=10", "13"}, {"3", "value-=10", "-7"},
		{"x", "value++", "1"}, {"999999", "value++", "INFINITY"}, {"INFINITY", "value++", "INFINITY"}, {"1", "plain", "plain"},
		{"1", "value+=x", "value+=x"}, {"1", "v", "v"}, {"1", "", ""},
	} {
		if got := Expand(c[0], c[1]); got != c[2] {
			t.Errorf("Expand(%q, %q) = %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

// Whatever partitions and merges there were: members of one view know the same, and the CIB shows it.
func TestMembersAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t, 3)
		w.view(1, 2, 3)
		for range rapid.IntRange(1, 25).Draw(t, "steps") {
			id := engine.NodeID(rapid.IntRange(1, 3).Draw(t, "node"))
			switch rapid.IntRange(0, 9).Draw(t, "what") {
			case 0:
				w.view(1, 2, 3)
			case 1:
				alone := id
				rest := slices.DeleteFunc([]engine.NodeID{1, 2, 3}, func(x engine.NodeID) bool { return x == alone })
				w.view(rest...)
				w.view(alone)
			case 2:
				w.boot(id, rapid.Bool().Draw(t, "restarted"))
				w.view(1, 2, 3)
			case 3:
				w.step(id, Clear{})
				w.settle()
			default:
				w.step(id, Update{Action: Set, Name: rapid.SampledFrom([]string{"a", "b", "fail-count-x"}).Draw(t, "name"),
					Value: rapid.SampledFrom([]string{"1", "2", "value++"}).Draw(t, "value"),
					Node:  rapid.SampledFrom([]string{"", "n1", "n2"}).Draw(t, "on")})
				if rapid.Bool().Draw(t, "settle") {
					w.settle()
				}
			}
		}
		w.view(1, 2, 3)
		for _, id := range w.order[1:] {
			if w.known(id) != w.known(1) {
				t.Fatalf("%d knows %q, 1 knows %q", id, w.known(id), w.known(1))
			}
		}
		for _, line := range strings.Split(w.known(1), ", ") {
			if line != "" && !strings.Contains(", "+w.inCIB()+",", ", "+line+",") {
				t.Fatalf("the CIB has %q, known is %q", w.inCIB(), w.known(1))
			}
		}
	})
}

// TestWhatComesTogetherGoesTogether: updates that come while others are on their way make few messages, and each is answered, in order,
// and does what it would do alone.
func TestWhatComesTogetherGoesTogether(t *testing.T) {
	w := newWorld(t, 3)
	w.view(1, 2, 3)
	before := w.count
	for i := range 100 {
		w.step(2, Update{ID: uint64(i + 1), Action: Set, Name: "counter", Value: "value++"})
	}
	w.step(2, Clear{ID: 101})
	w.step(2, Update{ID: 102, Action: Delete, Name: "nothing"})
	w.settle()
	for id := range uint64(102) {
		if why, ok := w.answers[id+1]; !ok || why != "" {
			t.Errorf("update %d: answered %v %q", id+1, ok, why)
		}
	}
	for id, c := range w.cores {
		if v, _ := c.Value("counter", "n2"); v != "100" {
			t.Errorf("n%d has %q", id, v)
		}
	}
	if n := w.count - before; n > 8 {
		t.Errorf("%d messages", n)
	}
}

// TestADelayThatIsOverWaitsForTheWriteUnderWay: no timer is set for the past, which would come again and again.
func TestADelayThatIsOverWaitsForTheWriteUnderWay(t *testing.T) {
	c := New(Config{Self: 1, Name: "n1", Nodes: []engine.Member{{ID: 1, Name: "n1"}}})
	at := func(d time.Duration) machine.Now { return machine.Now{Mono: time.Hour + d} }
	var order uint64
	writes := 0
	var last uint64
	// do steps, delivers what is said, and counts writes, which stay under way.
	var do func(now machine.Now, ev Event)
	do = func(now machine.Now, ev Event) {
		for _, f := range c.Step(now, ev) {
			switch f := f.(type) {
			case Broadcast:
				order++
				do(now, Delivered{From: 1, Order: order, Envelope: f.Envelope})
			case Write:
				writes++
				last = f.ID
			case SetTimer:
				if f.At <= now.Mono {
					t.Errorf("a timer is set for %v, and it is %v", f.At, now.Mono)
				}
			}
		}
	}
	do(at(0), CIB{Root: cib.Empty().Root()})
	me := engine.Member{ID: 1, Name: "n1", Incarnation: 1, Attached: true, Attachment: 1}
	do(at(0), View{engine.View{ID: engine.ViewID{Epoch: 1, Coordinator: 1}, Members: []engine.Member{me}}})
	do(at(0), Writer{true})
	do(at(0), Update{ID: 1, Action: SetBoth, Name: "late", Value: "1", Delay: time.Second})
	do(at(0), Update{ID: 2, Action: Set, Name: "now", Value: "1"})
	if writes != 1 {
		t.Fatalf("%d writes are under way, not one", writes)
	}
	do(at(2*time.Second), TimerFired{timerDelay})
	do(at(3*time.Second), Written{last, true})
	if writes != 2 {
		t.Errorf("%d writes: the delayed value does not follow the one that was in its way", writes)
	}
}
