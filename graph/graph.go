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
	Text              Text
	Synapses          []Synapse
}

// Text are the options as they are configured, which the XML form shows unchanged.
type Text struct{ ClusterDelay, FencingTimeout, BatchLimit, MigrationLimit string }

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

// Maintenance tells a remote node whether it is in maintenance.
type Maintenance struct {
	UUID string
	On   bool
}

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
	// Params are resource parameters whose names cannot be attributes of an XML element.
	Params []xmltree.Attr
	// Downed are the ids of the nodes that the action makes unclean or down; Maintenance those whose maintenance changes.
	Downed      []string
	Maintenance []Maintenance
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
