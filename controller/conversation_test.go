package controller

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"pacer/cib"
	"pacer/engine"
	"pacer/machine"
	"pacer/message"
	"pacer/note"
	"pacer/ocf"
	"pacer/operation"
)

// conversation is one controller and what surrounds it: a CIB that takes its writes and an engine that brings its messages
// back. Commands are in testdata; a turn hands everything on that is on its way.
type conversation struct {
	core    *Core
	doc     *cib.Document
	now     time.Duration
	members []engine.Member
	epoch   uint64
	out     strings.Builder
	way     []Event // on its way to the core
	ops     []operation.Op
	fences  []uint64
}

func TestConversations(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		c := &conversation{}
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			c.out.Reset()
			if err := c.command(d); err != nil {
				t.Fatalf("%s: %v", d.Pos, err)
			}
			return c.out.String()
		})
	})
}

func arg(d *datadriven.TestData, key string) string {
	for _, a := range d.CmdArgs {
		if a.Key == key && len(a.Vals) > 0 {
			return strings.Join(a.Vals, ",")
		}
	}
	return ""
}

func (c *conversation) command(d *datadriven.TestData) error {
	switch d.Cmd {
	case "new": // new nodes=(a,b,c): the controller of a; the input is its CIB
		c.members = nil
		for i, name := range strings.Split(arg(d, "nodes"), ",") {
			c.members = append(c.members, engine.Member{ID: engine.NodeID(i + 1), Name: name, Incarnation: 1, Attachment: 1})
		}
		doc, err := cib.Parse([]byte(d.Input))
		if err != nil {
			return err
		}
		c.doc = doc
		c.core = New(Config{Self: 1, Name: c.members[0].Name, Nodes: c.members, Stack: "corosync", UUID: "dc", FeatureSet: "3.20.5", Restarted: d.HasArg("restarted"),
			Version: "3.0"})
		c.step(CIB{New: doc})
	case "view": // view members=(a,b) [detached=(b)] [noquorum]
		c.epoch++
		v := engine.View{ID: engine.ViewID{Epoch: c.epoch, Coordinator: 1}, Quorate: !strings.Contains(d.Input, "no quorum"), Expected: len(c.members)}
		for _, m := range c.members {
			in, away := has(arg(d, "members"), m.Name), has(arg(d, "detached"), m.Name)
			if in || away {
				m.Attached = in
				v.Members = append(v.Members, m)
			}
		}
		v.Votes = len(v.Members)
		c.way = nil // of the old view
		c.step(View{v})
	case "elected": // elected dc=a [formed]
		id := engine.NodeID(0)
		for _, m := range c.members {
			if m.Name == arg(d, "dc") {
				id = m.ID
			}
		}
		c.step(Elected{DC: id, Final: true, Formed: d.HasArg("formed")})
	case "synced":
		c.step(Synced{})
	case "join": // join from=b: another manager joins the view
		for _, m := range c.members {
			if m.Name == arg(d, "from") {
				body, _ := json.Marshal(joinBody{View: c.core.key})
				c.step(Delivered{From: m.ID, Envelope: message.Envelope{Kind: "controller.join", Body: body}})
			}
		}
	case "turn":
		c.turn()
	case "done": // done RESOURCE TASK rc=N: an agent ends
		rc, _ := strconv.Atoi(arg(d, "rc"))
		for i, op := range c.ops {
			if op.Resource == d.CmdArgs[0].Key && op.Task == d.CmdArgs[1].Key {
				c.ops = append(c.ops[:i:i], c.ops[i+1:]...)
				c.step(Result{operation.Result{Op: op, Status: operation.Done, Code: ocf.ExitCode(rc), Began: c.wall()}})
				return nil
			}
		}
		return fmt.Errorf("no such operation under way: %v", c.ops)
	case "other": // other node=b id=RESOURCE task=T rc=N: the result of another node's operation appears in the CIB
		return c.other(d)
	case "fenced": // fenced target=b [failed=why]
		why := arg(d, "failed")
		c.step(Fenced{Target: arg(d, "target"), Action: "reboot", OK: why == "", Reason: why})
		if len(c.fences) > 0 {
			c.step(FencingAnswered{ID: c.fences[0], OK: why == "", Reason: why})
			c.fences = c.fences[1:]
		}
	case "time": // time pass=5s fire=KEY
		pass, err := time.ParseDuration(arg(d, "pass"))
		if err != nil {
			return err
		}
		c.now += pass
		c.step(TimerFired{arg(d, "fire")})
	case "stop":
		c.step(Stop{Why: "asked"})
	default:
		return fmt.Errorf("unknown command %s", d.Cmd)
	}
	return nil
}

func has(list, name string) bool { return strings.Contains(","+list+",", ","+name+",") }

func (c *conversation) wall() time.Time { return time.Unix(1_800_000_000, 0).UTC().Add(c.now) }

// other writes a result under the key of the action that the controller has asked another node for.
func (c *conversation) other(d *datadriven.TestData) error {
	for _, a := range c.core.transition.UnderWay() {
		if a.Node.Name != arg(d, "node") || a.Primitive == nil || a.Primitive.ID != arg(d, "id") || a.Operation != arg(d, "task") {
			continue
		}
		rc, _ := strconv.Atoi(arg(d, "rc"))
		res := operation.Result{Op: c.core.operation(a), Status: operation.Done, Code: ocf.ExitCode(rc), Began: c.wall()}
		b := New(Config{Self: 9, Name: a.Node.Name, FeatureSet: "3.20.5"})
		b.doc = c.doc
		for _, f := range b.Step(machine.Now{Wall: c.wall()}, Result{res}) {
			if u, ok := f.(UpdateCIB); ok {
				doc, _, err := cib.Apply(c.doc, u.Ops, cib.ApplyOptions{})
				if err != nil {
					return err
				}
				c.doc = doc
				c.step(CIB{New: doc})
			}
		}
		return nil
	}
	return fmt.Errorf("nothing of the kind is under way")
}

func (c *conversation) turn() {
	if len(c.way) == 0 && c.core.Ready() {
		c.step(Decide{})
		return
	}
	way := c.way
	c.way = nil
	for _, ev := range way {
		if u, ok := ev.(writeDone); ok {
			doc, _, err := cib.Apply(c.doc, u.update.Ops, cib.ApplyOptions{})
			problem := ""
			switch {
			case err != nil:
				problem = err.Error()
			case doc != c.doc:
				c.doc = doc
				c.step(CIB{New: doc, Own: true})
			}
			ev = Written{ID: u.update.ID, Err: problem}
		}
		c.step(ev)
	}
}

// writeDone stands in the queue for a write that will be applied.
type writeDone struct{ update UpdateCIB }

func (writeDone) controllerEvent() {}

func (c *conversation) step(ev Event) {
	for _, f := range c.core.Step(machine.Now{Wall: c.wall(), Mono: c.now}, ev) {
		c.show(f)
	}
}

func (c *conversation) show(f Effect) {
	p := func(format string, args ...any) { fmt.Fprintf(&c.out, format+"\n", args...) }
	switch f := f.(type) {
	case Broadcast:
		to := "all"
		if f.Envelope.To != 0 {
			to = strconv.Itoa(int(f.Envelope.To))
			if int(f.Envelope.To) <= len(c.members) {
				to = c.members[f.Envelope.To-1].Name
			}
		}
		what := ""
		var b runBody
		if f.Envelope.Kind == "controller.run" && json.Unmarshal(f.Envelope.Body, &b) == nil {
			what = fmt.Sprintf(": %s %s interval %v", b.Op.Task, b.Op.Resource, b.Op.Interval)
		}
		p("send %s to %s%s", f.Envelope.Kind, to, what)
		c.way = append(c.way, Delivered{From: 1, Envelope: f.Envelope})
	case UpdateCIB:
		for _, o := range f.Ops {
			text := ""
			if o.Data != nil {
				text = o.Data.String()
			}
			p("cib %s %s%s", o.Kind, o.XPath, text)
		}
		c.way = append(c.way, writeDone{f})
	case Execute:
		p("execute %s %s interval %v key %s", f.Op.Task, f.Op.Resource, f.Op.Interval, strings.TrimSpace(f.Op.Key))
		c.ops = append(c.ops, f.Op)
	case Fence:
		p("fence %s (%s) because %s", f.Target, f.Action, f.Why)
		c.fences = append(c.fences, f.ID)
	case SetTimer:
		if !strings.HasPrefix(f.Key, "action.") {
			p("timer %s in %v", f.Key, f.At-c.now)
		}
	case CancelTimer:
	case Tell:
		p("tell %s", note.Sentence(f.Note, note.English))
	case SaveInput:
		p("save %s %d", f.Kind, f.Number)
	default:
		p("%s %+v", strings.TrimPrefix(fmt.Sprintf("%T", f), "controller."), f)
	}
}
