package corosync

import (
	"slices"
	"strings"

	"pacer/api"
	"pacer/engine"
)

// nodeIDs are all nodes that are configured or heard of, by rising id.
func nodeIDs(m *api.Messaging) []engine.NodeID {
	list := []engine.NodeID{m.Identity.ID}
	for _, p := range m.Peers {
		list = append(list, p.ID)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// heard tells whether something arrives from a node on a link, given by its place in m.Links.
func heard(m *api.Messaging, id engine.NodeID, link int) bool {
	for _, p := range m.Peers {
		if p.ID == id {
			return link < len(p.Links) && p.Links[link]
		}
	}
	return false
}

// addressesOf are the known addresses of a node, in the order of the links.
func addressesOf(m *api.Messaging, id engine.NodeID) []string {
	var out []string
	if id == m.Identity.ID {
		for _, l := range m.Links {
			if l.Local != "" {
				out = append(out, l.Local)
			}
		}
	}
	for _, p := range m.Peers {
		if p.ID == id {
			for _, a := range p.Addresses {
				if a != "" {
					out = append(out, a)
				}
			}
		}
	}
	return out
}

// votesOf are the votes of a node as they count now; one that is neither a member nor configured has one.
func votesOf(m *api.Messaging, id engine.NodeID) int {
	for i, x := range m.View.Members {
		if x.ID == id && i < len(m.MemberVotes) {
			return m.MemberVotes[i]
		}
	}
	for i, n := range m.Identity.Nodes {
		if n.ID == id && i < len(m.Votes) {
			return m.Votes[i]
		}
	}
	return 1
}

// padded sets a number into a column of ten.
func padded(s string) string { return strings.Repeat(" ", max(0, 10-len(s))) + s }
