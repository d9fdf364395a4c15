// Package history is the operation history of the status section in Pacemaker's form: keys, digests and lrm_rsc_op
// entries, and what storing a result changes in the document.
//
//	operation.Result ──Entries──▶ lrm_rsc_op … ──Fragment──▶ <status><node_state><lrm>…  ──▶ CIB
//	                                   ▲
//	parameters ──Digest───────────────┘        scheduler ──Digest──▶ has a parameter changed?
//
// Four kinds of entries exist for a resource on a node: RSC_last_0 is the newest operation that ran once (probe, start,
// stop, promote, …), RSC_migrate_to_0 and RSC_migrate_from_0 the newest result of each part of a live migration,
// RSC_monitor_10000 the newest good result of each recurring operation, RSC_last_failure_0 the newest result of all but
// migrations that was not the expected one. A failed operation that runs once is stored twice, as last_0 and as last_failure_0.
// A stop removes nothing: older recurring entries stay and are told from current ones by their smaller call-id. Entries
// are removed when a recurring operation is cancelled, when a failure is forgotten, and with the whole resource.
//
// Invariant: writer (controller) and reader (scheduler) use the functions of this package, so that digests and keys
// agree byte for byte.
package history
