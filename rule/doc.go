// Package rule decides whether the rules of a CIB hold: expressions about node attributes, about the date, about the
// resource and the operation that a block of defaults is meant for.
//
//	<rule> ──▶ Holds(rule, Facts) ──▶ yes · no · not yet, but at this time
//
// Invariant: nothing here reads a clock; the time is one of the Facts.
package rule
