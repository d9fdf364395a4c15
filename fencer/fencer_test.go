package fencer

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"pacer/engine"
	"pacer/machine"
	"pacer/message"
	"pacer/ocf"
	"pacer/operation"
	"pacer/xmltree"
)

// The conversations in testdata run whole clusters of fencers over an ordered bus, with fence agents whose behaviour follows
// from the name of the device: true… succeeds, false… fails, hang… never ends, slow3… takes 3 s. `go test -rewrite` writes
// the expected effects anew; a changed line is read, not just accepted.

type fence struct {
	id   engine.NodeID
	name string
	core *Core
	down bool
	runs map[uint64]RunAgent
}

type event struct {
	at   time.Duration
	seq  int
	node engine.NodeID
	ev   Event
	key  string // of a timer
}

type world struct {
	t     *testing.T
	now   time.Duration
	nodes []*fence
	view  engine.View
	views map[engine.NodeID]engine.View
	queue []event
	bus   []busMessage
	seq   int
	boots uint64
	// attached holds the attachment numbers of managers that were restarted (random clusters only).
	attached map[engine.NodeID]uint64
	agents   map[string]agentKind
	lists    map[string]string
	out      []string
}

type busMessage struct {
	from engine.NodeID
	view engine.ViewID
	env  message.Envelope
}

type agentKind struct {
	actions             []string
	port                string
	onTarget, automatic bool
	missing             bool
}

func newWorld(t *testing.T, n int) *world {
	w := &world{t: t, agents: map[string]agentKind{}, lists: map[string]string{}, views: map[engine.NodeID]engine.View{},
		attached: map[engine.NodeID]uint64{}}
	w.agents["fence_dummy"] = agentKind{actions: []string{"on", "off", "reboot", "status", "monitor", "list"}, port: "port"}
	for i := 1; i <= n; i++ {
		w.nodes = append(w.nodes, &fence{id: engine.NodeID(i), name: "n" + strconv.Itoa(i), runs: map[uint64]RunAgent{}})
	}
	for _, f := range w.nodes {
		w.boot(f)
	}
	var all []engine.NodeID
	for _, f := range w.nodes {
		all = append(all, f.id)
	}
	w.setView(all, nil)
	return w
}

func (w *world) boot(f *fence) {
	w.boots++
	f.core = New(Options{Self: f.id, Name: f.name, Unique: w.boots, Rand: rand.New(rand.NewPCG(1, uint64(f.id)))})
	f.runs = map[uint64]RunAgent{}
}

// setView gives the members a view of their own; attach holds new attachment numbers.
func (w *world) setView(members []engine.NodeID, attach map[engine.NodeID]uint64) {
	w.seq++
	v := engine.View{ID: engine.ViewID{Epoch: uint64(w.seq), Coordinator: members[0]}, Quorate: true}
	for _, id := range members {
		a := uint64(1)
		if old, ok := w.view.Member(id); ok {
			a = old.Attachment
		}
		if n, ok := attach[id]; ok {
			a = n
		}
		v.Members = append(v.Members, engine.Member{ID: id, Name: "n" + strconv.Itoa(int(id)), Attached: true, Attachment: a})
	}
	w.view = v
	for _, id := range members {
		w.views[id] = v
		w.step(id, EngineView{v})
	}
}

func (w *world) node(id engine.NodeID) *fence { return w.nodes[id-1] }

func (w *world) printf(format string, args ...any) {
	w.out = append(w.out, fmt.Sprintf(format, args...))
}

func (w *world) step(id engine.NodeID, e Event) {
	f := w.node(id)
	if f.down {
		return
	}
	f.core = machine.Clone(f.core)
	now := machine.Now{Mono: w.now, Wall: time.Unix(1000, 0).UTC().Add(w.now)}
	for _, x := range f.core.Step(now, e) {
		w.effect(f, x)
	}
}

func (w *world) schedule(at time.Duration, node engine.NodeID, ev Event, key string) {
	w.seq++
	w.queue = append(w.queue, event{at: at, seq: w.seq, node: node, ev: ev, key: key})
}

func (w *world) effect(f *fence, x Effect) {
	switch x := x.(type) {
	case SetTimer:
		w.effect(f, CancelTimer{x.Key})
		w.schedule(x.At, f.id, TimerFired{x.Key}, x.Key)
	case CancelTimer:
		w.queue = slices.DeleteFunc(w.queue, func(e event) bool { return e.node == f.id && e.key == x.Key })
	case Broadcast:
		w.bus = append(w.bus, busMessage{f.id, w.views[f.id].ID, x.Envelope})
	case RunAgent:
		w.runAgent(f, x)
	case KillAgent:
		w.printf("%s: kill %d", f.name, x.Run)
	case Begun:
		w.all(f, "begun %s %s for %s", x.Operation.Action, x.Operation.Target, w.client(&x.Operation))
	case Done:
		o := x.Operation
		s := fmt.Sprintf("done %s %s for %s: %s", o.Action, o.Target, w.client(&o), o.State)
		if o.Device != "" {
			s += fmt.Sprintf(" by %s on %s", o.Device, o.Executor)
		}
		if o.Reason != "" {
			s += fmt.Sprintf(" (%s)", o.Reason)
		}
		if o.MergedTo != "" {
			s += " merged"
		}
		if o.Total > 0 {
			s += fmt.Sprintf(" total=%v", o.Total)
		}
		w.all(f, "%s", s)
	case Reply:
		w.printf("%s: reply %d code=%d", f.name, x.ID, x.Code)
	case HistoryChanged:
		w.all(f, "history changed")
	case Tell:
		w.all(f, "tell %s", x.ID())
	}
}

// client names who asked; in random clusters, where nobody has a name, the operation.
func (w *world) client(o *Operation) string {
	if o.Client == "" || len(w.attached) > 0 {
		return o.ID
	}
	return o.Client
}

// all prints a line that several nodes say one after the other only once, with their names.
func (w *world) all(f *fence, format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	for i, line := range w.out {
		if names, text, ok := strings.Cut(line, ": "); ok && text == s && strings.HasPrefix(names, "n") && !slices.Contains(strings.Split(names, ","), f.name) {
			w.out[i] = names + "," + f.name + ": " + s
			return
		}
	}
	w.printf("%s: %s", f.name, s)
}

func (w *world) runAgent(f *fence, x RunAgent) {
	kind, known := w.agents[x.Agent]
	done := AgentDone{Run: x.Run}
	after := time.Duration(0)
	switch {
	case !known || kind.missing:
		done.Code, done.NotInstalled, done.Reason = 1, true, "not installed"
	case x.Action == "metadata":
		m := ocf.Metadata{Name: x.Agent}
		if kind.port != "" {
			m.Parameters = append(m.Parameters, ocf.Parameter{Name: kind.port})
		}
		for _, a := range kind.actions {
			m.Actions = append(m.Actions, ocf.Action{Name: a, OnTarget: kind.onTarget && a == "on", Automatic: kind.automatic && a == "on"})
		}
		done.Output = string(m.XML())
	case x.Action == "list":
		hosts, ok := w.lists[x.Device]
		if done.Output = hosts; !ok {
			done.Code = 1
		}
	case x.Action == "status":
		known := strings.Contains(" "+w.lists[x.Device]+" ", " "+x.Target+" ")
		if !known {
			done.Code = 1
		}
	default:
		line := fmt.Sprintf("%s: run %s %s", f.name, x.Device, x.Action)
		for _, p := range x.Params[1:] {
			line += " " + p.Name + "=" + p.Value
		}
		w.printf("%s timeout=%v", line, x.Timeout)
		switch {
		case strings.HasPrefix(x.Device, "false"):
			done.Code, done.Reason = 1, "it says no"
		case strings.HasPrefix(x.Device, "hang"):
			after, done.Code, done.TimedOut, done.Reason = x.Timeout, 1, true, "too late"
		case strings.HasPrefix(x.Device, "slow"):
			n, _ := strconv.Atoi(strings.TrimLeft(x.Device[4:5], "_"))
			after = time.Duration(n) * time.Second
		}
	}
	w.schedule(w.now+after, f.id, done, "")
}

// settle delivers everything that needs no time to pass.
func (w *world) settle() {
	for {
		if len(w.bus) > 0 {
			m := w.bus[0]
			w.bus = w.bus[1:]
			data, err := message.Encode(m.env, 1)
			if err != nil {
				w.t.Fatal(err)
			}
			for _, f := range w.nodes {
				if w.views[f.id].ID != m.view || f.down {
					continue
				}
				env, err := message.Decode(data, 1)
				if err != nil {
					w.t.Fatal(err)
				}
				w.step(f.id, Delivered{m.from, env})
			}
			continue
		}
		if !w.fire(w.now) {
			return
		}
	}
}

// fire lets the earliest event up to a time happen.
func (w *world) fire(until time.Duration) bool {
	best := -1
	for i, e := range w.queue {
		if e.at <= until && (best < 0 || e.at < w.queue[best].at || e.at == w.queue[best].at && e.seq < w.queue[best].seq) {
			best = i
		}
	}
	if best < 0 {
		return false
	}
	e := w.queue[best]
	w.queue = slices.Delete(w.queue, best, best+1)
	w.now = max(w.now, e.at)
	w.step(e.node, e.ev)
	return true
}

func (w *world) advance(d time.Duration) {
	end := w.now + d
	for {
		before, at := len(w.out), w.now
		more := w.fire(end)
		w.settle()
		if w.now != at && len(w.out) > before {
			w.out = slices.Insert(w.out, before, fmt.Sprintf("at %v", w.now))
		}
		if !more {
			break
		}
	}
	w.now = end
}

func (w *world) text() string {
	w.settle()
	out := strings.Join(w.out, "\n")
	w.out = nil
	return out
}

// cib builds the configuration from lines: device ID [agent=A] [name=value…]; level TARGET INDEX DEVICES; ban DEVICE NODE;
// property NAME VALUE; node NAME [name=value…].
func cib(t *testing.T, text string) *xmltree.Node {
	root := xmltree.New("cib")
	conf := root.AddNew("configuration")
	props := conf.AddNew("crm_config").AddNew("cluster_property_set", "id", "p")
	nodes, resources := conf.AddNew("nodes"), conf.AddNew("resources")
	constraints, topology := conf.AddNew("constraints"), conf.AddNew("fencing-topology")
	for i, line := range strings.Split(text, "\n") {
		f := strings.Fields(line)
		if len(f) == 0 {
			continue
		}
		id := "x" + strconv.Itoa(i)
		pairs := func(parent *xmltree.Node, list []string) {
			set := parent.AddNew("instance_attributes", "id", id+"-a")
			for _, p := range list {
				k, v, _ := strings.Cut(p, "=")
				set.AddNew("nvpair", "id", id+k, "name", k, "value", strings.ReplaceAll(v, "_", " "))
			}
		}
		switch f[0] {
		case "device":
			agent, rest := "fence_dummy", f[2:]
			if len(rest) > 0 && strings.HasPrefix(rest[0], "agent=") {
				agent, rest = rest[0][6:], rest[1:]
			}
			pairs(resources.AddNew("primitive", "id", f[1], "class", "stonith", "type", agent), rest)
		case "level":
			l := topology.AddNew("fencing-level", "id", id, "index", f[2], "devices", f[3])
			switch {
			case strings.HasPrefix(f[1], "@"):
				l.Set("target-pattern", f[1][1:])
			case strings.Contains(f[1], "="):
				k, v, _ := strings.Cut(f[1], "=")
				l.Set("target-attribute", k).Set("target-value", v)
			default:
				l.Set("target", f[1])
			}
		case "ban":
			constraints.AddNew("rsc_location", "id", id, "rsc", f[1], "node", f[2], "score", "-INFINITY")
		case "property":
			props.AddNew("nvpair", "id", id, "name", f[1], "value", f[2])
		case "node":
			pairs(nodes.AddNew("node", "id", id, "uname", f[1]), f[2:])
		default:
			t.Fatalf("cib: %s", line)
		}
	}
	return root
}

func TestConversations(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		w := newWorld(t, 3)
		requests := uint64(0)
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			args := map[string]string{}
			for _, a := range d.CmdArgs {
				args[a.Key] = strings.Join(a.Vals, ",")
			}
			dur := func(name string) time.Duration {
				if args[name] == "" {
					return 0
				}
				v, err := time.ParseDuration(args[name])
				if err != nil {
					d.Fatalf(t, "%v", err)
				}
				return v
			}
			num := func(name string, def int) engine.NodeID {
				if n, err := strconv.Atoi(args[name]); err == nil {
					return engine.NodeID(n)
				}
				return engine.NodeID(def)
			}
			switch d.Cmd {
			case "new":
				w = newWorld(t, int(num("nodes", 3)))
				requests = 0
			case "agent":
				k := agentKind{port: args["port"], actions: strings.Split(args["actions"], ",")}
				_, k.onTarget = args["on-target"]
				_, k.automatic = args["automatic"]
				_, k.missing = args["missing"]
				w.agents[d.CmdArgs[0].Key] = k
			case "list":
				w.lists[d.CmdArgs[0].Key] = strings.ReplaceAll(args["hosts"], ",", " ")
			case "cib":
				root := cib(t, d.Input)
				for _, f := range w.nodes {
					w.step(f.id, CIB{root})
				}
			case "active":
				w.step(num("node", 1), DeviceActive{Device: d.CmdArgs[0].Key, Active: true})
			case "request":
				count := max(int(num("times", 1)), 1)
				for range count {
					requests++
					_, lost := args["while-lost"]
					client := args["client"]
					if client == "" {
						client = "test"
					}
					w.step(num("from", 1), Request{ID: requests, Target: args["target"], Action: args["action"], Timeout: dur("timeout"),
						Delay: dur("delay"), Tolerance: dur("tolerance"), Client: client, WhileLost: lost})
				}
			case "confirm":
				requests++
				w.step(num("from", 1), Confirm{ID: requests, Target: args["target"], Principal: message.Principal{User: "root"}})
			case "cleanup":
				requests++
				w.step(num("from", 1), Cleanup{ID: requests, Target: args["target"]})
			case "monitor":
				requests++
				w.step(num("from", 1), Monitor{ID: requests, Device: args["device"], Timeout: dur("timeout")})
			case "register":
				requests++
				e := Register{ID: requests, Device: args["device"], Agent: "fence_dummy"}
				for _, line := range strings.Fields(d.Input) {
					k, v, _ := strings.Cut(line, "=")
					e.Params = append(e.Params, operation.Param{Name: k, Value: v})
				}
				w.step(num("from", 1), e)
			case "deregister":
				requests++
				w.step(num("from", 1), Deregister{ID: requests, Device: args["device"]})
			case "register-level":
				requests++
				w.step(num("from", 1), SetLevel{ID: requests, Target: args["target"], Index: int(num("index", 0)), Devices: strings.Split(args["devices"], ",")})
			case "deregister-level":
				requests++
				w.step(num("from", 1), DropLevel{ID: requests, Target: args["target"], Index: int(num("index", 0))})
			case "view":
				w.settle()
				attach := map[engine.NodeID]uint64{}
				var members []engine.NodeID
				for _, s := range strings.Split(args["members"], ",") {
					n, _ := strconv.Atoi(s)
					members = append(members, engine.NodeID(n))
				}
				for _, s := range strings.Split(args["restart"], ",") {
					if n, err := strconv.Atoi(s); err == nil {
						w.boot(w.node(engine.NodeID(n)))
						w.queue = slices.DeleteFunc(w.queue, func(e event) bool { return e.node == engine.NodeID(n) })
						attach[engine.NodeID(n)] = 2
					}
				}
				w.setView(members, attach)
			case "advance":
				w.settle()
				w.advance(dur("by"))
			case "history":
				w.settle()
				for _, f := range w.nodes {
					for _, o := range f.core.History() {
						w.all(f, "%s %s %s by %s", o.Action, o.Target, o.State, o.Device)
					}
				}
			case "devices":
				w.settle()
				for _, i := range w.node(num("from", 1)).core.Registered() {
					w.printf("%s %s check=%s hosts=%s nodes=%s active=%s", i.ID, i.Agent, i.Check, strings.Join(i.Hosts, ","), strings.Join(i.Nodes, ","), strings.Join(i.Active, ","))
				}
			case "capable":
				w.settle()
				w.printf("%s", strings.Join(w.node(num("from", 1)).core.Capable(args["target"]), " "))
			default:
				d.Fatalf(t, "unknown command %s", d.Cmd)
			}
			return w.text()
		})
	})
}

func TestHostLists(t *testing.T) {
	if got := splitHosts("a b,c;d  e"); !slices.Equal(got, []string{"a", "b", "c", "d", "e"}) {
		t.Errorf("%q", got)
	}
	want := []port{{"n1", "1"}, {"n2", "2,3"}, {"n3", "a b"}}
	if got := splitPorts(`n1:1;n2:2,3 n3:a\ b;junk;`); !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
	if got := parseList("n1,\nn2,alias2\nn3 n4\n\n"); !slices.Equal(got, []string{"n1", "n2", "alias2", "n3", "n4"}) {
		t.Errorf("%q", got)
	}
}

func TestUnknownMessagesAreLeftAlone(t *testing.T) {
	c := New(Options{Self: 1, Name: "n1"})
	for _, kind := range []string{kindRequest, kindRun, kindRan, kindDone, kindDevices, kindQuery, kindHistory, kindConfirm, kindCleanup, "fencer.new"} {
		for _, body := range []string{"", "[]", `"x"`, "{", `{"unknown":1}`} {
			c.Step(machine.Now{}, Delivered{From: 2, Envelope: message.Envelope{Kind: kind, Body: json.RawMessage(body)}})
		}
	}
}

func TestParametersForAgents(t *testing.T) {
	c := New(Options{Self: 1, Name: "n1"})
	c.meta = []*metadata{{agent: "a", known: true, port: "plug"}}
	d := &device{id: "d", agent: "a", params: []operation.Param{{Name: "ip", Value: "x"}, {Name: "plug", Value: "dynamic"}, {Name: "action", Value: "off"}},
		ports: []port{{"n2", "7"}}}
	got := fmt.Sprint(c.agentParams(d, "off", "off", "n2"))
	if got != "[{action off} {nodename n2} {plug 7} {ip x}]" {
		t.Error(got)
	}
	d.params[1].Value = "9"
	if got = fmt.Sprint(c.agentParams(d, "off", "off", "n2")); got != "[{action off} {nodename n2} {ip x} {plug 9}]" {
		t.Error(got)
	}
	d.own = []operation.Param{{Name: "pcmk_host_argument", Value: "domain"}}
	if got = fmt.Sprint(c.agentParams(d, "off", "off", "n2")); got != "[{action off} {nodename n2} {domain 7} {ip x} {plug 9}]" {
		t.Error(got)
	}
}

func FuzzHostLists(f *testing.F) {
	f.Add("n1:1;n2:2,3 n3:a\\ b;junk;")
	f.Add("a b,c;d")
	f.Fuzz(func(t *testing.T, s string) {
		for _, h := range splitHosts(s) {
			if h == "" || strings.ContainsAny(h, " ,;\t\n") {
				t.Fatalf("%q", h)
			}
		}
		for _, p := range splitPorts(s) {
			if p.host == "" {
				t.Fatal("a host without a name")
			}
		}
		parseList(s)
	})
}

// TestHistoryKeepsWhatANewerVersionSaid: it is passed on to newcomers.
func TestHistoryKeepsWhatANewerVersionSaid(t *testing.T) {
	const said = `{"id":"1","target":"n2","action":"off","client":"c","origin":"n1","state":"success","began":"2026-01-01T00:00:00Z","witness":"n3"}`
	var b historyBody
	if err := json.Unmarshal([]byte(`{"operations":[`+said+`]}`), &b); err != nil {
		t.Fatal(err)
	}
	if out, err := json.Marshal(b.Operations); err != nil || string(out) != "["+said+"]" {
		t.Errorf("%s %v", out, err)
	}
}
