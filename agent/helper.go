package agent

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// HelperName is the command under which this program runs one agent and outlives the manager that asked for it.
const HelperName = "agent-run"

// Signals by which the manager asks its helper to end the agent.
const (
	helperTerm = unix.SIGTERM
	helperKill = unix.SIGUSR1
)

// helperLate is what a helper leaves the manager to end a late agent, before it does so itself because the manager is gone.
const helperLate = 10 * time.Second

// helperSpec is what a helper reads from its stdin.
type helperSpec struct {
	Path      string        `json:"path"`
	Args      []string      `json:"args"`
	Env       []string      `json:"env"`
	Timeout   time.Duration `json:"timeout"`
	PIDFile   string        `json:"pid_file"`
	Result    string        `json:"result"`
	Survivors bool          `json:"survivors"` // look for them
	Hide      []string      `json:"hide,omitempty"`
}

// helperResult is what it leaves in the result file.
type helperResult struct {
	exit
	Took      time.Duration `json:"took"`
	Survivors []Proc        `json:"survivors,omitempty"`
	Failure   string        `json:"failure,omitempty"` // the agent was not started
	Missing   bool          `json:"missing,omitempty"` // because it is not there
	Late      bool          `json:"late,omitempty"`    // the helper ended it, since nobody else did
}

// Helper is the whole work of `pacer agent-run`: run the agent that stdin describes, and leave the result in a file. The
// result is the exit status 0 when there is a result file.
func Helper(stdin io.Reader, stderr io.Writer) int {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, helperTerm, helperKill)
	signal.Ignore(unix.SIGHUP, unix.SIGINT, unix.SIGPIPE)
	var spec helperSpec
	if err := json.NewDecoder(stdin).Decode(&spec); err != nil {
		fmt.Fprintf(stderr, "pacer %s: this command is for the manager only: %v\n", HelperName, err)
		return 64
	}
	// Daemons of the agent become our children when their parents end, which is how we tell who survived.
	_ = unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
	res := runHelped(&spec, signals)
	if err := writeJSON(spec.Result, res); err != nil {
		fmt.Fprintf(stderr, "pacer %s: %v\n", HelperName, err)
		return 74
	}
	return 0
}

func runHelped(spec *helperSpec, signals <-chan os.Signal) *helperResult {
	began := time.Now()
	res := &helperResult{}
	p, err := start(command{path: spec.Path, args: spec.Args, env: spec.Env, hide: spec.Hide})
	if err != nil {
		res.Failure, res.Missing = err.Error(), missing(err)
		return res
	}
	_ = writeJSON(spec.PIDFile, identify(p.pid))
	done, quiet := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(quiet)
		last := time.NewTimer(spec.Timeout + helperLate)
		defer last.Stop()
		asked := false
		for {
			select {
			case s := <-signals:
				switch {
				case s == helperKill:
					p.signal(syscall.SIGKILL)
				case !asked:
					asked = true
					p.signal(syscall.SIGTERM)
				}
			case <-last.C:
				res.Late = true
				p.signal(syscall.SIGKILL)
			case <-done:
				return
			}
		}
	}()
	res.exit = p.finish()
	close(done)
	<-quiet // it may be about to say that the agent is late
	res.Took = time.Since(began)
	if spec.Survivors && res.Code == 0 {
		res.Survivors = children(os.Getpid())
	}
	return res
}

// insist sends a helper the signal until it is gone: one that has only just been started may not listen yet. send returns
// false when the helper is gone.
func insist(hard bool, send func(syscall.Signal) bool) {
	sig := helperTerm
	if hard {
		sig = helperKill
	}
	if !send(sig) {
		return
	}
	go func() {
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for range tick.C {
			if !send(sig) {
				return
			}
		}
	}()
}

// missing tells that a program could not be started because it, or its interpreter, is not there.
func missing(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ENOTDIR) || errors.Is(err, unix.ENOEXEC)
}
