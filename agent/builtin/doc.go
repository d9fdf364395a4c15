// Package builtin holds the agents that are compiled in: enough for a bare machine to run a cluster. They are used where no
// program of their name is installed, in process, and can also be called by hand (`pacer agent ocf:pacer:web start`).
//
//	All() ──▶ agent.Options.Builtins ──▶ agent.Driver ──Call──▶ Run of one of them
//	Run() ──▶ applet "agent"
//
// Invariants: they follow OCF 1.1 (start and stop may be repeated, a probe of what is not there is 7); they return soon after
// their context is done; what they leave behind when the manager dies is found again by files below the places, not by memory.
package builtin
