package sim

// Shrink looks for a shorter list of faults that still fails: it leaves out halves, then quarters, and so on, as long as
// that gains something.
func Shrink(faults []Fault, fails func([]Fault) bool) []Fault {
	for size := len(faults) / 2; size > 0; {
		gained := false
		for at := 0; at+size <= len(faults); {
			less := append(append([]Fault(nil), faults[:at]...), faults[at+size:]...)
			if fails(less) {
				faults, gained = less, true
			} else {
				at += size
			}
		}
		if !gained || size > len(faults) {
			size /= 2
		}
	}
	return faults
}
