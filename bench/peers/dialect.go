package main

import (
	"strconv"
	"strings"

	"pacer/xmltree"
)

// oldNames gives options the names that Pacemaker knows up to 3.0.3. The CIB given is not changed.
func oldNames(cib *xmltree.Node) *xmltree.Node {
	out := cib.Clone()
	for p := range elements(out, "nvpair") {
		switch name := p.Get("name"); {
		case strings.HasPrefix(name, "fencing-"):
			p.Set("name", "stonith-"+strings.TrimPrefix(name, "fencing-"))
		case name == "stop-removed-resources":
			p.Set("name", "stop-orphan-resources")
		case name == "cancel-removed-actions":
			p.Set("name", "stop-orphan-actions")
		}
	}
	return out
}

// writtenOut writes attribute sets of resources that are given by reference once more, under ids of their own: 3.0.3 finds none of
// those ("does not reference a valid object"), although the schema has them and the series before finds them. The CIB is changed.
func writtenOut(cib *xmltree.Node) *xmltree.Node {
	resources := cib.Path("configuration", "resources")
	if resources == nil {
		return cib
	}
	n := 0
	resources.Walk(func(holder *xmltree.Node) bool {
		for i, set := range holder.Children {
			ref, ok := set.Lookup("id-ref")
			if !ok || set.Name != "meta_attributes" && set.Name != "instance_attributes" && set.Name != "utilization" {
				continue
			}
			for meant := range elements(cib, set.Name) {
				if meant.ID() != ref {
					continue
				}
				out := meant.Clone()
				out.Walk(func(x *xmltree.Node) bool {
					if x.ID() != "" {
						n++
						x.Set("id", x.ID()+"-written-out-"+strconv.Itoa(n))
					}
					return true
				})
				holder.Children[i] = out
				break
			}
		}
		return true
	})
	return cib
}

// dialect asks the older peer the same question in its own words: options under their older names, and what the newer series
// takes for granted said aloud. The CIB given is not changed.
func dialect(cib *xmltree.Node) *xmltree.Node {
	out := oldNames(cib)
	concurrent := false
	for p := range elements(out, "nvpair") {
		concurrent = concurrent || p.Get("name") == "concurrent-fencing"
	}
	if options := out.Path("configuration", "crm_config"); options != nil && !concurrent {
		// Since 3.0, nodes are fenced at the same time unless something forbids it.
		options.Add(xmltree.New("cluster_property_set", "id", "said-aloud").Add(
			xmltree.New("nvpair", "id", "said-aloud-concurrent", "name", "concurrent-fencing", "value", "true")))
	}
	for c := range elements(out, "clone") {
		uniqueByDefault(c)
	}
	for c := range elements(out, "master") {
		uniqueByDefault(c)
	}
	for l := range elements(out, "rsc_location") {
		for r := range l.Elements("rule") {
			switch r.Get("role") { // All of them mean all instances; the older series overlooks that for rules.
			case "Started", "Unpromoted", "Slave":
				r.Unset("role")
			}
			if r.Get("boolean-op") == "or" {
				nestAlternatives(r)
			}
		}
	}
	for n := range elements(out, "node_state") {
		if node := out.Path("configuration", "nodes").ByID("node", n.ID()); node != nil && n.Get("uname") == "" {
			n.Set("uname", node.Get("uname")) // Since 2.1.7 the id is enough.
		}
	}
	return out
}

// uniqueByDefault says that a clone's instances differ where, since 3.0, they do because of several on a node.
func uniqueByDefault(clone *xmltree.Node) {
	several := false
	var block *xmltree.Node
	for b := range clone.Elements("meta_attributes") {
		for p := range b.Elements("nvpair") {
			switch p.Get("name") {
			case "globally-unique":
				return
			case "clone-node-max":
				n, err := strconv.Atoi(p.Get("value"))
				several = several || err == nil && n > 1
			}
		}
		block = b
	}
	if several {
		block.Add(xmltree.New("nvpair", "id", clone.ID()+"-said-aloud", "name", "globally-unique", "value", "true"))
	}
}

// nestAlternatives makes one expression of the alternatives in a rule. Where they are the rule itself, the older series gives a node
// not the score of the rule alone, but adds what is said for or against the node on the whole.
func nestAlternatives(r *xmltree.Node) {
	inner := xmltree.New("rule", "id", r.ID()+"-said-in-one", "boolean-op", "or")
	inner.Children, r.Children = r.Children, nil
	r.Set("boolean-op", "and")
	r.Add(inner)
}
