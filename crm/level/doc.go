// Package level holds the levels of the crm shell, each a table of commands, and the shell that walks through them.
//
//	root ─┬─ configure ─┬─ (object commands, show, load, commit, …)
//	      │             ├─ assist
//	      │             └─ ra, cib
//	      ├─ resource   start, stop, move, …
//	      ├─ node       standby, online, attribute, …
//	      ├─ cib        shadow configurations
//	      ├─ maintenance, options, ra
//	      └─ status, verify
//
// A line may walk through several levels and run one command; afterwards the shell is where it was. A line that only names
// levels stays there. Help, completion and argument checks all come from the same tables.
//
// Invariants:
//   - Leaving configure commits what is pending (in scripts), or asks (on a terminal): nothing is lost silently.
//   - A failing command changes nothing and is told on standard error; a script goes on, but its exit code becomes 1.
package level
