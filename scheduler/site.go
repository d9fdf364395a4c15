package scheduler

import "strings"

// site is a class of nodes with the same value of an attribute, letter case aside. Colocations compare sites: by default
// those of the attribute #uname, of which every node has its own.
type site int32

// nowhere is the site of nodes without the attribute, and of what is on no node.
const nowhere site = 0

// sitesOf gives every node its site by an attribute, the sites numbered from 1 in order of the nodes.
func (r *run) sitesOf(attribute string) []site {
	if list, ok := r.sites[attribute]; ok {
		return list
	}
	list := make([]site, len(r.nodes))
	var values []string // of the sites from 1
	for i, n := range r.nodes {
		value, ok := n.attr(attribute)
		if !ok {
			continue
		}
		for at, v := range values {
			if strings.EqualFold(v, value) {
				list[i] = site(at + 1)
				break
			}
		}
		if list[i] == nowhere {
			values = append(values, value)
			list[i] = site(len(values))
		}
	}
	r.sites[attribute] = list
	return list
}

// site is where a node is for a colocation when a resource is or may be on it. What is in a container counts as being where
// the container is.
func (r *run) site(c *colocation, n *node, x *rsc) site {
	switch {
	case n == nil:
		return nowhere
	case x == nil || !n.guest():
	case n.in.Inner && x.bundled() && x.topOf() == x.wholeOf().bundle.child,
		x.in.HostAttributes():
		host := r.all[n.in.Container.ID].assigned
		if host == nil {
			return nowhere
		}
		n = host
	}
	return c.sites[n.id]
}
