// Package cibstore keeps one configuration at all nodes: it puts every change into the engine's total order, agrees in each
// new view whose state goes on, and says when a change is safe on disk.
//
//	Request ─▶ check ─▶ Broadcast ═(agreed order)═▶ Delivered ─▶ apply ─▶ Changed
//	                                                     └▶ Persist ─▶ Persisted ─▶ Broadcast "durable"
//	                                                                                     └▶ enough of them: Reply
//	EngineView ─▶ Broadcast "hello" ═▶ all hellos there ─▶ same winner everywhere ─▶ "snapshot" unless all equal ─▶ Synced
//
// # Rounds
//
// A round is what the attached members of one view have in common: it begins with a view and ends with the next one that
// has other members, managers or votes. Nothing but hellos and the snapshot is sent before the round is synced; what
// carries the name of another round is ignored by everybody. A request that its sender did not get delivered before a round
// ended is sent again in the next one, so that it is applied once.
//
// # Checks
//
// What the cluster does not write itself is checked before it is sent, by the rules of the node that is asked: nodes of other versions may
// know others. It is checked with the document that it will meet: the present one with this node's changes on their way. What comes of
// each is kept, and taken when the change is delivered to the document that it was worked out with. When somebody else's
// change comes in between, what is on its way is applied to what is there, and the next check waits until it has come.
//
// # Which writes survive
//
// A change of what is on disk (everything but the status) is acknowledged
//   - in a round whose members are a majority of all expected votes when a majority has it on disk (class quorum),
//   - in a smaller one when every member has it on disk (class degraded).
//
// Quorum rounds have terms. A term is promised on disk by a majority before anything counts as written in it, so that a
// later quorum round, which shares a member with that majority, has a higher one. Every state carries the term that it was
// last in and the number of writes that it has seen there. When members meet, no state may win that lacks a write which a
// majority could have on disk, counting absent nodes as if they had it; among the others the version decides. The losing
// side keeps a copy of its document if it acknowledged something that the winner does not have, and tells.
//
// Invariants: members of a round apply the same requests in the same order to the same document; a quorum write that was
// acknowledged is in every later quorum round's document until something replaces it; no acknowledgement before the disk;
// a request is answered once.
package cibstore
