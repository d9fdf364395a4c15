package transport

// windowBits is how far behind the newest counter a packet may be.
const windowBits = 1024

// window remembers which counters were taken, so that a packet counts once.
type window struct {
	top  uint64
	bits [windowBits / 64]uint64 // ring: counter n is bit n%windowBits
}

// fresh tells whether n was not taken and is not too old.
func (w *window) fresh(n uint64) bool {
	switch {
	case n == 0:
		return false
	case n > w.top:
		return true
	case w.top-n >= windowBits:
		return false
	}
	return w.bits[n/64%uint64(len(w.bits))]&(1<<(n%64)) == 0
}

// take marks n; it must be fresh.
func (w *window) take(n uint64) {
	if n > w.top {
		if n-w.top >= windowBits {
			clear(w.bits[:])
		} else {
			for k := w.top + 1; k < n; k++ {
				w.bits[k/64%uint64(len(w.bits))] &^= 1 << (k % 64)
			}
		}
		w.top = n
	}
	w.bits[n/64%uint64(len(w.bits))] |= 1 << (n % 64)
}
