package meter

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"pacer/applet"
	"pacer/demo/record"
	"pacer/demo/world"
	"pacer/engine"
	"pacer/exitcode"
	"pacer/messaging"
)

// MemberApplet is what a node of the bench runs.
var MemberApplet = applet.Applet{Names: []string{"bench-member"}, Internal: true, Graceful: true, Run: func(e applet.Env) exitcode.Code {
	if err := runMember(e); err != nil {
		fmt.Fprintln(e.Stderr, err)
		return exitcode.Error
	}
	return exitcode.OK
}}

// member is attached to the messaging process of its node as a manager would be. Its loop is the only one that touches work.
type member struct {
	conn      *messaging.Conn
	messaging *exec.Cmd
	self      engine.NodeID
	tell      func(told)
	work      *work
}

// work is an order that sends messages.
type work struct {
	order
	payload []byte
	sent    int
	got     int
	begun   time.Time // of the last single message, or of the stream
	times   []time.Duration
}

// Messages begin with the order and the number in it; members tell their own from those of others by the sender.
const headSize = 16

func runMember(e applet.Env) error {
	desk, err := net.Dial("unix", filepath.Join(e.Getenv(world.DirVariable), socketName))
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	defer desk.Close()
	var mu sync.Mutex
	out := json.NewEncoder(desk)
	m := &member{tell: func(t told) {
		mu.Lock()
		defer mu.Unlock()
		_ = out.Encode(t)
	}}
	m.messaging = exec.Command("/proc/self/exe", "role", "messaging")
	m.messaging.Args[0] = "pacer"
	m.messaging.Stdout, m.messaging.Stderr = os.Stdout, os.Stderr
	if err := m.messaging.Start(); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	ctx, cancel := context.WithTimeout(e.Context, patience)
	defer cancel()
	if m.conn, err = messaging.Dial(ctx, e.Places); err != nil {
		return err
	}
	defer m.conn.Close()
	m.self = m.conn.Identity().ID
	m.tell(told{Name: m.conn.Identity().Name})
	orders := make(chan order)
	go listen(desk, orders)
	return m.loop(e, orders)
}

// listen takes the desk's orders until it closes the connection.
func listen(desk io.Reader, orders chan<- order) {
	defer close(orders)
	in := json.NewDecoder(bufio.NewReader(desk))
	for {
		var o order
		if in.Decode(&o) != nil {
			return
		}
		orders <- o
	}
}

func (m *member) loop(e applet.Env, orders <-chan order) error {
	for {
		select {
		case ev, ok := <-m.conn.Events():
			if !ok {
				return errors.New("bench: messaging ended")
			}
			m.happened(ev)
		case <-m.conn.Pings():
			m.conn.Alive()
		case o, ok := <-orders:
			if !ok {
				return nil
			}
			m.obey(e, o)
		}
		if len(m.conn.Events()) == 0 { // what is sent for events that came together leaves together
			m.conn.Flush()
		}
	}
}

func (m *member) happened(ev engine.Event) {
	switch ev := ev.(type) {
	case engine.ViewChanged:
		v := &view{At: record.Mono(), ID: ev.View.ID.String()}
		for _, x := range ev.View.Members {
			v.Members = append(v.Members, x.Name)
		}
		m.tell(told{View: v})
		if w := m.work; w != nil { // what was on its way may be lost
			m.work = nil
			m.tell(told{Answer: &answer{ID: w.ID, Error: "the view changed while messages were on their way"}})
		}
	case engine.Delivered:
		if w := m.work; w != nil && ev.Sender == m.self && len(ev.Payload) >= headSize && binary.BigEndian.Uint64(ev.Payload) == uint64(w.ID) {
			m.delivered(w)
		}
	case engine.Lost:
		m.tell(told{Lost: ev.Reason})
	}
}

// delivered counts one of the own messages, and sends more.
func (m *member) delivered(w *work) {
	w.got++
	if w.Do == "single" {
		w.times = append(w.times, time.Since(w.begun))
	}
	if w.got == w.Count {
		m.work = nil
		m.tell(told{Answer: &answer{ID: w.ID, Times: w.times, Took: time.Since(w.begun)}})
		return
	}
	m.fill(w)
}

// fill sends until as many messages are on their way as the order allows.
func (m *member) fill(w *work) {
	for w.sent < w.Count && w.sent-w.got < w.Window {
		p := make([]byte, len(w.payload))
		binary.BigEndian.PutUint64(p, uint64(w.ID))
		binary.BigEndian.PutUint64(p[8:], uint64(w.sent))
		if w.sent == 0 || w.Do == "single" {
			w.begun = time.Now()
		}
		if err := m.conn.Send(p); err != nil {
			m.work = nil
			m.tell(told{Answer: &answer{ID: w.ID, Error: err.Error()}})
			return
		}
		w.sent++
	}
}

func (m *member) obey(e applet.Env, o order) {
	switch o.Do {
	case "single", "stream":
		if o.Do == "single" {
			o.Window = 1
		}
		m.work = &work{order: o, payload: make([]byte, max(o.Size, headSize))}
		m.fill(m.work)
	case "usage":
		u, err := measure(e, m.messaging.Process.Pid)
		a := &answer{ID: o.ID, Usage: u}
		if err != nil {
			a.Error = err.Error()
		}
		m.tell(told{Answer: a})
	case "pause":
		// By a goroutine: the loop goes on to read what the pause brings.
		go func() {
			_ = m.messaging.Process.Signal(syscall.SIGSTOP)
			time.Sleep(o.Pause)
			_ = m.messaging.Process.Signal(syscall.SIGCONT)
			m.tell(told{Answer: &answer{ID: o.ID}})
		}()
	default:
		m.tell(told{Answer: &answer{ID: o.ID, Error: fmt.Sprintf("%q is no order", o.Do)}})
	}
}
