// Package session is the editing model of `crm configure`: a working copy of the configuration that commands change in memory
// and that commit merges into the cluster's.
//
//	Store.CIB ──Refresh──▶ base (as read) ──copy──▶ work ◀── Create, Delete, Rename, Load, SetMeta, …
//	    ▲                     │                       │
//	    └──── one patch ◀── merge with what others did meanwhile ◀── Commit, after Verify
//
// Invariants:
//   - base is never changed; work is a normalized copy that only this package changes.
//   - Every object of the work tree is in the list, containers before their children in document order after a refresh.
//   - A change that touches several objects happens completely or not at all (Atomic).
//   - Commit changes only elements that this session changed; it refuses, naming them, when somebody else changed the same.
//   - Uncommitted changes are dropped only by Refresh, which callers use after asking.
package session
