package upgrade

import (
	"pacer/xmltree"
)

// resource rewrites a primitive or template.
func (t *three) resource(r *xmltree.Node) {
	moved := requirements(r)
	out := r.Children[:0:0]
	for i, c := range r.Children {
		stays := true
		if c.Kind == xmltree.Element {
			switch c.Name {
			case "operations":
				for op := range c.Elements("op") {
					t.operation(r, op)
				}
			case "instance_attributes":
				stays = t.pairs(c, &parameters, nil, nil)
			case "meta_attributes":
				where := func() string { return r.ID() + " (meta=" + c.ID() + ")" }
				original, rest := c.Clone(), r.Children[i+1:]
				stays = t.pairs(c, &resourceOptions, where, func(pair *xmltree.Node, change *change) bool {
					return survives(original, pair, change, rest)
				})
			}
		}
		if stays {
			out = append(out, c)
		}
	}
	r.Children = out
	for operations := range r.Elements("operations") {
		for op := range operations.Elements("op") {
			if _, ok := op.Lookup("requires"); ok {
				t.tellChange(&requirement, op.ID()+" (rsc="+r.ID()+")", requirement.find("requires", op.Get("name")))
				op.Unset("requires")
			}
		}
	}
	r.Children = append(r.Children, moved...)
}

// survives tells whether a pair with a new name stays in its set. In a set without rule it is only the first pair that does, whatever
// is in front of it; in one with a rule, those whose new name no pair of a later set without rule gets. This is what Pacemaker does;
// it was probably meant to keep a name from being given twice.
func survives(set, pair *xmltree.Node, c *change, later []*xmltree.Node) bool {
	if set.First("rule") == nil {
		for p := range set.Elements("nvpair") {
			if found := resourceOptions.find(p.Get("name"), p.Get("value")); found == nil || found.to != "" {
				return p.ID() == pair.ID()
			}
		}
	}
	for _, other := range later {
		if other.Kind != xmltree.Element || other.Name != "meta_attributes" || other.First("rule") != nil {
			continue
		}
		for p := range other.Elements("nvpair") {
			if found := resourceOptions.find(p.Get("name"), p.Get("value")); found != nil && found.to == c.to {
				return false
			}
		}
	}
	return true
}

// requirements are the sets of meta attributes that a resource gets for what its operations required. An attribute counts before
// meta attributes, these before instance attributes; of several operations the last counts. What the resource says itself counts
// before all, but for sets with rules.
func requirements(r *xmltree.Node) []*xmltree.Node {
	if hasPlainPair(r, "requires") {
		return nil
	}
	var ops []*xmltree.Node
	for operations := range r.Elements("operations") {
		for op := range operations.Elements("op") {
			if name := op.Get("name"); name == starts[0] || name == starts[1] {
				ops = append(ops, op)
			}
		}
	}
	for i := len(ops) - 1; i >= 0; i-- {
		if value, ok := ops[i].Lookup("requires"); ok {
			set := xmltree.New("meta_attributes", "id", "_2TO3_"+r.ID()+"-meta")
			set.AddNew("nvpair", "id", "_2TO3_"+ops[i].ID()+"-meta-requires", "name", "requires", "value", value)
			return []*xmltree.Node{set}
		}
	}
	var found []*xmltree.Node // sets that require something
	for _, op := range ops {
		for set := range op.Elements("meta_attributes", "instance_attributes") {
			if hasPair(set, "requires") {
				found = append(found, set)
			}
		}
	}
	var out []*xmltree.Node
	for i, set := range found {
		if !overruled(set, found[:i], found[i+1:]) {
			out = append(out, requirementOf(set))
		}
	}
	return out
}

// overruled tells whether another set of an operation counts before one: a later one of its kind without rule, and before instance
// attributes any meta attributes without rule.
func overruled(set *xmltree.Node, before, after []*xmltree.Node) bool {
	for i, list := range [2][]*xmltree.Node{before, after} {
		for _, other := range list {
			if other.First("rule") == nil && (other.Name == set.Name && i == 1 || other.Name == "meta_attributes" && set.Name != other.Name) {
				return true
			}
		}
	}
	return false
}

// requirementOf makes a set for a resource of the set of an operation that requires something.
func requirementOf(set *xmltree.Node) *xmltree.Node {
	next := movedSet(set)
	for pair := range set.Elements("nvpair") {
		if pair.Get("name") == "requires" {
			next.Add(pair.Clone())
		}
	}
	return next
}

// movedSet is a set of meta attributes like another set, without its pairs.
func movedSet(set *xmltree.Node) *xmltree.Node {
	next := xmltree.New("meta_attributes")
	next.Attrs = append(next.Attrs, set.Attrs...)
	next.Set("id", "_2TO3_"+set.ID())
	for _, c := range set.Children {
		if c.Kind != xmltree.Element || c.Name != "nvpair" {
			next.Add(c.Clone())
		}
	}
	return next
}

func hasPair(set *xmltree.Node, name string) bool {
	for pair := range set.Elements("nvpair") {
		if pair.Get("name") == name {
			return true
		}
	}
	return false
}

// hasPlainPair tells whether the meta attributes of n, those with rules left out, have a pair of a name.
func hasPlainPair(n *xmltree.Node, name string) bool {
	for set := range n.Elements("meta_attributes") {
		if set.First("rule") == nil && hasPair(set, name) {
			return true
		}
	}
	return false
}
