// Package views plays clusters of the real membership cores, and nothing else, in virtual time: one seed is one run. Episode after episode
// boots a cluster, lets random faults happen to it while its nodes talk, ends the faults, and demands one view and peace.
//
//	seed ──▶ faults (a list) ──▶ world: cores, network, clocks ──▶ checkers, at each step ──▶ counts, or a story
//
// Faults are crashes (also in the middle of a step, with some of its packets sent), restarts, pauses, partitions, cuts of one or
// both directions, loss, duplication, delay and reordering, jumps of clocks, goodbyes, and managers that come and go. What every
// node is told is checked against what the others were told (check.go). Every step is counted as a transition of the core from one phase to
// the next by a kind of event (coverage.go). A run that breaks a promise is played again with fewer faults, until none can be left out.
package views
