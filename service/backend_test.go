package service

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"pacer/api"
	"pacer/cib"
	"pacer/message"
	"pacer/node"
	"pacer/note"
	"pacer/place"
)

func TestARequestIsAnsweredOnceByItsReply(t *testing.T) {
	events := make(chan node.Event, 1)
	b := newBackend(events, &api.Snapshot{}, place.Places{})
	go func() {
		asked := (<-events).(node.Asked)
		b.reply(node.Reply{ID: asked.ID + 1, Err: errors.New("not this one")})
		b.reply(node.Reply{ID: asked.ID, Response: &api.Response{Expect: 7}})
		b.reply(node.Reply{ID: asked.ID, Response: &api.Response{Expect: 8}})
	}()
	r, err := b.Do(context.Background(), message.Principal{User: "root"}, api.Cleanup{})
	if err != nil || r.Expect != 7 {
		t.Fatalf("%+v, %v", r, err)
	}
}

func TestAnImpatientCallerIsLetGo(t *testing.T) {
	events := make(chan node.Event, 1)
	b := newBackend(events, &api.Snapshot{}, place.Places{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := b.Do(ctx, message.Principal{}, api.Cleanup{}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	// The answer comes too late for anybody.
	b.reply(node.Reply{ID: 1})
}

func TestWatchersHearOfChanges(t *testing.T) {
	b := newBackend(nil, &api.Snapshot{}, place.Places{})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	events, err := b.Watch(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	if e := <-events; e.Type != api.EventHello {
		t.Fatalf("first came %v", e.Type)
	}
	old := cib.Empty()
	b.update(&api.Snapshot{CIB: old})
	if e := <-events; e.Type != api.EventCIB || e.Patch != "" {
		t.Fatalf("the first document: %+v", e)
	}
	changed, _, err := cib.Apply(old, []cib.Op{{Kind: cib.OpBump}}, cib.ApplyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	b.update(&api.Snapshot{CIB: changed, Node: api.NodeInfo{DC: "pm01"}})
	if e := <-events; e.Type != api.EventNode || e.Node.DC != "pm01" {
		t.Fatalf("%+v", e)
	}
	if e := <-events; e.Type != api.EventCIB || e.Version != changed.Version().String() || !strings.Contains(e.Patch, "<diff") {
		t.Fatalf("%+v", e)
	}
	b.update(&api.Snapshot{CIB: changed, Node: api.NodeInfo{DC: "pm01"}})
	b.tell(time.Now(), note.NodeLost{Node: "pm02"})
	if e := <-events; e.Type != api.EventNote || e.Note.Text != "pm02 is lost." || e.Note.TextJapanese == "" {
		t.Fatalf("nothing had changed, then a note: %+v", e)
	}
}

func TestLogLines(t *testing.T) {
	var out bytes.Buffer
	l := NewLog(&out, "pm01", note.English)
	at := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	l.Tell(at, note.Idle{}) // a detail
	l.Tell(at, note.NodeLost{Node: "pm02"})
	l.Problem(at, "API", errors.New("two\nlines"))
	want := "2026-11-20T08:00:00.000Z alarm   pm01 membership.node-lost: pm02 is lost.\n" +
		"2026-11-20T08:00:00.000Z warning pm01 service.problem: API: two lines\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
}

// TestNoChangeFallsBetweenHelloAndTheFirstEvent changes the document while watchers come: the newest version is what hello or a
// later event says.
func TestNoChangeFallsBetweenHelloAndTheFirstEvent(t *testing.T) {
	doc := cib.Empty()
	for range 300 {
		b := newBackend(nil, &api.Snapshot{CIB: doc}, place.Places{})
		changed, _, err := cib.Apply(doc, []cib.Op{{Kind: cib.OpBump}}, cib.ApplyOptions{})
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan struct{})
		go func() {
			b.update(&api.Snapshot{CIB: changed})
			close(done)
		}()
		ctx, cancel := context.WithCancel(context.Background())
		events, err := b.Watch(ctx, "")
		if err != nil {
			t.Fatal(err)
		}
		<-done
		known := ""
		for len(events) > 0 {
			if e := <-events; e.Version != "" {
				known = e.Version
			}
		}
		cancel()
		if known != changed.Version().String() {
			t.Fatalf("the watcher knows version %s, the node has %s", known, changed.Version())
		}
	}
}
