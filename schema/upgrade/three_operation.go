package upgrade

import (
	"pacer/xmltree"
)

// operation rewrites an operation of a resource: what it requires is the resource's affair, and settings that stand among instance
// attributes move to the meta attributes.
func (t *three) operation(r, op *xmltree.Node) {
	first := firstPlain(op, "meta_attributes")
	var plain, ruled []*xmltree.Node // pairs that move into a set without rule; sets for those that have one
	for set := range op.Elements("instance_attributes") {
		if set.First("rule") == nil {
			plain = append(plain, t.moving(r, op, set)...)
		}
	}
	for set := range op.Elements("meta_attributes") {
		for pair := range set.Elements("nvpair") {
			if c := requirement.find(pair.Get("name"), op.Get("name")); c != nil {
				t.tellChange(&requirement, op.ID()+" (rsc="+r.ID()+", meta="+set.ID()+")", c)
			}
		}
	}
	for set := range op.Elements("instance_attributes") {
		if set.First("rule") == nil {
			continue
		}
		if pairs := t.moving(r, op, set); len(pairs) > 0 {
			ruled = append(ruled, movedSet(set).Add(pairs...))
		}
	}
	out := op.Children[:0:0]
	for _, c := range op.Children {
		stays := true
		switch {
		case c.Kind != xmltree.Element:
		case c.Name == "instance_attributes":
			stays = dropPairs(c, &operationSettings, op)
		case c.Name == "meta_attributes":
			if stays = dropPairs(c, &requirement, op); c == first && len(plain) > 0 {
				stays = true
				c.Add(plain...)
			}
		}
		if stays {
			out = append(out, c)
		}
	}
	op.Children = out
	if first == nil && len(plain) > 0 {
		op.AddNew("meta_attributes", "id", "_2TO3_"+op.ID()+"-meta").Add(plain...)
	}
	op.Add(ruled...)
}

// moving tells of the settings in a set of instance attributes and returns those that move: not those that the resource has in meta
// attributes without rule, nor those that a later set without rule has too.
func (t *three) moving(r, op, set *xmltree.Node) []*xmltree.Node {
	var out []*xmltree.Node
	for pair := range set.Elements("nvpair") {
		name := pair.Get("name")
		c := operationSettings.find(name, op.Get("name"))
		if c == nil {
			continue
		}
		t.tellChange(&operationSettings, op.ID()+" (rsc="+r.ID()+", meta="+set.ID()+")", c)
		if c.into == "meta_attributes" && !hasPlainPair(r, name) && !laterHas(op, set, name) {
			out = append(out, pair.Clone())
		}
	}
	return out
}

// laterHas tells whether a set of instance attributes without rule behind one has a pair of a name.
func laterHas(op, set *xmltree.Node, name string) bool {
	behind := false
	for other := range op.Elements("instance_attributes") {
		if behind && other.First("rule") == nil && hasPair(other, name) {
			return true
		}
		behind = behind || other == set
	}
	return false
}

func firstPlain(n *xmltree.Node, kind string) *xmltree.Node {
	for set := range n.Elements(kind) {
		if set.First("rule") == nil {
			return set
		}
	}
	return nil
}

// dropPairs takes the pairs out of a set that a table names, and tells whether any is left.
func dropPairs(set *xmltree.Node, table *table, op *xmltree.Node) bool {
	left := false
	out := set.Children[:0:0]
	for _, c := range set.Children {
		if c.Kind == xmltree.Element && c.Name == "nvpair" {
			if table.find(c.Get("name"), op.Get("name")) != nil {
				continue
			}
			left = true
		}
		out = append(out, c)
	}
	set.Children = out
	return left
}
