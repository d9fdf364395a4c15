package service

import (
	"context"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"pacer/api"
	"pacer/cib"
	"pacer/exitcode"
	"pacer/ipc"
	"pacer/message"
	"pacer/messaging"
	"pacer/node"
	"pacer/note"
	"pacer/place"
)

// backend is the node as package ipc serves it: readers get the newest snapshot, requests go through the loop, watchers hear
// what changes.
type backend struct {
	snapshot atomic.Pointer[api.Snapshot]
	events   chan<- node.Event
	places   place.Places

	feed *ipc.Feed

	mu      sync.Mutex
	next    uint64
	waiting map[uint64]func(api.Response, error)
}

func newBackend(events chan<- node.Event, first *api.Snapshot, places place.Places) *backend {
	b := &backend{events: events, places: places, feed: ipc.NewFeed(), waiting: map[uint64]func(api.Response, error){}}
	b.snapshot.Store(first)
	return b
}

// Snapshot implements ipc.Backend.
func (b *backend) Snapshot() *api.Snapshot { return b.snapshot.Load() }

// Do implements ipc.Backend.
func (b *backend) Do(ctx context.Context, who message.Principal, r api.Request) (api.Response, error) {
	type answer struct {
		response api.Response
		err      error
	}
	got := make(chan answer, 1)
	if err := b.Submit(ctx, who, r, func(r api.Response, err error) { got <- answer{r, err} }); err != nil {
		return api.Response{}, err
	}
	select {
	case a := <-got:
		return a.response, a.err
	case <-ctx.Done():
		return api.Response{}, ctx.Err()
	}
}

// Submit implements ipc.Backend.
func (b *backend) Submit(ctx context.Context, who message.Principal, r api.Request, done func(api.Response, error)) error {
	b.mu.Lock()
	b.next++
	id := b.next
	b.waiting[id] = done
	b.mu.Unlock()
	select {
	case b.events <- node.Asked{ID: id, Principal: who, Cause: r.Path(), Request: r}:
		return nil
	case <-ctx.Done():
		b.mu.Lock()
		delete(b.waiting, id)
		b.mu.Unlock()
		return ctx.Err()
	}
}

// reply hands an answer to whoever waits for it.
func (b *backend) reply(e node.Reply) {
	b.mu.Lock()
	done := b.waiting[e.ID]
	delete(b.waiting, e.ID)
	b.mu.Unlock()
	if done == nil {
		return
	}
	var response api.Response
	if r, ok := e.Response.(*api.Response); ok && r != nil {
		response = *r
	}
	done(response, e.Err)
}

// messagingPatience is how long the messaging process may take to answer; it is on the same machine and does not wait for others.
const messagingPatience = 2 * time.Second

// Messaging implements ipc.Backend: the messaging process answers for itself.
func (b *backend) Messaging(ctx context.Context) (*api.Messaging, error) {
	ctx, cancel := context.WithTimeout(ctx, messagingPatience)
	defer cancel()
	m, err := messaging.ReadStatus(ctx, b.places)
	if err != nil {
		return nil, api.Errorf(exitcode.Disconnect, "%s", err)
	}
	return m, nil
}

// Watch implements ipc.Backend.
func (b *backend) Watch(ctx context.Context, after string) (<-chan api.Event, error) {
	return b.feed.Watch(ctx, after, func() api.Event {
		s := b.Snapshot()
		hello := api.Event{Type: api.EventHello, Time: time.Now(), Node: &s.Node}
		if s.CIB != nil {
			hello.Version = s.CIB.Version().String()
		}
		return hello
	}), nil
}

// update takes the node's new state and tells watchers what is different.
func (b *backend) update(s *api.Snapshot) {
	old := b.snapshot.Load()
	b.snapshot.Store(s)
	if !b.feed.Wanted() {
		return
	}
	now := time.Now()
	if !reflect.DeepEqual(old.Node, s.Node) {
		b.feed.Publish(api.Event{Type: api.EventNode, Time: now, Node: &s.Node})
	}
	if old.CIB != s.CIB && s.CIB != nil {
		e := api.Event{Type: api.EventCIB, Time: now, Version: s.CIB.Version().String()}
		if old.CIB != nil {
			e.Old = old.CIB.Version().String()
			e.Patch = string(cib.Diff(old.CIB, s.CIB).XML().Append(nil))
		}
		b.feed.Publish(e)
	}
}

// tell passes a note on to watchers.
func (b *backend) tell(at time.Time, n note.Note) {
	b.feed.Publish(api.Event{Type: api.EventNote, Time: at, Note: &api.Note{
		ID: n.ID(), Level: note.SeverityOf(n).String(), Text: note.Sentence(n, note.English),
		TextJapanese: note.Sentence(n, note.Japanese), Fields: note.Fields(n),
	}})
}
