// Package demo is `pacer demo`: a whole cluster on this machine, built in namespaces (package world), loaded with the field's
// classic example, then broken on purpose and measured from a client that wants its service.
//
//	applet.go ── outside: enter a world of its own
//	   └─ inside: stage.go   the cluster, its configuration, what the nodes tell
//	        ├─ rounds.go     the faults, one after the other, each with its timings
//	        ├─ report.go     text for reading, one JSON object for programs
//	        └─ live.go       the picture and the keys, for people at a terminal
//
// Invariants: every timing is taken outside the cluster, by the client and by the recorders inside the nodes; a round counts
// as recovered only when the client was answered; whatever happens, nothing is left on the machine.
package demo
