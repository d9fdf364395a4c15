// Package client is how commands reach a cluster: the local node over its socket, a node elsewhere over TLS, a CIB in a
// file, or a shadow copy. The environment decides, as it always did: CIB_shadow before CIB_file before CIB_port before the local node.
//
//	command ──▶ Open ──┬── CIB_shadow, CIB_file ──▶ cib.Apply on a file
//	                   ├── CIB_port, CIB_server ─▶ HTTP over TLS (package remote)
//	                   └── else ─────────────────▶ HTTP on the node's socket (package ipc)
//
// Invariants: every error carries its exit code (exitcode.Carrier); a file is replaced as a whole or not at all.
package client
