package cluster

import (
	"maps"
	"slices"
	"sort"
	"strings"

	"pacer/rule"
	"pacer/score"
	"pacer/xmltree"
)

// Values are names with values: attributes, meta-attributes, parameters.
type Values map[string]string

// Names returns the names in bytewise order.
func (v Values) Names() []string { return slices.Sorted(maps.Keys(v)) }

// Get looks a name up.
func (v Values) Get(name string) (string, bool) {
	s, ok := v[name]
	return s, ok
}

// setDefault gives a name a value unless it has one.
func (v Values) setDefault(name, value string) {
	if _, ok := v[name]; !ok {
		v[name] = value
	}
}

// resolve follows an id-ref to the element with that id and the same name; nil when there is none.
func (s *State) resolve(x *xmltree.Node) *xmltree.Node {
	ref, ok := x.Lookup("id-ref")
	if !ok {
		return x
	}
	if s.byID == nil {
		s.byID = map[elementID]*xmltree.Node{}
		s.CIB.First("configuration").Walk(func(n *xmltree.Node) bool {
			if id, ok := n.Lookup("id"); ok {
				if key := (elementID{n.Name, id}); s.byID[key] == nil {
					s.byID[key] = n
				}
			}
			return true
		})
	}
	target := s.byID[elementID{x.Name, ref}]
	if target == nil {
		s.say(Config, "<%s id-ref=%q> refers to nothing", x.Name, ref)
	}
	return target
}

// fill adds to values what the blocks of one kind (meta_attributes, instance_attributes, …) inside an element say: blocks
// with a higher score first, of those with equal scores the later one first, and before all others the one with the id first.
// Names that already have a value keep it, unless that value is taken back by "#default". Blocks with rules count only
// where a rule holds.
func (s *State) fill(values Values, x *xmltree.Node, kind, first string, f rule.Facts) {
	type block struct {
		x     *xmltree.Node
		score score.Score
	}
	var one [4]block
	blocks := one[:0]
	for b := range x.Elements(kind) {
		if b = s.resolve(b); b != nil {
			blocks = append(blocks, block{b, score.ParseOr(b.Get("score"), 0)})
		}
	}
	if len(blocks) > 1 {
		slices.Reverse(blocks)
		sort.SliceStable(blocks, func(i, j int) bool {
			if a, b := blocks[i].x.ID() == first, blocks[j].x.ID() == first; first != "" && a != b {
				return a
			}
			return blocks[i].score > blocks[j].score
		})
	}
	for _, b := range blocks {
		if b.x.First("rule") != nil {
			s.ruled++
			s.timed = s.timed || asksTime(b.x)
			facts := f // which leaves the stack only where there are rules
			if !rule.AnyHolds(b.x, &facts) {
				continue
			}
		}
		pairs := b.x
		if inner := b.x.First("attributes"); inner != nil { // before Pacemaker 1.0
			pairs = inner
		}
		for p := range pairs.Elements("nvpair") {
			name, named := p.Lookup("name")
			if p = s.resolve(p); p == nil {
				continue
			}
			if !named {
				name = p.Get("name")
			}
			value, ok := p.Lookup("value")
			if name == "" || !ok {
				continue
			}
			if strings.EqualFold(value, "#default") {
				delete(values, name)
				continue
			}
			values.setDefault(name, value)
		}
	}
}

// asksTime tells whether a rule inside an element may have another outcome at another time. Of what it refers to nothing is
// known here.
func asksTime(x *xmltree.Node) bool {
	found := false
	x.Walk(func(e *xmltree.Node) bool {
		_, refers := e.Lookup("id-ref")
		found = found || refers || e.Name == "date_expression"
		return !found
	})
	return found
}

// facts are the facts for rules that know nothing but the time.
func (s *State) facts() rule.Facts { return s.common }

// resourceFacts are the facts for a resource's defaults.
func (s *State) resourceFacts(x *xmltree.Node) rule.Facts {
	f := s.facts()
	f.Class, f.Provider, f.Type = x.Get("class"), x.Get("provider"), x.Get("type")
	return f
}

// Params are the parameters of a resource on a node (nil: on no node in particular): its own first, then its parents'.
func (s *State) Params(r *Resource, n *Node) Values {
	f := s.facts()
	if n != nil {
		f.NodeAttr = n.Attr
	}
	v := Values{}
	for ; r != nil; r = r.Parent {
		s.fill(v, r.XML, "instance_attributes", "", f)
	}
	return v
}

// ParamsVary tells whether the parameters may differ between nodes.
func (s *State) ParamsVary(r *Resource) bool {
	for ; r != nil; r = r.Parent {
		for b := range r.XML.Elements("instance_attributes") {
			if b = s.resolve(b); b.First("rule") != nil {
				return true
			}
		}
	}
	return false
}
