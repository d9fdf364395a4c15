package ipc

import (
	"context"
	"strings"
	"testing"
	"time"

	"pacer/api"
)

func hello() api.Event { return api.Event{Type: api.EventHello} }

// heard reads what lies ready in a channel, as versions.
func heard(c <-chan api.Event) string {
	var out []string
	for {
		select {
		case e, ok := <-c:
			if !ok {
				return strings.Join(append(out, "end"), " ")
			}
			out = append(out, string(e.Type)+e.Version)
		default:
			return strings.Join(out, " ")
		}
	}
}

func happen(f *Feed, versions ...string) {
	for _, v := range versions {
		f.Publish(api.Event{Type: api.EventCIB, Version: v})
	}
}

func TestWhoComesBackHearsWhatHeMissed(t *testing.T) {
	f := NewFeed()
	now := time.Unix(1000, 0)
	f.now = func() time.Time { return now }
	ctx, leave := context.WithCancel(context.Background())
	first := f.Watch(ctx, "", hello)
	begun := (<-first).ID
	happen(f, "1")
	seen := (<-first).ID
	happen(f, "2", "3")
	stay := context.Background()
	for _, x := range []struct{ after, want string }{
		{"", "hello"}, {"nonsense", "hello"}, {"other-1", "hello"}, {f.name + "-99", "hello"}, {f.name + "-x", "hello"},
		{begun, "cib1 cib2 cib3"}, {seen, "cib2 cib3"}, {f.id(f.last), ""},
	} {
		if got := heard(f.Watch(stay, x.after, hello)); got != x.want {
			t.Errorf("after %q: %q, not %q", x.after, got, x.want)
		}
	}
	leave()
	nobody := func() {
		f.mu.Lock()
		clear(f.watchers)
		f.left = now
		f.mu.Unlock()
	}
	nobody()
	happen(f, "4")
	if got := heard(f.Watch(stay, seen, hello)); got != "cib2 cib3 cib4" {
		t.Errorf("soon after he left: %q", got)
	}
	nobody()
	now = now.Add(feedLinger)
	happen(f, "5")
	if got := heard(f.Watch(stay, seen, hello)); got != "hello" {
		t.Errorf("long after he left: %q", got)
	}
}

// TestWhatNobodySawIsNotTakenForNothing: an id from before a time in which nobody watched, and nothing was kept, is not continued.
func TestWhatNobodySawIsNotTakenForNothing(t *testing.T) {
	f := NewFeed()
	ctx, leave := context.WithCancel(context.Background())
	c := f.Watch(ctx, "", hello)
	id := (<-c).ID
	leave()
	for range c { // until it is closed
	}
	f.mu.Lock()
	f.left = f.left.Add(-2 * feedLinger)
	f.mu.Unlock()
	if f.Wanted() {
		t.Error("events are made for nobody")
	}
	if got := heard(f.Watch(context.Background(), id, hello)); got != "hello" {
		t.Errorf("%q", got)
	}
}

func TestASlowWatcherIsDroppedAndNobodyElse(t *testing.T) {
	f := NewFeed()
	slow, quick := f.Watch(context.Background(), "", hello), f.Watch(context.Background(), "", hello)
	got := 0
	for range 2 * feedBacklog {
		happen(f, "")
		got += len(strings.Fields(heard(quick)))
	}
	if got != 2*feedBacklog+1 {
		t.Errorf("the quick one heard %d", got)
	}
	if words := strings.Fields(heard(slow)); len(words) != feedBacklog+2 || words[len(words)-1] != "end" {
		t.Errorf("the slow one heard %d", len(words))
	}
	if len(f.kept) != feedBacklog {
		t.Errorf("%d are kept", len(f.kept))
	}
}

func TestWhatIsKeptIsLimitedByItsWeight(t *testing.T) {
	f := NewFeed()
	c := f.Watch(context.Background(), "", hello)
	patch := strings.Repeat("x", feedBytes/4)
	for range 6 {
		f.Publish(api.Event{Type: api.EventCIB, Patch: patch})
		heard(c)
	}
	if len(f.kept) != 4 || f.weight != 4*len(patch) {
		t.Errorf("%d events of %d bytes are kept", len(f.kept), f.weight)
	}
}
