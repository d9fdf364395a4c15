package nvpair

import (
	"pacer/xmltree"
)

// Node is a cluster, remote or guest node as the configuration knows it.
type Node struct {
	UUID   string // the id in the CIB
	Name   string
	Remote bool
}

// FindNode looks a node up by name (or, when no name fits, by its id).
func FindNode(cib *xmltree.Node, name string) (Node, bool) {
	nodes := cib.Path("configuration", "nodes")
	for n := range nodes.Elements("node") {
		if n.Get("uname") == name {
			return Node{n.ID(), name, n.Get("type") == "remote"}, true
		}
	}
	if found, ok := remoteNode(cib, name); ok {
		return found, true
	}
	for n := range cib.First("status").Elements("node_state") {
		if n.Get("uname") == name {
			return Node{n.ID(), name, n.Get("remote_node") == "true"}, true
		}
	}
	for n := range nodes.Elements("node") {
		if n.ID() == name && n.Get("uname") != "" {
			return Node{n.ID(), n.Get("uname"), n.Get("type") == "remote"}, true
		}
	}
	return Node{}, false
}

// remoteNode finds remote nodes (resources of ocf:pacemaker:remote) and guest nodes (meta attribute remote-node).
func remoteNode(cib *xmltree.Node, name string) (Node, bool) {
	found := false
	cib.Path("configuration", "resources").Walk(func(n *xmltree.Node) bool {
		if n.Name != "primitive" {
			return !found
		}
		if n.ID() == name && n.Get("class") == "ocf" && n.Get("provider") == "pacemaker" && n.Get("type") == "remote" {
			found = true
		}
		for set := range n.Elements("meta_attributes") {
			for p := range set.Elements("nvpair") {
				found = found || p.Get("name") == "remote-node" && p.Get("value") == name
			}
		}
		return false
	})
	return Node{name, name, true}, found
}

// Target is the node that a node attribute belongs to when the command runs inside an agent, "" when it does not. The
// node may be given as "" , "auto" or "localhost" for this one; another name is kept.
func Target(getenv func(string) string, node string) string {
	if node != "" && node != "auto" && node != "localhost" {
		return node
	}
	target := getenv("OCF_RESKEY_CRM_meta_container_attribute_target")
	if host := getenv("OCF_RESKEY_CRM_meta_physical_host"); target == "host" && host != "" {
		return host
	}
	return getenv("OCF_RESKEY_CRM_meta_on_node")
}
