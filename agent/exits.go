package agent

import (
	"errors"
	"fmt"
	"os"
	"sync"

	"golang.org/x/sys/unix"
)

// wait is one process waited for. The serial tells an old event from one of a new pidfd with the same number.
type wait struct {
	serial int32
	f      func()
}

// exits tells when processes end that need not be our children, by pidfd, with one thread for all of them.
type exits struct {
	epoll int
	wake  int // an eventfd that ends the loop

	mu     sync.Mutex
	waits  map[int32]wait // by pidfd
	serial int32
	closed bool
	done   chan struct{}
}

func newExits() (*exits, error) {
	ep, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("agent: epoll: %w", err)
	}
	wake, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		unix.Close(ep)
		return nil, fmt.Errorf("agent: eventfd: %w", err)
	}
	x := &exits{epoll: ep, wake: wake, waits: map[int32]wait{}, done: make(chan struct{})}
	if err := unix.EpollCtl(ep, unix.EPOLL_CTL_ADD, wake, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(wake)}); err != nil {
		unix.Close(ep)
		unix.Close(wake)
		return nil, fmt.Errorf("agent: epoll: %w", err)
	}
	go x.loop()
	return x, nil
}

// add calls f once, from another goroutine, when the process has ended. It fails when it is gone already.
func (x *exits) add(p Proc, f func()) error {
	_, err := x.watch(p, f)
	return err
}

// watch is add with a number for remove.
func (x *exits) watch(p Proc, f func()) (int32, error) {
	fd, err := unix.PidfdOpen(p.PID, 0)
	if err != nil {
		return -1, os.NewSyscallError("pidfd_open", err)
	}
	// The pid could have been another process when it was opened; the start time of the one that it refers to now tells.
	if !p.alive() {
		unix.Close(fd)
		return -1, os.ErrProcessDone
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed {
		unix.Close(fd)
		return -1, os.ErrClosed
	}
	x.serial++
	x.waits[int32(fd)] = wait{x.serial, f}
	event := &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(fd), Pad: x.serial}
	if err := unix.EpollCtl(x.epoll, unix.EPOLL_CTL_ADD, fd, event); err != nil {
		delete(x.waits, int32(fd))
		unix.Close(fd)
		return -1, os.NewSyscallError("epoll_ctl", err)
	}
	return int32(fd), nil
}

// remove ends a watch. Its function may just be being called.
func (x *exits) remove(fd int32) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.take(fd, 0)
}

func (x *exits) take(fd, serial int32) func() {
	w, ok := x.waits[fd]
	if !ok || serial != 0 && w.serial != serial {
		return nil
	}
	delete(x.waits, fd)
	unix.Close(int(fd)) // which takes it out of the epoll set
	return w.f
}

func (x *exits) loop() {
	defer close(x.done)
	events := make([]unix.EpollEvent, 32)
	for {
		n, err := unix.EpollWait(x.epoll, events, -1)
		if err != nil && !errors.Is(err, unix.EINTR) {
			return
		}
		for _, e := range events[:max(n, 0)] {
			x.mu.Lock()
			if x.closed {
				x.mu.Unlock()
				return
			}
			f := x.take(e.Fd, e.Pad)
			x.mu.Unlock()
			if f != nil {
				f()
			}
		}
	}
}

func (x *exits) close() {
	x.mu.Lock()
	x.closed = true
	x.mu.Unlock()
	_, _ = unix.Write(x.wake, []byte{1, 0, 0, 0, 0, 0, 0, 0})
	<-x.done
	x.mu.Lock()
	defer x.mu.Unlock()
	for fd := range x.waits {
		unix.Close(int(fd))
	}
	clear(x.waits)
	unix.Close(x.epoll)
	unix.Close(x.wake)
}
