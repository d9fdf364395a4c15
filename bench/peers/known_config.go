package main

import (
	"strconv"

	"pacer/xmltree"
)

// mixedSets tells whether a mandatory order goes from what comes up to what goes down, or back, between sets. Tags and templates
// stand for sets.
func mixedSets(cib *xmltree.Node) bool {
	many := map[string]bool{}
	for t := range elements(cib, "tag") {
		many[t.ID()] = true
	}
	for t := range elements(cib, "template") {
		many[t.ID()] = true
	}
	up := func(action string) bool { return action == "" || action == "start" || action == "promote" }
	for o := range elements(cib, "rsc_order") {
		if kind := o.Get("kind"); kind != "" && kind != "Mandatory" {
			continue
		}
		if many[o.Get("first")] || many[o.Get("then")] {
			first, then := o.Get("first-action"), o.Get("then-action")
			if then != "" && up(first) != up(then) {
				return true
			}
		}
		var last *xmltree.Node
		for s := range o.Elements("resource_set") {
			if last != nil && up(last.Get("action")) != up(s.Get("action")) {
				return true
			}
			last = s
		}
	}
	return false
}

// halfAnonymous tells whether a cloned group is unique by clone-node-max and has, after its first member, one whose agents cannot
// tell instances from each other.
func halfAnonymous(cib *xmltree.Node) bool {
	for c := range elements(cib, "clone") {
		most, said := 0, false
		for b := range c.Elements("meta_attributes") {
			for p := range b.Elements("nvpair") {
				switch p.Get("name") {
				case "globally-unique":
					said = true
				case "clone-node-max":
					most, _ = strconv.Atoi(p.Get("value"))
				}
			}
		}
		if said || most < 2 {
			continue
		}
		for g := range c.Elements("group") {
			place := 0
			for m := range g.Elements("primitive") {
				switch m.Get("class") {
				case "lsb", "systemd", "service":
					if place > 0 {
						return true
					}
				}
				place++
			}
		}
	}
	return false
}
