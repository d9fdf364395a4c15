package scheduler_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"pacer/internal/randomcib"
	"pacer/internal/randomcib/campaign"
	"pacer/xmltree"
)

// TestTwins says the same in other words: what is short written out, what is new with its old name, and things that mean
// nothing beside it.
func TestTwins(t *testing.T) {
	for _, c := range []struct {
		name    string
		change  func(*xmltree.Node)
		with    []randomcib.Feature
		rename  func(string) string
		without []randomcib.Feature // with which it is not the same: parts of guests and names in sets are not looked up
	}{
		{"templates written out", writeOutTemplates, []randomcib.Feature{randomcib.Templates}, asItIs, nil},
		{"references written out", writeOutReferences, []randomcib.Feature{randomcib.References}, asItIs,
			[]randomcib.Feature{randomcib.Guests}},
		{"tags written out", writeOutTags, []randomcib.Feature{randomcib.Tags, randomcib.Locations}, asItIs, nil},
		{"sets of locations written out", writeOutLocationSets, []randomcib.Feature{randomcib.Locations, randomcib.LocationSets}, asItIs,
			[]randomcib.Feature{randomcib.Members}},
		{"nodes by rules", nodesByRules, []randomcib.Feature{randomcib.Locations}, asItIs, nil},
		{"new names of options", renameOptions, nil, asItIs, nil},
		{"new names of roles", renameRoles, []randomcib.Feature{randomcib.Clones, randomcib.Promotable, randomcib.LocationRoles, randomcib.ColocationRoles}, newRoles, nil},
		{"master", masterToClone, []randomcib.Feature{randomcib.Clones, randomcib.Promotable, randomcib.OldForms}, asItIs, nil},
		{"things that mean nothing", addNothing, nil, asItIs, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := everything
			o.Weights = map[randomcib.Feature]float64{}
			o.Without = c.without
			for _, f := range c.with {
				o.Weights[f] = 1
			}
			campaign.Run(t, 10, o, func(cib *xmltree.Node) string {
				other := cib.Clone()
				c.change(other)
				return same(cib, other, c.rename) // graphs say a role as it is configured
			})
		})
	}
}

// every calls change for every element with one of the names.
func every(root *xmltree.Node, change func(x *xmltree.Node), names ...string) {
	root.Walk(func(x *xmltree.Node) bool {
		if slices.Contains(names, x.Name) {
			change(x)
		}
		return true
	})
}

// withIDs gives a copy and all in it ids of their own.
func withIDs(x *xmltree.Node, suffix string) *xmltree.Node {
	c := x.Clone()
	c.Walk(func(y *xmltree.Node) bool {
		if id, ok := y.Lookup("id"); ok && y.Name != "resource_ref" {
			y.Set("id", id+suffix)
		}
		return true
	})
	return c
}

// role is the role of an operation as far as it tells it from others of its name in a template.
func role(op *xmltree.Node) string {
	switch r := newRoles(op.Get("role")); r {
	case "Started", "Unpromoted":
		return ""
	default:
		return r
	}
}

func newRoles(text string) string {
	return strings.NewReplacer("Master", "Promoted", "Slave", "Unpromoted").Replace(text)
}

func writeOutTemplates(root *xmltree.Node) {
	templates := root.Path("configuration", "resources")
	every(root, func(p *xmltree.Node) {
		t := templates.ByID("template", p.Get("template"))
		if t == nil {
			return
		}
		p.Unset("template")
		for _, name := range []string{"class", "provider", "type"} {
			if v := t.Get(name); v != "" {
				p.Set(name, v)
			}
		}
		own := p.Children
		p.Children = nil
		for _, c := range t.Children { // before the primitive's own: of equal blocks the later one wins
			if c.Name != "operations" {
				p.Add(withIDs(c, "-of-"+p.ID()))
			}
		}
		p.Children = append(p.Children, own...)
		ops := p.First("operations")
		var said []*xmltree.Node
		if ops != nil {
			said = ops.Children
		}
		for op := range t.First("operations").Elements("op") {
			if ops == nil {
				ops = p.AddNew("operations")
			}
			if !slices.ContainsFunc(said, func(o *xmltree.Node) bool {
				return o.Get("name") == op.Get("name") && role(o) == role(op)
			}) {
				ops.Add(withIDs(op, "-of-"+p.ID()))
			}
		}
	}, "primitive")
}

func writeOutReferences(root *xmltree.Node) {
	blocks := map[string]*xmltree.Node{}
	every(root, func(x *xmltree.Node) { blocks[x.ID()] = x }, "meta_attributes")
	n := 0
	root.Walk(func(x *xmltree.Node) bool {
		for i, c := range x.Children {
			if b := blocks[c.Get("id-ref")]; b != nil && c.Get("id-ref") != "" {
				n++
				x.Children[i] = withIDs(b, "-copy"+strconv.Itoa(n))
			}
		}
		return true
	})
}

// replace puts others in the place of some of the constraints.
func replace(root *xmltree.Node, by func(x *xmltree.Node) []*xmltree.Node) {
	list := root.Path("configuration", "constraints")
	var all []*xmltree.Node
	for _, x := range list.Children {
		if y := by(x); y != nil {
			all = append(all, y...)
		} else {
			all = append(all, x)
		}
	}
	list.Children = all
}

// writeOutTags replaces a tag by what is tagged in locations.
func writeOutTags(root *xmltree.Node) {
	tags := root.Path("configuration", "tags")
	replace(root, func(x *xmltree.Node) (list []*xmltree.Node) {
		t := tags.ByID("tag", x.Get("rsc"))
		if t == nil || x.Name != "rsc_location" {
			return nil
		}
		for i, ref := range t.Children {
			list = append(list, withIDs(x, "-"+strconv.Itoa(i)).Set("rsc", ref.ID()))
		}
		return list
	})
}

func writeOutLocationSets(root *xmltree.Node) {
	tags := root.Path("configuration", "tags")
	replace(root, func(x *xmltree.Node) (list []*xmltree.Node) {
		if x.Name != "rsc_location" || x.First("resource_set") == nil {
			return nil
		}
		for set := range x.Elements("resource_set") {
			for ref := range set.Elements("resource_ref") {
				if tags.ByID("tag", ref.ID()) != nil {
					return nil
				}
				y := withIDs(x, "-"+strconv.Itoa(len(list))).Set("rsc", ref.ID())
				if role := set.Get("role"); role != "" {
					y.Set("role", role)
				}
				y.Children = slices.DeleteFunc(y.Children, func(c *xmltree.Node) bool { return c.Name == "resource_set" })
				list = append(list, y)
			}
		}
		return list
	})
}

// nodesByRules says where a resource may run by a rule on the name of the node. (Nodes that resources stand for may have no
// name that rules see.)
func nodesByRules(root *xmltree.Node) {
	members := map[string]bool{}
	for n := range root.Path("configuration", "nodes").Elements("node") {
		members[n.Get("uname")] = n.Get("type") != "remote"
	}
	every(root, func(x *xmltree.Node) {
		name := x.Get("node")
		if !members[name] {
			return
		}
		x.Unset("node")
		r := x.AddNew("rule", "id", x.ID()+"-rule", "score", x.Get("score"))
		x.Unset("score")
		r.AddNew("expression", "id", x.ID()+"-expr", "attribute", "#uname", "operation", "eq", "value", name)
	}, "rsc_location")
}

func renameOptions(root *xmltree.Node) {
	names := map[string]string{"stonith-enabled": "fencing-enabled", "stonith-action": "fencing-action", "stonith-timeout": "fencing-timeout",
		"stonith-watchdog-timeout": "fencing-watchdog-timeout", "stop-orphan-resources": "stop-removed-resources",
		"stop-orphan-actions": "cancel-removed-actions"}
	every(root.Path("configuration", "crm_config"), func(x *xmltree.Node) {
		if name := names[x.Get("name")]; name != "" {
			x.Set("name", name)
		}
	}, "nvpair")
}

func renameRoles(root *xmltree.Node) {
	root.First("configuration").Walk(func(x *xmltree.Node) bool {
		for i, a := range x.Attrs {
			x.Attrs[i].Value = newRoles(a.Value)
		}
		return true
	})
}

func masterToClone(root *xmltree.Node) {
	every(root, func(x *xmltree.Node) {
		x.Name = "clone"
		b := xmltree.New("meta_attributes", "id", x.ID()+"-promotable", "score", "1")
		b.AddNew("nvpair", "id", x.ID()+"-promotable-1", "name", "promotable", "value", "true")
		x.Children = append([]*xmltree.Node{b}, x.Children...)
	}, "master")
}

// addNothing adds what holds never or is used nowhere.
func addNothing(root *xmltree.Node) {
	never := func(x *xmltree.Node, id string) {
		x.AddNew("rule", "id", id, "score", "INFINITY").
			AddNew("date_expression", "id", id+"-date", "operation", "lt", "end", "2001-01-01 00:00:00Z")
	}
	conf := root.First("configuration")
	every(conf.First("resources"), func(x *xmltree.Node) {
		b := x.AddNew("meta_attributes", "id", x.ID()+"-never", "score", "INFINITY")
		never(b, x.ID()+"-never-rule")
		b.AddNew("nvpair", "id", x.ID()+"-never-1", "name", "target-role", "value", "Stopped")
		p := x.AddNew("instance_attributes", "id", x.ID()+"-nowhere", "score", "INFINITY")
		never(p, x.ID()+"-nowhere-rule")
		p.AddNew("nvpair", "id", x.ID()+"-nowhere-1", "name", "ip", "value", "0.0.0.0")
		never(conf.First("constraints").AddNew("rsc_location", "id", "never-"+x.ID(), "rsc", x.ID()), "never-rule-"+x.ID())
	}, "primitive", "group")
	conf.First("resources").AddNew("template", "id", "unused", "class", "ocf", "provider", "heartbeat", "type", "Dummy")
	b := conf.First("crm_config").AddNew("cluster_property_set", "id", "never", "score", "INFINITY")
	never(b, "never-option")
	b.AddNew("nvpair", "id", "never-1", "name", "stop-all-resources", "value", "true")
	root.First("status").AddNew("tickets").AddNew("ticket_state", "id", "unused", "granted", "false")
}
