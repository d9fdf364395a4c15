package ipc

import (
	"net"
	"sync"
)

// limited accepts no more connections than there are slots; further callers wait in the kernel's queue.
type limited struct {
	net.Listener
	slots chan struct{}
}

// slot is a connection that gives its slot back when it is closed.
type slot struct {
	net.Conn
	once sync.Once
	free func()
}

func (l *limited) Accept() (net.Conn, error) {
	// Accept first: a full house must not hide that the listener was closed.
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	select {
	case l.slots <- struct{}{}:
		return &slot{Conn: c, free: func() { <-l.slots }}, nil
	default:
		c.Close()
		return l.Accept()
	}
}

func (s *slot) Close() error {
	s.once.Do(s.free)
	return s.Conn.Close()
}
