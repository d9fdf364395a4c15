// Package disk keeps the configuration on disk: an fsynced journal of patches, and in the usual place and form cib.xml with
// its signature and older copies, for people, tools and recovery.
//
//	Persist ─▶ Write ─▶ cib.journal:  document │ patch │ patch │ meta │ …        one fsync for all that waits
//	                 └▶ now and then: cib.journal begun anew, then cib.xml, cib.xml.sig, cib-N.raw, cib-N.raw.sig, cib.last
//	Open    ◀─ cib.journal, else cib.xml with a matching signature (and what follows it in the journal), else the newest good
//	           cib-N.raw, else an error
//
// A journal begins with a whole document, so that it is enough by itself; what was not completely written at its end was
// never acknowledged and is dropped. Each record says how much of the journal was durable when it was made, which tells such an
// end from damage. cib.xml is derived from it: one whose signature does not match was edited by hand or
// damaged and is refused and put aside, one with a good signature or with none that this node has not written was put there
// on purpose and is used.
//
// Invariants: Persisted without error means that the record and all before it come back from Open after any crash, if Sync
// was asked for; after a failed write nothing is written until a record of a later attempt repeats everything; damage is
// reported and never turns into an empty configuration; no file is lost, only put aside.
package disk
