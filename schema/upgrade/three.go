package upgrade

import (
	"pacer/xmltree"
)

// toThree rewrites a document for 3.0: options with other names, options of the cluster that belong to the defaults, and settings of
// operations that stood where they were not looked for.
func toThree(root *xmltree.Node, n *notes) (*xmltree.Node, error) {
	t := &three{notes: n}
	root, err := t.unfold(root)
	if err != nil {
		return nil, err
	}
	root.Set("validate-with", "pacemaker-3.0")
	for configuration := range root.Elements("configuration") {
		t.configuration(configuration)
	}
	return root, t.fold(root)
}

// three is a document on its way from 2.10 to 3.0.
type three struct{ *notes }

func (t *three) configuration(configuration *xmltree.Node) {
	moved := map[string][]*xmltree.Node{} // pairs for the defaults, by the section
	for crm := range configuration.Elements("crm_config") {
		for set := range crm.Elements("cluster_property_set") {
			ruled := set.First("rule") != nil
			for pair := range set.Elements("nvpair") {
				if c := properties.find(pair.Get("name"), pair.Get("value")); c != nil && c.into != "" && !ruled {
					moved[c.into] = append(moved[c.into], c.renamed(pair))
				}
			}
		}
	}
	visit(configuration, func(_, c *xmltree.Node) []*xmltree.Node {
		switch c.Name {
		case "cluster_property_set":
			if !t.pairs(c, &properties, nil, nil) {
				return nil
			}
		case "node":
			if change := clusterNode.find("type", c.Get("type")); change != nil {
				t.tellChange(&clusterNode, c.Get("uname")+" (id="+c.ID()+")", change)
				c.Set("type", change.value)
			}
		case "primitive", "template":
			t.resource(c)
			return append([]*xmltree.Node(nil), c) // Nothing in it is left to do.
		case "op_defaults", "rsc_defaults":
			addDefaults(c, moved[c.Name])
		case "rsc_colocation":
			for _, a := range append([]xmltree.Attr(nil), c.Attrs...) {
				if change := colocation.find(a.Name, ""); change != nil {
					t.tellChange(&colocation, c.ID(), change)
					c.Unset(a.Name)
				}
			}
		}
		return keep(c)
	})
	for _, section := range [2][2]string{{"op_defaults", "_2TO3_-op-defaults"}, {"rsc_defaults", "_2TO3_-rsc-defaults"}} {
		if pairs := moved[section[0]]; len(pairs) > 0 && configuration.First(section[0]) == nil {
			configuration.AddNew(section[0]).AddNew("meta_attributes", "id", section[1]).Add(pairs...)
		}
	}
}

// addDefaults puts pairs into the first set without rule of a section. A pair whose name one of the sets without rule has is lost,
// and so are all when there is no such set.
func addDefaults(section *xmltree.Node, pairs []*xmltree.Node) {
	var first *xmltree.Node
	there := map[string]bool{}
	for set := range section.Elements("meta_attributes") {
		if set.First("rule") != nil {
			continue
		}
		if first == nil {
			first = set
		}
		for pair := range set.Elements("nvpair") {
			there[pair.Get("name")] = true
		}
	}
	for _, pair := range pairs {
		if first != nil && !there[pair.Get("name")] {
			first.Add(pair)
		}
	}
}

// pairs changes the pairs of a set by a table and tells whether any is left. A pair that has a new name stays if survives says so.
func (t *three) pairs(set *xmltree.Node, table *table, where func() string, survives func(at *xmltree.Node, c *change) bool) bool {
	left := false
	out := set.Children[:0:0]
	for _, pair := range set.Children {
		if pair.Kind != xmltree.Element || pair.Name != "nvpair" {
			out = append(out, pair)
			continue
		}
		c := table.find(pair.Get("name"), pair.Get("value"))
		if c != nil {
			context := pair.ID()
			if where != nil {
				context = where()
			}
			t.tellChange(table, context, c)
			if c.to == "" || c.into != "" {
				continue
			}
		}
		left = true
		switch {
		case c == nil:
			out = append(out, pair)
		case survives == nil || survives(pair, c):
			out = append(out, c.renamed(pair))
		}
	}
	set.Children = out
	return left
}
