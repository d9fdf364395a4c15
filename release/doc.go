// Package release is the one place for version numbers: what this program is, what it can do, and how programs of different
// releases work in one cluster.
//
//	Own() ──▶ hello of every manager in each view ──▶ Meet ──┬──▶ Level: the least of all members, at which the view works
//	                                                         └──▶ who must not take part, and why
//
// Four things are numbered:
//
//   - Features, the feature set in Pacemaker's numbers: what a configuration and its agents may count on. Its first number stands
//     for generations that cannot work together, its second for what a whole cluster must know before anybody may use it, its
//     third for abilities of tools, which keep nobody out.
//   - Protocol, the language of the managers' messages. A program understands all from Oldest to its own. Until a view has agreed,
//     and in a view that cannot, its Oldest is spoken.
//   - Schema, the newest schema of configurations.
//   - Version and Pacemaker, which people and scripts read; nothing is decided by them.
//
// Whoever adds something that older programs would not understand raises a number here and asks the Level before using it. Fields
// that older programs may leave alone need no number: readers ignore what they do not know, and pass it on where they pass things on.
//
// The cluster remembers the feature set that it has reached in crm_feature_set of the CIB. It rises only when all configured nodes
// are there and know more, so that a node which is down in the middle of an upgrade may come back as it was. A program that is older than
// what is remembered must not come back.
package release
