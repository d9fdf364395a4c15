package cluster

import (
	"time"

	"pacer/history"
	"pacer/operation"
	"pacer/rule"
)

// LateCheck is a comparison of parameters that must wait until it is known where a bundle's connection runs.
type LateCheck struct {
	Resource *Resource
	Node     *Node
	Entry    *Entry
	Active   bool // the entry is of an operation that is active, not of a failure
}

// Change is how the parameters of an operation differ from those of its last run.
type Change uint8

// The changes.
const (
	Unchanged     Change = iota
	ChangeUnknown        // the history has no digest
	ChangeReload         // some parameters differ, none of those that need a restart
	ChangeRestart
)

// CompareDigests compares the parameters that an operation of the history had with those that it would have now. params
// are the resource's on the node. expired tells that the entry is a failure that was forgotten, which asks for the operation
// to be scheduled anew. onlyPrivate tells that a main digest differs but the one without private parameters does not.
func (s *State) CompareDigests(r *Resource, n *Node, e *Entry, params Values, expired bool) (how Change, onlyPrivate bool) {
	task, interval := e.Task, e.Interval
	op := r.FindOp(task, interval, false)
	own := s.OpParams(op, n)
	list := make([]operation.Param, 0, len(params)+len(own)+1)
	add := func(v Values) {
		for _, k := range v.Names() {
			list = append(list, operation.Param{Name: k, Value: v[k]})
		}
	}
	add(params)
	add(own)
	if interval > 0 {
		timeout := s.OpMeta(r, n, task, interval, op)["timeout"]
		list = append(list, operation.Param{Name: "CRM_meta_timeout", Value: timeout})
	}
	restart, hasRestart := e.XML.Lookup("op-restart-digest")
	if expired {
		restart, hasRestart = "expired", true
	}
	all, hasAll := e.XML.Lookup("op-digest")
	switch {
	case hasRestart && restart != s.restartDigest(e, list, interval):
		how = ChangeRestart
	case !hasAll:
		return ChangeUnknown, false
	case all != history.Digest(list, interval):
		how = ChangeReload
		if interval == 0 && len(own) > 0 {
			// What only this operation gets must reach it: a reload would not run it.
			how = ChangeRestart
		}
	default:
		return Unchanged, false
	}
	if secure, ok := e.XML.Lookup("op-secure-digest"); ok {
		onlyPrivate = secure == s.secureDigest(r, e, list, params, interval)
	}
	return how, onlyPrivate
}

func (s *State) restartDigest(e *Entry, list []operation.Param, interval time.Duration) string {
	names, ok := e.XML.Lookup("op-force-restart")
	if !ok {
		return history.Digest(list, interval)
	}
	return history.RestartDigest(list, interval, history.ParseNameList(names))
}

func (s *State) secureDigest(r *Resource, e *Entry, list []operation.Param, params Values, interval time.Duration) string {
	private := history.ParseNameList(e.XML.Get("op-secure-params"))
	set := e.XML.Get("crm_feature_set")
	if set == "" {
		set = s.CIB.Get("crm_feature_set")
	}
	if set == "" || rule.CompareVersions(set, "3.16.0") >= 0 {
		return history.SecureDigest(list, interval, private)
	}
	// Before 3.16.0 it held the resource's own parameters only, without those that the fencer itself takes.
	list = list[:0:0]
	for _, k := range params.Names() {
		if r.Class == "stonith" && fencerParam(k) {
			continue
		}
		list = append(list, operation.Param{Name: k, Value: params[k]})
	}
	return history.SecureDigest(list, 0, private)
}

// fencerParam tells whether a parameter of a fence device is meant for the fencer, not for the agent.
func fencerParam(name string) bool {
	return len(name) > 5 && name[:5] == "pcmk_" || name == "provides" || name == "stonith-timeout"
}

// FencingDigests are the digests of a fence device's parameters on a node, all of them and those that are not private. They
// go with fencings, so that a node knows later with which devices it was unfenced.
func (s *State) FencingDigests(r *Resource, params Values) (all, secure string) {
	var list, open []operation.Param
	set := s.CIB.Get("crm_feature_set")
	for _, k := range params.Names() {
		p := operation.Param{Name: k, Value: params[k]}
		list = append(list, p)
		if !fencerParam(k) || set == "" || rule.CompareVersions(set, "3.16.0") >= 0 {
			open = append(open, p)
		}
	}
	return history.Digest(list, 0), history.SecureDigest(open, 0, []string{"passwd", "password", "user"})
}
