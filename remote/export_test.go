package remote

import (
	"net"
	"time"
)

// ListenAt lets a door listen where a test wants it, whatever port the CIB names, and have its clock.
func (d *Door) ListenAt(listen func(port string) (net.Listener, error), now func() time.Time) {
	d.listen = listen
	if now != nil {
		d.now = now
	}
}

// The limits that tests reach.
const (
	HeaderTime     = headerTime
	HandshakeTime  = handshakeTime
	HeaderBytes    = headerBytes
	StrangersOfOne = maxStrangersOfOne
	ThrottleBurst  = throttleBurst
)
