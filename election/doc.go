// Package election finds the one member that coordinates the cluster (the DC). Every attached member says in each view who
// it is; when all have been heard, all compute the same answer from the same words.
//
//	ViewChanged ──▶ hello to all ──▶ … every hello of the view delivered ──▶ Elected{DC}
//
// The order of preference: the oldest feature set (a newer one understands its words, not the other way round), then who
// coordinates already, then the longest at work, then the lowest id.
//
// When a view has only lost members and the DC is among those left, nothing has to be asked: the DC goes on at once, and
// the hellos only confirm it.
//
// Invariants: a member without an attached manager is never DC; in one view all members that have heard all hellos name
// the same DC.
package election
