// Package sim is `pacer sim`: clusters of the real membership core in virtual time, for whoever wants to repeat what is claimed of it.
//
//	pacer sim --views N --seed S     random faults until N views were agreed (package sim/views)
//	pacer sim --explore              everything that can happen within bounds (package sim/explore)
//	pacer sim --patterns N           clusters with random directions cut for good: the largest set agrees
//	pacer sim --kills K              how long the survivors of a dead node take to a new view
//
// It ends with 0 when nothing was violated, with 1 when something was, or an interrupted run had seen nothing wrong so far; what it
// was told wrongly is a usage error.
package sim
