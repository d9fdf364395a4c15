package main

import (
	"strings"

	"pacer/xmltree"
)

// together are the ids of all resources that a colocation of a CIB has a say in: those named, by sets, tags and templates too, with
// what they are in and what is in them.
func together(cib *xmltree.Node) map[string]bool {
	named := map[string]bool{}
	for c := range elements(cib, "rsc_colocation") {
		named[c.Get("rsc")], named[c.Get("with-rsc")] = true, true
		for ref := range elements(c, "resource_ref") {
			named[ref.ID()] = true
		}
	}
	for t := range elements(cib, "tag") {
		for ref := range t.Elements("obj_ref") {
			named[ref.ID()] = named[ref.ID()] || named[t.ID()]
		}
	}
	all := map[string]bool{}
	for top := range cib.Path("configuration", "resources").Elements() {
		family, found := map[string]bool{}, false
		top.Walk(func(n *xmltree.Node) bool {
			switch n.Name {
			case "primitive", "group", "clone", "master", "bundle":
				family[n.ID()] = true
				found = found || named[n.ID()] || named[n.Get("template")]
			}
			return true
		})
		for id := range family { // order: a set
			all[id] = all[id] || found
		}
	}
	return all
}

// scored is the resource of a score line of a detail, without the number of its instance.
func (x *detail) scored() string {
	f := strings.Fields(strings.TrimLeft(x.text, "-+* "))
	if len(f) < 2 {
		return ""
	}
	name := f[0]
	if strings.HasSuffix(name, ":") { // the routine that assigns comes first
		name = f[1]
	}
	name, _, _ = strings.Cut(name, ":")
	return name
}

// inBundle tells whether a resource is a part of a bundle: its container, connection or address.
func inBundle(cib *xmltree.Node, name string, named map[string]bool) bool {
	for b := range elements(cib, "bundle") {
		if named[b.ID()] && strings.HasPrefix(name, b.ID()+"-") {
			return true
		}
	}
	return false
}
