package client

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"
)

// socket carries requests over the node's local socket, in the goroutine of who asks: a command that asks once and ends spends more on a
// transport with goroutines of its own for each connection, which is made for many requests over networks, than on the question.
type socket struct {
	dial func(context.Context) (*net.UnixConn, error)

	mu   sync.Mutex
	idle []*net.UnixConn
}

// RoundTrip implements http.RoundTripper.
func (s *socket) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	c, err := s.connection(ctx)
	if err != nil {
		closeBody(req)
		return nil, err
	}
	// The kernel wakes who waits when the time is over or the context ends.
	deadline, _ := ctx.Deadline()
	_ = c.SetDeadline(deadline)
	stop := func() bool { return true }
	if ctx.Done() != nil {
		stop = context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
	}
	res, err := exchange(c, req)
	if err != nil {
		stop()
		_ = c.Close()
		return nil, s.reason(ctx, err)
	}
	res.Body = &answerBody{ReadCloser: res.Body, socket: s, conn: c, ctx: ctx, stop: stop, again: !res.Close && req.ContentLength >= 0}
	return res, nil
}

// exchange sends the request and reads the head of the answer. A body of unknown length may go on for longer than that.
func exchange(c net.Conn, req *http.Request) (*http.Response, error) {
	if req.Body != nil && req.ContentLength <= 0 {
		go func() { _ = req.Write(c) }()
	} else if err := req.Write(c); err != nil {
		return nil, err
	}
	return http.ReadResponse(bufio.NewReader(c), req)
}

// reason gives the end of the context as why something failed.
func (s *socket) reason(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, syscall.ETIMEDOUT), isTimeout(err):
		return context.DeadlineExceeded // The deadline is the context's.
	}
	return err
}

func isTimeout(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout()
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
}

// connection gives one that is not used, or a new one.
func (s *socket) connection(ctx context.Context) (*net.UnixConn, error) {
	for {
		s.mu.Lock()
		n := len(s.idle)
		if n == 0 {
			s.mu.Unlock()
			return s.dial(ctx)
		}
		c := s.idle[n-1]
		s.idle = s.idle[:n-1]
		s.mu.Unlock()
		if silent(c) {
			return c, nil
		}
		_ = c.Close()
	}
}

// silent tells whether the node has said nothing on a connection that is not used: when it has, it has hung up.
func silent(c *net.UnixConn) bool {
	raw, err := c.SyscallConn()
	if err != nil {
		return false
	}
	quiet := false
	err = raw.Control(func(fd uintptr) {
		var one [1]byte
		_, _, err := syscall.Recvfrom(int(fd), one[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		quiet = errors.Is(err, syscall.EAGAIN)
	})
	return err == nil && quiet
}

// maxIdle is how many connections wait for their next use.
const maxIdle = 2

func (s *socket) give(c *net.UnixConn) {
	_ = c.SetDeadline(time.Time{})
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.idle) < maxIdle {
		s.idle = append(s.idle, c)
		return
	}
	_ = c.Close()
}

// CloseIdleConnections is called by http.Client's method of that name.
func (s *socket) CloseIdleConnections() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.idle {
		_ = c.Close()
	}
	s.idle = nil
}

// answerBody gives the connection back when the answer was read to its end.
type answerBody struct {
	io.ReadCloser
	socket *socket
	conn   *net.UnixConn
	ctx    context.Context
	stop   func() bool
	again  bool // the connection may be used again
	whole  bool
	closed bool
}

func (b *answerBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	switch {
	case errors.Is(err, io.EOF):
		b.whole = true
	case err != nil:
		err = b.socket.reason(b.ctx, err)
	}
	return n, err
}

func (b *answerBody) Close() error {
	if b.closed {
		return nil
	}
	b.closed = true
	// A context that ends now would set a deadline on the connection of somebody else's request.
	if b.stop() && b.whole && b.again {
		b.socket.give(b.conn)
		return nil
	}
	return b.conn.Close()
}
