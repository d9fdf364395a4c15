package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"pacer/machine"
	"pacer/place"
	"pacer/supervisor"
)

// Options are what `pacer run` is given.
type Options struct {
	Places place.Places
	// Program is the binary that plays the roles, normally /proc/self/exe.
	Program string
	// RoleArgs come before the role's name in the argument list.
	RoleArgs []string
	Output   io.Writer
	Log      *Log
	Limits   supervisor.Limits
}

// Files that the manager inherits, by number.
const (
	beatFD = 3 // it writes a byte here as its sign of life
	lockFD = 4 // the service's lock, held until the last of them is gone
)

// Run supervises this node's processes until it has left the cluster or cannot go on, and returns the exit code of the
// service. Cancelling the context asks for an orderly leave; SIGHUP has the messaging process read the keys again.
func Run(ctx context.Context, o Options) (int, error) {
	// A child's death signal comes when the thread that started it ends: this goroutine keeps its thread.
	runtime.LockOSThread()
	lock, err := lockService(ctx, o)
	if err != nil {
		return supervisor.ExitFatal, err
	}
	defer lock.Close()
	s := &runner{
		options: o, core: supervisor.New(o.Limits), events: make(chan supervisor.Event, 16), lock: lock,
		processes: map[supervisor.Role]*os.Process{}, timers: map[string]*time.Timer{}, began: time.Now(), code: -1, life: strconv.FormatUint(random(), 16),
		hangups: make(chan os.Signal, 1),
	}
	s.reaper = newReaper()
	defer s.reaper.Close()
	signal.Notify(s.hangups, syscall.SIGHUP)
	defer signal.Stop(s.hangups)
	s.step(supervisor.Begin{})
	leave := ctx.Done()
	for s.code < 0 {
		select {
		case e := <-s.events:
			s.step(e)
		case <-s.hangups:
			if p := s.processes[supervisor.Messaging]; p != nil {
				_ = p.Signal(syscall.SIGHUP) // one that has just ended reads the keys when it starts
			}
		case <-leave:
			leave = nil
			s.step(supervisor.Stop{})
		}
	}
	return s.code, nil
}

// lockService takes the lock of this root, waiting for an orphaned manager that still stops its resources.
func lockService(ctx context.Context, o Options) (*os.File, error) {
	if err := os.MkdirAll(o.Places.RunDir(), 0o755); err != nil {
		return nil, fmt.Errorf("service: %w", err)
	}
	path := filepath.Join(o.Places.RunDir(), "service.lock")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("service: %w", err)
	}
	for told := false; ; told = true {
		err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			break
		}
		if !told {
			o.Log.Problem(time.Now(), "waiting for "+path, errors.New("another service, or what is left of one, still holds it"))
		}
		select {
		case <-ctx.Done():
			f.Close()
			return nil, errors.New("service: stopped while waiting for " + path)
		case <-time.After(200 * time.Millisecond):
		}
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("service: lock %s: %w", path, err)
	}
	return f, nil
}

// runner performs the supervisor's effects.
type runner struct {
	options   Options
	core      *supervisor.Supervisor
	events    chan supervisor.Event
	lock      *os.File
	life      string
	reaper    *reaper
	hangups   chan os.Signal
	processes map[supervisor.Role]*os.Process
	timers    map[string]*time.Timer
	began     time.Time
	code      int
}

func (r *runner) step(event supervisor.Event) {
	if e, ok := event.(supervisor.Exited); ok {
		delete(r.processes, e.Role)
	}
	now := time.Now()
	for _, effect := range r.core.Step(machine.Now{Wall: now, Mono: now.Sub(r.began)}, event) {
		r.perform(effect)
	}
}

func (r *runner) perform(effect supervisor.Effect) {
	switch e := effect.(type) {
	case supervisor.Start:
		if err := r.start(e.Role); err != nil {
			r.options.Log.Problem(time.Now(), "starting the "+string(e.Role), err)
			go func() { r.events <- supervisor.Exited{Role: e.Role, Code: 1, How: err.Error()} }()
		}
	case supervisor.Signal:
		if p := r.processes[e.Role]; p != nil {
			sig := syscall.SIGTERM
			if e.Kill {
				sig = syscall.SIGKILL
			}
			// It may have ended a moment ago; then its Exited is on the way.
			_ = p.Signal(sig)
		}
	case supervisor.SetTimer:
		r.cancel(e.Key)
		r.timers[e.Key] = time.AfterFunc(e.At-time.Since(r.began), func() { r.events <- supervisor.TimerFired{Key: e.Key} })
	case supervisor.CancelTimer:
		r.cancel(e.Key)
	case supervisor.Tell:
		r.options.Log.Tell(time.Now(), e.Note)
	case supervisor.Leave:
		r.code = e.Code
	}
}

func (r *runner) cancel(key string) {
	if t := r.timers[key]; t != nil {
		t.Stop()
		delete(r.timers, key)
	}
}

func (r *runner) start(role supervisor.Role) error {
	args := append(append([]string{}, r.options.RoleArgs...), "role", string(role))
	cmd := exec.Command(r.options.Program, args...)
	cmd.Args[0] = "pacer"
	cmd.Stdout, cmd.Stderr = r.options.Output, r.options.Output
	cmd.Env = append(os.Environ(), LifeVariable+"="+r.life)
	cmd.SysProcAttr = &syscall.SysProcAttr{}
	var beat *os.File
	switch role {
	case supervisor.Messaging:
		// Without a supervisor nobody would answer for this node: to the others it shall be a failed one. The manager is
		// left to stop its resources when it sees messaging go.
		cmd.SysProcAttr.Pdeathsig = syscall.SIGKILL
	case supervisor.Manager, supervisor.Cleaner:
		read, write, err := os.Pipe()
		if err != nil {
			return err
		}
		beat = read
		defer write.Close()
		cmd.ExtraFiles = []*os.File{write, r.lock}
	}
	if role == supervisor.Messaging {
		// Until it listens for SIGHUP itself it must not die of one. Nothing is lost: what it reads when it starts is new.
		signal.Ignore(syscall.SIGHUP)
		defer signal.Notify(r.hangups, syscall.SIGHUP)
	}
	err := r.reaper.start(func() (int, error) {
		if err := cmd.Start(); err != nil {
			return 0, err
		}
		return cmd.Process.Pid, nil
	})
	if err != nil {
		if beat != nil {
			beat.Close()
		}
		return err
	}
	r.processes[role] = cmd.Process
	if beat != nil {
		go r.listen(beat)
	}
	go func() {
		err := cmd.Wait()
		r.reaper.ended(cmd.Process.Pid)
		how := "exit status 0"
		if err != nil {
			how = err.Error()
		}
		r.events <- supervisor.Exited{Role: role, Code: cmd.ProcessState.ExitCode(), How: how}
	}()
	return nil
}

// listen turns the manager's bytes into beats until it is gone.
func (r *runner) listen(beat *os.File) {
	defer beat.Close()
	buf := make([]byte, 16)
	for {
		if _, err := beat.Read(buf); err != nil {
			return
		}
		r.events <- supervisor.Beat{}
	}
}
