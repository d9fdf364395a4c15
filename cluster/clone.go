package cluster

import (
	"maps"
	"math"
	"slices"
	"strconv"

	"pacer/option"
	"pacer/xmltree"
)

// CloneOptions are the properties of clones alone.
type CloneOptions struct {
	Max, NodeMax                 int
	PromotedMax, PromotedNodeMax int
	Ordered, Interleave          bool
	MinInstances                 int // clone-min
	Child                        *xmltree.Node
	Total                        int // instances made, with removed ones

	meantUnique bool // globally unique by configuration, whatever its agents can
}

func (s *State) unpackClone(r *Resource) bool {
	number := func(name string, other int) int {
		text, ok := r.Meta[name]
		if !ok {
			return other
		}
		n, _ := option.Number(text) // what is no number is none
		return int(min(max(n, 0), math.MaxInt32))
	}
	o := &CloneOptions{
		Max:     number("clone-max", max(1, len(s.Nodes))),
		NodeMax: number("clone-node-max", 1),
		Ordered: option.True(r.Meta["ordered"]), Interleave: option.True(r.Meta["interleave"]),
		MinInstances: number("clone-min", 0), meantUnique: r.Unique,
	}
	r.CloneOptions = o
	if r.Promotable {
		o.PromotedMax = number("promoted-max", number("master-max", 1))
		o.PromotedNodeMax = number("promoted-node-max", number("master-node-max", 1))
		if r.XML.Name == "master" {
			r.Meta.setDefault("promotable", "true")
		}
	}
	if !r.Unique && o.NodeMax > 1 {
		s.say(Config, "Clone %s: instances that are all the same run once on a node; clone-node-max is ignored.", r.Name)
		o.NodeMax = 1
	}
	for e := range r.XML.Elements("primitive", "group") {
		o.Child = e
		break
	}
	if o.Child == nil {
		s.say(Config, "Clone %s has nothing to clone.", r.Name)
		return false
	}
	if o.Max > maxInstances {
		s.say(Config, "Clone %s: clone-max is cut to %d.", r.Name, maxInstances)
		o.Max = maxInstances
	}
	// Without a word on stickiness instances stay where they are as long as nothing speaks against it.
	r.Meta.setDefault("resource-stickiness", "1")
	r.Meta["globally-unique"] = strconv.FormatBool(r.Unique)

	// Even a clone without instances gets one, so that what is left of it in the history finds its place.
	said := s.said
	if s.addInstance(r) == nil {
		return false
	}
	for o.Total < o.Max { // the first one may have made it fewer
		if s.full() {
			return false
		}
		if s.said == said {
			s.adopt(r, s.copyInstance(r.Children[0], r, strconv.Itoa(o.Total)))
		} else if s.addInstance(r) == nil { // what is wrong with it is told of each
			return false
		}
	}
	return true
}

// copyInstance makes an instance of a clone as a copy of another one of which nothing but its configuration was read.
func (s *State) copyInstance(r, parent *Resource, instance string) *Resource {
	c := s.newResource(*r)
	c.Parent, c.Instance, c.Name = parent, instance, r.XMLID+":"+instance
	c.Meta = maps.Clone(r.Meta)
	c.Meta["clone"] = instance
	c.Allowed = s.allowances()
	copy(c.Allowed, r.Allowed)
	if s.byName[c.Name] == nil {
		s.byName[c.Name] = c
	}
	c.Children = nil
	for _, member := range r.Children {
		c.Children = append(c.Children, s.copyInstance(member, c, instance))
	}
	return c
}

// addInstance makes one more instance of a clone. More than clone-max are removed ones.
func (s *State) addInstance(r *Resource) *Resource {
	o := r.CloneOptions
	removed := o.Total >= o.Max
	if o.Total >= maxInstances {
		return nil
	}
	c := s.unpackResource(withInstance(o.Child, strconv.Itoa(o.Total)), r)
	if c == nil {
		return nil
	}
	s.adopt(r, c)
	if removed {
		markRemoved(c)
	}
	return c
}

// adopt puts an instance into its clone.
func (s *State) adopt(r, instance *Resource) {
	o := r.CloneOptions
	o.Total++
	instance.Index = len(r.Children)
	r.Children = append(r.Children, instance)
	instance.Meta["clone-max"] = strconv.Itoa(o.Max)
}

// withInstance gives a shallow copy of an element the instance number.
func withInstance(e *xmltree.Node, n string) *xmltree.Node {
	c := *e
	c.Attrs = slices.Clone(e.Attrs)
	c.Set("clone", n)
	return &c
}

func markRemoved(r *Resource) {
	r.Removed = true
	for _, c := range r.Children {
		markRemoved(c)
	}
}

func makeAnonymous(r *Resource) {
	r.Unique = false
	if r.Meta["globally-unique"] != "false" { // else it may be shared
		r.Meta["globally-unique"] = "false"
	}
	for _, c := range r.Children {
		makeAnonymous(c)
	}
}
