// Package service runs a node on this machine: `pacer run` supervises the role processes (design D6), and the role of the
// manager feeds the pure node with what happens and performs what it decides.
//
//	pacer run ── supervisor core
//	   ├─ pacer role messaging     heartbeats, views, order          (package messaging)
//	   └─ pacer role manager       node.Manager in one loop          (loop.go)
//	         ├─ engine connection   ├─ disk     ├─ agents, hints     ├─ API socket     └─ timers
//
// Invariants: one service per root (a lock file that the manager inherits, so that a new service waits until an orphaned
// manager has stopped its resources); everything that reaches the node comes through one channel, in order; a driver never
// decides.
package service
