// Package meter is `pacer bench`: it measures the cluster layer by itself, with real processes in namespaces.
//
//	pacer bench ─▶ world of its own ─▶ desk ◀──unix socket──▶ member (first node): pacer role messaging
//	                 power, cables      ├─ kills              member (second node): …
//	                                    ├─ order              each tells every view with its time, sends and counts messages,
//	                                    ├─ calm               pauses its messaging process, and reads what that takes
//	                                    └─ idle
//
// A node of this world runs the messaging process alone; the member beside it is the manager as far as messaging knows. All processes
// of the world share one monotonic clock, so times of different nodes can be compared.
//
// Invariants: a removal counts as false when a node that was in the agreed view, runs and has its cables is missing in a later view of
// such a node; a node is believed to be back when every node that runs has told the same full view.
package meter
