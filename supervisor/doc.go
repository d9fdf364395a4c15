// Package supervisor decides which processes of a node's service run: the messaging process, the manager, and the cleaner that
// stops what a failed manager has left running. It is a core; package service starts and kills.
//
//	Exited, Beat, Stop, TimerFired ──▶ Step ──▶ Start, Kill, Leave, Tell
//
//	           manager dies                    messaging dies
//	running ──────────────▶ manager again   running ──▶ manager stops its resources and exits ──▶ both again
//	        too often ──▶ messaging is killed without a word (the others fence), cleaner, exit
//
// Invariants: messaging never starts while an earlier manager's resources may still run without a manager that owns them and
// the others have already seen the node fail; a manager that dies alone is back at once, its resources untouched (design
// D6); a manager that exists but does not answer is treated as dead after HangLimit.
package supervisor
