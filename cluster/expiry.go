package cluster

import (
	"time"

	"pacer/ocf"
	"pacer/operation"
	"pacer/score"
)

// Expired tells whether a history entry is the failure of a recurring operation that failure-timeout lets be forgotten.
func (s *State) Expired(e *Entry) bool { return s.expired[e] }

// mayExpire tells whether time may let something be forgotten that a node remembers of a resource's failures.
func (s *State) mayExpire(r *Resource, n *Node) bool {
	if r.FailTimeout <= 0 || len(n.index()) == 0 {
		return false
	}
	count, _ := s.FailCount(r, n)
	return count != 0
}

// expiry tells whether an entry is old enough to be forgotten, and asks for fail counts to be cleared where they are.
func (h *reading) expiry(e *result) bool {
	s, r, n := h.s, h.r, h.n
	if e.status == operation.NotInstalled {
		return false
	}
	isLast := lastFailure(e.ID)
	limit := wholeSeconds(r.FailTimeout)
	at := e.changed
	expired := false
	var fresh score.Score
	now := s.Now.Truncate(time.Second)
	if limit > 0 && at >= 0 {
		expired = !now.Before(time.Unix(at, 0).Add(limit)) && !h.keepForFencing(e)
		var last time.Time
		fresh, last = s.effectiveFailCount(r, n, e.Entry)
		if last.IsZero() {
			last = time.Unix(0, 0)
		}
		// The count may just have told that no time heals this resource: somebody looks again once more.
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
	if expired && e.probe() {
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
		h.s.LateChecks = append(h.s.LateChecks, LateCheck{Resource: h.r, Node: h.n, Entry: e.Entry})
		return false
	}
	how, _ := h.s.CompareDigests(h.r, h.n, e.Entry, func() Values { return h.s.Params(h.r, h.n) }, false)
	return how != Unchanged && how != ChangeUnknown
}

// forgotten tells whether an expired entry needs no further look.
func (h *reading) forgotten(e *result) bool {
	if e.masked() && !h.r.Bundled() && e.Code != e.Expected {
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
			h.s.expired = map[*Entry]bool{}
		}
		h.s.expired[e.Entry] = true
		return true
	}
	return false
}
