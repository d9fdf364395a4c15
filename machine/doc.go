// Package machine is the contract between deciding and doing.
//
// A core decides: it is a state machine whose Step turns one event into a list of effects. It holds no goroutine,
// clock, socket, file, lock or global, and no result of it depends on map order. A driver does: it turns what happens
// in the world into events and performs the effects. Because a core is only data, it can be cloned, compared,
// fingerprinted, replayed and explored (Clone, Fingerprint).
//
//	world ──▶ driver ──event──▶ Core.Step ──effects──▶ driver ──▶ world
//	                              (pure)
//
// Invariants: Step never blocks; the same sequence of (Now, event) gives the same effects; effects are performed in the
// order in which they were returned.
package machine
