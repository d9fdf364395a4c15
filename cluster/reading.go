package cluster

import (
	"strconv"
	"strings"
	"time"

	"pacer/xmltree"
)

// reading is the state of a resource on a node while its history is read, oldest entry first.
type reading struct {
	s *State
	r *Resource
	n *Node
	// onFail is what the failures so far ask for.
	onFail OnFail
	// lastFailure is the newest failed entry.
	lastFailure *Entry
}

// unpackHistory reads the operation history of a node.
func (s *State) unpackHistory(n *Node, state *xmltree.Node) {
	histories := s.historiesIn(state)
	list, failures := histories.list, len(n.index()) > 0
	launched := false
	telling := []*History{}
	for i := range list {
		if histories.absences != nil && histories.absences[i] != none && s.notThere(histories.absences[i], n, failures) {
			continue
		}
		h := &list[i]
		r := s.unpackResourceHistory(n, h)
		launched = launched || r != nil && r.RemovedLaunched
		if !h.Empty() && (!h.absent || r == nil || r.Removed || !r.RunBy(h)) {
			telling = append(telling, h)
			n.allTell = n.allTell || strings.Contains(h.ID, ":")
		}
	}
	if state == n.state {
		n.telling = telling
	}
	if !launched {
		return
	}
	for i := range list {
		h := &list[i]
		id := h.XML.Get("container")
		if id == "" || h.ID == "" {
			continue
		}
		l, r := s.findResource(id), s.findResource(h.ID)
		if l != nil && r != nil && r.Launcher == nil && r.RemovedLaunched {
			r.Launcher = l
			l.Launched = append(l.Launched, r)
			if guest := s.findNode(r.Name); r.Connection && guest != nil {
				guest.Container = l // what this connects is a guest, although the configuration has forgotten it
			}
		}
	}
}

// unpackResourceHistory reads what a node remembers of one resource.
func (s *State) unpackResourceHistory(n *Node, h *History) *Resource {
	if h.ID == "" {
		s.say(Config, "Line %d: an lrm_resource without id is left out.", h.XML.Line)
		return nil
	}
	if h.Empty() && !s.Options.ShutdownLock {
		return nil
	}
	r := s.historyResource(n, h.ID)
	if r == nil {
		if h.Empty() {
			return nil
		}
		if r = s.removedResource(h.XML, h.ID); r == nil {
			return nil
		}
	}
	if s.Options.ShutdownLock {
		s.unpackLock(r, n, h.XML)
	}
	before := r.Role
	at := reading{s: s, r: r, n: n}
	if h.absent && !s.mayExpire(r, n) {
		r.Role, r.Next = Stopped, RoleUnknown // which is all that comes of it
	} else {
		r.Role = RoleUnknown
		ops := h.Entries()
		for _, e := range ops {
			at.entry(e)
		}
		at.recurring(h, ops)
	}
	at.settle()
	if role, ok := r.wanted(); ok && (r.Next == RoleUnknown || role < r.Next) {
		r.Next = role
	}
	if before > r.Role {
		r.Role = before
	}
	return r
}

// recurring notes the recurring operations that run on the node.
func (h *reading) recurring(of *History, ops []*Entry) {
	if !h.n.Online {
		return
	}
	for i, e := range ops {
		if of.start < of.stop && i <= int(of.stop) || i < int(of.start) || e.Interval == 0 || e.pending() {
			continue
		}
		h.s.fact(Fact{Kind: FactRecurring, Resource: h.r, Node: h.n, Task: e.Task, Interval: e.Interval})
	}
}

// unpackLock reads since when a resource is locked to a node that was shut down cleanly.
func (s *State) unpackLock(r *Resource, n *Node, x *xmltree.Node) {
	t, err := strconv.ParseInt(x.Get("shutdown-lock"), 10, 64)
	if err != nil || t == 0 {
		return
	}
	at := time.Unix(t, 0)
	if limit := s.Options.ShutdownLockLimit; limit > 0 && s.Now.Truncate(time.Second).After(at.Add(wholeSeconds(limit))) {
		s.fact(Fact{Kind: FactForget, Resource: r, Node: n})
		return
	}
	r.LockedTo, r.LockedAt = n, at
}
