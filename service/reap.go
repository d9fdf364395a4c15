package service

import (
	"errors"
	"os"
	"os/signal"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

// reaper buries the processes that services and agents leave behind. The supervisor takes them in, so that an agent that looks for
// a process with kill -0 does not find its corpse: not every first process of a container buries at once, and where `pacer run`
// is the first process itself, nobody else would.
type reaper struct {
	mu sync.Mutex
	// own are the processes for which somebody waits; they are left to him.
	own   map[int]bool
	again chan os.Signal
}

func newReaper() *reaper {
	// Without it orphans go to the first process, as they would without us.
	_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
	r := &reaper{own: map[int]bool{}, again: make(chan os.Signal, 1)}
	signal.Notify(r.again, unix.SIGCHLD)
	go func() {
		for range r.again {
			r.bury()
		}
	}()
	return r
}

// Close ends the burying. Processes that are left go to the first process when the supervisor ends.
func (r *reaper) Close() {
	signal.Stop(r.again)
	close(r.again)
}

// start starts a process that its starter will wait for, and names it before it can be taken for an orphan.
func (r *reaper) start(do func() (pid int, err error)) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	pid, err := do()
	if err == nil {
		r.own[pid] = true
	}
	return err
}

// ended says that somebody has waited for a process; what had died behind it can be buried now.
func (r *reaper) ended(pid int) {
	r.mu.Lock()
	delete(r.own, pid)
	r.mu.Unlock()
	r.bury()
}

func (r *reaper) bury() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for {
		pid, err := firstDead()
		if err != nil || pid == 0 || r.own[pid] {
			return
		}
		if _, err := unix.Wait4(pid, nil, unix.WNOHANG, nil); err != nil && !errors.Is(err, unix.EINTR) {
			return
		}
	}
}

// firstDead returns a child that has ended and has not been waited for, 0 when there is none, and leaves it as it is.
func firstDead() (int, error) {
	var info unix.Siginfo
	err := unix.Waitid(unix.P_ALL, 0, &info, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil)
	if err != nil {
		return 0, err
	}
	// siginfo_t: three ints, padding to the size of a pointer, then si_pid (sigaction(2)).
	const offset = (3*4 + unsafe.Sizeof(uintptr(0)) - 1) &^ (unsafe.Sizeof(uintptr(0)) - 1)
	return int(*(*int32)(unsafe.Add(unsafe.Pointer(&info), offset))), nil
}
