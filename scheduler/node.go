package scheduler

import "pacer/cluster"

// node is a node with what is decided of it.
type node struct {
	id   cluster.NodeID
	name string
	in   *cluster.Node

	online, unclean, shutdown, standby, maintenance, unseen, reset bool
	// assigned counts the resources assigned to the node.
	assigned int
	// connection is the resource that connects a remote node.
	connection *rsc
	// capacity is what is left of the node's utilization attributes.
	capacity capacities
}

func (n *node) remote() bool { return n.in.Type == cluster.Remote }
func (n *node) guest() bool  { return n.in.Guest() }

// attr returns a node attribute, "" when it is not set.
func (n *node) attr(name string) (string, bool) { return n.in.Attr(name) }

// usable tells whether a node can run resources: up, clean, and neither going down nor put aside.
func (n *node) usable() bool {
	return n != nil && n.online && !n.unclean && !n.shutdown && !n.standby && !n.maintenance
}
