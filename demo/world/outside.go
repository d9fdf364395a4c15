package world

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"

	"pacer/applet"
	"pacer/exitcode"
)

// ErrNoNamespaces tells that this system lets us have no namespaces.
var ErrNoNamespaces = errors.New("no namespaces to be had: run as root, or allow user namespaces (kernel.unprivileged_userns_clone, " +
	"apparmor_restrict_unprivileged_userns)")

// Enter starts this program again, with the same streams, as the first process of a world of its own, and waits for it. With
// root that is a network, mount and PID namespace; without, a user namespace around them. Cancelling the context asks the
// world to end; if it does not, killing its first process ends everything in it.
func Enter(ctx context.Context, program string, args []string, stdin, stdout, stderr *os.File) (int, error) {
	runtime.LockOSThread() // Pdeathsig belongs to the thread that starts the child.
	cmd := exec.Command(program, args...)
	cmd.Args[0] = "pacer"
	cmd.Stdin, cmd.Stdout, cmd.Stderr = stdin, stdout, stderr
	cmd.Env = append(os.Environ(), DirVariable+"="+Visible)
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWNET | syscall.CLONE_NEWNS | syscall.CLONE_NEWPID,
		Pdeathsig:  syscall.SIGKILL,
	}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Geteuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getegid(), Size: 1}}
	}
	if err := cmd.Start(); err != nil {
		if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EINVAL) {
			return 1, fmt.Errorf("%w: %w", ErrNoNamespaces, err)
		}
		return 1, fmt.Errorf("demo: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = cmd.Process.Signal(syscall.SIGTERM) })
	defer stop()
	err := cmd.Wait()
	if err != nil && cmd.ProcessState.ExitCode() < 0 {
		return 1, fmt.Errorf("demo: the world ended: %w", err)
	}
	return cmd.ProcessState.ExitCode(), nil
}

// Again runs the command that is running once more, inside of a world of its own (see Enter).
func Again(e applet.Env, command string) (exitcode.Code, error) {
	in, okIn := e.Stdin.(*os.File)
	out, okOut := e.Stdout.(*os.File)
	errs, okErr := e.Stderr.(*os.File)
	if !okIn || !okOut || !okErr {
		return exitcode.Error, fmt.Errorf("%s: needs real files as its streams", command)
	}
	code, err := Enter(e.Context, "/proc/self/exe", append([]string{command}, e.Args...), in, out, errs)
	return exitcode.Code(code), err
}

// DirVariable names the world's directory. It is in a memory file system of the world's own, mounted over /run, so that nothing of it
// is left when the world ends, however it ends.
const DirVariable = "PACER_DEMO_DIR"
