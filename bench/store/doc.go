// Command store measures how long the tools take and how many changes the configuration store takes, on a cluster of three nodes in
// namespaces on this machine: Pacer's, and beside it Debian's Pacemaker and Corosync, where these and the scripts that run them in
// namespaces are installed.
//
//	make build && go run ./bench/store [--rounds N] [--pacer PROGRAM] [--disk FOLDER] [--no-peer] [--json] [ROW…]
//
//	main ──▶ ours.go: the world ──▶ a node ──▶ this program again: probe.go  commands, one after the other and many at once
//	    └──▶ peer.go: the real one ──▶ a node ──▶                  flood.go  one connection with many requests outstanding
//
// The state of all nodes is on one file system (--disk), whose fsync is measured beside. A row is one number with its limit; rows
// whose name begins with one of the words are measured, all by default. Medians of the rounds. Needs root.
//
// The times of commands are for a quiet machine. Where other work cannot be stopped, start this program in a control group with a large
// share of the CPU; both clusters are in it then, and what remains of the noise is the same for both.
package main
