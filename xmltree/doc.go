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
//
// Memory: a parsed tree is one block. Its names and values are pieces of the text, its nodes stand in big arrays, and all of
// that stays as long as somebody holds one node or one string of it. So what goes from one tree into another that lives
// longer goes through Detach; Editor copies the strings that it is given.
package xmltree
