package main

import (
	"fmt"
	"slices"

	"pacer/xmltree"
)

// pairs puts orders between single resources in the place of those between sets of which one starts or promotes and the next does
// not. Whether what is in a later set needs what is in the earlier one hangs on the action of the earlier, in the older series on that
// of the later; for orders of two resources it was always the action of the first. See the rule "first of sets" for
// what cannot be said in pairs.
func pairs(cib *xmltree.Node) {
	constraints := cib.Path("configuration", "constraints")
	if constraints == nil {
		return
	}
	var made []*xmltree.Node
	for _, o := range slices.Collect(constraints.Elements("rsc_order")) {
		sets := orderSets(cib, o)
		if !turns(o, sets) || !pairable(cib, sets) {
			continue
		}
		for i, s := range sets {
			if s.element != nil {
				made = append(made, orderLike(o, fmt.Sprintf("%s-said-in-%d", o.ID(), i)).Add(s.element.Clone()))
			}
			if i == 0 {
				continue
			}
			last := sets[i-1]
			for j, first := range last.refs {
				for k, then := range s.refs {
					p := orderLike(o, fmt.Sprintf("%s-said-%d-%d-%d", o.ID(), i, j, k))
					p.Set("first", first)
					p.Set("then", then)
					p.Set("first-action", last.action)
					p.Set("then-action", s.action)
					made = append(made, p)
				}
			}
		}
		constraints.Children = slices.DeleteFunc(constraints.Children, func(n *xmltree.Node) bool { return n == o })
	}
	constraints.Add(made...)
}

// orderSet is a resource set of an order, or what a tag or template in it stands for.
type orderSet struct {
	element *xmltree.Node // nil for the latter
	action  string
	refs    []string
}

// orderSets are the sets of an order; none when it is between two resources.
func orderSets(cib, order *xmltree.Node) []orderSet {
	var list []orderSet
	for s := range order.Elements("resource_set") {
		set := orderSet{element: s, action: orStart(s.Get("action"))}
		for ref := range s.Elements("resource_ref") {
			names, _ := stands(cib, ref.ID())
			set.refs = append(set.refs, names...)
		}
		list = append(list, set)
	}
	if len(list) > 0 {
		return list
	}
	first, one := stands(cib, order.Get("first"))
	then, other := stands(cib, order.Get("then"))
	if one && other {
		return nil
	}
	return []orderSet{{action: orStart(order.Get("first-action")), refs: first}, {action: orStart(order.Get("then-action")), refs: then}}
}

// stands tells which resources a name in a constraint stands for, and whether it is the name of one.
func stands(cib *xmltree.Node, name string) (resources []string, one bool) {
	for t := range elements(cib, "tag") {
		if t.ID() == name {
			for ref := range t.Elements("obj_ref") {
				resources = append(resources, ref.ID())
			}
			return resources, false
		}
	}
	for t := range elements(cib, "template") {
		if t.ID() == name {
			for p := range elements(cib, "primitive") {
				if p.Get("template") == name {
					resources = append(resources, p.ID())
				}
			}
			return resources, false
		}
	}
	return []string{name}, true
}

// turns tells whether an order is mandatory both ways and of two neighbouring sets one starts or promotes and the other does not.
func turns(order *xmltree.Node, sets []orderSet) bool {
	if kind := order.Get("kind"); kind != "" && kind != "Mandatory" || order.Get("symmetrical") == "false" {
		return false
	}
	up := func(s orderSet) bool { return s.action == "start" || s.action == "promote" }
	for i := 1; i < len(sets); i++ {
		if up(sets[i]) != up(sets[i-1]) {
			return true
		}
	}
	return false
}

// pairable tells whether orders of pairs say the same as one of sets: not where one of many is enough, nor where only the ends of the
// sets count, nor of what is not configured, which only a tag may name.
func pairable(cib *xmltree.Node, sets []orderSet) bool {
	for p := range elements(cib, "nvpair") {
		if p.Get("name") == "clone-min" {
			return false
		}
	}
	configured := map[string]bool{}
	cib.Path("configuration", "resources").Walk(func(n *xmltree.Node) bool {
		configured[n.ID()] = true
		return true
	})
	return !slices.ContainsFunc(sets, func(s orderSet) bool {
		if slices.ContainsFunc(s.refs, func(ref string) bool { return !configured[ref] }) {
			return true
		}
		return s.element != nil && (s.element.Get("require-all") != "" || s.element.Get("sequential") == "true" || s.element.Get("id-ref") != "")
	})
}

// orderLike is an order of the kind and symmetry of another.
func orderLike(o *xmltree.Node, id string) *xmltree.Node {
	n := xmltree.New("rsc_order", "id", id)
	for _, name := range []string{"kind", "score", "symmetrical"} {
		if v, ok := o.Lookup(name); ok {
			n.Set(name, v)
		}
	}
	return n
}

func orStart(action string) string {
	if action == "" {
		return "start"
	}
	return action
}
