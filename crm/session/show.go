package session

import (
	"fmt"
	"path"
	"sort"
	"strings"

	"pacer/crm/syntax"
	"pacer/xmltree"
)

// Select finds the objects that words name: ids, globs, type:T, tag:T, related:X, changed, joined by `or` (which may be left
// out) and `and`. No words mean all objects.
func (s *Session) Select(words []string) ([]*Object, error) {
	if len(words) == 0 {
		return append([]*Object(nil), s.list...), nil
	}
	chosen := map[*Object]bool{}
	and := false
	for i, w := range words {
		switch {
		case strings.EqualFold(w, "or") && i > 0:
			continue
		case strings.EqualFold(w, "and") && i > 0:
			and = true
			continue
		}
		found, err := s.term(w)
		if err != nil {
			return nil, err
		}
		hit := map[*Object]bool{}
		for _, o := range found {
			hit[o] = true
			if !and {
				chosen[o] = true
			}
		}
		if and {
			for _, o := range s.list {
				chosen[o] = chosen[o] && hit[o]
			}
			and = false
		}
	}
	var out []*Object
	for _, o := range s.list {
		if chosen[o] {
			out = append(out, o)
		}
	}
	return out, nil
}

func (s *Session) term(w string) ([]*Object, error) {
	var out []*Object
	keep := func(want func(*Object) bool) []*Object {
		for _, o := range s.list {
			if want(o) {
				out = append(out, o)
			}
		}
		return out
	}
	switch {
	case w == "changed":
		return s.changed(), nil
	case strings.HasPrefix(w, "type:"):
		kind, ok := syntax.KindOf(w[5:])
		if !ok {
			return nil, fmt.Errorf("invalid type %s", w[5:])
		}
		return keep(func(o *Object) bool { return o.Kind == kind }), nil
	case strings.HasPrefix(w, "tag:"):
		members := map[string]bool{}
		t := s.find(w[4:], func(k syntax.Kind) bool { return k == syntax.Tag })
		if t == nil {
			return nil, nil
		}
		for r := range t.Node.Elements("obj_ref") {
			members[r.ID()] = true
		}
		return keep(func(o *Object) bool { return members[o.ID] }), nil
	case strings.HasPrefix(w, "related:"):
		return s.related(w[8:]), nil
	case strings.ContainsAny(w, "*?["):
		return keep(func(o *Object) bool {
			ok, err := path.Match(w, o.ID)
			return err == nil && ok
		}), nil
	}
	if found := s.Find(w); len(found) > 0 {
		return found, nil
	}
	return nil, missing(w)
}

// related finds an object, what contains it and what refers to it; or all primitives of an agent.
func (s *Session) related(x string) []*Object {
	hit := map[*Object]bool{}
	for _, o := range s.list {
		if o.ID == x {
			hit[o] = true
		}
		if o.Kind == syntax.Primitive || o.Kind == syntax.Template {
			n := o.Node
			if x == n.Get("type") || x == syntax.AgentName(n) ||
				x == strings.Join([]string{n.Get("class"), n.Get("provider"), n.Get("type")}, ":") {
				hit[o] = true
			}
		}
		if o.Kind.IsConstraint() && refersTo(o.Node, x) || o.Kind == syntax.Tag && o.Node.ByID("obj_ref", x) != nil ||
			o.Kind == syntax.Primitive && o.Node.Get("template") == x {
			hit[o] = true
		}
		if o.ID == x && o.Kind != syntax.Node {
			for p := o.Parent; p != nil; p = p.Parent {
				hit[p] = true
			}
		}
	}
	var out []*Object
	for _, o := range s.list {
		if hit[o] {
			out = append(out, o)
		}
	}
	return out
}

// changed lists the objects that differ from what was read.
func (s *Session) changed() []*Object {
	old := s.originals()
	var out []*Object
	for _, o := range s.list {
		if n, ok := old[key(o)]; !ok || !syntax.Same(shallow(n), shallow(o.Node)) {
			out = append(out, o)
		}
	}
	return out
}

// originals finds every object as it was read.
func (s *Session) originals() map[string]*xmltree.Node {
	was := &Session{}
	was.setWork(s.orig)
	out := map[string]*xmltree.Node{}
	for _, o := range was.list {
		out[key(o)] = o.Node
	}
	return out
}

func key(o *Object) string { return o.Kind.Word() + " " + o.ID }

// shallow is an element with references in the place of the resources in it.
func shallow(n *xmltree.Node) *xmltree.Node {
	c := *n
	c.Children = make([]*xmltree.Node, len(n.Children))
	for i, k := range n.Children {
		c.Children[i] = k
		if syntax.IsChild(k) {
			c.Children[i] = xmltree.New(syntax.ChildRef, "id", k.ID())
		}
	}
	return &c
}

// Sort orders objects as they are shown: by kind, and by id or, unsorted, as they stand.
func (s *Session) Sort(objs []*Object) []*Object {
	out := append([]*Object(nil), objs...)
	sort.SliceStable(out, func(i, j int) bool {
		a, b := out[i], out[j]
		if a.Kind.ShowRank() != b.Kind.ShowRank() || s.Unsorted {
			return a.Kind.ShowRank() < b.Kind.ShowRank()
		}
		return a.ID < b.ID
	})
	return out
}

// printer is how objects are printed; forFile prints what must be loadable again, without hiding anything.
func (s *Session) printer(forFile bool) *syntax.Printer {
	refs := map[string]bool{}
	s.work.Walk(func(n *xmltree.Node) bool {
		if r := n.Get("id-ref"); r != "" {
			refs[n.Name+"\x00"+r] = true
		}
		return true
	})
	pr := &syntax.Printer{
		Referenced: func(tag, id string) bool { return refs[tag+"\x00"+id] },
		AllSetIDs:  forFile,
	}
	if !forFile {
		pr.Obscure = s.Obscure
	} else {
		pr.Nodes = s.Nodes()
	}
	return pr
}

// Text prints objects, sorted, each with a newline behind it. forFile prints them so that they can be loaded again.
func (s *Session) Text(objs []*Object, forFile bool) string {
	var b strings.Builder
	pr := s.printer(forFile)
	for _, o := range s.Sort(objs) {
		text, _ := pr.Object(o.Kind, o.Node)
		b.WriteString(text)
		b.WriteByte('\n')
	}
	return b.String()
}

// sections are always in a printed document.
var sections = []string{"crm_config", "nodes", "resources", "constraints"}

// XML prints objects as a CIB document: the outermost containers of all of them, in the order of the CIB.
func (s *Session) XML(objs []*Object, forFile bool) string {
	chosen := map[*xmltree.Node]bool{}
	for _, o := range objs {
		chosen[top(o).Node] = true
	}
	root := &xmltree.Node{Name: "cib", Attrs: s.base.Root().Attrs}
	conf := root.AddNew("configuration")
	for _, name := range sections {
		conf.AddNew(name)
	}
	for section := range s.work.Elements() {
		if section.Name == syntax.Fencing.Element() {
			if chosen[section] {
				conf.Add(section)
			}
			continue
		}
		out := conf.First(section.Name)
		for n := range section.Elements() {
			if !chosen[n] {
				continue
			}
			if out == nil {
				out = conf.AddNew(section.Name)
			}
			out.Add(n)
		}
	}
	if !forFile {
		root = s.printer(false).Obscured(root)
	}
	return "<?xml version=\"1.0\" ?>\n" + string(root.Pretty(nil))
}
