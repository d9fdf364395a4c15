package remote

import (
	"net/netip"
	"time"
)

// Failed attempts: so many may be made at once, and one more whenever the time has passed.
const (
	throttleBurst  = 10
	throttleRefill = 6 * time.Second
	// maxThrottled limits how many are remembered; who failed is forgotten once his time has passed.
	maxThrottled = 4096
)

// attempt is for what somebody tries: a token by its id, "" for what is no token that is known. A script with an old token so does not
// keep out others from the same address.
type attempt struct {
	from  netip.Prefix
	token string
}

// bucket holds the attempts that are left: all of them at the time full.
type bucket struct{ full time.Time }

func (b bucket) left(now time.Time) int {
	if !now.Before(b.full) {
		return throttleBurst
	}
	return throttleBurst - int((b.full.Sub(now)+throttleRefill-1)/throttleRefill)
}

// throttle counts failed attempts. It has no clock and no lock of its own.
type throttle struct{ failed map[attempt]bucket }

// neighbourhood is what counts as one address: with IPv6 everybody has 2^64 of them.
func neighbourhood(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	bits := 64
	if a.Is4() {
		bits = 32
	}
	p, _ := a.Prefix(bits)
	return p
}

// wait tells how long until the next attempt may be made; 0 for now.
func (t *throttle) wait(a attempt, now time.Time) time.Duration {
	b, ok := t.failed[a]
	if !ok || b.left(now) > 0 {
		return 0
	}
	return b.full.Sub(now) - (throttleBurst-1)*throttleRefill
}

// fail notes a failed attempt.
func (t *throttle) fail(a attempt, now time.Time) {
	if t.failed == nil {
		t.failed = map[attempt]bucket{}
	}
	b, ok := t.failed[a]
	if !ok && len(t.failed) >= maxThrottled {
		t.forget(now)
	}
	if b.full.Before(now) {
		b.full = now
	}
	b.full = b.full.Add(throttleRefill)
	if limit := now.Add(throttleBurst * throttleRefill); b.full.After(limit) {
		b.full = limit
	}
	t.failed[a] = b
}

// forget makes room for a while: those whose time has passed go, and of the others as many, whichever they are, that half of the
// room is free. So it costs next to nothing for each of many failures.
func (t *throttle) forget(now time.Time) {
	for a, b := range t.failed {
		if !now.Before(b.full) || len(t.failed) > maxThrottled/2 {
			delete(t.failed, a)
		}
	}
}
