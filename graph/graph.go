package graph

import (
	"time"

	"pacer/xmltree"
)

// Kind says who carries an action out.
type Kind uint8

const (
	// Resource actions run an agent on a node.
	Resource Kind = iota
	// Pseudo actions only order others; they are confirmed at once.
	Pseudo
	// Cluster actions are the cluster's own: fencing, shutdown, clearing of fail counts, deletion of history.
	Cluster
)

// Graph is one transition.
type Graph struct {
	ID                int
	ClusterDelay      time.Duration
	FencingTimeout    time.Duration
	FailedStopOffset  string // fail count after a failed stop: "INFINITY" or a number
	FailedStartOffset string
	BatchLimit        int       // 0: none
	MigrationLimit    int       // -1: none
	RecheckBy         time.Time // zero: no need
	Synapses          []Synapse
}

// Synapse is an action and what it waits for.
type Synapse struct {
	ID       int
	Priority int
	Action   Action
	Inputs   []int // action ids, rising
}

// Primitive names the resource of an action.
type Primitive struct{ ID, LongID, Class, Provider, Type string }

// NodeRef names a node by id and name.
type NodeRef struct{ UUID, Name string }

// Action is one thing to do. Field names follow the attributes of the transition graph.
type Action struct {
	ID           int
	Kind         Kind
	Mode         string // "cib" where an action only edits the CIB
	Operation    string // start, stop, monitor, stonith, do_shutdown, …
	Key          string // operation_key
	InternalKey  string // internal_operation_key
	Node         NodeRef
	RouterNode   string
	ShutdownLock string
	Primitive    *Primitive
	// Attrs are resource parameters, CRM_meta_* and crm_feature_set, sorted bytewise by name.
	Attrs []xmltree.Attr
	// Downed are the ids of the nodes that the action makes unclean or down; Maintenance those put into maintenance.
	Downed      []string
	Maintenance []NodeRef
}

// Attr returns one of the action's attributes, "" when absent.
func (a *Action) Attr(name string) string {
	for i := range a.Attrs {
		if a.Attrs[i].Name == name {
			return a.Attrs[i].Value
		}
	}
	return ""
}
