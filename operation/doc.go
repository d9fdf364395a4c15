// Package operation names one run of an agent's action and its result: the words between the controller, which asks, the
// executor, which queues, and the agent driver, which runs.
//
//	controller ──Op──▶ executor ──Op──▶ agent driver ──Result──▶ executor ──Result──▶ controller ──▶ CIB history
//
// Invariant: an Op's Call is unique on its node since boot and survives a restart of the manager, so that a run that
// outlives its manager can be recognised.
package operation
