package cluster

import (
	"pacer/option"
)

// GroupOptions are the properties of groups alone.
type GroupOptions struct{ Ordered, Colocated bool }

func (s *State) unpackGroup(r *Resource) bool {
	yes := func(name string) bool { v, ok := option.ParseBool(r.Meta[name]); return v || !ok }
	r.GroupOptions = &GroupOptions{Ordered: yes("ordered"), Colocated: yes("collocated")}
	for e := range r.XML.Elements("primitive") {
		if r.Instance != "" {
			e = withInstance(e, r.Instance)
		}
		if c := s.unpackResource(e, r); c != nil {
			r.Children = append(r.Children, c)
		} else {
			s.say(Config, "Line %d: member %s of group %s is not valid and is left out.", e.Line, e.ID(), r.Name)
		}
	}
	return true
}
