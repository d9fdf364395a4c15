package agent

import (
	"fmt"
	"os"
	"syscall"
)

// Detach starts a daemon in a session of its own, with its streams on /dev/null and without priority, and returns its pid.
// While this process lives it buries the daemon; the daemon outlives it.
func Detach(path string, args, env []string) (int, error) {
	null, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	if err != nil {
		return 0, fmt.Errorf("agent: %w", err)
	}
	defer null.Close()
	p, err := spawn(path, append([]string{path}, args...), &os.ProcAttr{
		Dir: "/", Env: env, Files: []*os.File{null, null, null}, Sys: &syscall.SysProcAttr{Setsid: true},
	})
	if err != nil {
		return 0, fmt.Errorf("agent: start %s: %w", path, err)
	}
	go func() { _, _ = p.Wait() }()
	return p.Pid, nil
}
