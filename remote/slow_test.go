package remote_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pacer/cib"
	"pacer/internal/fakenode"
	"pacer/internal/testca"
	"pacer/note"
	"pacer/remote"
)

// pipes is a listener whose connections are pipes in memory, for a world with a clock of its own.
type pipes struct {
	calls chan net.Conn
	shut  chan struct{}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.calls:
		return c, nil
	case <-p.shut:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	select {
	case <-p.shut:
	default:
		close(p.shut)
	}
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe", Net: "unix"} }

func (p *pipes) dial() net.Conn {
	c, _ := p.dialWatched()
	return c
}

// watched is an end of a pipe that tells when it is closed.
type watched struct {
	net.Conn
	once sync.Once
	gone chan time.Time
}

func (w *watched) Close() error {
	w.once.Do(func() { w.gone <- time.Now() })
	return w.Conn.Close()
}

// dialWatched also tells when the other end hangs up.
func (p *pipes) dialWatched() (net.Conn, <-chan time.Time) {
	here, there := net.Pipe()
	w := &watched{Conn: there, gone: make(chan time.Time, 1)}
	p.calls <- w
	return here, w.gone
}

// ended reads until the other end hangs up and tells how long that took.
func ended(c net.Conn) time.Duration {
	began := time.Now()
	_, _ = io.Copy(io.Discard, c)
	return time.Since(began)
}

// TestWhoIsSlowIsHungUpOn: in the handshake, in the headers, drop by drop, and while watching.
func TestWhoIsSlowIsHungUpOn(t *testing.T) {
	ca := testca.New(t, "ours")
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		n, err := fakenode.New(document)
		if err != nil {
			t.Fatal(err)
		}
		// The clock of this world begins at another time than the authority's certificates know.
		now := time.Now()
		server := ca.Issue("server", testca.Leaf{Name: "pm01", Hosts: []string{"localhost"}, From: now.Add(-time.Hour), Until: now.Add(time.Hour)})
		l := &pipes{make(chan net.Conn), make(chan struct{})}
		notes := make(chan note.Note, 10)
		d := remote.NewDoor(remote.Options{Backend: n, Tokens: filepath.Join(dir, "tokens"), Tell: func(x note.Note) { notes <- x },
			Files: func() (remote.Files, error) {
				return remote.Files{CA: ca.File, Cert: server.Cert, Key: server.Key}, nil
			}})
		d.ListenAt(func(string) (net.Listener, error) { return l, nil }, nil)
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan struct{})
		go func() { d.Run(ctx); close(done) }()
		doc, err := cib.ParseString(document)
		if err != nil {
			t.Fatal(err)
		}
		d.Look(doc)
		if _, ok := (<-notes).(note.RemoteOpened); !ok {
			t.Fatal("the door did not open")
		}
		silent := l.dial()
		if took := ended(silent); took != remote.HandshakeTime {
			t.Errorf("who says nothing at all is hung up on after %v", took)
		}
		if x, ok := (<-notes).(note.RemoteRefused); !ok || x.Why != "the TLS handshake took too long" {
			t.Errorf("%+v", x)
		}
		shaken := func() *tls.Conn {
			c := tls.Client(l.dial(), &tls.Config{InsecureSkipVerify: true})
			if err := c.Handshake(); err != nil {
				t.Fatal(err)
			}
			return c
		}
		if took := ended(shaken()); took != remote.HeaderTime {
			t.Errorf("who sends no headers is hung up on after %v", took)
		}
		slow := shaken()
		gone := make(chan struct{})
		go func() {
			defer close(gone)
			for {
				if _, err := io.WriteString(slow, "X"); err != nil {
					return
				}
				time.Sleep(time.Second) // of this world's clock
			}
		}()
		if took := ended(slow); took != remote.HeaderTime {
			t.Errorf("who sends headers drop by drop is hung up on after %v", took)
		}
		<-gone
		// Who watches and does not read is hung up on, too.
		token, text := remote.NewToken("root", nil, now, time.Time{}, "")
		if err := remote.OpenTokens(filepath.Join(dir, "tokens")).Add(token); err != nil {
			t.Fatal(err)
		}
		raw, hungUp := l.dialWatched()
		deaf := tls.Client(raw, &tls.Config{InsecureSkipVerify: true})
		if err := deaf.Handshake(); err != nil {
			t.Fatal(err)
		}
		asked := time.Now()
		if _, err := fmt.Fprintf(deaf, "GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", text); err != nil {
			t.Fatal(err)
		}
		if took := (<-hungUp).Sub(asked); took < 30*time.Second || took > time.Minute {
			t.Errorf("a watcher that does not read is hung up on after %v", took)
		}
		cancel()
		<-done
	})
}
