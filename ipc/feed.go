package ipc

import (
	"context"
	"crypto/rand"
	"strconv"
	"strings"
	"sync"
	"time"

	"pacer/api"
)

const (
	// feedBacklog is how many events a slow watcher may be behind before it is dropped, and how many are kept at most for those who
	// come back.
	feedBacklog = 1024
	// feedBytes limits what the patches of the kept events weigh.
	feedBytes = 16 << 20
	// feedLinger is how long events are made and kept for the last watcher to come back.
	feedLinger = time.Minute
)

// Feed hands events to watchers and keeps the newest ones for those who come back. Nothing is made or kept while nobody watches. Use
// NewFeed. Its methods may be called from many goroutines.
//
// The id of an event is the feed's own name and a number, which rises by one. A number is used up, too, for what happened while
// nobody watched, so that who comes back after that does not believe to have seen everything.
type Feed struct {
	name string
	now  func() time.Time

	mu       sync.Mutex
	last     uint64 // the newest number
	kept     []api.Event
	weight   int
	watchers map[chan api.Event]bool
	left     time.Time // when the last watcher left
}

// NewFeed makes a feed.
func NewFeed() *Feed {
	return &Feed{name: strings.ToLower(rand.Text()[:8]), now: time.Now, watchers: map[chan api.Event]bool{}}
}

func (f *Feed) id(number uint64) string { return f.name + "-" + strconv.FormatUint(number, 10) }

// number reads an id; ok is false for one of another feed.
func (f *Feed) number(id string) (uint64, bool) {
	name, digits, _ := strings.Cut(id, "-")
	n, err := strconv.ParseUint(digits, 10, 64)
	return n, err == nil && name == f.name
}

// Wanted tells whether events are of use to anybody. Who does not make one because they are not must ask again for the next.
func (f *Feed) Wanted() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.wanted()
}

func (f *Feed) wanted() bool {
	if len(f.watchers) > 0 || !f.left.IsZero() && f.now().Sub(f.left) < feedLinger {
		return true
	}
	f.last++
	f.kept, f.weight = nil, 0
	return false
}

// Publish gives the event its id and hands it out. A watcher that is too far behind is dropped.
func (f *Feed) Publish(e api.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.wanted() {
		return
	}
	f.last++
	e.ID = f.id(f.last)
	f.kept = append(f.kept, e)
	f.weight += len(e.Patch)
	for len(f.kept) > feedBacklog || f.weight > feedBytes {
		f.weight -= len(f.kept[0].Patch)
		f.kept = f.kept[1:]
	}
	for c := range f.watchers {
		select {
		case c <- e:
		default:
			f.drop(c)
		}
	}
}

// Watch delivers what happens until ctx ends: after the event with that id when all since then is known, otherwise after what hello
// makes of the present state. The channel of a watcher that does not keep up is closed.
func (f *Feed) Watch(ctx context.Context, after string, hello func() api.Event) <-chan api.Event {
	f.mu.Lock()
	defer f.mu.Unlock()
	missed, known := f.since(after)
	if !known {
		// Being a watcher and knowing the state is one step: a change in between would be neither in hello nor told.
		e := hello()
		e.ID = f.id(f.last)
		missed = []api.Event{e}
	}
	c := make(chan api.Event, feedBacklog+len(missed))
	for _, e := range missed {
		c <- e
	}
	f.watchers[c] = true
	context.AfterFunc(ctx, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		f.drop(c)
	})
	return c
}

// since are the events after the one with that id; false when some of them are not kept.
func (f *Feed) since(id string) ([]api.Event, bool) {
	n, ok := f.number(id)
	if !ok || n > f.last || f.last-n > uint64(len(f.kept)) {
		return nil, false
	}
	return f.kept[len(f.kept)-int(f.last-n):], true
}

// drop ends a watcher; f.mu is held.
func (f *Feed) drop(c chan api.Event) {
	if f.watchers[c] {
		delete(f.watchers, c)
		close(c)
		f.left = f.now()
	}
}
