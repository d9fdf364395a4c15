package messaging

import (
	"pacer/api"
	"pacer/clusterconf"
	"pacer/engine"
)

// status is the process's picture of itself, for tools.
func (p *process) status() api.Messaging {
	s := api.Messaging{Identity: p.conf.Identity(), Cluster: p.conf.Cluster, File: p.conf.File, Transport: p.conf.Transport,
		View: p.judged.View, Needed: p.judged.Needed, MemberVotes: p.judged.Of, Counted: p.conf.Quorum.Counted,
		TwoNode: p.conf.Quorum.TwoNode && p.judged.View.Expected <= 2, WaitForAll: p.conf.Quorum.WaitForAll, LastManStanding: p.conf.Quorum.LastManStanding > 0,
		AutoTieBreaker: p.conf.Quorum.TieBreaker, AllowDownscale: p.conf.Quorum.Downscale, Open: p.conf.Keys.Open, Profile: p.conf.Timing.Profile,
		Heartbeat: p.conf.Timing.Heartbeat, Dead: p.conf.Timing.Dead, Realtime: p.realtime, Settings: p.conf.Settings,
		PacketSize: p.conf.PacketSize}
	for _, n := range p.conf.Nodes {
		s.Votes = append(s.Votes, n.Votes)
	}
	m := p.core.Status()
	s.Forming = m.Frozen
	for _, x := range m.Peers {
		s.Peers = append(s.Peers, api.MessagingPeer{ID: x.ID, Name: x.Name, Alive: x.Alive, Links: x.Links,
			Addresses: addresses(p.conf.Links, x.ID), Patience: x.Patience})
	}
	for _, l := range p.conf.Links {
		ls := api.MessagingLink{Number: l.Number, Cast: l.Cast.String(), Device: l.Device, Port: l.Port}
		if l.Local.IsValid() {
			ls.Local = l.Local.String()
		}
		s.Links = append(s.Links, ls)
	}
	s.Refused, s.Dropped, s.Unsent = p.net.Counters()
	for _, w := range p.conf.Warnings {
		s.Warning = append(s.Warning, w.Error())
	}
	return s
}

// addresses are those of a node on each link; "" where the configuration does not tell.
func addresses(links []clusterconf.Link, id engine.NodeID) []string {
	var out []string
	for _, l := range links {
		text := ""
		for _, p := range l.Peers {
			if p.ID == id {
				text = p.Addr.String()
			}
		}
		out = append(out, text)
	}
	return out
}
