// Package membership is the built-in engine's core: it finds out which nodes are there, agrees with them on views, and gives
// all members of a view the same messages in the same order.
//
//	packets ──▶ detector ──▶ matrix ──▶ choice ──▶ formation ──▶ view
//	            who is        who hears  which set  propose, accept,  │
//	            silent        whom       to be in   recover, install  ▼
//	messages ─▶ fragments ─▶ submit to coordinator ─▶ order ─▶ acknowledge, repeat ─▶ deliver
//
// How a view comes about. Every node sends heartbeats on every link; each carries the list of nodes that its sender hears
// (its row) and, while something is in motion, the rows of others. From the same rows every node chooses the same set: the
// largest set of nodes that all hear each other; ties go to the quorate, then the incumbent, then the lowest id; what is
// left chooses again among itself. The lowest id of a set coordinates: it proposes a round, the members freeze their old view
// and report what they hold of it, missing messages are fetched from those who hold them, and when all members are
// ready the coordinator lets them install. The coordinator of a view is also its sequencer.
//
// Invariants:
//   - A node promises a round of one epoch to one coordinator only; so views of one epoch are disjoint, and the views of one
//     node have rising epochs. That holds for one life of a node: what it promised is not on disk. Whoever takes part in a view takes
//     nothing of it from another life of a member.
//   - After its promise a node takes nothing of its old view but what the round fetches; so members that go together from one
//     view to the next have delivered the same messages in it.
//   - Sequence numbers of a view are assigned by its coordinator only and delivered without a gap.
//   - A message sent in a view is delivered in it or never.
//   - A partial failure is acted on only after the matrix stood still for a while or when it is clear-cut (the nodes that
//     hear each other fall into complete groups); a peer that went silent is believed again only after a hold that doubles.
//   - Time in which this node itself did not run is not held against others.
//   - While every link carries and no heartbeat is missed, the links take turns and messages travel over the first; the first heartbeat that
//     is missed, here or at a peer, puts everything on every link.
package membership
