// Package collect gathers what one node can add to a report: the configuration, the state, versions, logs of the time in
// question, inputs of the scheduler.
//
//	files, /proc, journal ─┐
//	tools in this process ─┼─▶ Mask ─▶ Sink: one file after the other
//	CIB of the node       ─┘
//
// Invariants: nothing leaves without having gone through the Mask; keys of the cluster and values of secrets are not even
// read for the report, but to know what to mask; what is missing is told in report.out and is no reason to stop; every
// file has a limit.
package collect
