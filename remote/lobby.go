package remote

import (
	"net"
	"net/netip"
	"sync"
)

// The places for connections. Strangers are those of whom it is not known yet who they are; they cannot take the places of the others,
// and nobody can take all places of the strangers by himself.
const (
	maxGuests         = 256
	maxStrangers      = 64
	maxStrangersOfOne = 16
)

// lobby counts connections.
type lobby struct {
	mu        sync.Mutex
	guests    int
	strangers int
	of        map[netip.Prefix]int
}

// visitor is a connection with its place.
type visitor struct {
	net.Conn
	lobby *lobby
	from  netip.Addr

	known, gone bool // under lobby.mu
}

// enter gives a new connection the place of a stranger, nil when there is none.
func (l *lobby) enter(c net.Conn) *visitor {
	v := &visitor{Conn: c, lobby: l, from: addressOf(c)}
	near := neighbourhood(v.from)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.strangers >= maxStrangers || l.of[near] >= maxStrangersOfOne {
		return nil
	}
	if l.of == nil {
		l.of = map[netip.Prefix]int{}
	}
	l.strangers++
	l.of[near]++
	return v
}

// leaveStrangers gives a stranger's place back; l.mu is held.
func (l *lobby) leaveStrangers(v *visitor) {
	near := neighbourhood(v.from)
	l.strangers--
	if l.of[near]--; l.of[near] == 0 {
		delete(l.of, near)
	}
}

// welcome makes a stranger a guest, false when the house is full.
func (v *visitor) welcome() bool {
	l := v.lobby
	l.mu.Lock()
	defer l.mu.Unlock()
	if v.known || v.gone {
		return true
	}
	if l.guests >= maxGuests {
		return false
	}
	l.leaveStrangers(v)
	l.guests++
	v.known = true
	return true
}

// Close gives the place back, once.
func (v *visitor) Close() error {
	l := v.lobby
	l.mu.Lock()
	switch {
	case v.gone:
	case v.known:
		l.guests--
	default:
		l.leaveStrangers(v)
	}
	v.gone = true
	l.mu.Unlock()
	return v.Conn.Close()
}

// addressOf is where a connection comes from; the zero address when that is no address of the internet.
func addressOf(c net.Conn) netip.Addr {
	if a, ok := c.RemoteAddr().(*net.TCPAddr); ok {
		return a.AddrPort().Addr().Unmap()
	}
	return netip.Addr{}
}
