// Package gauge is what benchmarks measure by and tell beside their numbers.
package gauge

import (
	"os"
	"strings"
	"syscall"
	"time"
)

// CPU is the time, user and system, that all threads of this process have used since it began.
func CPU() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// Load is the machine's load average of the last minute, as the kernel writes it; "" where it does not.
func Load() string {
	data, _ := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(data), " ")
	return first
}

// Kernel names the kernel and its release.
func Kernel() string {
	data, _ := os.ReadFile("/proc/sys/kernel/osrelease")
	return "Linux " + strings.TrimSpace(string(data))
}
