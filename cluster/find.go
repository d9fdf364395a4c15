package cluster

import "strings"

func (s *State) findNode(name string) *Node { return s.nodeNames[strings.ToLower(name)] }

// nodeByIDOrName finds a node by its id, or else by its name.
func (s *State) nodeByIDOrName(id, name string) *Node {
	if n := s.nodeIDs[id]; n != nil {
		return n
	}
	if name == "" {
		return nil
	}
	return s.findNode(name)
}

// findResource finds a resource by its name or by its name in the history.
func (s *State) findResource(name string) *Resource {
	if r := s.byName[name]; r != nil {
		return r
	}
	return s.byHistory[name]
}

// baseName cuts an instance number off: "web:0" is "web".
func baseName(name string) string {
	i := strings.LastIndexByte(name, ':')
	if i <= 0 || strings.Trim(name[i+1:], "0123456789") != "" {
		return name
	}
	return name[:i]
}
