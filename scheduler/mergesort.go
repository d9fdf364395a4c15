package scheduler

// mergeSort sorts a list in place by halves, of which the first is the smaller one. Where compare is an order this is a stable sort like
// any other. That of nodes by most of their capacities is none, nor is that of instances (one that is active twice goes behind one that
// must leave its node, and before one that is stopped, which goes before the one that must leave): there the way of sorting decides, and
// this is the reference's.
func mergeSort[T any](list []T, compare func(a, b T) int) {
	if len(list) > 1 {
		mergeHalves(list, make([]T, 0, len(list)), compare)
	}
}

// mergeHalves sorts a list with the help of an empty slice that has room for all of it.
func mergeHalves[T any](list, room []T, compare func(a, b T) int) {
	if len(list) < 2 {
		return
	}
	a, b := list[:len(list)/2], list[len(list)/2:]
	mergeHalves(a, room, compare)
	mergeHalves(b, room, compare)
	merged := room
	for len(a) > 0 && len(b) > 0 {
		if compare(a[0], b[0]) <= 0 {
			merged, a = append(merged, a[0]), a[1:]
		} else {
			merged, b = append(merged, b[0]), b[1:]
		}
	}
	merged = append(append(merged, a...), b...)
	copy(list, merged)
}
