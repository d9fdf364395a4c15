// Package record finds out whether a service was ever active twice. A recorder inside every node, isolated ones too, writes
// down when the node begins and ceases to hold the service's address and to listen on its port; the spans of all nodes are
// compared afterwards.
//
//	node pm01   |---- address ----|
//	node pm02                        |---- address ----     no overlap: fine
//
// Times are of the machine's monotonic clock, which all namespaces share. Invariant: what is reported as an overlap was seen: both
// nodes had the thing at the same instant. An overlap shorter than the time between two looks (5 ms, more on a machine that is
// busy beyond the recorders' real-time priority) can stay unseen.
package record
