// Package schema tells whether a document is a configuration, by any of the schemas that validate-with can name, and what is
// wrong where it is not.
//
//	grammar.txt ──read, once──▶ forms ──▶ Accepting(document) ──▶ which of the schemas take it
//	                                 └──▶ Problems(document, schema) ──▶ line, element, attribute, found, expected
//
// All schemas are one grammar, whose parts tell the schemas that know them. A form is the part for one element at one place: its
// attributes and children, a bit for each, and the ways in which these bits may come together. Checking an element is to gather
// its bits and to find a way; it takes as long as the element has attributes and children, and goes through the document once, for
// all schemas together.
//
// A row of documents that are made of each other is followed by a Track, which looks only at what differs.
//
// Invariants: Problems finds nothing exactly where Accepting has the schema; both take time and memory in proportion to the
// document; what is below <status> is not looked at. The verdicts are those of the schemas of Pacemaker: the grammar is ours.
package schema
