package cluster

import (
	"strconv"
	"strings"
	"time"

	"pacer/option"
	"pacer/score"
	"pacer/xmltree"
)

// unpackNodeState reads what a node_state says of its node, not the history in it.
func (s *State) unpackNodeState(x *xmltree.Node) {
	id, ok := x.Lookup("id")
	if !ok {
		s.say(Config, "Line %d: a node_state without id is left out.", x.Line)
		return
	}
	n := s.nodeByIDOrName(id, x.Get("uname"))
	if n == nil {
		s.say(Notice, "The state of node %s is left out: it is not configured.", id)
		return
	}
	if n.state == nil {
		n.state = x
	}
	if n.Type == Remote {
		// Whether it is online depends on histories that come later.
		n.Fenced = positive(x.Get("node_fenced"))
		return
	}
	s.addAttributes(n, x.First("transient_attributes"), true)
	n.Standby = n.Standby || n.attrTrue("standby")
	n.Maintenance = n.Maintenance || n.attrTrue("maintenance")
	n.Unclean, n.Unseen = false, false
	s.memberOnline(n, x)
	if !s.HaveQuorum && n.Online && s.Options.Quorum == QuorumFence {
		s.fenceNode(n, "cluster does not have quorum", false)
	}
}

// memberOnline decides whether a cluster node is online, and whether it must be fenced for how it is.
func (s *State) memberOnline(n *Node, x *xmltree.Node) {
	n.Shutdown = n.ShutdownAsked()
	if !n.Shutdown && strings.EqualFold(x.Get("expected"), "member") {
		n.ExpectedUp = true
	}
	if s.Options.FencingEnabled {
		n.Online = s.onlineWithFencing(n, x)
	} else {
		n.Online = s.onlineWithoutFencing(n, x)
	}
	if !n.Online || n.Shutdown {
		n.Score = score.MinusInfinity
	}
}

func (s *State) onlineWithoutFencing(n *Node, x *xmltree.Node) bool {
	switch {
	case s.memberSince(x) <= 0:
		return false
	case onlineSince(x) > 0:
		return strings.EqualFold(x.Get("join"), "member")
	case n.ExpectedUp:
		s.fenceNode(n, "peer is unexpectedly down", false)
	}
	return false
}

func (s *State) onlineWithFencing(n *Node, x *xmltree.Node) bool {
	member, online, join := s.memberSince(x), onlineSince(x), x.Get("join")
	expected, hasExpected := x.Lookup("expected")
	if n.Shutdown {
		return online > 0 // a peer that is dead cannot be shut down
	}
	if member < 0 {
		s.fenceNode(n, "peer has not been seen by the cluster", false)
		return false
	}
	switch {
	case join == "banned":
		s.fenceNode(n, "peer failed Pacemaker membership criteria", false)
	case s.terminate(n):
		if member == 0 && online == 0 && join == "down" {
			return false // that was done
		}
		s.fenceNode(n, "fencing was requested", false)
	case !hasExpected || expected == "down":
		switch {
		case s.pendingTooLong(member, online):
			s.fenceNode(n, "peer pending timed out on joining the process group", false)
		case member > 0 || online > 0:
			n.Standby, n.Pending = true, true
		}
	case member == 0:
		s.fenceNode(n, "peer is no longer part of the cluster", true)
	case online == 0:
		s.fenceNode(n, "peer process is no longer available", false)
	case join == "member":
	case join == "pending" || join == "down":
		n.Standby, n.Pending = true, true
	default:
		s.fenceNode(n, "peer was in an unknown state", false)
	}
	return member > 0
}

// memberSince tells when a node became a member of the cluster layer: seconds since 1970, 0 when it is none, -1 when
// nothing is known. Older entries say only yes or no.
func (s *State) memberSince(x *xmltree.Node) int64 {
	text, ok := x.Lookup("in_ccm")
	if !ok {
		return -1
	}
	if yes, ok := option.ParseBool(text); ok {
		if yes {
			return s.Now.Unix()
		}
		return 0
	}
	t, err := strconv.ParseInt(text, 10, 64)
	if err != nil || t < 0 {
		return -1
	}
	return t
}

// onlineSince tells when a node's manager became reachable: seconds since 1970, 1 for older entries, 0 when it is not.
func onlineSince(x *xmltree.Node) int64 {
	switch text := strings.ToLower(x.Get("crmd")); text {
	case "", "offline":
		return 0
	case "online":
		return 1
	default:
		t, err := strconv.ParseInt(text, 10, 64)
		if err != nil || t < 0 {
			return 0
		}
		return t
	}
}

// terminate tells whether a node's attributes ask for its fencing: a word for yes, or the time of the request.
func (s *State) terminate(n *Node) bool {
	v, ok := n.Attributes["terminate"]
	if !ok {
		return false
	}
	if yes, ok := option.ParseBool(v); ok {
		return yes
	}
	return positive(v)
}

// pendingTooLong tells whether a node has been joining for longer than node-pending-timeout.
func (s *State) pendingTooLong(member, online int64) bool {
	limit := s.Options.NodePendingTimeout
	if limit <= 0 || member <= 0 || online > 0 {
		return false
	}
	end := time.Unix(member, 0).Add(wholeSeconds(limit))
	if !s.Now.Truncate(time.Second).Before(end) {
		return true
	}
	s.recheckBy(end)
	return false
}

// ShutdownAsked tells whether a node's attributes ask for its shutdown. A remote node goes down without that when its connection stops.
func (n *Node) ShutdownAsked() bool {
	v, ok := n.Attributes["shutdown"]
	return ok && v != "0" && v != ""
}

func positive(text string) bool {
	n, err := strconv.ParseInt(text, 10, 64)
	return err == nil && n > 0
}
