// Package quorum judges a view: may this partition speak for the cluster?
//
//	Viewed{members} ──▶ votes ≥ half of the expected + 1 ──▶ wait_for_all over? ──▶ Judged{quorate}
//
// The rules are those of corosync's votequorum: a majority of the expected votes; two_node lets one of two nodes be quorate;
// wait_for_all withholds the first quorum until all nodes have been together. Invariant: the judgement depends on the agreed
// view only (each member's Seen is part of it), so all members of a view judge alike.
package quorum
