package ipc

import (
	"net"
	"sync"
)

const (
	// maxTrusted and maxStrangers limit the connections of those with full access and of all others together. Anybody on the
	// machine may connect: strangers must not be able to keep the tools out.
	maxTrusted   = 1024
	maxStrangers = 16
)

// limited finds out who connects and hangs up on those who are too many.
type limited struct {
	net.Listener
	who       func(net.Conn) Caller
	trusted   chan struct{}
	strangers chan struct{}
}

func newLimited(l net.Listener, who func(net.Conn) Caller) *limited {
	return &limited{Listener: l, who: who, trusted: make(chan struct{}, maxTrusted), strangers: make(chan struct{}, maxStrangers)}
}

// slot is a connection that gives its place back when it is closed.
type slot struct {
	net.Conn
	caller Caller
	once   sync.Once
	free   func()
}

func (l *limited) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		who := l.who(c)
		places := l.strangers
		if who.Full {
			places = l.trusted
		}
		select {
		case places <- struct{}{}:
			return &slot{Conn: c, caller: who, free: func() { <-places }}, nil
		default:
			c.Close()
		}
	}
}

func (s *slot) Close() error {
	s.once.Do(s.free)
	return s.Conn.Close()
}
