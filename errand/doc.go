// Package errand is the core that asks other nodes' managers to do something there, and gathers what each answers. What
// that something is, it does not know: a task has a name and a body, a driver carries it out.
//
//	asker                              every node that is meant, the asker too
//	Request ─▶ "errand.ask" to all ─────────▶ Work ─▶ driver
//	Finished ◀─ "errand.answer" from each ◀── Done ◀─────┘
//
// It serves what needs no agreement but concerns many nodes: keeping a secret everywhere, collecting what a report needs.
//
// Invariants: every Request ends in one Finished, at the latest when its time is over; an answer says from which node it
// comes, whatever it claims; a node that leaves, or whose manager ends, has answered with an error; a node works on a limited
// number of errands at a time and refuses more.
package errand
