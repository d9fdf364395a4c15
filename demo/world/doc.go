// Package world builds a whole cluster on this machine out of namespaces: a switch, a client, and nodes that are booted,
// lose power, are cut off and frozen, as real machines are.
//
//	pacer demo ── outside.go: the world in namespaces of its own, so that whatever happens to the demo, nothing stays behind
//	  └─ world: network + mount + PID namespace      client 192.168.0.250 · fence device
//	       ├─ bridge eth0 (10.77.0.0/24), bridge eth1 (192.168.0.0/24)
//	       ├─ pm01: network + mount + PID + UTS + IPC namespace, PID 1 = inside.go ── pacer run
//	       └─ pm02 …
//
// A node sees the machine's files through an overlay of its own, so the usual places are its own; where overlays are not to be
// had (user namespaces on some systems) it lives below a root of its own (PACER_ROOT).
//
// Invariants: power is cut link first, then processes, so that no closing packet escapes; a power cut is over only when the
// node's PID namespace is empty; nothing outside the world's namespaces is changed.
package world
