package cluster

import (
	"time"

	"pacer/history"
	"pacer/ocf"
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

// opDigests are the digests that an operation would have now, as the entry compared first asks for them: entries of the same
// operation that are compared later, say of its failure, are held against the same. There is one for restarts only if that
// first entry had one.
type opDigests struct {
	first        *Entry
	all, restart string
	hasRestart   bool
	own          bool // the operation has parameters of its own
	lasting      bool // they hold as long as the configuration is the same
	list         []operation.Param
	params       Values
}

// opPlace names the operation of a resource on a node.
type opPlace struct {
	resource *Resource
	node     *Node
	task     string
	interval time.Duration
}

// CompareDigests compares the parameters that an operation of the history had with those that it would have now. params
// gives the resource's on the node. expired tells that the entry is a failure that was forgotten, which asks for the operation
// to be scheduled anew. onlyPrivate tells that the main digest differs, or is not there, but the one without private
// parameters is the same.
func (s *State) CompareDigests(r *Resource, n *Node, e *Entry, params func() Values, expired bool) (how Change, onlyPrivate bool) {
	restart, hasRestart := e.XML.Lookup("op-restart-digest")
	if expired {
		restart, hasRestart = "expired", true
	}
	place := opPlace{r, n, e.Task, e.Interval}
	now := s.digests[place]
	if now == nil {
		now = s.digestsAgain(place, e, params, hasRestart)
		if s.digests == nil {
			room := 0
			if s.last == nil || len(s.last.steady) == 0 {
				room = len(s.made) // of most there is one: roughly as many as resources
			}
			s.digests = make(map[opPlace]*opDigests, room)
		}
		s.digests[place] = now
	}
	all, hasAll := e.XML.Lookup("op-digest")
	switch {
	case hasRestart && now.hasRestart && restart != now.restart:
		how = ChangeRestart
	case !hasAll:
		how = ChangeUnknown
	case all != now.all:
		how = ChangeReload
		if e.Interval == 0 && now.own {
			// What only this operation gets must reach it: a reload would not run it.
			how = ChangeRestart
		}
	default:
		return Unchanged, false
	}
	if secure, ok := e.XML.Lookup("op-secure-digest"); ok {
		onlyPrivate = secure == s.secureDigest(r, now)
	}
	return how, onlyPrivate
}

// digestsAgain finds the digests that an earlier reading computed for the same entry, or computes them. They hold as long as the
// configuration is the same, unless they hang on rules or on where a connection runs; and those whose computing was commented are computed
// again, for the comment's sake.
func (s *State) digestsAgain(p opPlace, e *Entry, params func() Values, restart bool) *opDigests {
	if s.memo == nil {
		return s.digestsOf(p, e, params(), restart)
	}
	id := digestID{e, p.resource.number, restart}
	if s.memo.conf == s.last.conf {
		if d := s.last.digests[id]; d != nil {
			s.memo.digests[id] = d
			return d
		}
	}
	said, ruled := s.said, s.ruled
	d := s.digestsOf(p, e, params(), restart)
	if said == s.said && ruled == s.ruled && !p.resource.Connection && !s.ParamsVary(p.resource) {
		d.lasting = true
		s.memo.digests[id] = d
	}
	return d
}

// KeepSteady notes that all active operations of a history have the configuration and the parameters that they were begun with, so that
// the next reading need not compare them. It does nothing where that may change while the configuration and the history are the
// same.
func (s *State) KeepSteady(r *Resource, n *Node, h *History) {
	if s.memo == nil || !s.historiesIn(n.state).distinct {
		return
	}
	for _, e := range h.Entries() {
		if lastFailure(e.ID) || e.Interval > 0 && (e.Code != e.Expected || e.Code == ocf.Degraded || e.Code == ocf.DegradedPromoted) {
			return // time may let it be forgotten
		}
	}
	for _, e := range h.Active() {
		if d := s.digests[opPlace{r, n, e.Task, e.Interval}]; d != nil && !d.lasting {
			return
		}
	}
	s.memo.steady[h.XML] = r.number
}

// Steady tells whether KeepSteady was called for a history, under the same configuration.
func (s *State) Steady(r *Resource, n *Node, h *History) bool {
	if s.memo == nil || s.memo.conf != s.last.conf {
		return false
	}
	number, ok := s.last.steady[h.XML]
	if !ok || number != r.number || !s.historiesIn(n.state).distinct {
		return false
	}
	s.memo.steady[h.XML] = number
	return true
}

// digestsOf computes the digests of an operation as an entry of it asks for them.
func (s *State) digestsOf(p opPlace, e *Entry, params Values, restart bool) *opDigests {
	op := p.resource.FindOp(p.task, p.interval, false)
	own := s.OpParams(op, p.node)
	list := make([]operation.Param, 0, len(params)+len(own)+1)
	add := func(v Values) {
		for k, value := range v { // order: digests sort by name
			list = append(list, operation.Param{Name: k, Value: value})
		}
	}
	add(params)
	add(own)
	if p.interval > 0 {
		timeout := s.timeout(p.resource, p.node, p.task, p.interval, op)
		list = append(list, operation.Param{Name: "CRM_meta_timeout", Value: timeout})
	}
	d := &opDigests{first: e, all: history.Digest(list, p.interval), own: len(own) > 0, hasRestart: restart, list: list,
		params: params}
	if restart {
		d.restart = d.all
		if names, ok := e.XML.Lookup("op-force-restart"); ok {
			d.restart = history.RestartDigest(list, p.interval, history.ParseNameList(names))
		}
	}
	return d
}

// secureDigest is what is compared with the op-secure-digest of an entry. It leaves the timeout out also for recurring operations,
// as the reference does, although executors put it in: for these a private parameter counts like any other.
func (s *State) secureDigest(r *Resource, d *opDigests) string {
	list := d.list
	set := d.first.XML.Get("crm_feature_set")
	if set == "" {
		set = s.CIB.Get("crm_feature_set")
	}
	if set == "" || rule.CompareVersions(set, "3.16.0") < 0 {
		// It held the resource's own parameters only, without those that the fencer itself takes.
		list = list[:0:0]
		for _, k := range d.params.Names() {
			if r.Class != "stonith" || !fencerParam(k) {
				list = append(list, operation.Param{Name: k, Value: d.params[k]})
			}
		}
	}
	return history.SecureDigest(list, 0, history.ParseNameList(d.first.XML.Get("op-secure-params")))
}

// fencerParam tells whether a parameter of a fence device is meant for the fencer, not for the agent.
func fencerParam(name string) bool {
	return len(name) > 5 && name[:5] == "pcmk_" || name == "provides" || name == "stonith-timeout"
}
