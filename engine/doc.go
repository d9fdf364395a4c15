// Package engine is the one interface between the manager and the cluster layer below it, whichever engine that is: the
// built-in messaging process, a running Corosync, or the simulator.
//
//	manager ──Send──▶ engine ──▶ every attached member, itself too
//	        ◀──Event── ViewChanged, Delivered, Lost
//
// Invariants that every engine keeps:
//   - Views and messages reach all attached members in one agreed order (virtual synchrony): members that go from one
//     view to the next together have been given the same messages in it.
//   - A message that a member sends is delivered to the sender too, or the sender is given a new view first and may have
//     to send again; it is never delivered twice.
//   - A manager that attaches sees a view with itself in it as its first event, and nothing older.
//   - Every partition goes on; quorum is a word in the view and a policy above.
package engine
