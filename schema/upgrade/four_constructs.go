package upgrade

import (
	"fmt"
	"strings"

	"pacer/xmltree"
)

// constructs rewrites what has another form in 4.0: pairs given twice, ping nodes, master resources, locations with several rules.
func (f *four) constructs() {
	var pings []*xmltree.Node
	split := map[string]int{} // rules of the locations that have several, by their ids
	f.root.Walk(func(n *xmltree.Node) bool {
		switch n.Name {
		case "node":
			if n.Get("type") == "ping" {
				pings = append(pings, n)
			}
		case "rsc_location":
			if rules := count(n, "rule"); rules > 1 {
				split[n.ID()] = rules
			}
		}
		return true
	})
	effective(f.root)
	visit(f.root, func(_, c *xmltree.Node) []*xmltree.Node {
		effective(c)
		if _, ok := c.Lookup("masters"); ok {
			replaceAttr(c, "masters", "promoted-max", c.Get("masters"))
			f.changed[c] = true
		}
		switch c.Name {
		case "master":
			f.promotable(c)
		case "acl_permission":
			if rules := split[c.Get("reference")]; rules > 1 {
				replaceAttr(c, "reference", "xpath", xpathOf(c.Get("reference"), rules))
				f.changed[c] = true
			}
		case "rsc_location":
			if count(c, "rule") > 1 {
				return f.byRule(c)
			}
		}
		return keep(c)
	})
	for _, n := range pings {
		n.Set("type", "member")
		f.changed[n] = true
	}
	f.root.Walk(func(c *xmltree.Node) bool {
		if c.Name == "constraints" {
			for _, n := range pings {
				c.AddNew("rsc_location", "id", prefix+"ping-node-ban-"+n.Get("uname"), "rsc-pattern", ".*", "node", n.Get("uname"),
					"score", "-INFINITY", "resource-discovery", "never")
			}
		}
		return true
	})
}

func count(n *xmltree.Node, names ...string) (k int) {
	for range n.Elements(names...) {
		k++
	}
	return k
}

// promotable makes a master a clone with a set in front of all others that says what it is.
func (f *four) promotable(master *xmltree.Node) {
	master.Name = "clone"
	f.changed[master] = true
	id := prefix + "promotable-legacy-" + master.ID() + "-meta_attributes"
	set := xmltree.New("meta_attributes", "id", id, "score", "INFINITY")
	set.AddNew("nvpair", "id", id+"-promotable", "name", "promotable", "value", "true")
	master.Children = append(keep(set), master.Children...)
}

// byRule makes a location for each of the rules of one. The first keeps what it had, the others have copies.
func (f *four) byRule(location *xmltree.Node) []*xmltree.Node {
	var out []*xmltree.Node
	for rule := range location.Elements("rule") {
		next := xmltree.New("rsc_location")
		next.Attrs = append(next.Attrs, location.Attrs...)
		next.Set("id", splitID(location.ID(), len(out)+1))
		f.changed[next] = f.changed[location]
		part := func(name string) {
			for c := range location.Elements(name) {
				if len(out) > 0 {
					c = c.Clone()
				}
				next.Add(c)
			}
		}
		part("resource_set")
		next.Add(rule)
		part("lifetime")
		out = append(out, next)
	}
	return out
}

func splitID(id string, number int) string { return fmt.Sprintf("%s%s-%d", prefix, id, number) }

// xpathOf selects the locations that one with so many rules was split into.
func xpathOf(id string, rules int) string {
	var list []string
	for i := range rules {
		list = append(list, "@id = '"+splitID(id, i+1)+"'")
	}
	return "//*[" + strings.Join(list, " or ") + "]"
}

// lifetimes makes the lifetimes of locations parts of their rules, and takes those of other constraints away. Rules of these that
// are referred to from elsewhere are kept in a location that is for no resource.
func (f *four) lifetimes() {
	total, inside := map[string]int{}, map[string]int{} // rules by their ids: all, and those in what will be taken away
	var rules []*xmltree.Node
	var look func(n *xmltree.Node, gone bool)
	look = func(n *xmltree.Node, gone bool) {
		for c := range n.Elements() {
			within := gone || c.Name == "lifetime" && (n.Name == "rsc_colocation" || n.Name == "rsc_order")
			if id := c.ID(); c.Name == "rule" && id != "" {
				if total[id]++; within {
					inside[id]++
				}
			}
			look(c, within)
			if within && !gone {
				for r := range c.Elements("rule") {
					if f.original[r] {
						rules = append(rules, r)
					}
				}
			}
		}
	}
	look(f.root, false)
	visit(f.root, func(parent, c *xmltree.Node) []*xmltree.Node {
		switch {
		case c.Name == "rsc_location" && c.First("lifetime") != nil:
			timed(c)
		case c.Name == "lifetime" && (parent.Name == "rsc_colocation" || parent.Name == "rsc_order"):
			f.tell(Warning, "Dropping lifetime element from constraint %s because lifetime elements are no longer supported. Any rules "+
				"contained there will no longer apply to the constraint", parent.ID())
			return nil
		}
		return keep(c)
	})
	var live []*xmltree.Node
	for _, r := range rules {
		if id := r.ID(); total[id] != inside[id] {
			live = append(live, r)
		}
	}
	if len(live) == 0 {
		return
	}
	id := prefix + "coloc-order-lifetime-rules"
	holder := xmltree.New("rsc_location", "id", id, "rsc-pattern", "a^")
	holder.AddNew("rule", "id", id+"-rule", "score", "-INFINITY").Add(live...)
	if constraints := f.root.Path("configuration", "constraints"); constraints != nil {
		constraints.Add(holder)
	}
}

// timed gives a location a rule that joins what it said with its lifetime.
func timed(location *xmltree.Node) {
	id := prefix + location.ID()
	both := xmltree.New("rule", "id", id+"-lifetime-and-rule", "boolean-op", "and")
	var sets, lifetimes []*xmltree.Node
	for c := range location.Elements() {
		switch c.Name {
		case "resource_set":
			sets = append(sets, c)
		case "rule":
			both.Add(c)
		case "lifetime":
			lifetimes = append(lifetimes, c)
		}
	}
	if len(both.Children) == 0 {
		rule := both.AddNew("rule", "id", id+"-node-score-rule")
		if score, ok := location.Lookup("score"); ok {
			rule.Set("score", score)
		}
		rule.AddNew("expression", "id", id+"-node-score-rule-expr", "attribute", "#uname", "operation", "eq", "value", location.Get("node"))
	}
	for _, l := range lifetimes {
		into := both
		if count(l, "rule") > 1 {
			into = both.AddNew("rule", "id", id+"-lifetime-or-rule", "boolean-op", "or")
		}
		for r := range l.Elements("rule") {
			into.Add(r)
		}
	}
	location.Unset("node")
	location.Unset("score")
	location.Children = append(sets, both)
}
