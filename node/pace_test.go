package node

import (
	"testing"
	"time"

	"pacer/api"
	"pacer/cib"
	"pacer/engine"
	"pacer/machine"
	"pacer/message"
	"pacer/scheduler"
	"pacer/xmltree"
)

// lone is a cluster of one node whose disk writes when it is told to.
type lone struct {
	m       *Manager
	now     time.Duration
	order   uint64
	queue   []Event
	timers  map[string]time.Duration
	written uint64 // the last record that is on its way to the disk
	slow    bool   // the disk holds it back
	decided int
}

func newLone() *lone {
	self := engine.Member{ID: 1, Name: "n1", Incarnation: 1, Attached: true, Attachment: 1}
	l := &lone{timers: map[string]time.Duration{}}
	l.m = New(Config{Identity: engine.Identity{ID: 1, Name: "n1", Nodes: []engine.Member{self}}, Unique: 1,
		Schedule: func(scheduler.Input) *scheduler.Output { l.decided++; return &scheduler.Output{} }})
	l.run(Begin{}, FromEngine{engine.ViewChanged{View: engine.View{ID: engine.ViewID{Epoch: 1, Coordinator: 1}, Members: []engine.Member{self},
		Quorate: true, Votes: 1, Expected: 1}}})
	return l
}

// run lets happen what the events set off, at this moment.
func (l *lone) run(events ...Event) {
	for l.queue = append(l.queue, events...); len(l.queue) > 0; {
		ev := l.queue[0]
		l.queue = l.queue[1:]
		for _, f := range l.m.Step(machine.Now{Mono: l.now}, ev) {
			switch f := f.(type) {
			case Send:
				l.order++
				l.queue = append(l.queue, FromEngine{engine.Delivered{Sender: 1, Order: l.order, Payload: f.Payload}})
			case Persist:
				if l.written = f.Seq; !l.slow {
					l.queue = append(l.queue, FromDisk{Seq: f.Seq})
				}
			case SetTimer:
				l.timers[f.Key] = f.At
			case CancelTimer:
				delete(l.timers, f.Key)
			}
		}
		for key, at := range l.timers {
			if at <= l.now {
				delete(l.timers, key)
				l.queue = append(l.queue, TimerFired{key})
			}
		}
	}
}

func (l *lone) pass(d time.Duration) {
	l.now += d
	l.run(TimerFired{"store/none"})
}

// write asks for a change of the configuration.
func (l *lone) write(value string) {
	l.run(Asked{ID: 1, Principal: message.Principal{User: "root", Door: "api"}, Request: api.CIBApply{Ops: []cib.Op{{Kind: cib.OpModify, Section: "crm_config",
		AllowCreate: true, Data: xmltree.New("cluster_property_set", "id", "x").Add(xmltree.New("nvpair", "id", "x-y", "name", "y", "value", value))}}}})
}

// A decision comes when the change that somebody waits for is on disk, and does not wait for a slow disk for long.
func TestADecisionWaitsForTheDiskAShortWhile(t *testing.T) {
	l := newLone()
	l.pass(time.Second)
	if !l.m.Deciding() || l.decided == 0 {
		t.Fatalf("the node does not decide: %s", l.m.Debug())
	}
	l.slow = true
	before := l.decided
	l.write("1")
	if l.decided != before {
		t.Error("it decides while somebody waits for the disk")
	}
	l.pass(diskPatience / 2)
	l.run(FromDisk{Seq: l.written})
	if l.decided != before+1 {
		t.Errorf("%d decisions once the change is on disk, want one", l.decided-before)
	}
	l.pass(time.Second)
	before = l.decided
	l.write("2")
	l.pass(diskPatience / 2)
	if l.decided != before {
		t.Error("it decides while somebody waits for the disk")
	}
	l.pass(diskPatience / 2)
	if l.decided != before+1 {
		t.Errorf("%d decisions when the disk is slow, want one", l.decided-before)
	}
}
