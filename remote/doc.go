// Package remote is the node's API over TLS, for those who are not on the machine: the other door of package ipc. What is asked
// and answered is the same; who asks is proved by a token or by a client certificate. It has both ends: the Door at the node, and the
// keys and refusals of those who call (Dial).
//
//	CIB: remote-tls-port ──▶ Door ──listens──▶ how many? ──TLS──▶ headers ──▶ who? ──▶ ipc.Server.Handler ──▶ the node
//	PCMK_ca_file, PCMK_cert_file, PCMK_key_file, PCMK_crl_file ──▶ Keys ──┘              │
//	/etc/pacer/tokens ──▶ Tokens ────────────────────────────────────────────────────────┘
//
// The names of settings are Pacemaker's. Of its ways to protect a connection only X.509 is here: no anonymous TLS, no
// pre-shared keys, nothing in the clear.
//
// Invariants: nothing listens unless the CIB names a port and all keys are there and usable; before it is known who calls, nothing is
// read but a TLS handshake and the headers of one request, both limited in size and time; strangers hold few places and cannot keep
// others out; a secret is never stored, logged or shown again; a token or certificate that is revoked is refused from the next request on.
package remote
