package cluster

import (
	"slices"
	"strings"
)

// settle draws the conclusions when a resource's history on a node has been read.
func (h *reading) settle() {
	s, r, n := h.s, h.r, h.n
	running := r.Role > Stopped
	if r.Role != RoleUnknown {
		for p := r; p != nil; p = p.Parent {
			p.know(n, len(s.Nodes))
			if p.Unique {
				break
			}
		}
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
		s.allow(r, n, minus, false)
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

// know notes that the resource's state on a node is known. The node whose history is being read is the last in the list,
// when it is there at all; nodes is how many there are.
func (r *Resource) know(n *Node, nodes int) {
	if k := len(r.Known); k > 0 && r.Known[k-1] == n {
		return
	}
	if r.Known == nil {
		r.Known = make([]*Node, 0, nodes)
	}
	r.Known = append(r.Known, n)
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

// addRunning notes that a resource is active on a node.
func (s *State) addRunning(r *Resource, n *Node, failed bool) {
	if slices.Contains(r.RunningOn, n) {
		return
	}
	r.RunningOn = append(r.RunningOn, n)
	if r.Kind == Primitive {
		n.Running = append(n.Running, r)
		s.addPriority(r, n, failed)
		if n.Maintenance {
			r.Managed, r.Maintenance = false, true
		}
	}
	if !r.Managed {
		s.allow(r, n, -minus, false)
		for p := r.Parent; p != nil; p = p.Parent {
			p.RunningOn = append(p.RunningOn, n)
		}
		return
	}
	if r.Kind == Primitive && r.activeCount() > 1 {
		switch p := r.Parent; r.Multiple {
		case StopOnly:
			s.banEverywhere(r)
		case BlockMultiple:
			r.Managed, r.Blocked = false, true
			if p != nil && (p.Kind == Group || p.Kind == Bundle) && p.Multiple == BlockMultiple {
				for _, c := range p.Children {
					c.Managed, c.Blocked = false, true
				}
			}
		}
	}
	if r.Parent != nil {
		s.addRunning(r.Parent, n, false)
	}
}

func (s *State) addPriority(r *Resource, n *Node, failed bool) {
	if r.Priority == 0 || failed {
		return
	}
	p := r.Priority
	if r.Role == Promoted {
		p++
	}
	n.Priority += p
	if n.Guest() {
		for _, host := range n.Container.RunningOn {
			host.Priority += p
		}
	}
}

// activeCount is on how many nodes the resource is active as far as that matters: where it needs fencing all count,
// else only those that are up and clean.
func (r *Resource) activeCount() int {
	_, all, clean := r.ActiveNode()
	if r.Needs >= NeedsFencing {
		return all
	}
	return clean
}

// ActiveNode returns the node where a primitive is active, the best when there are several: the source of a migration
// under way, then (where no fencing is needed) one that is up and clean. all and clean count the nodes.
func (r *Resource) ActiveNode() (at *Node, all, clean int) {
	if r.Kind == Bundle {
		return r.bundleActiveNode()
	}
	looking := true
	for _, n := range r.RunningOn {
		all++
		ok := n.Online && !n.Unclean
		if ok {
			clean++
		}
		if !looking {
			continue
		}
		switch {
		case r.MigratingFrom == n && n != nil:
			at, looking = n, false
		case r.Needs < NeedsFencing && ok && (at == nil || !(at.Online && !at.Unclean)):
			at = n
		case at == nil:
			at = n
		}
	}
	return at, all, clean
}

// CurrentNode is the first value of ActiveNode.
func (r *Resource) CurrentNode() *Node {
	n, _, _ := r.ActiveNode()
	return n
}
