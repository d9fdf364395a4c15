package main

import (
	"pacer/option"
	"pacer/xmltree"
)

// newerRules are what 3.0 up to 3.0.3 does otherwise than we: than the recorded cases, which were made a little later and which we follow,
// or what is a defect in it.
var newerRules = []rule{
	{name: "half unique", rest: true, reason: "in a cloned group that is globally unique only for its clone-node-max but has members whose agents know " +
		"no instances, the other members of the first instance stay unique, so that what runs of them becomes an orphan and is stopped " +
		"(native_unpack clears the flag of the instances that the clone has already; the first one is not among them)",
		explains: func(p *pair, _ *detail) bool { return halfUnique(p.cib) }},
	{name: "option of rkt", rest: true, reason: "a bundle with add-host=false gives docker and podman an option of rkt, with which no container " +
		"starts (allocate_ip in bundle.c)",
		explains: func(p *pair, _ *detail) bool { return withoutHosts(p.cib) }},
}

// halfUnique tells whether there is a cloned group that several instances of may share a node, without a word on globally-unique, in which some
// agents know instances and others do not.
func halfUnique(cib *xmltree.Node) bool {
	for _, name := range []string{"clone", "master"} {
		for clone := range elements(cib, name) {
			group := clone.First("group")
			if group == nil || metaOf(cib, clone, "globally-unique") != "" {
				continue
			}
			if n, _ := option.Number(metaOf(cib, clone, "clone-node-max")); n <= 1 {
				continue
			}
			knowing, other := false, false
			for m := range group.Elements("primitive") {
				switch classOf(cib, m) {
				case "lsb", "systemd", "service":
					other = true
				default:
					knowing = true
				}
			}
			if knowing && other {
				return true
			}
		}
	}
	return false
}

// metaOf is a meta-attribute of a resource, its own or the one of the defaults, without regard to rules.
func metaOf(cib, r *xmltree.Node, name string) string {
	own := []*xmltree.Node{r}
	for d := range elements(cib, "rsc_defaults") {
		own = append(own, d)
	}
	for _, of := range own {
		for set := range of.Elements("meta_attributes") {
			if ref := set.Get("id-ref"); ref != "" {
				set = withID(cib, "meta_attributes", ref)
			}
			for v := range set.Elements("nvpair") {
				if v.Get("name") == name {
					return v.Get("value")
				}
			}
		}
	}
	return ""
}

// withID is the element of a name and an id at any depth, nil when there is none.
func withID(root *xmltree.Node, name, id string) *xmltree.Node {
	for e := range elements(root, name) {
		if e.ID() == id {
			return e
		}
	}
	return nil
}

// classOf is the class of a primitive's agent, which may stand in its template.
func classOf(cib, primitive *xmltree.Node) string {
	if t := withID(cib, "template", primitive.Get("template")); t != nil {
		primitive = t
	}
	return primitive.Get("class")
}

// withoutHosts tells whether there is a bundle with addresses that shall not write them into its containers.
func withoutHosts(cib *xmltree.Node) bool {
	for b := range elements(cib, "bundle") {
		if n := b.First("network"); n != nil && n.Get("ip-range-start") != "" && n.Get("add-host") != "" && !option.True(n.Get("add-host")) {
			return true
		}
	}
	return false
}
