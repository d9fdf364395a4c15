package cluster

import (
	"slices"
)

// addRunning notes that a resource is active on a node. What is not managed makes the collections around it active there once more
// each time, whether the node is up or not.
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
		s.allow(r, n, -minus)
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

// knowWhole notes it for a resource and what it is part of.
func (r *Resource) knowWhole(n *Node, nodes int) {
	for p := r; p != nil; p = p.Parent {
		p.know(n, nodes)
		if p.Unique {
			break
		}
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
	return r.activeAmong(r.RunningOn)
}

// activeAmong is ActiveNode over the nodes where the resource is active.
func (r *Resource) activeAmong(nodes []*Node) (at *Node, all, clean int) {
	looking := true
	for _, n := range nodes {
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

// Active tells whether the resource, or for collections any (all: every one) of its members, is active. On a node that
// is down for certain nothing managed is active.
func (r *Resource) Active(all bool) bool {
	if r.Kind == Primitive {
		for _, n := range r.RunningOn {
			if n.Unclean || n.Online || !r.Managed {
				return true
			}
		}
		return false
	}
	for _, c := range r.Children {
		if c.Active(all) != all {
			return !all
		}
	}
	return all
}
