package cluster

import (
	"strings"

	"pacer/exitcode"
	"pacer/ocf"
	"pacer/operation"
	"pacer/score"
)

const minus = score.MinusInfinity

// result is one entry, its result corrected step by step for what the cluster knows better.
type result struct {
	*Entry
	status operation.Status
	code   ocf.ExitCode
}

// entry takes one entry of the history into account.
func (h *reading) entry(x *Entry) {
	s, r, n := h.s, h.r, h.n
	if x.ID == "" || !x.affectsState() {
		return
	}
	e := &result{Entry: x, status: x.Status, code: x.Code}
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
	hidden := e.masked() && !r.Bundled()
	if hidden {
		ban := r
		if !r.Unique {
			ban = r.Top(false)
		}
		h.succeeded(e, e.Expected, hidden)
		h.recordFailure(e)
		s.allow(ban, n, minus)
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
		s.allow(parent, n, minus)
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
		s.allow(parent, n, minus)
	case operation.FatalError:
		s.say(Error, "Preventing %s from restarting anywhere because of fatal failure (%s) | %s", parent.Name, e.why(), e.ID)
		s.allow(parent, nil, minus)
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
	if e.masked() && !r.Bundled() && (e.status != operation.Done || e.code != ocf.NotRunning) {
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
		if e.probe() && e.Expected == ocf.NotRunning {
			e.status = operation.Done
		}
	case ocf.NotRunning:
		if e.probe() || e.Expected == e.code || !r.Managed {
			e.status = operation.Done
			r.Role, r.Next = Stopped, RoleUnknown
			h.onFail = OnFailIgnore
		}
	case ocf.RunningPromoted:
		if e.probe() && e.code != e.Expected {
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
		clear = h.lastFailure != nil && e.Key == h.lastFailure.Key
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
	if r.PendingTask == "" && !e.probe() {
		r.PendingTask, r.PendingNode = e.Task, h.n
	}
}

// failedSince tells whether the newest failure is of this very operation, which therefore runs no more. What does not say when it was counts as
// from the beginning of time.
func (h *reading) failedSince(e *result) bool {
	f := h.lastFailure
	if f == nil || f.Task != e.Task || f.Interval != e.Interval {
		return false
	}
	return max(f.changed, 0) >= max(e.changed, 0)
}

// failureID tells failures apart: by the operation and the node's name in lower case.
type failureID struct{ key, node string }

// recordFailure adds an entry to those that people should see.
func (h *reading) recordFailure(e *result) {
	if !h.n.Online {
		return
	}
	id := failureID{e.Key, strings.ToLower(h.n.Name)}
	if h.s.failed[id] {
		return
	}
	if h.s.failed == nil {
		h.s.failed = map[failureID]bool{}
	}
	h.s.failed[id] = true
	h.s.Failures = append(h.s.Failures, &Operation{Entry: e.Entry, Resource: h.r, Node: h.n})
}

// failed takes a failure into account.
func (h *reading) failed(e *result, how OnFail, after Role) {
	s, r, n := h.s, h.r, h.n
	h.lastFailure = e.Entry
	if s.Options.Symmetric || e.code != ocf.ErrInstalled {
		h.recordFailure(e)
	}
	h.onFail = max(h.onFail, how)
	switch e.Task {
	case "stop":
		s.allow(r, n, minus)
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
	if e.probe() && e.code == ocf.ErrInstalled {
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
