// Package randomcib makes up clusters: from a seed a valid CIB with the configuration, the state and the history of a cluster
// that ran and to which something may have happened.
//
//	seed, Options ──▶ features that are on ──▶ nodes, options, resources, constraints ──▶ CIB
//	                                                     └──▶ where things ran ──▶ status ──┘
//
// Every feature is a named switch: a test can ask for some of them alone, and find out by leaving one after the other off
// which of them a failure needs. Each decision has a stream of chance of its own, named after what it decides, so that
// switching a feature off leaves the rest of the document as it was.
//
// The documents say validate-with pacemaker-3.9, which Pacemaker 2.1.5 and all newer versions know, and use the names of
// options that both understand (but see Newer).
//
// Invariants: the same seed and options give the same document, byte for byte, with every version of Go; ids are unique;
// references hit something, but for those of the removed resources in the history.
package randomcib
