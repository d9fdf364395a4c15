// Package cibsecret is cibsecret: values of resource parameters that the configuration must not hold. It puts a mark into
// the configuration and the value into a file on every node that only root can read.
//
//	cibsecret set R P V ──▶ node ──(ordered, sealed)──▶ every member: …/lrm/secrets/R/P, P.sign
//	                    ──▶ CIB: P="lrm://"             agents get the value when they are started
//
// Invariants: the value is at every member before the configuration has the mark, and the mark is gone before the value is;
// a value never becomes an argument of another process.
package cibsecret
