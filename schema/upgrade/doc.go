// Package upgrade raises a configuration to newer schemas.
//
//	To(document) ──▶ the newest schema that it reaches, step by step
//	                  1.x ──acl──▶ 2.x ──properties, operations──▶ 3.x ──sets, rules, resources, references──▶ 4.0
//
// Most schemas only add to the one before, so that a document is valid by the next as it is. At three borders something went away
// or got another form: there a step rewrites the document, if the newer schema does not accept it as it is.
//
// Invariants: a document is never changed, only copied; what comes out is valid by the schema that it names; the same document
// gives the same result, generated ids included; a step that would leave something invalid fails and says so. Results are those
// of Pacemaker's upgrade.
package upgrade
