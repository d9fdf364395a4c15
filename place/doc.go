// Package place says where files are: the places of Pacemaker, Corosync and Heartbeat by default, and all of them below
// another root when one is set, so that many nodes can live on one machine.
package place
