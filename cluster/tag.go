package cluster

import (
	"pacer/xmltree"
)

// Tag is a name for several objects.
type Tag struct {
	ID   string
	Refs []string
}

func (s *State) unpackTags(x *xmltree.Node) {
	for t := range x.Elements("tag") {
		tag := Tag{ID: t.ID()}
		for ref := range t.Elements("obj_ref") {
			tag.Refs = append(tag.Refs, ref.ID())
		}
		if tag.ID != "" {
			s.Tags = append(s.Tags, tag)
		}
	}
}
