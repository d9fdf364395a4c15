// Package fencer is the core that cuts nodes off: it knows the devices, decides which node runs which of them, and keeps
// the history that every node agrees on.
//
//	controller ──Request──▶ fencer ═Broadcast═▶ every fencer, in one order
//	           ◀──Done─────        ──RunAgent─▶ agent driver (list, metadata, off, on, reboot, …)
//
// A request is broadcast first and becomes an operation at all nodes when it is delivered. The node that asked owns the
// operation: it takes the devices in the order of the topology or of their priority, picks for each the node that runs it
// (never the target while another can), and broadcasts the result. What each node can do is announced beforehand, when
// devices appear and when views change, with meta-data and host lists already fetched, so that nothing but the ordered
// request stands between the wish and the agent's start.
//
// Invariants:
//   - Operations, results and history are changed by delivered messages and views only, so they are equal at all members.
//   - Equal requests (target and action) that meet are one operation with one result.
//   - An operation ends: with its result, its deadline, or the loss of its owner.
//   - Success is never guessed: it is a device's exit code 0, or an administrator's word (Confirm).
package fencer
