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
// Where things are, in the order of a book on Pacemaker:
//
//	the whole      unpack, memo (what need not be read again), state, names, values (sets of name-value pairs, rules)
//	the cluster    options, fencing, health
//	nodes          node (configuration), nodestate (status), remote (remote and guest nodes)
//	resources      resource, resources, role, meta, template, tag, allowance (opt-in, opt-out), operation, onfail
//	constraints    constraint, sets, location, colocation, order, ticket
//	collections    group, clone, bundle, bundle_parts
//	status         status, history (of one resource), entry (of one operation), reading (of a history), history_resource
//	               (whose it is), result, migration, expiry, failcount, settle, active, fact (what the history asks for)
//	reloads        digest
//
// Invariants: State.Nodes[i].ID == i and State.Resources[i].ID == i; a parent comes before its children; no result
// depends on map order.
package cluster
