package agent

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"pacer/operation"
)

// mountWatch waits for changes of the table of mounts, which the kernel tells to whoever polls it.
type mountWatch struct {
	// table is a bare descriptor: the kernel tells a change once for each open file, and an os.File would also stand in the
	// runtime's own poller, which then sometimes hears it instead of us.
	table int
	wake  int // an eventfd that ends the loop
	done  chan struct{}
}

// mountOf returns the directory that a file system resource mounts: agents for them are called Filesystem, and their
// parameter directory.
func mountOf(op *operation.Op) string {
	if op.Agent.Class != "ocf" || op.Agent.Type != "Filesystem" {
		return ""
	}
	dir := op.Param("directory")
	if !filepath.IsAbs(dir) {
		return ""
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		return real
	}
	return filepath.Clean(dir)
}

// watchMount adds the mount of a resource, if it has one, to what is watched. The caller holds the lock.
func (w *watches) watchMount(op operation.Op, n *watchOf) {
	dir := mountOf(&op)
	if dir == "" || w.mounts == nil && !w.listenMounts() {
		return
	}
	n.mount = dir
	if !w.mounts.holds(dir) {
		go w.hint(op.Resource, "mount") // it went away before we listened
	}
}

func (w *watches) listenMounts() bool {
	table, err := unix.Open("/proc/self/mountinfo", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		w.d.opt.Log("listening to mounts", "error", err)
		return false
	}
	wake, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		unix.Close(table)
		w.d.opt.Log("listening to mounts", "error", err)
		return false
	}
	m := &mountWatch{table: table, wake: wake, done: make(chan struct{})}
	w.mounts = m
	go m.loop(func() {
		w.news("mount", func(on *watchOf) bool { return on.mount != "" && !m.holds(on.mount) })
	})
	return true
}

func (m *mountWatch) loop(changed func()) {
	defer close(m.done)
	fds := []unix.PollFd{{Fd: int32(m.table), Events: unix.POLLPRI}, {Fd: int32(m.wake), Events: unix.POLLIN}}
	for {
		if _, err := unix.Poll(fds, -1); errors.Is(err, unix.EINTR) {
			continue
		} else if err != nil {
			return
		}
		if fds[1].Revents != 0 {
			return
		}
		if fds[0].Revents != 0 {
			changed()
		}
	}
}

// holds tells whether something is mounted on a directory.
func (m *mountWatch) holds(dir string) bool {
	data, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return true // nothing is known, so nothing is said
	}
	for len(data) > 0 {
		line, rest, _ := bytes.Cut(data, []byte{'\n'})
		if f := strings.Fields(string(line)); len(f) > 4 && unescapeMount(f[4]) == dir {
			return true
		}
		data = rest
	}
	return false
}

// unescapeMount turns the \ooo of the kernel's table into the bytes that they stand for.
func unescapeMount(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
			if v, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(v))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func (m *mountWatch) close() {
	_, _ = unix.Write(m.wake, []byte{1, 0, 0, 0, 0, 0, 0, 0})
	<-m.done
	unix.Close(m.table)
	unix.Close(m.wake)
}
