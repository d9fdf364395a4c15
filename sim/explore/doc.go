// Package explore goes through everything that can happen to a small cluster of the real membership cores: every order in which
// packets, timers, messages and faults can reach the nodes, within bounds. Nothing is a model of the protocol; what is modelled is the
// world around it.
//
//	settled cluster ──▶ state ──▶ each possible action ──▶ state, unless it was seen …
//	                                                 └──▶ end of the window: faults end, one view must form
//
// The world. A packet takes no time; time goes on, to the next timer of a node, when nothing is under way. So at every instant all
// orders of packets and due timers are explored. A packet that is slower than a timer has been put off: one disturbance. So is one
// that comes twice. Faults are: a crash (between two steps, or in the middle of one, with only the first or the last
// of its packets sent), the loss of a packet, a cut of one direction between two nodes, the restart of a crashed node. When the window is over, cuts are
// healed, what was put off is lost, and from each state that was reached the cluster goes on in the plain order until one view of
// all that run has formed, with everything ordered held by all.
//
// What is left out, and why nothing is lost by it:
//   - A state that was seen is not explored again. A state is the cores with their timers, what is under way, the cuts, what may still
//     happen, and what each node was told so far; all of it is in the fingerprint, so two states with the same one go on alike and
//     have the same past to be checked against (up to the odds of 64 bits: with 10^7 states, 1 in 4*10^5).
//   - Of packets with the same sender, receiver and content one is taken: the others would lead to the same state.
//   - The order in which packets were sent is no part of a state, since the network does not keep it.
//   - A packet to a node that does not run, or over a cut, is dropped when it is sent: its arrival would change nothing, and a cut
//     that began later has its own branch. Only what was put off can reach a later life of a node.
//   - Steps of different nodes are independent: a step reads and changes nothing but its own core. So its result is kept with the core,
//     and the same step in another order costs no more than a look-up. All intermediate states are still visited and checked.
//
// Nodes are not interchangeable, as ids decide who coordinates and break ties: no symmetry between them is used.
package explore
