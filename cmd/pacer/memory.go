package main

import (
	"bytes"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"
)

// How brief commands use memory, in bytes.
const (
	// lateMemory is how much may be in use before garbage is collected for the first time.
	lateMemory = 896 << 20
	// bigInput is the size of a file from which on it is worth while to prepare. What is made of it takes about treeFactor
	// times its size, and what is thought about it bigThoughts.
	bigInput    = 1 << 20
	treeFactor  = 5
	bigThoughts = 128 << 20
)

// prepareMemory is for commands that soon end. It lets them grow to lateMemory, or to a quarter of the machine's memory if
// that is less, before the first collection: most end without one, and collecting the tree of a big configuration costs
// more than all the rest. From the first collection on all is as usual. Words of the command line that name a big file tell
// that much memory will be needed, which comes in big pages then.
func prepareMemory(words []string) {
	limit := int64(lateMemory)
	var info unix.Sysinfo_t
	if unix.Sysinfo(&info) == nil {
		limit = min(limit, int64(info.Totalram)*int64(info.Unit)/4)
	}
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(limit)
	if size := biggestFile(words); size >= bigInput {
		bigPages(min(bigThoughts+size*treeFactor, limit*3/4))
	}
	type sentinel struct{ _ *byte } // Nobody holds it: it goes with the first collection.
	runtime.SetFinalizer(&sentinel{}, func(*sentinel) {
		debug.SetMemoryLimit(math.MaxInt64)
		debug.SetGCPercent(100)
	})
}

// biggestFile returns the size of the biggest regular file among the words and what they have behind an equal sign.
func biggestFile(words []string) (size int64) {
	for _, w := range words {
		if strings.HasPrefix(w, "-") {
			_, w, _ = strings.Cut(w, "=")
		}
		if st, err := os.Stat(w); err == nil && st.Mode().IsRegular() {
			size = max(size, st.Size())
		}
	}
	return size
}

// bigPages lets the next allocations, size bytes together, stand in pages of 2 MiB: to fetch memory in pages of 4 KiB takes
// longer than to parse into it. Where the kernel gives big pages to those who ask, we ask for a part of the heap, which we
// then give back to the heap unused. Where it gives them to all or to nobody there is nothing to do.
func bigPages(size int64) {
	const page = 4096
	if mode, err := os.ReadFile("/sys/kernel/mm/transparent_hugepage/enabled"); err != nil || !bytes.Contains(mode, []byte("[madvise]")) {
		return
	}
	part := make([]byte, size)
	first := -uintptr(unsafe.Pointer(&part[0])) % page
	whole := part[first : first+(uintptr(size)-first)/page*page]
	_ = unix.Madvise(whole, unix.MADV_HUGEPAGE) // Refused, all is as slow as before and not worse.
	runtime.GC()                                // Nobody uses part any more.
}
