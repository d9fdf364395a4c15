package messaging

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"

	"golang.org/x/sys/unix"
)

// realtimePriority is low among the real-time ones: above all ordinary work, below the kernel's own threads.
const realtimePriority = 10

// mclOnFault locks pages when they are first used, not the whole reservation of the runtime (Linux 4.4).
const mclOnFault = 4

// prioritize locks memory and takes real-time priority for all threads of the process. Threads that come later inherit it;
// this process starts no program that could.
func prioritize() error {
	debug.SetGCPercent(50) // the heap is small and shall stay so
	lock := unix.Mlockall(unix.MCL_CURRENT | unix.MCL_FUTURE | mclOnFault)
	if lock != nil {
		lock = fmt.Errorf("lock memory: %w", lock)
	}
	return errors.Join(lock, schedule())
}

func schedule() error {
	attr := unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_RR, Priority: realtimePriority}
	done := map[int]bool{}
	for range 10 { // threads may appear meanwhile
		list, err := os.ReadDir("/proc/self/task")
		if err != nil {
			return fmt.Errorf("list threads: %w", err)
		}
		found := false
		for _, e := range list {
			tid, err := strconv.Atoi(e.Name())
			if err != nil || done[tid] {
				continue
			}
			if err := unix.SchedSetAttr(tid, &attr, 0); err != nil && !errors.Is(err, unix.ESRCH) {
				return fmt.Errorf("real-time priority: %w", err)
			}
			done[tid], found = true, true
		}
		if !found {
			return nil
		}
	}
	return nil
}
