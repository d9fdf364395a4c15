package cibstore

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"pacer/cib"
	"pacer/message"
	"pacer/xmltree"
)

// TestConversations plays the files in testdata: stores above an engine and disks that do one thing after the other.
//
//	cluster n=3                      three nodes that have never met
//	view parts=(1,1,2)               node i is in that part; 0 is down
//	ask node=1 id=7                  the lines are operations: KIND SECTION XML
//	run [disk=(1,2)]                 everything goes on until it comes to rest; with disk, only these disks work
//	crash node=1 / boot node=1       what was not synced is lost
//	full node=1 / empty node=1       the disk refuses, and works again
//	time ms=2000                     timers fire
//	document node=1                  prints the resources
func TestConversations(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		var c *conversation
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			if d.Cmd == "cluster" {
				var n int
				d.ScanArgs(t, "n", &n)
				c = newConversation(t, n)
				return ""
			}
			c.out.Reset()
			c.play(t, d)
			if c.out.Len() == 0 {
				return "nothing\n"
			}
			return c.out.String()
		})
	})
}

type conversation struct {
	*world
	out bytes.Buffer
}

func newConversation(t *testing.T, n int) *conversation {
	c := &conversation{world: newWorld(t, 1, n)}
	c.trace = c.show
	return c
}

func (c *conversation) play(t *testing.T, d *datadriven.TestData) {
	node := func() *simNode {
		var id int
		d.ScanArgs(t, "node", &id)
		return c.nodes[id-1]
	}
	switch d.Cmd {
	case "view":
		part := make([]int, len(c.nodes))
		for i, v := range d.CmdArgs[0].Vals {
			if _, err := fmt.Sscan(v, &part[i]); err != nil {
				t.Fatal(err)
			}
		}
		c.regroup(part)
	case "ask":
		n := node()
		var id uint64
		d.ScanArgs(t, "id", &id)
		r := Request{ID: id, Principal: message.Principal{User: "admin"}, Client: "test", Unchecked: d.HasArg("unchecked")}
		if d.HasArg("user") {
			d.ScanArgs(t, "user", &r.Principal.User)
		}
		if d.HasArg("group") {
			var group string
			d.ScanArgs(t, "group", &group)
			r.Principal.Groups = []string{group}
		}
		if d.HasArg("own") {
			r.Principal = message.Cluster("test")
		}
		for line := range strings.Lines(d.Input) {
			f := strings.SplitN(strings.TrimSpace(line), " ", 3)
			op := cib.Op{Kind: cib.OpKind(f[0]), Section: f[1]}
			if len(f) == 3 {
				data, err := xmltree.Parse([]byte(f[2]))
				if err != nil {
					t.Fatal(err)
				}
				op.Data = data
			}
			r.Ops = append(r.Ops, op)
		}
		n.names[id] = fmt.Sprint("x", id)
		c.step(n, r)
	case "run":
		works := map[int]bool{}
		for _, a := range d.CmdArgs {
			for _, v := range a.Vals {
				var id int
				if v == "" {
					continue
				}
				if _, err := fmt.Sscan(v, &id); err != nil {
					t.Fatal(err)
				}
				works[id] = true
			}
		}
		c.run(func(n *simNode) bool { return len(d.CmdArgs) == 0 || works[int(n.id)] })
	case "crash":
		c.crash(node())
	case "boot":
		c.boot(node())
	case "full":
		node().full = true
	case "empty":
		node().full = false
	case "time":
		var ms int
		d.ScanArgs(t, "ms", &ms)
		c.now += time.Duration(ms) * time.Millisecond
		for _, n := range c.nodes {
			for _, key := range []string{timerWaiting, timerPending, timerDisk, timerCheckpoint} {
				if at, ok := n.timers[key]; ok && n.up && at <= c.now {
					delete(n.timers, key)
					c.step(n, TimerFired{key})
				}
			}
		}
	case "document":
		doc := node().store.Document()
		fmt.Fprintf(&c.out, "%s %s\n", doc.Version(), doc.Section("resources"))
	default:
		t.Fatalf("%s: the command %s is not known", d.Pos, d.Cmd)
	}
}

// run lets messages and disks work in turn until nothing is left to do.
func (c *conversation) run(works func(*simNode) bool) {
	for busy := true; busy; {
		busy = false
		for _, n := range c.nodes {
			for n.up && n.group != nil && len(n.outgoing) > 0 {
				n.group.log = append(n.group.log, Delivered{n.id, n.outgoing[0]})
				n.outgoing = n.outgoing[1:]
				busy = true
			}
		}
		for _, n := range c.nodes {
			for n.up && n.group != nil && n.cursor < len(n.group.log) {
				c.deliver(n)
				busy = true
			}
		}
		for _, n := range c.nodes {
			if n.up && works(n) && len(n.queue) > 0 {
				c.write(n, true)
				busy = true
			}
		}
	}
}

// show prints an effect in one line.
func (c *conversation) show(n *simNode, f Effect) {
	line := func(format string, args ...any) { fmt.Fprintf(&c.out, "%d: %s\n", n.id, fmt.Sprintf(format, args...)) }
	switch f := f.(type) {
	case Broadcast:
		switch f.Kind {
		case kindHello:
			var h hello
			_ = json.Unmarshal(f.Body, &h)
			line("hello %s, promised %d, in term %d %d writes, %d loose", h.Version, h.Meta.Promised, h.Meta.Term, h.Meta.Writes, h.Meta.Loose)
		case kindDurable:
			var b durable
			_ = json.Unmarshal(f.Body, &b)
			switch {
			case b.Failed != "":
				line("says that its disk fails: %s", b.Failed)
			case !b.Counts:
				line("promises the term")
			default:
				line("has %d writes on disk", b.Position)
			}
		case kindRequest:
			line("sends %d requests", strings.Count(string(f.Attachment), "\n"))
		default:
			line("sends its document (%d bytes)", len(f.Attachment))
		}
	case Persist:
		what := "meta data"
		switch {
		case f.Record.Keep != "":
			what = "a copy of its document"
		case f.Record.Document != nil:
			what = "document " + f.Record.Document.Version().String()
		case f.Record.Patch != nil:
			what = "patch to " + f.Record.Patch.Target.String()
		}
		line("writes %s, promised %d, term %d, %d writes", what, f.Record.Meta.Promised, f.Record.Meta.Term, f.Record.Meta.Writes)
	case Changed:
		line("changed %s -> %s", f.Old.Version(), f.New.Version())
	case Synced:
		line("synced at %s, quorum %v", f.Document.Version(), f.Quorum)
	case Reply:
		class := f.Class
		if class == ClassNone {
			class = "none"
		}
		line("ANSWER %d: %s, class %s, error %v", f.ID, f.Version, class, f.Err)
	case Tell:
		line("tells %s", f.Note.ID())
	}
}
