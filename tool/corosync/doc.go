// Package corosync is the tools that come with Corosync, on the built-in messaging: corosync-cfgtool (links), corosync-quorumtool
// (votes), corosync-cmapctl (the configuration and what runs), corosync-cpgtool (who takes part in the order of messages) and
// corosync-keygen (a new key).
//
//	tool ──client──▶ node ──▶ messaging process ──▶ api.Messaging ──▶ the layout of Corosync 3
//
// All but corosync-keygen only read; what cannot be changed while the cluster runs is refused with CS_ERR_NOT_SUPPORTED and a word on
// what to do instead. Layouts, messages and exit codes are those of Corosync 3.1.7, found by running it.
package corosync
