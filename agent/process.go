package agent

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"pacer/secret"
)

// command is a program to be run.
type command struct {
	path  string
	args  []string // without the program's name
	env   []string
	dir   string
	stdin []byte   // nil: /dev/null
	whole int      // keep this much of stdout from its beginning instead of head and tail
	hide  []string // secrets that it is given; what it says is kept without them
}

// process is a running command: a session and process group of its own.
type process struct {
	pid      int
	proc     *os.Process
	out, err *capture
	readers  sync.WaitGroup
	pipes    []*os.File
	hide     []string

	mu     sync.Mutex
	gone   bool // its pid may belong to another one
	killed bool
}

// exit is how a process ended.
type exit struct {
	Code   int            `json:"code"`             // -1 when a signal ended it
	Signal syscall.Signal `json:"signal,omitempty"` // 0 when it exited
	Stdout string         `json:"stdout,omitempty"`
	Stderr string         `json:"stderr,omitempty"`
	Reason string         `json:"reason,omitempty"` // ocf-exit-reason
	Killed bool           `json:"killed,omitempty"` // by us
}

// start runs a command.
func start(c command) (*process, error) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return nil, fmt.Errorf("agent: %w", err)
	}
	defer null.Close()
	p := &process{out: newCapture(), err: newCapture(), hide: c.hide}
	if c.whole > 0 {
		p.out = newWholeCapture(c.whole)
	}
	var theirs []*os.File
	defer func() {
		for _, f := range theirs {
			f.Close()
		}
	}()
	fail := func(err error) (*process, error) {
		for _, f := range p.pipes {
			f.Close()
		}
		return nil, err
	}
	files := []*os.File{null, nil, nil}
	if c.stdin != nil {
		r, w, err := os.Pipe()
		if err != nil {
			return fail(fmt.Errorf("agent: %w", err))
		}
		files[0], theirs, p.pipes = r, append(theirs, r), append(p.pipes, w)
	}
	for i := 1; i <= 2; i++ {
		r, w, err := os.Pipe()
		if err != nil {
			return fail(fmt.Errorf("agent: %w", err))
		}
		files[i], theirs, p.pipes = w, append(theirs, w), append(p.pipes, r)
	}
	dir := c.dir
	if dir == "" {
		dir = "/"
	}
	attr := &os.ProcAttr{Dir: dir, Env: c.env, Files: files, Sys: &syscall.SysProcAttr{Setsid: true}}
	q, err := spawn(c.path, append([]string{c.path}, c.args...), attr)
	if err != nil {
		return fail(err)
	}
	p.proc, p.pid = q, q.Pid
	if c.stdin != nil {
		in := p.pipes[0]
		p.pipes = p.pipes[1:]
		go func() {
			_, _ = in.Write(c.stdin) // an agent that does not read its options gets none
			in.Close()
		}()
	}
	p.readers.Add(2)
	go p.read(p.pipes[0], p.out)
	go p.read(p.pipes[1], p.err)
	return p, nil
}

// spawn starts a process without the priority that this one may have.
func spawn(path string, argv []string, attr *os.ProcAttr) (*os.Process, error) {
	if !priority.raised() {
		return os.StartProcess(path, argv, attr)
	}
	type result struct {
		p   *os.Process
		err error
	}
	done := make(chan result, 1)
	go func() {
		// The child inherits from the thread that forks. This one is not unlocked, so it ends with the goroutine.
		runtime.LockOSThread()
		priority.reset()
		p, err := os.StartProcess(path, argv, attr)
		if err == nil {
			_ = os.WriteFile("/proc/"+strconv.Itoa(p.Pid)+"/oom_score_adj", []byte("0"), 0)
		}
		done <- result{p, err}
	}()
	r := <-done
	return r.p, r.err
}

// read copies until the end, or until finish sets a deadline because the agent is gone and a daemon of it holds the pipe.
func (p *process) read(f *os.File, to *capture) {
	defer p.readers.Done()
	defer f.Close()
	buf := make([]byte, 16<<10)
	for {
		n, err := f.Read(buf)
		_, _ = to.Write(buf[:n])
		if err == nil {
			continue
		}
		if errors.Is(err, io.EOF) || !errors.Is(err, os.ErrDeadlineExceeded) {
			return
		}
		break
	}
	// What is in the pipe already belongs to the agent; it is taken without waiting for more.
	raw, err := f.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) {
		for left := 1 << 20; left > 0; {
			n, err := unix.Read(int(fd), buf)
			if n <= 0 || err != nil {
				return
			}
			_, _ = to.Write(buf[:n])
			left -= n
		}
	})
}

// signal sends a signal to the whole group while it exists.
func (p *process) signal(sig syscall.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.gone {
		p.killed = true
		_ = unix.Kill(-p.pid, sig)
	}
}

// finish waits for the end. What is left of the group of a run that we killed is killed with it.
func (p *process) finish() exit {
	for {
		// The process stays a zombie until it is waited for below, so its pid cannot be taken while we signal its group.
		if err := unix.Waitid(unix.P_PID, p.pid, nil, unix.WEXITED|unix.WNOWAIT, nil); err != unix.EINTR {
			break
		}
	}
	p.mu.Lock()
	if p.killed {
		_ = unix.Kill(-p.pid, unix.SIGKILL)
	}
	p.gone = true
	killed := p.killed
	p.mu.Unlock()
	state, err := p.proc.Wait()
	for _, f := range p.pipes {
		_ = f.SetReadDeadline(time.Unix(1, 0))
	}
	p.readers.Wait()
	e := exit{Code: -1, Stdout: secret.Hide(p.out.Text(), p.hide), Stderr: secret.Hide(p.err.Text(), p.hide),
		Reason: secret.Hide(p.err.Reason(), p.hide), Killed: killed}
	if err == nil {
		ws := state.Sys().(syscall.WaitStatus)
		if ws.Signaled() {
			e.Signal = ws.Signal()
		} else {
			e.Code = ws.ExitStatus()
		}
	}
	return e
}

// priority knows whether this process has more priority than agents should have. It is asked once.
var priority priorityState

type priorityState struct {
	once  sync.Once
	above bool
}

func (s *priorityState) raised() bool {
	s.once.Do(func() {
		if a, err := unix.SchedGetAttr(0, 0); err == nil && (a.Policy != unix.SCHED_NORMAL || a.Nice < 0) {
			s.above = true
		}
		if data, err := os.ReadFile("/proc/self/oom_score_adj"); err == nil && len(data) > 0 && data[0] == '-' {
			s.above = true
		}
	})
	return s.above
}

// reset gives the calling thread the normal policy and niceness.
func (s *priorityState) reset() {
	_ = unix.SchedSetAttr(0, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_NORMAL}, 0)
	_ = unix.Setpriority(unix.PRIO_PROCESS, unix.Gettid(), 0)
}
