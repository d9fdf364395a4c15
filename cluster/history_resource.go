package cluster

import (
	"slices"

	"pacer/xmltree"
)

// historyResource finds the resource that a name in the history of a node stands for; nil when it is none of the
// configuration.
func (s *State) historyResource(n *Node, id string) *Resource {
	r := s.findResource(id)
	var parent *Resource
	switch {
	case r == nil:
		// Instances of anonymous clones are recorded without number.
		if zero := s.findResource(baseName(id) + ":0"); zero != nil && !zero.Unique {
			r, parent = zero, zero.Top(false)
		}
	case r.Kind != Primitive:
		return nil
	default:
		parent = r.Top(false)
	}
	if parent != nil && parent.Anonymous() {
		if parent.Bundled() {
			r = parent.Parent.replicaOn(n)
		} else {
			r = s.anonymousInstance(n, parent, baseName(id))
		}
	}
	if r != nil && id != r.Name && id != r.History {
		if s.byHistory[r.History] == r {
			delete(s.byHistory, r.History)
		}
		r.History = id
		if s.byHistory[id] == nil {
			s.byHistory[id] = r
		}
	}
	return r
}

// anonymousInstance chooses the instance of an anonymous clone that a history on a node belongs to: the one that is
// active there, else one that is active nowhere, else a new, removed one.
func (s *State) anonymousInstance(n *Node, clone *Resource, id string) *Resource {
	var found, idle *Resource
	taken := false
	for _, c := range clone.Children {
		if found != nil {
			break
		}
		if at := c.place(); at != nil {
			if at != n {
				continue
			}
			if m := member(c, id); m != nil {
				if len(m.RunningOn) > 0 {
					taken = true // several numbered histories of what was unique once
				} else {
					found = m
				}
			}
		} else if !taken && idle == nil && !c.Blocked {
			idle = member(c, id)
			if idle != nil && idle.PendingNode != nil && idle.PendingNode != n {
				idle = nil
			}
		}
	}
	if found == nil && !taken {
		found = idle
	}
	// What a lost node is thought to run takes no instance away, unless fencing must come first anyway.
	if found != nil && found.Needs < NeedsFencing && (!n.Online || n.Unclean) && !n.Guest() && !s.universal(clone) {
		found = nil
	}
	if found == nil {
		if c := s.addInstance(clone); c != nil {
			found = member(c, id)
		}
	}
	return found
}

// place is the first node where the resource, or something in it, is active or about to be; nil when that is nowhere.
func (r *Resource) place() *Node {
	for _, c := range r.Children {
		if n := c.place(); n != nil {
			return n
		}
	}
	switch {
	case len(r.Children) > 0:
		return nil
	case len(r.RunningOn) > 0:
		return r.RunningOn[0]
	}
	return r.PendingNode
}

// member finds in an instance (a primitive, or a group's instance) the primitive with that name, numbered or plain.
func member(r *Resource, id string) *Resource {
	if (r.Name == id || r.XMLID == id) && r.Top(false).Kind == Clone {
		return r
	}
	for _, c := range r.Children {
		if m := member(c, id); m != nil {
			return m
		}
	}
	return nil
}

// universal tells whether a clone has an instance for every node.
func (s *State) universal(clone *Resource) bool { return clone.CloneOptions.Max == len(s.Nodes) }

// removedResource makes a resource that is in the history only.
func (s *State) removedResource(x *xmltree.Node, id string) *Resource {
	e := &xmltree.Node{Name: "primitive", Attrs: slices.Clone(x.Attrs), Line: x.Line}
	e.Set("id", id)
	r := s.unpackResource(e, nil)
	if r == nil {
		return nil
	}
	if r.Connection {
		n := s.findNode(id)
		if n == nil {
			n = s.addNode(id, id, Remote, 0)
			n.Leftover = true
		}
		s.linkRemote(r)
		n.Shutdown = true
	}
	r.RemovedLaunched = x.Get("container") != ""
	r.Removed = true
	s.Top = append(s.Top, r)
	if s.Options.StopRemovedResources {
		s.allow(r, nil, minus)
	} else {
		r.Managed = false
	}
	return r
}
