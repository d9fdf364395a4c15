package world

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// powerOff kills everything below a node's first process, from the top, and then that. Unlike the kernel's own taking down of a
// PID namespace, which takes one process after the other, this ends all of them within a millisecond or two; and it works without
// namespaces, where orphans would escape if the first process went first.
func powerOff(first int) error {
	if err := unix.Kill(first, unix.SIGSTOP); err != nil && !errors.Is(err, unix.ESRCH) {
		return fmt.Errorf("demo: %w", err)
	}
	// Everything stands still before anything ends, so that nobody gets to see that others have gone.
	for _, pid := range descendants(first) {
		_ = unix.Kill(pid, unix.SIGSTOP)
	}
	// A process that was being born while the list was made is found by the next look.
	for tree := descendants(first); len(tree) > 0; tree = descendants(first) {
		for _, pid := range tree {
			_ = unix.Kill(pid, unix.SIGKILL)
		}
		_, _ = unix.Poll(nil, 1)
	}
	if err := unix.Kill(first, unix.SIGKILL); err != nil && !errors.Is(err, unix.ESRCH) {
		return fmt.Errorf("demo: %w", err)
	}
	return nil
}
