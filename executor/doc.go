// Package executor is the core that queues the operations of this node's resources and repeats its monitors.
//
//	controller ──Execute, Cancel──▶ executor ──Run, Kill──▶ agent driver
//	           ◀──Report──────────           ◀──Exited, Hint──
//
// Every resource has a queue: its operations never overlap, whatever asked for them. A recurring monitor is kept on a
// grid of its interval (a slow run does not shift the later ones), reports its first result to everyone who asked for it
// and afterwards only changes, and goes on when it fails. A stop cancels the monitors of its resource. A hint (an event
// of the kernel) runs a monitor early.
//
// Invariants:
//   - At most one run per resource is under way, unless a run that outlived its KILL was given up.
//   - Every Execute ends in exactly one Report, or is replaced by a Cancel or Forget.
//   - A Report of a recurring operation comes once for each Execute of it, and then only for changes.
//   - After a restart of the manager, Restored is the first event; nothing runs on a resource before the run that the
//     previous manager left on it has ended.
package executor
