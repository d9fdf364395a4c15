// Package simulate is what-if: inject events into a document, let the scheduler decide, pretend to carry the transition out,
// and show the cluster before and after. It is what crm_simulate does.
//
//	CIB ──Inject──▶ CIB' ──scheduler──▶ graph ──Execute──▶ CIB'' ──▶ status
//	  │               │                   │  each action as a line, results into the history
//	  └─ status       └─ status           └─ summary of decisions
//
// Every action has the result that it was expected to have unless the caller asks for a failure. The documents on the way
// share what does not change between them (see draft), and actions are carried out in the order of the reference without
// walking the graph again and again (see agenda), so that execution costs what it changes.
//
// Invariants: the documents given in are not changed; no clock is read; the same input gives the same lines and the same
// document.
package simulate
