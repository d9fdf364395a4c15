package meter

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"pacer/demo/world"
)

// patience is how long anything may take that is not being measured.
const patience = 60 * time.Second

// errWaited tells that something did not come about in time.
var errWaited = errors.New("bench: waited in vain")

// desk is where the members report to.
type desk struct {
	listener net.Listener

	mu      sync.Mutex
	members map[string]*seat
	next    int
	answers map[int]chan answer
	changed chan struct{} // closed and made anew with every view, arrival and departure
	// settled are the nodes that belong to the agreed view, run and have their cables: none of them may be missing anywhere.
	settled map[string]bool
	// missed are those of them that are missing in some view; each counts once until all are settled again.
	missed        map[string]bool
	falseRemovals int
}

// seat is one member at the desk.
type seat struct {
	out  *json.Encoder
	view view // the last that it told
}

func openDesk() (*desk, error) {
	l, err := net.Listen("unix", filepath.Join(os.Getenv(world.DirVariable), socketName))
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	d := &desk{listener: l, members: map[string]*seat{}, answers: map[int]chan answer{}, changed: make(chan struct{}),
		settled: map[string]bool{}, missed: map[string]bool{}}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go d.serve(conn)
		}
	}()
	return d, nil
}

func (d *desk) close() { d.listener.Close() }

// serve takes what one member tells until its connection ends.
func (d *desk) serve(conn net.Conn) {
	defer conn.Close()
	in, name := json.NewDecoder(conn), ""
	s := &seat{out: json.NewEncoder(conn)}
	for {
		var t told
		if in.Decode(&t) != nil {
			break
		}
		d.mu.Lock()
		switch {
		case t.Name != "":
			name = t.Name
			d.members[name] = s
		case t.View != nil:
			s.view = *t.View
			d.judge(name, t.View.Members)
		case t.Answer != nil:
			if c := d.answers[t.Answer.ID]; c != nil {
				delete(d.answers, t.Answer.ID)
				c <- *t.Answer
			}
		}
		d.signal()
		d.mu.Unlock()
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.members[name] == s {
		delete(d.members, name)
	}
	d.signal()
}

// signal wakes those who wait for a change; it is called with the lock held.
func (d *desk) signal() {
	close(d.changed)
	d.changed = make(chan struct{})
}

// judge looks for removals of nodes that had given no reason; it is called with the lock held.
func (d *desk) judge(name string, members []string) {
	if !d.settled[name] {
		return
	}
	for other := range d.settled { // order: a sum
		if !d.missed[other] && !slices.Contains(members, other) {
			d.missed[other] = true
			d.falseRemovals++
		}
	}
}

// settle says which nodes may not be missing from now on; excuse takes one out before it is killed.
func (d *desk) settle(names []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	clear(d.settled)
	clear(d.missed)
	for _, n := range names {
		d.settled[n] = true
	}
}

func (d *desk) excuse(name string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.settled, name)
}

// agreed waits until all those nodes, and nobody else, are the members of one view that each of them has told after a time, and returns
// when the last of them was given it.
func (d *desk) agreed(ctx context.Context, names []string, after time.Duration) (time.Duration, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errWaited)
	defer cancel()
	for {
		d.mu.Lock()
		last, ok := d.same(names, after)
		changed := d.changed
		d.mu.Unlock()
		if ok {
			return last, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return 0, fmt.Errorf("%w for a view of %v", context.Cause(ctx), names)
		}
	}
}

func (d *desk) same(names []string, after time.Duration) (last time.Duration, ok bool) {
	id := ""
	for _, n := range names {
		s := d.members[n]
		if s == nil || s.view.At < after || !slices.Equal(s.view.Members, names) || id != "" && s.view.ID != id {
			return 0, false
		}
		id, last = s.view.ID, max(last, s.view.At)
	}
	return last, true
}

// ask gives a member an order and waits for its answer.
func (d *desk) ask(ctx context.Context, name string, o order) (answer, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errWaited)
	defer cancel()
	c := make(chan answer, 1)
	d.mu.Lock()
	d.next++
	o.ID = d.next
	s := d.members[name]
	if s == nil {
		d.mu.Unlock()
		return answer{}, fmt.Errorf("bench: %s is not there", name)
	}
	d.answers[o.ID] = c
	err := s.out.Encode(o)
	d.mu.Unlock()
	if err != nil {
		return answer{}, fmt.Errorf("bench: %s: %w", name, err)
	}
	select {
	case a := <-c:
		if a.Error != "" {
			return a, fmt.Errorf("bench: %s: %s", name, a.Error)
		}
		return a, nil
	case <-ctx.Done():
		return answer{}, fmt.Errorf("%w for %s", context.Cause(ctx), name)
	}
}
