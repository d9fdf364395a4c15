package cluster

import (
	"slices"
	"strconv"
	"strings"

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
}

func (s *State) unpackClone(r *Resource) bool {
	number := func(name string, other int) int {
		v, err := strconv.Atoi(strings.TrimSpace(r.Meta[name]))
		if err != nil {
			return other
		}
		return v
	}
	o := &CloneOptions{
		Max:     number("clone-max", max(1, len(s.Nodes))),
		NodeMax: number("clone-node-max", 1),
		Ordered: option.True(r.Meta["ordered"]), Interleave: option.True(r.Meta["interleave"]),
		MinInstances: number("clone-min", 0),
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
	for i := 0; i < max(o.Max, 1); i++ { // the first one may make it fewer
		if s.addInstance(r) == nil {
			return false
		}
	}
	return true
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
	o.Total++
	c.Index = len(r.Children)
	r.Children = append(r.Children, c)
	if removed {
		markRemoved(c)
	}
	c.Meta["clone-max"] = strconv.Itoa(o.Max)
	return c
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
	r.Meta["globally-unique"] = "false"
	for _, c := range r.Children {
		makeAnonymous(c)
	}
}
