// Package quorum judges a view: may this partition speak for the cluster? It stands between the membership and the manager.
//
//	Viewed ──▶ every attached member sends its word into the order
//	Delivered (words) ──▶ all words are there ──▶ agreed expected votes ──▶ Judged{quorate}  ──▶ manager
//	Delivered (others) ───────────────────────────────────────────────────▶ Pass ──────────────▶ manager
//
// The rules are those of corosync's votequorum(5): a majority of the expected votes; two_node lets one of two nodes be quorate;
// wait_for_all withholds the first quorum until all nodes have been together; auto_tie_breaker lets one half go on;
// last_man_standing and allow_downscale lower what is expected; quorum devices add votes.
//
// Several of these depend on what happened in earlier views, which members may remember differently. So a view is judged only
// when each attached member has said in the agreed order of this view what it remembers (its word), and the manager sees the
// view at that place of the order.
//
// Invariants:
//   - The judgement is a function of the view and of the words delivered in it: all attached members of a view judge alike, at the
//     same place between the same messages. Nothing else, no clock and no local contact, enters it directly; it becomes a word.
//   - A manager's message is sent in a view only after its node has judged the view, so all words of a new view come before all
//     messages in its order; members that go on together have all judged a view or none has.
//   - A word that does not come is done without only when that was ordered as well.
//   - What is expected is lowered only in a quorate view or by an administrator.
package quorum
