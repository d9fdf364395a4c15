// Package crmreport is crm_report: one archive with everything that helps to find out what went wrong, from all nodes.
//
//	crm_report ──▶ collect.Node here ────────────────────────────▶ NODE/…  ┐
//	           ──▶ own node ──errand──▶ courier there ──▶ Collector  ┐     ├─▶ analysis.txt, events.txt ─▶ DEST.tar.gz
//	           ◀──────────── parts of its archive ◀──────────────────┘─────┘
//
// Nodes that the cluster does not reach are asked over ssh when the user says so (-e), with the same collector at the other
// end; never by a shell string of ours.
//
// Invariants: what nodes send is unpacked below their own directory, with limits of number and size; a node that cannot be
// reached is named and is no reason to give up; the archive is its owner's alone.
package crmreport
