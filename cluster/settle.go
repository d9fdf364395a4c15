package cluster

import (
	"strings"
)

// settle draws the conclusions when a resource's history on a node has been read.
func (h *reading) settle() {
	s, r, n := h.s, h.r, h.n
	running := r.Role > Stopped
	if r.Role != RoleUnknown {
		r.knowWhole(n, len(s.Nodes))
	}
	if running && !n.Online && !n.Maintenance && r.Managed {
		h.runsOnLostNode()
	}
	onFail := h.onFail
	if n.Unclean {
		onFail = OnFailIgnore // fencing settles it
	}
	switch onFail {
	case OnFailDemote:
		r.Failed = true
		s.fact(Fact{Kind: FactDemote, Resource: r, Node: n})
	case OnFailFence:
		s.fenceNode(n, r.Name+" failed there", false)
	case OnFailStandby:
		n.Standby, n.StandbyFail = true, true
	case OnFailBlock:
		r.Managed, r.Blocked = false, true
	case OnFailBan:
		s.allow(r, n, minus)
	case OnFailStop:
		r.Next = Stopped
	case OnFailRestart:
		if running {
			r.Failed, r.StopIfFailed = true, true
			s.stopFact(r, n)
		}
	case OnFailRestartContainer:
		r.Failed, r.StopIfFailed = true, true
		switch {
		case r.Launcher != nil && r.Bundled():
			// The connection may run elsewhere than its container, and where that runs is not known yet.
			s.stopNeeded = append([]*Resource{r.Launcher}, s.stopNeeded...)
		case r.Launcher != nil:
			s.stopFact(r.Launcher, n)
		case running:
			s.stopFact(r, n)
		}
	case OnFailReset:
		h.reset(running)
	}
	if r.Failed && r.Connection {
		if remote := s.findNode(r.Name); remote != nil && remote.Unclean {
			remote.Unseen = false
		}
	}
	switch {
	case running:
		s.addRunning(r, n, h.onFail != OnFailIgnore)
		switch onFail {
		case OnFailIgnore:
		case OnFailDemote, OnFailBlock:
			r.Failed = true
		default:
			r.Failed, r.StopIfFailed = true, true
		}
	case strings.Contains(r.History, ":"):
		// Histories of old versions have instance numbers, which mean nothing once the instance is stopped.
		if s.byHistory[r.History] == r {
			delete(s.byHistory, r.History)
		}
		r.History = ""
	case r.stopAsked:
		s.fact(Fact{Kind: FactStopDone, Resource: r, Node: n})
	}
	// A stop on the source of a half done migration does not stop the resource on the target.
	if r.Role == Stopped && len(r.RunningOn) > 0 && r.MigratingTo != nil && r.MigratingFrom == n {
		r.Role = Started
	}
}

// runsOnLostNode asks for the fencing of a node that is down with a resource that is thought to run there.
func (h *reading) runsOnLostNode() {
	s, r, n := h.s, h.r, h.n
	reason := r.Name + " is thought to be active there"
	switch {
	case n.Guest():
		r.Failed, r.StopIfFailed = true, true
	case !s.Options.FencingEnabled:
		return
	case n.Type == Remote && n.Connection != nil && !n.Connection.Failed:
		n.Unseen = true
		reason = r.Name + " is active there (fencing will be revoked if remote connection can be re-established elsewhere)"
	}
	s.fenceNode(n, reason, false)
}

// reset deals with a remote connection that failed.
func (h *reading) reset(running bool) {
	s, r := h.s, h.r
	r.Failed, r.StopIfFailed = true, true
	if s.Options.FencingEnabled && r.Connection {
		if remote := s.findNode(r.Name); remote != nil && remote.Type == Remote && !remote.Guest() && !remote.Fenced {
			s.fenceNode(remote, "remote connection is unrecoverable", false)
		}
	}
	if running {
		s.stopFact(r, h.n)
	}
	if r.Reconnect > 0 {
		r.Next = Stopped
	}
}
