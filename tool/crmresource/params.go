package crmresource

import (
	"strings"

	"pacer/cib"
	"pacer/cluster"
	"pacer/exitcode"
	"pacer/tool/command"
	"pacer/tool/nvpair"
	"pacer/xmltree"
)

// pair is one parameter found in the configuration.
type pair struct{ set, nv *xmltree.Node }

// pairsOf finds pairs of a resource in its sets of a kind, "" for all of any kind; with inside, also those of the resources inside it.
func (r *run) pairsOf(n *xmltree.Node, element, name string, inside bool) []pair {
	var out []pair
	var walk func(*xmltree.Node)
	walk = func(x *xmltree.Node) {
		for c := range x.Elements() {
			if inside && isResource(c) {
				walk(c)
			}
			if element != "" && (c.Name != element || r.set != "" && c.ID() != r.set) {
				continue
			}
			for nv := range c.Elements("nvpair") {
				if nv.Get("name") == name && (r.id == "" || nv.ID() == r.id) {
					out = append(out, pair{c, nv})
				}
			}
		}
	}
	walk(n)
	return out
}

// several tells of a name that stands for several parameters.
func (r *run) several(name string, found []pair) {
	r.Out.Line("Multiple attributes match name=%s", name)
	for _, p := range found {
		r.Out.Line("  Value: %s \t(id=%s)", p.nv.Get("value"), p.nv.ID())
	}
	r.Out.Line("")
}

// ambiguous tells of a name that stands for several parameters where one is meant.
func (r *run) ambiguous(found []pair) error {
	r.several(r.arg, found)
	return command.Fail(exitcode.Multiple, "Error performing operation: %s", exitcode.Multiple.Text())
}

// tellSeveral tells when the name stands for several pairs, of whatever kind, of all that the resource is in.
func (r *run) tellSeveral(n *xmltree.Node) {
	if r.id != "" || r.force {
		return
	}
	for up := parentOf(r.resources(), n); up != nil; up = parentOf(r.resources(), n) {
		n = up
	}
	if found := r.pairsOf(n, "", r.arg, true); len(found) > 1 {
		r.several(r.arg, found)
	}
}

func (r *run) resources() *xmltree.Node { return r.doc.Root().Path("configuration", "resources") }

// getParameter prints a parameter as it is in effect.
func (r *run) getParameter() error {
	n := r.find(r.resource)
	if err := r.unpack(); err != nil {
		return err
	}
	x := r.inState()
	shown := r.resource
	if x != nil {
		shown = x.Name
		if on, _ := active(x); len(on) > 1 {
			r.Out.Err("%s is active on more than one node, returning the default value for %s", shown, r.arg)
		}
	}
	value, ok := "", false
	switch {
	case r.element:
		value, ok = n.Lookup(r.arg)
	case r.pairs == "meta_attributes":
		if x != nil {
			value, ok = x.Meta[r.arg]
		}
	case r.pairs == "instance_attributes":
		// Rules and templates have their say.
		if x != nil {
			var node *cluster.Node
			if len(x.RunningOn) > 0 {
				node = x.RunningOn[0]
			}
			value, ok = r.state.Params(x, node)[r.arg]
		}
	default:
		value, ok = r.inherited(n)
	}
	if !ok {
		r.Out.Err("Attribute '%s' not found for '%s'", r.arg, shown)
		return nil
	}
	r.Out.Line("%s", value)
	r.Out.Add(itemList("attributes", r.arg, value))
	return nil
}

// inState is the resource as it is in effect; of something in a clone, its first instance.
func (r *run) inState() *cluster.Resource {
	if x := r.state.ResourceByName(r.resource); x != nil {
		return x
	}
	for _, x := range r.state.Resources {
		if x.XMLID == r.resource {
			return x
		}
	}
	return nil
}

// inherited looks for a parameter in the resource, then in its template.
func (r *run) inherited(n *xmltree.Node) (string, bool) {
	if found := r.pairsOf(n, r.pairs, r.arg, false); len(found) > 0 {
		return found[0].nv.Lookup("value")
	}
	if t := n.Get("template"); t != "" {
		if tn := r.resources().ByID("template", t); tn != nil {
			if found := r.pairsOf(tn, r.pairs, r.arg, false); len(found) > 0 {
				return found[0].nv.Lookup("value")
			}
		}
	}
	return "", false
}

// targets picks the resources whose pair is meant. A parameter belongs to the resource that is named, and so does what is deleted, unless it
// is a meta-attribute. Else a clone speaks for what is in it, but not where that has the pair already, and a group also for members that
// have it. With force, just the resource that is named is meant; a set or an id stand for one resource.
func (r *run) targets(n *xmltree.Node, verb string) []*xmltree.Node {
	if r.force || r.pairs == "instance_attributes" || verb == "delete" && r.pairs != "meta_attributes" {
		return []*xmltree.Node{n}
	}
	parent := parentOf(r.resources(), n)
	switch {
	case parent != nil && isClone(parent):
		if len(r.pairsOf(n, r.pairs, r.arg, false)) == 0 {
			r.tell("Performing %s of '%s' on '%s', the parent of '%s'", verb, r.arg, parent.ID(), n.ID())
			return []*xmltree.Node{parent}
		}
		return []*xmltree.Node{n}
	case parent == nil && isClone(n):
		if child := n.First("primitive"); child != nil && len(r.pairsOf(child, r.pairs, r.arg, false)) > 0 {
			r.tell("A value for '%s' already exists in child '%s', performing %s on that instead of '%s'", r.arg, child.ID(), verb, n.ID())
			return []*xmltree.Node{child}
		}
		return []*xmltree.Node{n}
	}
	var out []*xmltree.Node
	if r.set == "" && r.id == "" {
		for child := range n.Elements() {
			if isResource(child) && len(r.pairsOf(child, r.pairs, r.arg, false)) > 0 {
				out = append(out, child)
			}
		}
	}
	return append(out, n)
}

func isClone(n *xmltree.Node) bool { return n.Name == "clone" || n.Name == "master" }

// setParameter changes a parameter, a meta-attribute, a utilization value or an attribute of the element.
func (r *run) setParameter() error {
	n := r.find(r.resource)
	if r.element {
		op := cib.Op{Kind: cib.OpModify, Section: "resources", Data: xmltree.New(n.Name, "id", n.ID(), r.arg, r.value)}
		if old, ok := n.Lookup(r.arg); ok && old == r.value {
			// Asking is enough for a new version of the configuration, even where nothing changes.
			op = cib.Op{Kind: cib.OpReplace, Section: "resources", Data: n}
		}
		if err := r.apply(op); err != nil {
			return err
		}
		r.tell("Set attribute: name=%s value=%s", r.arg, r.value)
		return nil
	}
	r.tellSeveral(n)
	if r.pairs == "instance_attributes" && !r.force {
		if err := r.refuseMeta(n); err != nil {
			return err
		}
	}
	targets := r.targets(n, "update")
	if r.recursive && r.pairs == "meta_attributes" {
		targets = r.followers(targets)
	}
	settings := xmltree.New("resource-settings")
	for _, t := range targets {
		if err := r.setOn(t, settings); err != nil {
			return err
		}
	}
	r.Out.Add(settings)
	return nil
}

// refuseMeta stops who sets a parameter and means the meta-attribute of that name.
func (r *run) refuseMeta(n *xmltree.Node) error {
	found := r.pairsOf(n, "meta_attributes", r.arg, false)
	if len(found) == 0 {
		return nil
	}
	r.Out.Err("WARNING: There is already a meta attribute for '%s' called '%s' (id=%s)", r.resource, r.arg, found[0].nv.ID())
	r.Out.Err("         Delete '%s' first or use the force option to override", r.arg)
	return command.Fail(exitcode.Multiple, "Error performing operation: %s", exitcode.Multiple.Text())
}

func (r *run) setOn(n, settings *xmltree.Node) error {
	found := r.pairsOf(n, r.pairs, r.arg, false)
	if len(found) > 1 {
		return r.ambiguous(found)
	}
	set, id, shown := r.set, r.id, ""
	if len(found) > 0 {
		set, id = found[0].set.ID(), found[0].nv.ID()
	} else if set == "" {
		set = nvpair.Sanitize(n.ID() + "-" + r.pairs)
	}
	if len(found) == 0 || r.set != "" {
		shown = " set=" + set
	}
	if id == "" {
		id = nvpair.Sanitize(set + "-" + r.arg)
	}
	pairs := xmltree.New(r.pairs, "id", set).Add(xmltree.New("nvpair", "id", id, "name", r.arg, "value", r.value))
	data := xmltree.New(n.Name, "id", n.ID()).Add(pairs)
	if err := r.apply(cib.Op{Kind: cib.OpModify, Section: "resources", Data: data, AllowCreate: true}); err != nil {
		return err
	}
	r.tell("Set '%s' option: id=%s%s name=%s value=%s", n.ID(), id, shown, r.arg, r.value)
	settings.AddNew(n.Name, "id", n.ID()).AddNew(r.pairs, "id", set).AddNew("nvpair", "id", id, "value", r.value, "name", r.arg)
	return nil
}

// followers adds the resources that are colocated with those given (with a positive score), and those with them.
func (r *run) followers(list []*xmltree.Node) []*xmltree.Node {
	seen := map[string]bool{}
	for _, n := range list {
		seen[n.ID()] = true
	}
	constraints := r.colocations()
	for i := 0; i < len(list); i++ {
		for _, c := range constraints {
			id := c.Get("rsc")
			if c.Get("with-rsc") != list[i].ID() || seen[id] || strings.HasPrefix(c.Get("score"), "-") || c.Get("score") == "0" {
				continue
			}
			if n := r.find(id); n != nil {
				seen[id] = true
				list = append(list, n)
			}
		}
	}
	return list
}

// deleteParameter removes a parameter.
func (r *run) deleteParameter() error {
	n := r.find(r.resource)
	if r.element {
		without := n.Clone()
		without.Unset(r.arg)
		if err := r.apply(cib.Op{Kind: cib.OpReplace, Section: "resources", Data: without}); err != nil {
			return err
		}
		r.tell("Deleted attribute: %s", r.arg)
		return nil
	}
	r.tellSeveral(n)
	deleted := false
	for _, t := range r.targets(n, "delete") {
		found := r.pairsOf(t, r.pairs, r.arg, false)
		if len(found) == 0 {
			continue
		}
		if len(found) > 1 {
			return r.ambiguous(found)
		}
		id := found[0].nv.ID()
		data := xmltree.New("nvpair", "id", id, "name", r.arg)
		if err := r.apply(cib.Op{Kind: cib.OpDelete, Section: "resources", Data: data}); err != nil {
			return err
		}
		shown := ""
		if r.set != "" {
			shown = " set=" + r.set
		}
		r.tell("Deleted '%s' option: id=%s%s name=%s", t.ID(), id, shown, r.arg)
		deleted = true
	}
	if !deleted {
		return command.Fail(exitcode.NoSuch, "Error performing operation: %s", exitcode.NoSuch.Text())
	}
	return nil
}
