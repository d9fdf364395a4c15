// Package scheduler decides where resources run and what must be done for it: a function of a CIB and a time.
//
//	CIB, now ──▶ cluster.State ──▶ scores ──▶ placement ──▶ actions ──▶ orderings ──▶ Output
//	                 (unpack)     locations   assign        probes      order        Graph, Scores,
//	                              stickiness  colocation    fencing     order_apply  Decisions
//
// schedule.go is the table of contents. Nodes and resources are small whole numbers; what is decided of them stands in
// dense arrays of the run; actions and orderings are slices in order of creation, and nothing depends on the order of a map. Actions
// are numbered in a pass of their own at the end.
//
// Invariants: Schedule does not change its input, keeps no state and gives the same output for the same input; the
// graph has only required and runnable actions; every decision carries the reason that was recorded where it was made.
package scheduler
