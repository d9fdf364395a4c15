package cluster

import "pacer/xmltree"

// LateCheck is a comparison of parameters that must wait until it is known where a bundle's connection runs.
type LateCheck struct {
	Resource *Resource
	Node     *Node
	Entry    *xmltree.Node
	Active   bool // the entry is of an operation that is active, not of a failure
}

// unpackBundle is not there yet: bundles are left out.
func (s *State) unpackBundle(r *Resource) bool {
	r.BundleOptions = &BundleOptions{}
	return false
}

func (s *State) bundleReplica(bundle *Resource, n *Node) *Resource { return nil }

func (s *State) needsRemoteAddress(r *Resource) bool { return false }

func (r *Resource) bundleActiveNode() (*Node, int, int) { return nil, 0, 0 }
