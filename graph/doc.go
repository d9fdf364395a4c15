// Package graph is the transition graph: what the scheduler wants done, and what each action waits for.
//
//	scheduler ──▶ Graph ──▶ transition (does it) · simulate (pretends) · text as crm_simulate -G writes it
//
// A synapse is one action with the actions that must have been confirmed before it starts. Action ids are unique and positive.
// Inputs may name actions that the graph does not have, and may go in circles, where the configuration contradicts itself
// (docs/scheduler.md): what waits for such an input is never begun, and who carries the graph out says that it ended incomplete.
package graph
