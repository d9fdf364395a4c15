// Package clusterconf reads what an administrator wrote about the cluster layer, corosync.conf or ha.cf with authkeys, into
// one Config that the built-in messaging works from.
//
//	corosync.conf ─┐
//	authkey       ─┤ Corosync ─┐
//	               │           ├──▶ Config ──▶ messaging
//	ha.cf         ─┤ Heartbeat ┘
//	authkeys      ─┘
//
// The functions are pure: they are given the files' bytes, their modes and what is known about this host (Host), and touch
// nothing. messaging.LoadConfig reads the real files.
//
// Invariants: every error is a *Problem that names file and line and says what to do; all problems of one file are told at
// once; a Config that is returned without error can be used as it is; what is accepted without effect is in Warnings;
// secrets appear in no message.
package clusterconf
