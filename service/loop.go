package service

import (
	"sync"
	"time"

	"pacer/engine"
	"pacer/machine"
	"pacer/messaging"
	"pacer/node"
)

// loop feeds the node with what happens, one event at a time, and performs what it decides. Everything in it belongs to the
// goroutine that calls run.
type loop struct {
	node   *node.Manager
	began  time.Time
	engine *messaging.Conn // nil in a cleaner
	events chan node.Event
	timers timers
	// perform does an effect that is no timer, no message and no exit.
	perform func(node.Effect)
	// stepped is called after every step, for readers of the node's state.
	stepped func()
	// beat is called about once a second, from within the loop: a loop that hangs does not beat.
	beat func()

	exit *node.Exit
}

// eventBacklog is how many events may wait for the loop.
const eventBacklog = 1024

// inlet is where the drivers hand their events to the loop. A driver waits while the loop is busy: an answer of the disk or the
// end of an agent comes only once, so none may be left out. Once the loop has ended nobody waits.
type inlet struct {
	events chan node.Event
	ended  chan struct{}
	once   sync.Once
}

func newInlet() *inlet {
	return &inlet{events: make(chan node.Event, eventBacklog), ended: make(chan struct{})}
}

func (i *inlet) deliver(e node.Event) {
	select {
	case i.events <- e:
	case <-i.ended:
	}
}

func (i *inlet) shut() { i.once.Do(func() { close(i.ended) }) }

// beatInterval is how often the supervisor hears from the manager.
const beatInterval = time.Second

// run works until the node wants to end, and returns how.
func (l *loop) run() node.Exit {
	beat := time.NewTicker(beatInterval)
	defer beat.Stop()
	defer l.timers.stop()
	var fromEngine <-chan engine.Event
	var pings <-chan struct{}
	if l.engine != nil {
		fromEngine, pings = l.engine.Events(), l.engine.Pings()
	}
	l.step(node.Begin{})
	for l.exit == nil {
		select {
		case e, ok := <-fromEngine:
			if !ok {
				fromEngine = nil
				continue
			}
			l.step(node.FromEngine{Event: e})
		case e := <-l.events:
			l.step(e)
		case f := <-l.timers.fired:
			if l.timers.current(f) {
				l.step(node.TimerFired{Key: f.key})
			}
		case <-pings:
			l.engine.Alive()
		case <-beat.C:
			l.beat()
		}
	}
	return *l.exit
}

func (l *loop) step(event node.Event) {
	now := time.Now()
	for _, effect := range l.node.Step(machine.Now{Wall: now, Mono: now.Sub(l.began)}, event) {
		switch e := effect.(type) {
		case node.SetTimer:
			l.timers.set(e.Key, e.At-time.Since(l.began))
		case node.CancelTimer:
			l.timers.cancel(e.Key)
		case node.Exit:
			l.exit = &e
		default:
			l.perform(effect)
		}
	}
	l.stepped()
}

// timers are the node's timers. A timer that was moved or taken back after it had fired is not current any more.
type timers struct {
	fired   chan firing
	pending map[string]*timer
}

type timer struct{ clock *time.Timer }

type firing struct {
	key   string
	timer *timer
}

func newTimers() timers {
	return timers{fired: make(chan firing, 64), pending: map[string]*timer{}}
}

func (t *timers) set(key string, after time.Duration) {
	t.cancel(key)
	x := &timer{}
	t.pending[key] = x
	x.clock = time.AfterFunc(max(after, 0), func() { t.fired <- firing{key, x} })
}

func (t *timers) cancel(key string) {
	if x := t.pending[key]; x != nil {
		x.clock.Stop()
		delete(t.pending, key)
	}
}

// current reports whether a firing still counts, once.
func (t *timers) current(f firing) bool {
	if t.pending[f.key] != f.timer {
		return false
	}
	delete(t.pending, f.key)
	return true
}

func (t *timers) stop() {
	for _, x := range t.pending {
		x.clock.Stop()
	}
}
