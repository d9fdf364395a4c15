// Package bigcib makes clusters of any size for tests and measurements: regular ones, in which it is known what should happen.
//
//	Shape ──▶ CIB      at rest: nothing is to be done      empty: everything is to be probed and started
//
// Of ten primitives three stand alone and prefer a node, six are in two groups of three, of which the second follows the first
// and likes to be with it, and one is cloned. Homes go round the nodes.
//
// Invariants: the same shape gives the same document; ids are unique; the document suits the schema pacemaker-3.7, which
// Pacemaker 2.1 and all newer versions know.
package bigcib
