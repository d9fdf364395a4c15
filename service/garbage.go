package service

import (
	"runtime"
	"runtime/debug"
)

// sweeper lets garbage lie longer while much is made of it. A manager at rest has a small heap, which is collected in no time and
// shall stay small; under a stream of changes it would be collected dozens of times a second, each time with all of the configuration to go
// through.
type sweeper struct {
	cycles  uint32 // so far
	percent int    // what garbage may be, of what lives
}

const (
	// oftenEnough is how many collections a second are no burden.
	oftenEnough = 4
	// mostGarbage limits what is let lie, in bytes, leastPercent and mostPercent what that is of the heap.
	mostGarbage  = 64 << 20
	leastPercent = 100
	mostPercent  = 1600
)

func newSweeper() *sweeper { return &sweeper{percent: leastPercent} }

// look is called once a second.
func (c *sweeper) look() {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	live := m.NextGC * 100 / uint64(100+c.percent) // as of the last collection
	if next := c.next(uint64(m.NumGC-c.cycles), live); next != c.percent {
		c.percent = next
		debug.SetGCPercent(next)
	}
	c.cycles = m.NumGC
}

// next is what garbage may be of what lives, in percent, after a second with so many collections.
func (c *sweeper) next(collections, live uint64) int {
	most := max(leastPercent, min(mostPercent, int(100*mostGarbage/max(live, 1))))
	switch {
	case collections > oftenEnough:
		return min(2*c.percent, most)
	case collections <= 1:
		return leastPercent
	}
	return min(c.percent, most)
}
