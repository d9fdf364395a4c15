// Package record finds out whether a service was ever active twice. A recorder inside every node, isolated ones too, writes
// down when the node begins and ceases to hold the service's address and to listen on its port; the spans of all nodes are
// compared afterwards.
//
//	node pm01   |---- address ----|
//	node pm02                        |---- address ----     no overlap: fine
//
// Times are of the machine's monotonic clock, which all namespaces share. Invariant: a recorder errs towards longer spans
// (a span ends when its end was seen, or when the node's last process is gone), so an overlap may be reported that was none, but
// never the other way round by more than the polling interval.
package record
