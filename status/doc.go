// Package status is the picture of a cluster that people look at: what crm_mon shows, and what crm_simulate shows before and
// after a transition.
//
//	cluster.State ─┐
//	fencing, time ─┴─Build─▶ *Status (plain data) ──▶ Text · XML · HTML · JSON
//	                                                   └─ Dress: which sections, how much of each
//
// Build reads, the printers only print: whatever a printer needs is a field of the picture, so that the dashboard and the
// tools cannot differ in what they say. The text forms are read by scripts of twenty years and follow Pacemaker's; lines
// that Pacemaker does not have (the warning about unsafe configurations) stand only where no script looks.
//
// Invariants: Build is a pure function; the same picture prints the same text.
package status
