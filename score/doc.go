// Package score is the arithmetic of placement scores: whole numbers between -Infinity and Infinity, where -Infinity wins
// over everything and Infinity over every finite number.
//
//	-Infinity ◀── … -1  0  1 … ──▶ Infinity
//	 (never)                        (always, unless never)
//
// Invariant: every Score that this package returns lies between MinusInfinity and Infinity.
package score
