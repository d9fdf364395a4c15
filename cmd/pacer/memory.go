package main

import (
	"math"
	"runtime"
	"runtime/debug"

	"golang.org/x/sys/unix"
)

// lateMemory is how much memory, in bytes, a brief command may use before garbage is collected for the first time.
const lateMemory = 896 << 20

// collectLate lets a command that soon ends grow to lateMemory, or to a quarter of the machine's memory if that is less,
// before the first collection: most end without one, and collecting the tree of a big configuration costs more than all
// the rest. From the first collection on all is as usual.
func collectLate() {
	limit := int64(lateMemory)
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) == nil {
		limit = min(limit, int64(info.Totalram)*int64(info.Unit)/4)
	}
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(limit)
	type sentinel struct{ _ *byte } // Nobody holds it: it goes with the first collection.
	runtime.SetFinalizer(&sentinel{}, func(*sentinel) {
		debug.SetMemoryLimit(math.MaxInt64)
		debug.SetGCPercent(100)
	})
}
