package main

import (
	"fmt"
	"slices"
	"strings"

	"pacer/xmltree"
)

// act is an action of a transition graph, told apart by what it does and where, not by its number.
type act struct {
	name     string // kind, key and node
	task     string // the operation
	number   string
	attrs    map[string]string
	inputs   []string // names of actions
	priority string
}

// acts reads the actions of a graph in document order.
func acts(graph *xmltree.Node) []*act {
	var list []*act
	there := map[string]bool{}
	for synapse := range graph.Elements("synapse") {
		for a := range synapse.First("action_set").Elements() {
			there[a.Get("id")] = true
		}
	}
	for synapse := range graph.Elements("synapse") {
		for a := range synapse.First("action_set").Elements() {
			x := &act{
				name: actName(a), task: a.Get("operation"), number: a.Get("id"),
				attrs: map[string]string{}, priority: synapse.Get("priority"),
			}
			x.read("", a)
			for in := range synapse.First("inputs").Elements("trigger") {
				for t := range in.Elements() {
					if there[t.Get("id")] { // The peer also names what is not there, in transitions that are not valid.
						x.inputs = append(x.inputs, actName(t))
					}
				}
			}
			slices.Sort(x.inputs)
			list = append(list, x)
		}
	}
	return list
}

// read keeps all attributes of an action and of what is below it; which are the same for all is not told.
func (x *act) read(prefix string, n *xmltree.Node) {
	for _, a := range n.Attrs {
		if prefix == "" && a.Name == "id" || a.Name == "crm_feature_set" {
			continue
		}
		x.attrs[prefix+a.Name] = a.Value
	}
	for c := range n.Elements() {
		below := prefix + c.Name + "/"
		switch c.Name {
		case "attributes":
			below = prefix
		case "node", "param":
			below += c.Get("id") + c.Get("name") + "/"
		}
		x.read(below, c)
	}
}

func actName(a *xmltree.Node) string {
	name := a.Name + " " + a.Get("operation_key")
	if k := a.Get("internal_operation_key"); k != "" {
		name += " (" + k + ")"
	}
	if n := a.Get("on_node"); n != "" {
		name += " on " + n
	}
	return name
}

// taskOf is the operation in a name of actName, without resource, interval and node.
func taskOf(name string) string {
	_, key, _ := strings.Cut(name, " ")
	key, _, _ = strings.Cut(key, " ")
	parts := strings.Split(key, "_")
	if len(parts) < 2 {
		return key
	}
	// A notification is named after what it tells of: …_post_notify_start_0.
	task := parts[len(parts)-2]
	if len(parts) > 3 && parts[len(parts)-3] == "notify" {
		task = parts[len(parts)-4] + "-notify-" + task
	}
	return task
}

// graphs compares two transition graphs without regard to how actions are numbered and ordered, and, where that is equal, with it.
func (d *difference) graphs(theirs, ours *xmltree.Node) {
	if (theirs == nil) != (ours == nil) {
		d.add(classActions, "no graph", fmt.Sprintf("theirs %t, ours %t", theirs != nil, ours != nil))
		return
	}
	if theirs == nil {
		return
	}
	d.header(theirs, ours)
	a, b := acts(theirs), acts(ours)
	// order: each name is looked up by itself.
	index := func(list []*act) map[string][]*act {
		m := map[string][]*act{}
		for _, x := range list {
			m[x.name] = append(m[x.name], x)
		}
		return m
	}
	in, at := index(a), index(b)
	same := true
	for _, x := range a {
		if len(at[x.name]) < len(in[x.name]) {
			d.add(classActions, "missing "+x.task, "- "+x.name)
			same = false
		}
	}
	for _, x := range b {
		if len(at[x.name]) > len(in[x.name]) {
			d.add(classActions, "extra "+x.task, "+ "+x.name)
			same = false
		}
	}
	for _, x := range a {
		y := at[x.name]
		if len(y) != 1 || len(in[x.name]) != 1 {
			continue // Named twice or missing; the count above told of it.
		}
		same = d.act(x, y[0]) && same
	}
	if !same {
		return
	}
	for i := range a {
		if a[i].name != b[i].name {
			d.add(classNumbers, "order", fmt.Sprintf("place %d: - %s + %s", i, a[i].name, b[i].name))
			return
		}
		if a[i].number != b[i].number {
			d.add(classNumbers, "number", fmt.Sprintf("%s: - %s + %s", a[i].name, a[i].number, b[i].number))
			return
		}
	}
}

// header compares the attributes of the graph itself.
func (d *difference) header(theirs, ours *xmltree.Node) {
	for _, name := range [...]string{"cluster-delay", "fencing-timeout", "failed-stop-offset", "failed-start-offset", "migration-limit", "recheck-by"} {
		x, y := theirs.Get(name), ours.Get(name)
		if name == "fencing-timeout" && x == "" {
			x = theirs.Get("stonith-timeout") // as 3.0.3 and those before it say; the recorded graphs have the newer name
		}
		if x != y {
			d.add(classHeader, name, fmt.Sprintf("- %s + %s", x, y))
		}
	}
}

// act compares two actions of the same name.
func (d *difference) act(x, y *act) bool {
	same := true
	names := map[string]bool{}
	// order: the names are sorted below.
	for n := range x.attrs {
		names[n] = true
	}
	// order: the names are sorted below.
	for n := range y.attrs {
		names[n] = true
	}
	list := make([]string, 0, len(names))
	// order: sorted at once.
	for n := range names {
		list = append(list, n)
	}
	slices.Sort(list)
	for _, n := range list {
		v, there := x.attrs[n]
		w, here := y.attrs[n]
		if v != w || there != here {
			d.add(classAttributes, n, fmt.Sprintf("%s %s: - %q + %q", x.name, n, v, w))
			same = false
		}
	}
	for _, l := range missing(x.inputs, y.inputs) {
		d.add(classOrders, "missing "+taskOf(l)+" → "+taskOf(x.name), "- "+l+" → "+x.name)
		same = false
	}
	for _, l := range missing(y.inputs, x.inputs) {
		d.add(classOrders, "extra "+taskOf(l)+" → "+taskOf(x.name), "+ "+l+" → "+x.name)
		same = false
	}
	if x.priority != y.priority {
		d.add(classPriority, x.task, fmt.Sprintf("%s: - %s + %s", x.name, x.priority, y.priority))
		same = false
	}
	return same
}

// missing lists what of a sorted list is not in another, as often as it is missing.
func missing(a, b []string) (out []string) {
	j := 0
	for _, s := range a {
		for j < len(b) && b[j] < s {
			j++
		}
		if j < len(b) && b[j] == s {
			j++
			continue
		}
		out = append(out, s)
	}
	return out
}
