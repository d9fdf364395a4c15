package executor

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pacer/machine"
	"pacer/ocf"
	"pacer/operation"
)

// The goal: whatever the order of requests, ends, hints and timers, operations of one resource never overlap, every request
// gets its one result, nothing repeats after a stop, and equal cores do equal things.
// The method: random events over three resources; agents end, or are killed, when chance says so.
func TestRandomEvents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &model{t: t, core: New(Options{Node: "n1"}), timers: map[string]time.Duration{}, running: map[string]uint64{},
			runs: map[uint64]operation.Op{}, reports: map[string]int{}, asked: map[string]operation.Op{}, recurring: map[string]bool{}}
		steps := rapid.IntRange(1, 60).Draw(t, "steps")
		for range steps {
			m.random()
		}
		// Then everything is stopped and left to end.
		for _, r := range []string{"a", "b", "c"} {
			m.execute(operation.Op{Resource: r, Task: "stop"})
		}
		for i := 0; len(m.runs) > 0 || len(m.timers) > 0; i++ {
			if i > 1000 {
				t.Fatal("it never comes to rest")
			}
			for id := range m.runs {
				m.end(id, ocf.OK)
				break
			}
			m.fire()
		}
		if !m.core.Idle() || len(m.core.Recurring()) > 0 || len(m.core.resources) > 0 || len(m.core.runs) > 0 {
			t.Fatalf("something is left: %v", m.core.Recurring())
		}
		for key, op := range m.asked {
			if n := m.reports[key]; n != 1 && op.Interval == 0 || n < 1 {
				t.Fatalf("%s %s (%s) has %d reports", op.Resource, op.Task, key, n)
			}
		}
	})
}

type model struct {
	t         *rapid.T
	core      *Core
	now       time.Duration
	calls     int
	timers    map[string]time.Duration
	running   map[string]uint64
	runs      map[uint64]operation.Op
	reports   map[string]int
	asked     map[string]operation.Op
	recurring map[string]bool
}

func (m *model) step(e Event) {
	now := machine.Now{Mono: m.now, Wall: time.Unix(0, int64(m.now))}
	twin := machine.Clone(m.core)
	out := m.core.Step(now, e)
	if again := twin.Step(now, e); fmt.Sprint(again) != fmt.Sprint(out) || machine.Fingerprint(twin) != machine.Fingerprint(m.core) {
		m.t.Fatalf("%T: a clone does something else", e)
	}
	for _, f := range out {
		switch f := f.(type) {
		case SetTimer:
			m.timers[f.Key] = f.At
		case CancelTimer:
			delete(m.timers, f.Key)
		case Run:
			if other, busy := m.running[f.Op.Resource]; busy {
				m.t.Fatalf("%s: run %d begins while run %d is under way", f.Op.Resource, f.Run, other)
			}
			m.running[f.Op.Resource] = f.Run
			m.runs[f.Run] = f.Op
		case Report:
			if f.Result.Op.Key != "" {
				m.reports[f.Result.Op.Key]++
			}
		case Keep:
			m.recurring[f.Op.Resource+f.Op.Task+f.Op.Interval.String()] = true
		case Drop:
			delete(m.recurring, f.Resource+f.Task+f.Interval.String())
		}
	}
	if got := m.core.Recurring(); len(got) != len(m.recurring) {
		m.t.Fatalf("kept are %v, known are %v", m.recurring, got)
	}
}

func (m *model) execute(op operation.Op) {
	m.calls++
	op.Call, op.Key = m.calls, fmt.Sprint("#", m.calls)
	m.asked[op.Key] = op
	m.step(Execute{op})
	if op.Task == "stop" {
		for _, r := range m.core.Recurring() {
			if r.Resource == op.Resource {
				m.t.Fatalf("%s repeats after its stop", op.Resource)
			}
		}
	}
}

func (m *model) end(id uint64, code ocf.ExitCode) {
	op := m.runs[id]
	delete(m.runs, id)
	if m.running[op.Resource] == id {
		delete(m.running, op.Resource)
	}
	m.step(Exited{Run: id, Code: code})
}

// fire lets the earliest timer fire.
func (m *model) fire() {
	first := ""
	for k, at := range m.timers {
		if first == "" || at < m.timers[first] || at == m.timers[first] && k < first {
			first = k
		}
	}
	if first == "" {
		return
	}
	m.now = max(m.now, m.timers[first])
	delete(m.timers, first)
	if first[:4] == "give" { // the run is given up, so the next one may begin beside it
		for id, op := range m.runs {
			if first == fmt.Sprint("giveup/", id) {
				delete(m.running, op.Resource)
			}
		}
	}
	m.step(TimerFired{first})
}

func (m *model) random() {
	t := m.t
	resource := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "resource")
	interval := rapid.SampledFrom([]time.Duration{time.Second, 10 * time.Second}).Draw(t, "interval")
	switch rapid.SampledFrom([]string{"once", "once", "monitor", "monitor", "cancel", "end", "end", "end", "hint", "fire", "fire"}).Draw(t, "what") {
	case "once":
		task := rapid.SampledFrom([]string{"start", "stop", "monitor", "promote"}).Draw(t, "task")
		m.execute(operation.Op{Resource: resource, Task: task, Delay: rapid.SampledFrom([]time.Duration{0, 0, 5 * time.Second}).Draw(t, "delay")})
	case "monitor":
		m.execute(operation.Op{Resource: resource, Task: "monitor", Interval: interval, Delay: rapid.SampledFrom([]time.Duration{0, 0, 5 * time.Second}).Draw(t, "delay")})
	case "cancel":
		m.step(Cancel{Resource: resource, Task: "monitor", Interval: interval})
	case "end":
		if id, ok := m.running[resource]; ok {
			m.end(id, rapid.SampledFrom([]ocf.ExitCode{0, 0, 7, 1}).Draw(t, "code"))
		}
	case "hint":
		m.step(Hint{Resource: resource, Kind: "process"})
	case "fire":
		m.fire()
	}
}
