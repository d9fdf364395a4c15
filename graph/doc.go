// Package graph is the transition graph: what the scheduler wants done, and what each action waits for.
//
//	scheduler ──▶ Graph ──▶ transition (does it) · simulate (pretends) · text as crm_simulate -G writes it
//
// A synapse is one action with the actions that must have been confirmed before it starts. Invariants: action ids are
// unique and positive; inputs name actions of the same graph; the graph has no cycle.
package graph
