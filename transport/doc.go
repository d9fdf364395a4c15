// Package transport carries packets between the nodes over UDP: unicast, multicast or broadcast, over every link, sealed so
// that nothing in a packet is looked at before it is proven to come from a node of this cluster.
//
//	core ──plain──▶ Box.Seal ──▶ socket of each link ──▶ network
//	core ◀──plain── Box.Open ◀── socket of each link ◀──
//
// A packet is XChaCha20-Poly1305 under a key that belongs to one start of one node, derived (HKDF-SHA256) from the cluster's
// secret, the sender's id and a salt that the sender drew at its start:
//
//	'P' · version 1 · key id u16 · sender u32 · link u8 · 0 · salt 16 · nonce 24 │ sealed: type u8 · data │ tag 16
//	└──────────────────── authenticated, in the clear ──────────────────────────┘
//
// Invariants:
//   - Version and algorithm are what this program has; a sender cannot choose.
//   - No nonce is used twice under one key: it is a counter, the wall clock and 64 random bits, so that even a virtual
//     machine restored from an image does not repeat one.
//   - A salt not heard before is challenged: data counts only after its sender has answered, so packets of an earlier start
//     that somebody recorded are refused.
//   - Within a salt and a link every counter is taken once (replay window).
//   - The secret is in no message and no error.
package transport
