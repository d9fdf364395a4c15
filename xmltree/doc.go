// Package xmltree is the ordered XML tree in which Pacer keeps its configuration: elements with their attributes in
// document order, comments and text kept, printed byte for byte as libxml2 prints.
//
//	Parse ──▶ Node (shared, read only) ──▶ Append, Pretty
//	              │
//	              └── Editor: copies the nodes on the way to a change, shares all others
//
// Invariants: a Node that came out of Parse, an Editor or a document is never written again, so every reader may keep it,
// and two trees that share a subtree share the pointer: comparing costs as much as what changed. Building functions (New,
// Set, Add) are for nodes that nobody else has seen yet.
package xmltree
