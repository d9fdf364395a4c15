package executor

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"pacer/machine"
	"pacer/ocf"
	"pacer/operation"
)

// world keeps the clock and the timers for a conversation. The text files in testdata hold commands and the effects that
// follow; `go test -rewrite` writes them anew.
type world struct {
	core   *Core
	now    time.Duration
	timers map[string]time.Duration
	calls  int
}

func newWorld() *world {
	return &world{core: New(Options{Node: "n1"}), timers: map[string]time.Duration{}}
}

func (w *world) clock() machine.Now {
	return machine.Now{Mono: w.now, Wall: time.Unix(1000, 0).UTC().Add(w.now)}
}

func (w *world) step(e Event) string {
	w.core = machine.Clone(w.core) // every conversation also proves that a core can be cloned at any point
	var b strings.Builder
	for _, f := range w.core.Step(w.clock(), e) {
		switch f := f.(type) {
		case SetTimer:
			w.timers[f.Key] = f.At
		case CancelTimer:
			delete(w.timers, f.Key)
		case Run:
			fmt.Fprintf(&b, "run %d: %s timeout=%v\n", f.Run, opText(&f.Op), f.Timeout)
		case Kill:
			fmt.Fprintf(&b, "kill %d hard=%v\n", f.Run, f.Hard)
		case Report:
			r := f.Result
			fmt.Fprintf(&b, "report %s: status=%d code=%d", opText(&r.Op), r.Status, r.Code)
			if r.Reason != "" {
				fmt.Fprintf(&b, " reason=%q", r.Reason)
			}
			if r.Hint != "" {
				fmt.Fprintf(&b, " hint=%s", r.Hint)
			}
			if r.Queued > 0 {
				fmt.Fprintf(&b, " queued=%v", r.Queued)
			}
			if r.Ran > 0 {
				fmt.Fprintf(&b, " ran=%v", r.Ran)
			}
			if d := w.clock().Wall.Sub(r.Changed); d > 0 {
				fmt.Fprintf(&b, " unchanged-for=%v", d)
			}
			b.WriteString("\n")
		case NothingToCancel:
			fmt.Fprintf(&b, "nothing to cancel: %s %s %v\n", f.Cancel.Resource, f.Cancel.Task, f.Cancel.Interval)
		case Recovered:
			fmt.Fprintf(&b, "recovered: %d in flight, %d recurring\n", len(f.InFlight), len(f.Recurring))
		case Keep:
			fmt.Fprintf(&b, "keep %s\n", opText(&f.Op))
		case Drop:
			fmt.Fprintf(&b, "drop %s %s %v\n", f.Resource, f.Task, f.Interval)
		case Watch:
			fmt.Fprintf(&b, "watch %s\n", f.Op.Resource)
		case Unwatch:
			fmt.Fprintf(&b, "unwatch %s\n", f.Resource)
		case Tell:
			if !strings.HasPrefix(f.ID(), "resource.action-begun") {
				fmt.Fprintf(&b, "tell %s\n", f.ID())
			}
		}
	}
	return b.String()
}

func opText(op *operation.Op) string {
	s := op.Resource + " " + op.Task
	if op.Interval > 0 {
		s += "/" + op.Interval.String()
	}
	return s + " " + op.Key
}

// advance lets time pass, timer by timer.
func (w *world) advance(d time.Duration) string {
	var b strings.Builder
	end := w.now + d
	for {
		var key string
		for _, k := range slices.Sorted(mapKeys(w.timers)) {
			if key == "" || w.timers[k] < w.timers[key] {
				key = k
			}
		}
		if key == "" || w.timers[key] > end {
			break
		}
		w.now = max(w.now, w.timers[key])
		delete(w.timers, key)
		if s := w.step(TimerFired{key}); s != "" {
			fmt.Fprintf(&b, "at %v\n%s", w.now, s)
		}
	}
	w.now = end
	return b.String()
}

func mapKeys(m map[string]time.Duration) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func TestConversations(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		w := newWorld()
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			arg := func(name, def string) string {
				for _, a := range d.CmdArgs {
					if a.Key == name && len(a.Vals) > 0 {
						return a.Vals[0]
					}
				}
				return def
			}
			dur := func(name string) time.Duration {
				v, err := time.ParseDuration(arg(name, "0s"))
				if err != nil {
					d.Fatalf(t, "%s: %v", name, err)
				}
				return v
			}
			num := func(name string) uint64 {
				v, _ := strconv.ParseUint(arg(name, "0"), 10, 64)
				return v
			}
			readOp := func() operation.Op {
				w.calls++
				rsc := d.CmdArgs[0].Key
				op := operation.Op{
					Call: w.calls, Resource: rsc, Task: d.CmdArgs[1].Key,
					Agent:    operation.Agent{Class: "ocf", Provider: "pacemaker", Type: arg("agent", "Dummy")},
					Interval: dur("interval"), Timeout: dur("timeout"), Delay: dur("delay"),
					Key: arg("key", "#"+strconv.Itoa(w.calls)),
				}
				return op
			}
			exited := func() Exited {
				st := map[string]operation.Status{"done": operation.Done, "not-installed": operation.NotInstalled, "error": operation.Error}
				return Exited{Run: num("run"), Code: ocf.ExitCode(num("code")), Status: st[arg("status", "done")], Reason: arg("reason", "")}
			}
			switch d.Cmd {
			case "new":
				w = newWorld()
				return ""
			case "execute":
				return w.step(Execute{readOp()})
			case "cancel":
				return w.step(Cancel{Resource: d.CmdArgs[0].Key, Task: d.CmdArgs[1].Key, Interval: dur("interval"), Key: arg("key", "")})
			case "forget":
				return w.step(Forget{d.CmdArgs[0].Key})
			case "halt":
				return w.step(Halt{})
			case "hint":
				return w.step(Hint{Resource: d.CmdArgs[0].Key, Kind: d.CmdArgs[1].Key})
			case "exit":
				return w.step(exited())
			case "advance":
				return w.advance(dur("by"))
			case "restore":
				var e Restored
				for _, line := range strings.Split(d.Input, "\n") {
					f := strings.Fields(line)
					if len(f) < 3 {
						continue
					}
					w.calls++
					op := operation.Op{
						Call: w.calls, Resource: f[1], Task: f[2], Key: "#" + strconv.Itoa(w.calls),
						Agent: operation.Agent{Class: "ocf", Provider: "pacemaker", Type: "Dummy"}, Timeout: 20 * time.Second,
					}
					if len(f) > 3 {
						op.Interval, _ = time.ParseDuration(f[3])
					}
					l := Leftover{Run: uint64(10 + w.calls), Op: op, Began: w.clock().Wall.Add(-time.Second), Left: 5 * time.Second}
					switch f[0] {
					case "recurring":
						e.Recurring = append(e.Recurring, op)
						continue
					case "running":
						l.State = StillRunning
					case "ended":
						l.State, l.End = Ended, Exited{Run: l.Run}
					case "vanished":
						l.State = Vanished
					}
					e.Runs = append(e.Runs, l)
				}
				return w.step(e)
			}
			d.Fatalf(t, "unknown command %s", d.Cmd)
			return ""
		})
	})
}
