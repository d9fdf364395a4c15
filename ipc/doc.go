// Package ipc serves package api by HTTP on the node's local socket. It knows who calls from the socket's peer credentials
// and refuses what he may not; what a request does is the Backend's business.
//
//	tool ──unix socket──▶ Server ──who? may he? how big? how many?──▶ Backend (the node)
//	                         └── queries are answered from Backend.Snapshot, without waiting for the node's loop
//
// Package remote serves the same by another door (Server.Handler), where keys say who calls.
//
// Invariants: the kernel says who calls, nobody's word does; every body, answer time and number of callers has a limit; a
// caller that is slow or silent holds up nobody else.
package ipc
