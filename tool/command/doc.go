// Package command is what all drop-in commands have in common: how options are read, how help looks, where results and
// errors go as text and as XML, and how a run ends.
//
//	Spec (name, options) + Env ──Run──▶ parsed options ──▶ body(*Call) error
//	                                                        │
//	          text: stdout, "TOOL: message" on stderr ◀─────┤
//	          xml:  <pacemaker-result> … <status/> ◀────────┘ exit code
//
// The option reader is our own and not pflag: scripts depend on the behaviour of GLib's reader with Pacemaker's
// preparation in front of it, which pflag does not give: no abbreviations of long options; `-INFINITY` and negative
// numbers are values; a value may be glued to its short option inside a bundle, with a notice; optional values may
// stand in the next word.
package command
