package cib

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pacer/isotime"
	"pacer/option"
	"pacer/release"
	"pacer/schema"
	"pacer/xmltree"
)

// Doubt is something that the schema accepts, and that is not understood or not for long any more.
type Doubt struct {
	schema.Problem
	// Grave tells that it does not do what it says; what is not grave still works.
	Grave bool
	// Harmless tells that the cluster does what it says all the same: options by an older name, and sets by reference, which the
	// resources of Pacemaker 3.0 do not find.
	Harmless bool
}

// Doubts lists what a cluster would complain about although the schema of the document accepts it, in the order of the document. It
// looks at the document as a cluster reads it, so upgrade it first.
func Doubts(root *xmltree.Node) []Doubt {
	configuration := root.First("configuration")
	if configuration == nil {
		return nil
	}
	d := &doubter{used: map[string]bool{}, scheduled: root.First("status") != nil,
		nodes: root.Path("status", "node_state") != nil}
	for r := range configuration.First("resources").Elements() {
		d.resources = true
		r.Walk(func(n *xmltree.Node) bool {
			if t, ok := n.Lookup("template"); ok && n.Name == "primitive" {
				d.used[t] = true
			}
			return true
		})
	}
	d.document(root)
	d.options(configuration.First("crm_config"))
	d.look(configuration, nil)
	return d.out
}

type doubter struct {
	out       []Doubt
	resources bool
	// scheduled tells that something is known of the nodes, so that all of the configuration is read.
	scheduled bool
	nodes     bool            // something is known of a node
	used      map[string]bool // templates of primitives
}

func (d *doubter) say(grave bool, n *xmltree.Node, attribute, format string, args ...any) {
	p := schema.Problem{Line: int(n.Line), Element: n.Name, ID: n.ID(), Attribute: attribute, Text: fmt.Sprintf(format, args...)}
	d.out = append(d.out, Doubt{Problem: p, Grave: grave})
}

func (d *doubter) document(root *xmltree.Node) {
	if set := root.Get("crm_feature_set"); olderFeature(release.Own().Features, set) {
		d.say(true, root, "crm_feature_set", "it was written for feature set %s, and %s is the newest that is known", set, release.Own().Features)
	}
}

// options looks at the options of the cluster.
func (d *doubter) options(config *xmltree.Node) {
	there := map[string]bool{}
	for set := range config.Elements("cluster_property_set") {
		for pair := range set.Elements("nvpair") {
			there[pair.Get("name")] = true
		}
	}
	for set := range config.Elements("cluster_property_set") {
		for pair := range set.Elements("nvpair") {
			name, value := pair.Get("name"), pair.Get("value")
			o := option.Find(option.Cluster, name)
			if o == nil || name != o.Name && there[o.Name] {
				continue
			}
			if name != o.Name {
				d.say(false, pair, "name", "the cluster option %s is called %s today; the old name will not be known forever", name, o.Name)
				d.out[len(d.out)-1].Harmless = true
			}
			if !usable(o, value) {
				d.say(true, pair, "value", "%s=%q is not valid, and the default %q is used", name, value, o.Default)
			}
		}
	}
}

// usable tells whether a cluster can use the value of an option.
func usable(o *option.Option, value string) bool {
	switch o.Kind {
	case option.Whole:
		_, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
		return err == nil
	case option.Duration:
		_, err := isotime.Interval(value)
		return err == nil || o.Name == "fencing-watchdog-timeout"
	}
	return o.Valid(value)
}

// look goes through the configuration; path are the elements around n.
func (d *doubter) look(n *xmltree.Node, path []*xmltree.Node) {
	switch n.Name {
	case "expression":
		d.expression(n, path)
	case "rsc_location":
		for r := range n.Elements("rule") {
			d.locationRule(r)
		}
	case "rsc_order":
		for _, x := range append([]*xmltree.Node{n}, slices.Collect(n.Elements("resource_set"))...) {
			if _, ok := x.Lookup("score"); ok {
				d.say(false, x, "score", "score is an old way to say kind; use kind instead")
			}
		}
	case "rsc_colocation":
		d.colocation(n)
	case "node":
		if s, ok := n.Lookup("score"); ok && s != strings.TrimSpace(s) && strings.Contains(s, "INFINITY") {
			d.say(false, n, "score", "score=%q is no score: 0 is used", s)
		}
	case "operations":
		d.operations(n)
	case "meta_attributes", "utilization", "instance_attributes":
		d.reference(n, path)
	case "template":
		if !d.used[n.ID()] {
			return // Nothing reads it.
		}
	}
	path = append(path, n)
	for c := range n.Elements() {
		d.look(c, path)
	}
}

func (d *doubter) locationRule(r *xmltree.Node) {
	if _, ref := r.Lookup("id-ref"); ref {
		return
	}
	_, score := r.Lookup("score")
	_, by := r.Lookup("score-attribute")
	if op, ok := r.Lookup("boolean-op"); ok && op != strings.TrimSpace(op) {
		d.say(true, r, "boolean-op", "boolean-op=%q is neither and nor or: the rule is left out", op)
	}
	if !score && !by {
		d.say(true, r, "", "it has neither score nor score-attribute, and is left out")
	}
}

func (d *doubter) colocation(n *xmltree.Node) {
	for _, name := range [2]string{"rsc-role", "with-rsc-role"} {
		if role := n.Get(name); role == "Master" || role == "Slave" {
			d.role(n, name, role)
		}
	}
	if v, ok := n.Lookup("influence"); ok {
		if _, valid := option.ParseBool(v); !valid {
			d.say(true, n, "influence", "influence=%q is neither true nor false", v)
		}
	}
}

func (d *doubter) role(n *xmltree.Node, attribute, role string) {
	d.say(false, n, attribute, "the role %s is called %s today", role, map[string]string{"Master": "Promoted", "Slave": "Unpromoted"}[role])
}

// reference looks for sets by reference in resources. Pacemaker 3.0 complains of those that it reads, and does without them.
func (d *doubter) reference(n *xmltree.Node, path []*xmltree.Node) {
	id, ok := n.Lookup("id-ref")
	if !ok || len(path) < 3 || path[1].Name != "resources" {
		return
	}
	// Parameters, and what operations have, are read when something is to be done on a node.
	if owner := path[len(path)-1]; d.nodes || n.Name != "instance_attributes" && owner.Name != "op" {
		d.say(false, n, "id-ref", "the set %s counts here by reference, but not with Pacemaker 3.0: write its pairs out where that is to read them", id)
		d.out[len(d.out)-1].Harmless = true
	}
}

// operations looks for operations that are configured twice, and for old names of roles.
func (d *doubter) operations(n *xmltree.Node) {
	if !d.scheduled {
		return
	}
	seen := map[[2]string]*xmltree.Node{}
	for op := range n.Elements("op") {
		interval := op.Get("interval")
		if i, err := isotime.Interval(interval); err == nil {
			interval = i.String()
		}
		key := [2]string{op.Get("name"), interval}
		if other := seen[key]; other != nil {
			d.say(true, op, "", "it has the name and interval of the operation %s", other.ID())
		}
		seen[key] = op
		if role := op.Get("role"); role == "Master" || role == "Slave" {
			d.role(op, "role", role)
		}
	}
}

// valued tells whether all expressions in a rule have the values that they need.
func valued(rule *xmltree.Node) bool {
	all := true
	rule.Walk(func(n *xmltree.Node) bool {
		_, ok := n.Lookup("value")
		all = all && (n.Name != "expression" || ok || strings.HasSuffix(strings.TrimSpace(n.Get("operation")), "defined"))
		return all
	})
	return all
}

// expression looks at expressions about node attributes: those that are read need a value, and operations will not have them for long.
func (d *doubter) expression(n *xmltree.Node, path []*xmltree.Node) {
	i := len(path) - 1
	for i > 1 && path[i].Name == "rule" {
		i--
	}
	if i < 1 || i+1 >= len(path) {
		return
	}
	set, owner, rule := path[i], path[i-1], path[i+1]
	read := false // before anything is scheduled
	switch owner.Name {
	case "crm_config", "node":
		read = true
	case "rsc_defaults":
		read = d.resources
	case "primitive", "template":
		read = set.Name != "instance_attributes"
	case "group", "clone", "bundle":
		read = set.Name == "meta_attributes"
	case "op", "op_defaults":
		// What an operation for stopped resources has is read later, and operations that are elsewhere are read there.
		_, elsewhere := path[max(i-2, 0)].Lookup("id-ref")
		if valued(rule) && !elsewhere && owner.Get("role") != "Stopped" {
			d.say(false, n, "", "expressions about nodes in rules of operations will not be understood for long any more")
		}
	}
	if read && !valued(n) {
		d.say(true, n, "", "operation=%q needs a value", n.Get("operation"))
	}
}
