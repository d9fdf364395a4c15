package cluster

import (
	"pacer/xmltree"
)

// unpackStatus reads the status section: first what the node states say of the nodes, then their histories, those of
// remote nodes after the histories that tell whether they are reached.
func (s *State) unpackStatus(x *xmltree.Node) {
	for e := range x.Elements() {
		switch e.Name {
		case "tickets":
			s.unpackTickets(e)
		case "node_state":
			s.unpackNodeState(e)
		}
	}
	for s.unpackHistories(x, false) {
	}
	s.unpackHistories(x, s.Options.FencingEnabled)
	for _, r := range s.stopNeeded {
		if n := r.CurrentNode(); n != nil {
			s.stopFact(r, n)
		}
	}
	for _, n := range s.Nodes {
		if n.Type != Remote {
			continue
		}
		if n.Shutdown && n.Connection != nil {
			n.Connection.Next = Stopped
		}
		if !n.Unpacked {
			s.remoteOnline(n)
		}
	}
}

// unpackHistories reads the histories of all nodes that can be read by now; with all set, of those left over too. It
// tells whether it read any: others may depend on it.
func (s *State) unpackHistories(x *xmltree.Node, all bool) bool {
	any := false
	for e := range x.Elements("node_state") {
		id, ok := e.Lookup("id")
		name, named := e.Lookup("uname")
		if !ok || !named {
			continue
		}
		n := s.nodeByIDOrName(id, name)
		if n == nil || n.Unpacked || !all && !s.reachable(n) {
			continue
		}
		if n.Type == Remote {
			s.remoteOnline(n)
			s.remoteAttributes(n, e)
		}
		n.Unpacked = true
		s.unpackHistory(n, e)
		any = true
	}
	return any
}

// reachable tells whether a node's history can be read already.
func (s *State) reachable(n *Node) bool {
	c := n.Connection
	switch {
	case n.Guest():
		return c.Role == Started && c.Launcher.Role == Started
	case n.Type == Remote:
		return c != nil && (s.Options.ShutdownLock || c.Role == Started)
	}
	// Nodes that are up come first, so that their instances get the first numbers.
	return s.Options.FencingEnabled || s.Options.ShutdownLock || n.Online
}
