package cluster

import (
	"time"

	"pacer/ocf"
	"pacer/operation"
	"pacer/xmltree"
)

// Operation is one entry of the operation history (<lrm_rsc_op>).
type Operation struct {
	XML      *xmltree.Node
	Resource *Resource
	Node     *Node

	ID, Key     string // id and operation_key
	Task        string
	Interval    time.Duration
	Call        int
	Status      operation.Status
	Code        ocf.ExitCode
	Expected    ocf.ExitCode
	Reason      string    // exit-reason
	Magic       string    // transition-magic
	FeatureSet  string    // crm_feature_set
	LastChange  time.Time // zero when unknown
	LastRun     time.Time
	ExecTime    time.Duration
	QueueTime   time.Duration
	MigrateFrom string // migrate_source
	MigrateTo   string // migrate_target

	Digest, RestartDigest, SecureDigest string
	ForceRestart, SecureParams          string
}

// Failure is an entry of the history that people should see as failed.
type Failure struct{ Operation *Operation }
