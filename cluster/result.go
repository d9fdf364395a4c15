package cluster

import (
	"strings"
	"time"

	"pacer/exitcode"
	"pacer/ocf"
	"pacer/operation"
	"pacer/score"
	"pacer/xmltree"
)

const minus = score.MinusInfinity

// reading is the state of a resource on a node while its history is read, oldest entry first.
type reading struct {
	s *State
	r *Resource
	n *Node
	// onFail is what the failures so far ask for.
	onFail OnFail
	// lastFailure is the newest failed entry.
	lastFailure *xmltree.Node
}

// result is one entry, its result corrected step by step for what the cluster knows better.
type result struct {
	*Operation
	status operation.Status
	code   ocf.ExitCode
	probe  bool
}

func affectsState(task string) bool {
	switch task {
	case "monitor", "start", "stop", "promote", "demote", "migrate_to", "migrate_from", "asyncmon":
		return true
	}
	return false
}

// masked tells whether the result of a probe says that the resource cannot be there at all.
func masked(e *result) bool {
	code := ocf.ExitCode(whole(e.XML, "rc-code", -1))
	return e.probe && (code == ocf.ErrInstalled || code == ocf.ErrArgs ||
		operation.Status(whole(e.XML, "op-status", -99)) == operation.NotInstalled)
}

// historyKey is the name of an entry's operation; older entries have only the id.
func historyKey(x *xmltree.Node) string {
	if k := x.Get("operation_key"); k != "" {
		return k
	}
	return x.ID()
}

// entry takes one entry of the history into account.
func (h *reading) entry(x *xmltree.Node) {
	s, r, n := h.s, h.r, h.n
	if x.ID() == "" || !affectsState(x.Get("operation")) {
		return
	}
	e := &result{Operation: s.operation(r, n, x)}
	e.status, e.code = e.Status, e.Code
	e.probe = e.Task == "monitor" && e.Interval == 0
	if e.status < operation.Pending || e.status > operation.NoSecrets || e.status == operation.Cancelled ||
		e.code < 0 || e.code > 255 {
		s.say(Config, "History entry %s on %s is left out: its result is not valid.", e.ID, n.Name)
		return
	}
	expired := h.expiry(e)
	h.correct(e, expired)
	if expired && h.forgotten(e) {
		return
	}
	hidden := masked(e) && !r.Bundled()
	if hidden {
		ban := r
		if !r.Unique {
			ban = r.Top(false)
		}
		h.succeeded(e, e.Expected, hidden)
		h.recordFailure(e)
		s.allow(ban, n, minus, false)
		return
	}
	parent := r
	if !r.Unique {
		parent = r.Top(false)
	}
	switch e.status {
	case operation.Pending:
		h.pending(e)
		return
	case operation.Done:
		h.succeeded(e, e.code, false)
		return
	case operation.NotInstalled:
		how, role := h.failureHandling(e)
		if how == OnFailIgnore {
			// An agent that is not there cannot be ignored.
			h.onFail = OnFailBan
		}
		s.allow(parent, n, minus, false)
		h.failed(e, how, role)
		return
	case operation.NotConnected:
		if c := n.Connection; c != nil && c.Managed {
			c.Failed, c.StopIfFailed = true, true
		}
	}
	how, role := h.failureHandling(e)
	if how == OnFailIgnore || how == OnFailRestartContainer && e.Task == "stop" {
		h.succeeded(e, e.Expected, false)
		r.FailureIgnored = true
		h.recordFailure(e)
		if how == OnFailRestartContainer && h.onFail <= OnFailRestart {
			h.onFail = how
		}
		return
	}
	h.failed(e, how, role)
	switch e.status {
	case operation.HardError:
		s.say(Error, "Preventing %s from restarting on %s because of hard failure (%s) | %s", parent.Name, n.Name, e.why(), e.ID)
		s.allow(parent, n, minus, false)
	case operation.FatalError:
		s.say(Error, "Preventing %s from restarting anywhere because of fatal failure (%s) | %s", parent.Name, e.why(), e.ID)
		s.allow(parent, nil, minus, false)
	}
}

// why is a result in words, with the agent's own where it has some.
func (e *result) why() string {
	text := exitcode.Code(e.code).Text()
	if e.Reason != "" {
		text += ": " + e.Reason
	}
	return text
}

// failureHandling is what the configuration wants for a failure of the entry's operation.
func (h *reading) failureHandling(e *result) (OnFail, Role) {
	op := h.r.FindOp(e.Task, e.Interval, false)
	how := h.s.onFail(h.r, e.Task, e.Interval, h.s.OpMeta(h.r, h.n, e.Task, e.Interval, op)["on-fail"])
	return how, roleAfterFailure(h.r, e.Task, how)
}

// correct replaces the executor's view of a result, which knows nothing of what was expected, by the cluster's.
func (h *reading) correct(e *result, expired bool) {
	r := h.r
	switch e.code {
	case ocf.Degraded:
		e.code = ocf.OK
	case ocf.DegradedPromoted:
		e.code = ocf.RunningPromoted
	}
	if e.code != e.Code && !expired && (!h.n.Shutdown || h.n.Online) {
		h.recordFailure(e)
	}
	if masked(e) && !r.Bundled() && (e.status != operation.Done || e.code != ocf.NotRunning) {
		e.status, e.code = operation.Done, ocf.NotRunning
	}
	switch e.status {
	case operation.Done, operation.Error:
	case operation.NoFenceDevice, operation.NoSecrets:
		e.status = operation.HardError
		return
	default:
		return
	}
	if e.Expected >= 0 && e.code == e.Expected {
		e.status = operation.Done
	} else {
		e.status = operation.Error
	}
	switch e.code {
	case ocf.OK:
		if e.probe && e.Expected == ocf.NotRunning {
			e.status = operation.Done
		}
	case ocf.NotRunning:
		if e.probe || e.Expected == e.code || !r.Managed {
			e.status = operation.Done
			r.Role, r.Next = Stopped, RoleUnknown
			h.onFail = OnFailIgnore
		}
	case ocf.RunningPromoted:
		if e.probe && e.code != e.Expected {
			e.status = operation.Done
		}
		if !expired || e.code == e.Expected {
			r.Role = Promoted
		}
	case ocf.FailedPromoted:
		if !expired {
			r.Role = Promoted
		}
		e.status = operation.Error
	case ocf.ErrConfigured:
		e.status = operation.FatalError
	case ocf.ErrUnimplemented:
		if e.Interval > 0 {
			e.status = operation.NotSupported
			break
		}
		h.hardError(e, expired)
	case ocf.ErrInstalled, ocf.ErrArgs, ocf.ErrPerm:
		h.hardError(e, expired)
	case ocf.ErrGeneric, ocf.Degraded, ocf.DegradedPromoted:
		if e.status == operation.Done {
			e.status = operation.Error
		}
	default:
		if e.status == operation.Done {
			e.status = operation.Error
		}
	}
}

// hardError marks a result that rules the node out. After a stop with such a result nothing can be done with the resource
// unless the node can be fenced.
func (h *reading) hardError(e *result, expired bool) {
	if !expired && e.Task == "stop" && !h.s.CanFence(h.n) {
		h.r.Managed, h.r.Blocked = false, true
		h.s.say(Error, "Nothing can be done with %s: its stop on %s failed (%v).", h.r.Name, h.n.Name, e.code)
	}
	e.status = operation.HardError
}

// active makes the resource at least started.
func (r *Resource) active() {
	if r.Top(false).Promotable {
		r.Role = Unpromoted
	} else {
		r.Role = Started
	}
}

// succeeded takes an operation into account that gave the code as it should.
func (h *reading) succeeded(e *result, code ocf.ExitCode, hidden bool) {
	r := h.r
	clear := false
	switch {
	case code == ocf.ErrInstalled || hidden:
		r.Role = Stopped
	case code == ocf.NotRunning:
		clear = true
	case e.Task == "monitor":
		clear = h.lastFailure != nil && e.Key == historyKey(h.lastFailure)
		if r.Role < Started {
			r.active()
		}
	case e.Task == "start":
		r.Role, clear = Started, true
	case e.Task == "stop":
		r.Role, clear = Stopped, true
	case e.Task == "promote":
		r.Role, clear = Promoted, true
	case e.Task == "demote":
		clear = h.onFail == OnFailDemote
		r.Role = Unpromoted
	case e.Task == "migrate_from":
		r.Role, clear = Started, true
	case e.Task == "migrate_to":
		h.migrated(e)
	case r.Role < Started:
		r.active()
	}
	if !clear {
		return
	}
	switch h.onFail {
	case OnFailStop, OnFailBan, OnFailStandby, OnFailFence:
	case OnFailReset:
		if r.Reconnect == 0 {
			h.onFail, r.Next = OnFailIgnore, RoleUnknown
		}
	default:
		h.onFail, r.Next = OnFailIgnore, RoleUnknown
	}
}

// pending takes an operation into account that has no result yet.
func (h *reading) pending(e *result) {
	r := h.r
	if h.failedSince(e) {
		return
	}
	switch {
	case e.Task == "start":
		r.StartPending = true
		r.active()
	case e.Task == "promote":
		r.Role = Promoted
	case e.Task == "migrate_to" && h.n.Unclean:
		if target := h.s.findNode(e.MigrateTo); target != nil {
			h.s.stopFact(r, target)
		}
	}
	if r.PendingTask == "" && !e.probe {
		r.PendingTask, r.PendingNode = e.Task, h.n
	}
}

// failedSince tells whether the newest failure is of this very operation, which therefore runs no more.
func (h *reading) failedSince(e *result) bool {
	f := h.lastFailure
	if f == nil || f.Get("operation") != e.Task || millis(f.Get("interval")) != e.Interval {
		return false
	}
	t, u := changed(e.XML), changed(f)
	return t >= 0 && u >= 0 && u >= t
}

// recordFailure adds an entry to those that people should see.
func (h *reading) recordFailure(e *result) {
	if !h.n.Online {
		return
	}
	for _, f := range h.s.Failures {
		if f.Key == e.Key && strings.EqualFold(f.Node.Name, h.n.Name) {
			return
		}
	}
	h.s.Failures = append(h.s.Failures, e.Operation)
}

// failed takes a failure into account.
func (h *reading) failed(e *result, how OnFail, after Role) {
	s, r, n := h.s, h.r, h.n
	h.lastFailure = e.XML
	if s.Options.Symmetric || e.code != ocf.ErrInstalled {
		h.recordFailure(e)
	}
	h.onFail = max(h.onFail, how)
	switch e.Task {
	case "stop":
		s.allow(r, n, minus, false)
	case "migrate_to":
		h.migrateToFailed(e)
	case "migrate_from":
		h.migrateFromFailed(e)
	case "promote":
		r.Role = Promoted
	case "demote":
		switch {
		case how == OnFailBlock:
			r.Role, r.Next = Promoted, Stopped
		case e.code == ocf.NotRunning:
			r.Role = Stopped
		default:
			// It is stopped on the way to recovery; to call it promoted would make the cluster demote it for ever.
			r.Role = Unpromoted
		}
	}
	if e.probe && e.code == ocf.ErrInstalled {
		r.Role = Stopped
	} else if r.Role < Started {
		r.active()
	}
	if after != Started && r.Next < after {
		r.Next = after
	}
	if after == Stopped {
		ban := r
		if r.Parent != nil {
			if top := r.Top(false); top.Anonymous() {
				ban = top
			}
		}
		s.banEverywhere(ban)
	}
}

// expiry tells whether an entry is old enough to be forgotten, and asks for fail counts to be cleared where they are.
func (h *reading) expiry(e *result) bool {
	s, r, n := h.s, h.r, h.n
	if e.status == operation.NotInstalled {
		return false
	}
	isLast := strings.HasSuffix(e.ID, "_last_failure_0")
	limit := wholeSeconds(r.FailTimeout)
	at := changed(e.XML)
	expired := false
	var fresh score.Score
	now := s.Now.Truncate(time.Second)
	if limit > 0 && at >= 0 {
		expired = !now.Before(time.Unix(at, 0).Add(limit)) && !h.keepForFencing(e)
		var last time.Time
		fresh, last = s.effectiveFailCount(r, n, e.XML)
		if last.IsZero() {
			last = time.Unix(0, 0)
		}
		if end := last.Add(limit + time.Second); fresh != 0 && now.Before(end) {
			s.recheckBy(end)
		}
	}
	reason := ""
	if expired {
		if count, _ := s.FailCount(r, n); count != 0 {
			if fresh == 0 {
				reason = "it expired"
			} else {
				expired = false
			}
		} else if isLast && r.Reconnect > 0 {
			reason = "reconnect interval is set"
		}
	}
	if !expired && isLast && h.parametersChanged(e) {
		reason = "resource parameters have changed"
	}
	if reason != "" {
		f := Fact{Kind: FactClearFailure, Resource: r, Node: n, Reason: reason}
		if s.Options.FencingEnabled && r.Reconnect > 0 {
			f.Fencing = s.findNode(r.Name)
		}
		s.fact(f)
	}
	if expired && e.probe {
		switch e.code {
		case ocf.OK, ocf.NotRunning, ocf.RunningPromoted, ocf.Degraded, ocf.DegradedPromoted:
			return false // a probe that found something out does not age
		}
	}
	return expired
}

// keepForFencing tells whether a failed monitor of a remote connection must be kept until the remote node was fenced.
func (h *reading) keepForFencing(e *result) bool {
	if h.r.Reconnect == 0 || !h.s.Options.FencingEnabled || e.Interval == 0 || e.Task != "monitor" {
		return false
	}
	n := h.s.findNode(h.r.Name)
	return n != nil && !n.Fenced
}

// parametersChanged tells whether a failed start or monitor would have other parameters now.
func (h *reading) parametersChanged(e *result) bool {
	if e.Task != "start" && e.Task != "monitor" {
		return false
	}
	if h.s.needsRemoteAddress(h.r) {
		h.s.LateChecks = append(h.s.LateChecks, LateCheck{Resource: h.r, Node: h.n, Entry: e.XML})
		return false
	}
	how, _ := h.s.CompareDigests(h.r, h.n, e.XML, h.s.Params(h.r, h.n), false)
	return how != Unchanged && how != ChangeUnknown
}

// forgotten tells whether an expired entry needs no further look.
func (h *reading) forgotten(e *result) bool {
	if masked(e) && !h.r.Bundled() && e.Code != e.Expected {
		if h.r.Role <= Stopped {
			h.r.Role = RoleUnknown
		}
		return true
	}
	if e.code == e.Expected {
		return false // only failures are forgotten
	}
	if e.Interval == 0 {
		return true
	}
	if h.n.Online && !h.n.Unclean {
		// The monitor must be scheduled anew: it reports changes only, and the failure is what it last reported.
		if h.s.expired == nil {
			h.s.expired = map[*xmltree.Node]bool{}
		}
		h.s.expired[e.XML] = true
		return true
	}
	return false
}
