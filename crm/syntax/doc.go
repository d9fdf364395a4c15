// Package syntax is the language of `crm configure`: text to CIB elements and back. It is pure; nothing here reads a file, a
// clock or a cluster.
//
//	text ──Lines──▶ Line ──Parse──▶ Object{Kind, Node} ──Assign──▶ element with ids, fit for the CIB
//	  ▲                                                               │
//	  └──────────────────────────── Printer.Object ◀──────────────────┘
//
// Every kind of object (primitive, group, location, …) has its parser and its printer side by side in the file named after it.
// The parsers accept the syntax of 2010 (old keywords, `ms`, scores for orders, `$id=`) as well as today's.
//
// Invariants:
//   - Parse builds elements without generated ids; Assign gives them, keeping those of the element that is replaced.
//   - The children of containers (groups, clones, bundles) are not parsed but named: a ChildRef element stands for each.
//   - What the language cannot say is printed as `xml <…>`: Printer.Object parses its own output and compares, so a printed
//     object always means what it was printed from.
//   - Limits: MaxLine bytes for one logical line, MaxWords words in it.
package syntax
