// Package messaging is the process that keeps the cluster together: it runs the cores membership and quorum over the
// network (transport) and serves one manager on a local socket. It is a process of its own because a heartbeat must not
// wait for whatever the manager is busy with: small heap, locked memory, real-time priority where it is allowed.
//
//	network ⇄ transport ⇄ membership ─view─▶ quorum
//	                          │                 │
//	                          └──── engine.Event ────▶ socket ──▶ Conn (in the manager)
//	                          ◀──── Send ────────────  socket ◀──
//
// Invariants: the manager sees what engine promises; a manager that ends, or does not answer pings through its own loop, is
// announced as detached in the agreed order; only root and the process's own user may connect; a message that the manager
// sent in one view is never delivered in another.
package messaging
