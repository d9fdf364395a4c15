// Package controller is the core that makes one cluster out of nodes. At every node it runs what the DC asks for and writes
// the results into the CIB; at the DC it also keeps the state of the nodes in the CIB, lets the scheduler decide, and
// carries the decision out.
//
//	        view, joins            CIB changed            results in the CIB
//	             │                      │                        │
//	             ▼                      ▼                        ▼
//	waiting ─▶ deciding (scheduler) ─▶ acting (transition) ─▶ idle ──┐      at the DC
//	             ▲                                                   │
//	             └───────────── something changed ───────────────────┘
//
//	controller.run ──▶ Execute ──▶ Result ──▶ history into the CIB           at every node
//
// The files by subject: peer.go (who is here and what the CIB says of them), takeover.go (becoming and ceasing to be DC),
// deciding.go (the scheduler), acting.go (the actions of a transition), watching.go (what a change of the CIB means),
// failure.go (fail counts), fencing.go, local.go (this node's operations), asking.go (requests of people), stopping.go.
//
// Invariants: only a DC whose CIB is agreed in the present view, and to which every attached member has joined, decides;
// the scheduler runs only when nothing that this node has written is still on its way, so that it sees all it knows; every
// action of a transition is confirmed by what happened and not by having been asked for (but for those that the scheduler
// marks so); a node's operations are asked for by the DC of the view in which the message is delivered, and by nobody else.
package controller
