// Package applet is what a command of the one binary looks like: an Env that brings everything from outside, and an Applet
// that runs in it. Nothing in a command reads the process's own arguments, streams, environment or clock, so that tests run
// commands in the process of the test.
//
//	argv[0] "crm_mon" ─┐
//	                   ├──▶ Table.Lookup ──▶ Applet.Run(Env) ──▶ exit code
//	"pacer crm_mon" ───┘
package applet
