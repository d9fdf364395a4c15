package cluster

import "pacer/xmltree"

// Unfencing tells whether nodes must be unfenced before resources start.
func (s *State) Unfencing() bool { return s.unfencing }

// anyUnfencing tells whether a resource needs, or a device provides, unfencing.
func (s *State) anyUnfencing() bool {
	found := false
	conf := s.CIB.First("configuration")
	for _, section := range []string{"resources", "rsc_defaults"} {
		walkPairs(conf.First(section), func(name, value string) {
			if (name == "provides" || name == "requires") && value == "unfencing" {
				found = true
			}
		})
	}
	return found
}

// walkPairs visits every name and value of the meta-attributes below an element.
func walkPairs(x *xmltree.Node, visit func(name, value string)) {
	x.Walk(func(n *xmltree.Node) bool {
		if n.Name == "meta_attributes" {
			for p := range n.Elements("nvpair") {
				visit(p.Get("name"), p.Get("value"))
			}
		}
		return true
	})
}

// CanFence tells whether a node could be fenced now (nil: an offline one in general).
func (s *State) CanFence(n *Node) bool {
	return s.CanFenceAs(n, n != nil && n.Online, n != nil && s.connectsElsewhere(n))
}

// CanFenceAs is CanFence for a node that is, or will be, online or not. Without quorum only nodes of the own partition may be fenced.
// A remote node is left to others if its connection may be made elsewhere, on a node that is not in this partition: whoever has the
// quorum may make it.
func (s *State) CanFenceAs(n *Node, online, elsewhere bool) bool {
	switch {
	case n != nil && n.Guest():
		for _, host := range n.Container.RunningOn {
			if !host.Online && !s.CanFence(host) {
				return false
			}
		}
		return true
	case !s.Options.FencingEnabled || !s.FenceDevices:
		return false
	case s.HaveQuorum || s.Options.Quorum == QuorumIgnore:
		return true
	case n == nil:
		return false
	case n.Type == Remote && elsewhere && !s.Options.FenceRemoteAnyway:
		return false
	}
	return online
}

// connectsElsewhere tells whether the connection to a remote node may be made on a node that is offline.
func (s *State) connectsElsewhere(n *Node) bool {
	if n.Type != Remote || n.Connection == nil {
		return false
	}
	for i, a := range n.Connection.Allowed {
		if a.Known && !s.Nodes[i].Online {
			return true
		}
	}
	return false
}

// fenceNode marks a node as one that must be fenced. For a guest that means recovery of what it lives in.
func (s *State) fenceNode(n *Node, reason string, delay bool) {
	switch {
	case n.Guest():
		r := n.Container
		if r.Failed {
			break
		}
		if !r.Managed {
			s.say(Notice, "Guest node %s is not fenced (%s): %s is unmanaged.", n.Name, reason, r.Name)
			break
		}
		n.Reset = true
		r.Failed, r.StopIfFailed = true, true
	case n.Type == Remote && n.Connection != nil && n.Connection.RemovedLaunched && n.Connection.Launcher == nil:
		// The guest was fenced already: what it lived in is gone.
		n.Connection.Failed, n.Connection.StopIfFailed = true, true
	case n.Type == Remote:
		if c := n.Connection; c != nil && !c.Managed {
			s.say(Notice, "Remote node %s is not fenced (%s): its connection is unmanaged.", n.Name, reason)
		} else if !n.Reset {
			n.Reset = true
			s.say(Warning, "Remote node %s is unclean: %s.", n.Name, reason)
		}
		n.Unclean = true
		s.fact(Fact{Kind: FactFence, Node: n, Reason: reason})
	case !n.Unclean:
		n.Unclean = true
		n.UncleanReason = reason
		s.say(Warning, "Node %s is unclean: %s.", n.Name, reason)
		s.fact(Fact{Kind: FactFence, Node: n, Reason: reason, Delay: delay})
	}
}
