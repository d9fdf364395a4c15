// Package attributes keeps the transient node attributes: values that live as long as a node is a member, set by agents and
// by the cluster itself (fail counts), and written to the CIB's status section, where rules and the scheduler read them.
//
//	Update ──▶ Broadcast ══one order══▶ Delivered at every member ──▶ the same values everywhere
//	                                          │ at the DC, after the attribute's delay
//	                                          └──▶ Write ──▶ CIB status ──▶ scheduler
//
// A change is computed ("value++") where it is delivered, not where it was asked for, so that two of them never lose one.
// On every view all members say what they know; what changed last, by view and order, wins, so a manager that comes back
// finds its node's values again, and a node that is lost takes its values with it.
//
// Invariants: members that were given the same views and messages hold the same values; only the DC writes; private
// attributes never reach the CIB; several changes within an attribute's delay are one write; what a write holds is what the
// attribute is then, and a failed write is tried again.
package attributes
