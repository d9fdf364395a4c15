// Package simulate is what-if: inject events into a document, let the scheduler decide, pretend to carry the transition out,
// and show the cluster before and after. It is what crm_simulate does.
//
//	CIB ──Inject──▶ CIB' ──scheduler──▶ graph ──Execute──▶ CIB'' ──▶ status
//	  │               │                   │  each action as a line, results into the history
//	  └─ status       └─ status           └─ summary of decisions
//
// Execution is pretended in passes over the graph in document order: whatever has all its inputs confirmed is carried out
// and confirmed at once, until a pass finds nothing more. Every action has the result that it was expected to have unless
// the caller asks for a failure.
//
// Invariants: the documents given in are not changed; no clock is read; the same input gives the same lines and the same
// document.
package simulate
