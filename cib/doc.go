// Package cib is the configuration and status document of the cluster: its versions, the operations that change it, and
// the patches between two of its states.
//
//	text ──Parse──▶ Document ──Apply(ops)──▶ Document'          Validate(Document) ──▶ problems
//	                    └───────Diff───────────┘ └▶ Patch ──ApplyPatch(Document)──▶ Document'
//
// Invariants: a Document is immutable and shares what did not change with the one that it was made from, so that keeping
// old ones is cheap and Diff costs what changed; Apply does all operations or none; the same document, operations and
// options give the same result on every node (no clock, no map order); a changed configuration raises epoch and sets
// num_updates to 0, a changed status raises num_updates, no change raises nothing; replacing is a change even when it brings nothing
// new.
package cib
