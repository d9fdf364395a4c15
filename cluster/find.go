package cluster

import "strings"

func (s *State) findNode(name string) *Node {
	for _, n := range s.Nodes {
		if strings.EqualFold(n.Name, name) {
			return n
		}
	}
	return nil
}

func (s *State) findResource(name string) *Resource {
	for _, r := range s.Resources {
		if r.Name == name {
			return r
		}
	}
	for _, r := range s.Resources {
		if r.History == name || r.XMLID == name {
			return r
		}
	}
	return nil
}
