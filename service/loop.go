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
	// fromEngine is nil where there is no engine, or no more.
	fromEngine <-chan engine.Event
	// perform does an effect that is no timer, no message and no exit.
	perform func(node.Effect)
	// settled is called when what had happened together is worked off, for readers of the node's state.
	settled func()
	// replies wait until readers can see what they are about: who has been answered finds what he asked for.
	replies []node.Reply
	// unsent tells that messages wait for the end of the burst, to leave together.
	unsent bool
	// beat is called about once a second, from within the loop: a loop that hangs does not beat.
	beat func()

	exit *node.Exit
}

const (
	// eventBacklog is how many events may wait for the loop.
	eventBacklog = 1024
	// burst is how many events are worked off at most before readers see what came of them.
	burst = 256
)

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
	var pings <-chan struct{}
	if l.engine != nil {
		l.fromEngine, pings = l.engine.Events(), l.engine.Pings()
	}
	l.step(node.Begin{})
	l.settle()
	for l.exit == nil {
		select {
		case e, ok := <-l.fromEngine:
			l.engineSays(e, ok)
		case e := <-l.events:
			l.step(e)
		case f := <-l.timers.fired:
			l.fired(f)
		case <-pings:
			l.engine.Alive()
			continue
		case <-beat.C:
			l.beat()
			continue
		}
		for n := 1; n < burst && l.exit == nil && l.another(); n++ {
			// What has gathered meanwhile is worked off together.
		}
		l.settle()
	}
	return *l.exit
}

// another works off one event if one is waiting. What is due by time, such as a decision, may take long: answers that are ready go out
// before it, and messages.
func (l *loop) another() bool {
	fired := l.timers.fired
	if l.unsent || len(l.replies) > 0 {
		fired = nil
	}
	select {
	case e, ok := <-l.fromEngine:
		l.engineSays(e, ok)
	case e := <-l.events:
		l.step(e)
	case f := <-fired:
		l.fired(f)
	default:
		return false
	}
	return true
}

func (l *loop) engineSays(e engine.Event, ok bool) {
	if !ok {
		l.fromEngine = nil
		return
	}
	l.step(node.FromEngine{Event: e})
}

func (l *loop) fired(f firing) {
	if l.timers.current(f) {
		l.step(node.TimerFired{Key: f.key})
	}
}

// settle lets messages leave, shows readers what has become of the node, and then answers.
func (l *loop) settle() {
	if l.unsent && l.engine != nil {
		l.engine.Flush()
	}
	l.unsent = false
	l.settled()
	for _, r := range l.replies {
		l.perform(r)
	}
	clear(l.replies)
	l.replies = l.replies[:0]
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
		case node.Reply:
			l.replies = append(l.replies, e)
		case node.Send:
			l.unsent = true
			l.perform(e)
		default:
			l.perform(effect)
		}
	}
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
