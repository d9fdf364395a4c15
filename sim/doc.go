// Package sim plays whole clusters in one goroutine: the same node.Manager that runs on real machines, in a world whose
// network, clocks, disks, agents and power are made of one seed. One seed is one run, to the last message.
//
//	      World: virtual time, one heap of things to happen
//	┌────────────┬────────────┬────────────┐
//	│ node 1     │ node 2     │ node 3     │   node.Manager, stepped by hand
//	├────────────┴────────────┴────────────┤
//	│ engine: views, one total order       │   engine.go
//	│ disks · agents · services · power    │   disk.go agents.go power.go
//	└──────────────────────────────────────┘
//	faults ──▶  world  ◀── checkers, after every step (check.go)
//
// The checkers hold design D8: with fencing no exclusive service is ever active twice; nothing of a lost node is recovered
// before its fencing is confirmed; one DC at a time in a view; members of a view have the same CIB; after the faults the cluster
// becomes idle with its services running. A failure prints the seed and the end of the trace.
package sim
