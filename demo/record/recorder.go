package record

import (
	"context"
	"net"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// Interval is how often a recorder looks.
const Interval = 5 * time.Millisecond

// Mono returns the machine's monotonic clock.
func Mono() time.Duration {
	var ts unix.Timespec
	// CLOCK_MONOTONIC is always there.
	_ = unix.ClockGettime(unix.CLOCK_MONOTONIC, &ts)
	return time.Duration(ts.Nano())
}

// Things are what is watched in a network namespace of its own: whether it has the address, and whether anything listens on the
// port.
func Things(address net.IP, port int) map[string]func() bool {
	return map[string]func() bool{
		"address": func() bool { return holds(address) },
		"service": func() bool {
			inodes, _ := ListenInodes(port)
			return len(inodes) > 0
		},
	}
}

// Run looks at the things until the context ends, and hands every change to tell. A change to having is dated by the look that
// saw it first, a change to not having by the look that saw it last. It asks for real-time priority, so that a busy machine does
// not blur what it sees.
func Run(ctx context.Context, things map[string]func() bool, tell func(Change)) {
	runtime.LockOSThread()
	// Without the right to it the recorder is merely less sharp.
	_ = unix.SchedSetAttr(0, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_RR, Priority: 1}, 0)
	seen := map[string]time.Duration{} // when a thing was seen last
	tick := time.NewTicker(Interval)
	defer tick.Stop()
	for {
		for thing, look := range things {
			at := Mono()
			last, had := seen[thing]
			switch has := look(); {
			case has:
				if !had {
					tell(Change{At: Mono(), Thing: thing, Has: true})
				}
				seen[thing] = at
			case had:
				delete(seen, thing)
				tell(Change{At: last, Thing: thing})
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// holds reports whether the kernel treats the address as its own: binding to it works only then.
func holds(ip net.IP) bool {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	return unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte(ip.To4())}) == nil
}
