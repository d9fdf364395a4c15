// Package cluster is the typed view of a CIB: the nodes with their state, the resources with what runs where, the
// constraints and the operation history, all with small whole numbers as names so that the scheduler can work with
// dense arrays.
//
//	<configuration> ──▶ Options, Nodes, Resources, constraints ─┐
//	<status>        ──▶ node states, history, fail counts ──────┴──▶ *State
//
// Unpack is a pure function of the document and the time. Its result is never changed afterwards: the scheduler keeps
// what it decides in arrays of its own.
//
// Invariants: State.Nodes[i].ID == i and State.Resources[i].ID == i; a parent comes before its children; no result
// depends on map order.
package cluster
