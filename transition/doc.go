// Package transition carries out a transition graph: it starts every action whose inputs have been confirmed, waits for
// confirmations, and gives up cleanly when the cluster has changed under it.
//
//	             Begin{graph}                     Start{action}
//	controller ────────────────▶  transition  ────────────────▶ controller ──▶ node, fencer, CIB
//	           ◀──── Ended ─────              ◀── Confirmed ───             ◀── change of the CIB
//
// Invariants: an action is started at most once, and only when every input has been confirmed (a failed input that
// can_fail counts as confirmed); after an abort nothing below the abort's priority is started; a transition ends only when
// no action is under way; there is exactly one Ended for each Begin.
package transition
