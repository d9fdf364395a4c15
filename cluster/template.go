package cluster

import (
	"slices"

	"pacer/xmltree"
)

// expandTemplate merges a resource with its template: the template's content comes first, operations with the same
// name and role are taken from the resource.
func (s *State) expandTemplate(e *xmltree.Node) (*xmltree.Node, bool) {
	ref, ok := e.Lookup("template")
	if !ok {
		return e, true
	}
	t := s.template(ref)
	if t == nil || ref == e.ID() {
		s.say(Config, "Resource %s: there is no template %s.", e.ID(), ref)
		return e, false
	}
	x := &xmltree.Node{Name: e.Name, Line: e.Line}
	x.Attrs = slices.Clone(t.Attrs)
	x.Set("id", e.ID())
	if n, ok := e.Lookup("clone"); ok {
		x.Set("clone", n)
	}
	own := e.First("operations")
	for _, c := range t.Children {
		if c.Kind == xmltree.Element && c.Name == "operations" && own != nil {
			continue
		}
		x.Children = append(x.Children, c)
	}
	for _, c := range e.Children {
		if c == own {
			if ops := t.First("operations"); ops != nil {
				c = mergeOperations(own, ops)
			}
		}
		x.Children = append(x.Children, c)
	}
	s.addToTemplate(ref, e.ID())
	return x, true
}

// template finds a template, nil when there is none.
func (s *State) template(id string) *xmltree.Node {
	if s.templates == nil {
		s.templates = map[string]*xmltree.Node{}
		for t := range s.CIB.Path("configuration", "resources").Elements("template") {
			if s.templates[t.ID()] == nil {
				s.templates[t.ID()] = t
			}
		}
	}
	return s.templates[id]
}

// addToTemplate notes that a resource uses a template.
func (s *State) addToTemplate(template, id string) {
	if s.uses == nil {
		s.uses = map[templateUse]bool{}
	}
	use, first := templateUse{template, id}, templateUse{template: template}
	if s.uses[use] {
		return
	}
	s.uses[use] = true
	if !s.uses[first] {
		s.uses[first] = true
		s.Templates = append(s.Templates, Tag{ID: template})
	}
	i := slices.IndexFunc(s.Templates, func(t Tag) bool { return t.ID == template })
	s.Templates[i].Refs = append(s.Templates[i].Refs, id)
}

// templateUse is a template with a resource that uses it, or with "" to say that there is any.
type templateUse struct{ template, id string }

func mergeOperations(own, template *xmltree.Node) *xmltree.Node {
	key := func(op *xmltree.Node) string {
		switch role := ParseRole(op.Get("role")); role {
		case Started, Unpromoted, RoleUnknown:
			return op.Get("name")
		default:
			return op.Get("name") + "-" + op.Get("role")
		}
	}
	merged := *own
	merged.Children = slices.Clone(own.Children)
	have := map[string]bool{}
	for op := range own.Elements() {
		have[key(op)] = true
	}
	for op := range template.Elements() {
		if !have[key(op)] {
			merged.Children = append(merged.Children, op)
		}
	}
	return &merged
}
