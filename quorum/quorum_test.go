package quorum

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"pacer/engine"
	"pacer/machine"
)

// TestConversations plays testdata with one core for every node of a small cluster, joined by a perfect order: "new" makes them;
// "split 1 2 | 3" gives every part its view ("3-" is a member without a manager) and lets their words pass; "restart 3" makes a core
// anew; "tell" gives a node an event; "wait" lets time pass. What is printed is each part's judgement; parts where members judge
// differently fail.
func TestConversations(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		var c *cluster
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			switch d.Cmd {
			case "new":
				c = newCluster(t, parseConfig(t, d.CmdArgs))
				return "ok\n"
			case "restart":
				for _, a := range d.CmdArgs {
					c.restart(nodeID(t, a.Key))
				}
				return "ok\n"
			case "split":
				return c.split(d.CmdArgs)
			case "tell":
				id := nodeID(t, d.CmdArgs[0].Key)
				return c.tell(id, parseEvent(t, d.CmdArgs[1:]))
			case "wait":
				by, err := time.ParseDuration(d.CmdArgs[0].Key)
				if err != nil {
					t.Fatal(err)
				}
				return c.wait(by)
			}
			t.Fatalf("unknown command %s", d.Cmd)
			return ""
		})
	})
}

func parseConfig(t *testing.T, args []datadriven.CmdArg) Config {
	cfg := Config{Counted: true}
	for _, a := range args {
		number := func() int {
			n, err := strconv.Atoi(a.Vals[0])
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		switch a.Key {
		case "nodes":
			for _, v := range a.Vals {
				id, votes, _ := strings.Cut(v, ":")
				n := Node{ID: nodeID(t, id), Votes: 1}
				if votes != "" {
					n.Votes, _ = strconv.Atoi(votes)
				}
				cfg.Nodes = append(cfg.Nodes, n)
			}
		case "two_node":
			cfg.TwoNode = true
		case "wait_for_all":
			cfg.WaitForAll = true
		case "uncounted":
			cfg.Counted = false
		case "expected":
			cfg.Expected = number()
		case "tie":
			cfg.TieBreaker.On = true
			for _, v := range a.Vals {
				if v == "highest" {
					cfg.TieBreaker.Highest = true
				} else if v != "lowest" {
					cfg.TieBreaker.Nodes = append(cfg.TieBreaker.Nodes, nodeID(t, v))
				}
			}
		case "last_man_standing":
			cfg.LastManStanding = 10 * time.Second
		case "allow_downscale":
			cfg.Downscale = true
		case "tracking":
			cfg.Tracking = true
		default:
			t.Fatalf("unknown argument %s", a.Key)
		}
	}
	return cfg
}

func parseEvent(t *testing.T, args []datadriven.CmdArg) Event {
	value := func(i int) int {
		n, err := strconv.Atoi(args[i].Vals[0])
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	switch args[0].Key {
	case "expected":
		return Change{Expected: value(0)}
	case "votes":
		return Change{Votes: value(0), Node: engine.NodeID(value(1))}
	case "leave":
		return Leave{}
	case "detached":
		return Detached{}
	}
	t.Fatalf("unknown event %s", args[0].Key)
	return nil
}

func nodeID(t *testing.T, s string) engine.NodeID {
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return engine.NodeID(n)
}

// cluster is cores that share a perfect order in each view.
type cluster struct {
	t     testing.TB
	cfg   Config
	now   time.Duration
	epoch uint64
	nodes map[engine.NodeID]*testNode
	parts []*part
	// silent are members whose words get lost: their program knows none.
	silent map[engine.NodeID]bool
}

type testNode struct {
	id      engine.NodeID
	core    *Core
	seen    bool
	tracked int
	timers  map[string]time.Duration
	last    *Judged
	part    *part
	passed  []string
}

// part is the members of one view, with the order of their words.
type part struct {
	view  Viewed
	nodes []*testNode
	order []engine.Delivered
}

func newCluster(t testing.TB, cfg Config) *cluster {
	c := &cluster{t: t, cfg: cfg, nodes: map[engine.NodeID]*testNode{}, silent: map[engine.NodeID]bool{}}
	for _, n := range cfg.Nodes {
		c.restart(n.ID)
	}
	return c
}

func (c *cluster) restart(id engine.NodeID) {
	cfg, tracked := c.cfg, 0
	if old := c.nodes[id]; old != nil {
		tracked = old.tracked
	}
	cfg.Self, cfg.Tracked = id, tracked
	c.nodes[id] = &testNode{id: id, core: New(cfg), tracked: tracked, timers: map[string]time.Duration{}}
}

func (c *cluster) step(n *testNode, ev Event) {
	for _, e := range n.core.Step(machine.Now{Mono: c.now}, ev) {
		switch e := e.(type) {
		case Judged:
			n.last = &e
		case Send:
			if !c.silent[n.id] {
				n.part.order = append(n.part.order, engine.Delivered{Sender: n.id, Payload: e.Payload})
			}
		case Pass:
			n.passed = append(n.passed, string(e.Payload))
		case SawAll:
			n.seen = true
		case SetTimer:
			n.timers[e.Key] = e.At
		case Track:
			n.tracked = e.Expected
		}
	}
}

// split gives the parts their views.
func (c *cluster) split(args []datadriven.CmdArg) string {
	var lists [][]Member
	list := []Member{}
	for _, a := range args {
		if a.Key == "|" {
			lists = append(lists, list)
			list = nil
			continue
		}
		id, without := strings.CutSuffix(a.Key, "-")
		list = append(list, Member{Member: engine.Member{ID: nodeID(c.t.(*testing.T), id), Attached: !without}})
	}
	return c.partition(append(lists, list))
}

func (c *cluster) partition(lists [][]Member) string {
	c.parts = nil
	c.epoch++
	var b strings.Builder
	for _, members := range lists {
		p := &part{view: Viewed{ID: engine.ViewID{Epoch: c.epoch, Coordinator: members[0].ID}, New: true}}
		for _, m := range members {
			if c.nodes[m.ID] == nil {
				c.restart(m.ID)
			}
			n := c.nodes[m.ID]
			m.Seen = n.seen
			n.part = p
			p.view.Members = append(p.view.Members, m)
			p.nodes = append(p.nodes, n)
		}
		c.parts = append(c.parts, p)
		for i, n := range p.nodes {
			v := p.view
			v.Members, v.Open = slices.Clone(v.Members), v.Members[i].Attached
			n.last = nil
			c.step(n, v)
		}
		b.WriteString(c.settle(p))
	}
	return b.String()
}

// settle delivers the words of a part and says how it is judged.
func (c *cluster) settle(p *part) string {
	for len(p.order) > 0 {
		d := p.order[0]
		p.order = p.order[1:]
		for i, n := range p.nodes {
			if p.view.Members[i].Attached {
				c.step(n, Delivered{d})
			}
		}
		c.alike(p)
	}
	return c.describe(p)
}

// alike demands that all members that take part have judged the view alike.
func (c *cluster) alike(p *part) *Judged {
	var first *Judged
	for i, n := range p.nodes {
		switch {
		case !p.view.Members[i].Attached:
		case first == nil:
			first = n.last
		case fmt.Sprintf("%+v", first) != fmt.Sprintf("%+v", n.last):
			c.t.Fatalf("view %v: node %d judges %+v, node %d %+v", p.view.ID, p.nodes[0].id, first, n.id, n.last)
		}
	}
	return first
}

func (c *cluster) describe(p *part) string {
	var ids []string
	for _, n := range p.nodes {
		ids = append(ids, strconv.Itoa(int(n.id)))
	}
	who := strings.Join(ids, " ")
	j := c.alike(p)
	if j == nil {
		return who + ": not judged\n"
	}
	word := map[bool]string{true: "quorate", false: "NOT quorate"}[j.View.Quorate]
	return fmt.Sprintf("%s: %s, %d of %d votes, %d needed\n", who, word, j.View.Votes, j.View.Expected, j.Needed)
}

func (c *cluster) tell(id engine.NodeID, ev Event) string {
	n := c.nodes[id]
	if ch, ok := ev.(Change); ok {
		if err := n.core.Refusal(ch); err != nil {
			return err.Error() + "\n"
		}
	}
	c.step(n, ev)
	return c.settle(n.part)
}

// wait lets time pass; timers fire in the order of the nodes.
func (c *cluster) wait(by time.Duration) string {
	c.now += by
	var b strings.Builder
	for _, p := range c.parts {
		for _, n := range p.nodes {
			for _, key := range []string{Window, Words} {
				if at, ok := n.timers[key]; ok && at <= c.now {
					delete(n.timers, key)
					c.step(n, TimerFired{key})
				}
			}
		}
		b.WriteString(c.settle(p))
	}
	return b.String()
}

func TestTheCoreCanBeCloned(t *testing.T) {
	view := Viewed{ID: engine.ViewID{Epoch: 1, Coordinator: 1}, New: true, Open: true,
		Members: []Member{{Member: engine.Member{ID: 1, Attached: true}}, {Member: engine.Member{ID: 2}}}}
	c := New(Config{Self: 1, Nodes: []Node{{1, 1}, {2, 1}}, Counted: true, WaitForAll: true})
	d := machine.Clone(c)
	c.Step(machine.Now{}, view)
	if machine.Fingerprint(c) == machine.Fingerprint(d) {
		t.Fatal("a step did not change the fingerprint")
	}
	d.Step(machine.Now{}, view)
	if machine.Fingerprint(c) != machine.Fingerprint(d) {
		t.Fatal("the same step gave another state")
	}
}

// TestMessagesWait sees that what a member sent in a view reaches the manager after the view's judgement, in order.
func TestMessagesWait(t *testing.T) {
	c := newCluster(t, Config{Counted: true, Nodes: []Node{{1, 1}, {2, 1}}})
	c.silent[2] = true
	c.partition([][]Member{{{Member: engine.Member{ID: 1, Attached: true}}, {Member: engine.Member{ID: 2, Attached: true}}}})
	p, n := c.parts[0], c.nodes[1]
	if n.last != nil {
		t.Fatalf("judged without the word of node 2: %+v", n.last)
	}
	p.order = append(p.order, engine.Delivered{Sender: 2, Payload: []byte{1, 'a'}})
	c.settle(p)
	if n.passed != nil {
		t.Fatal("a message came before its view")
	}
	if got := c.wait(wordsPatience); !strings.Contains(got, "quorate, 2 of 2") || len(n.passed) != 1 {
		t.Fatal(got, n.passed)
	}
	p.order = append(p.order, engine.Delivered{Sender: 1, Payload: []byte{1, 'b'}})
	c.settle(p)
	if len(n.passed) != 2 || n.passed[1] != "\x01b" {
		t.Fatal(n.passed)
	}
}
