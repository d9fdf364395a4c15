package crmresource

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"pacer/cluster"
	"pacer/exitcode"
	"pacer/status"
	"pacer/tool/command"
	"pacer/xmltree"
)

// list shows all resources as crm_mon does.
func (r *run) list() error {
	if err := r.unpack(); err != nil {
		return err
	}
	if len(r.state.Top) == 0 {
		r.Out.Line("Full List of Resources:\n  * No resources")
		r.Out.Add(xmltree.New("resources"))
		return command.Fail(exitcode.NoSuch, "Error performing operation: %s", exitcode.NoSuch.Text())
	}
	picture := status.Build(r.state, status.Extra{Updated: r.Env.Now()})
	dress := status.Dress{Show: status.Resources, Inactive: true, Bare: true}
	r.Out.Raw(string(picture.Text(nil, dress)))
	r.Out.Add(picture.XML(dress)...)
	return nil
}

// listRaw prints the names of primitives.
func (r *run) listRaw() error {
	if err := r.unpack(); err != nil {
		return err
	}
	var names []string
	for _, x := range r.state.Resources {
		if x.Kind == cluster.Primitive {
			r.Out.Line("%s", x.Name)
			names = append(names, x.Name)
		}
	}
	if len(names) == 0 {
		r.Out.Err("NO resources configured")
		return command.Fail(exitcode.NoSuch, "Error performing operation: %s", exitcode.NoSuch.Text())
	}
	r.Out.Add(itemList("resource names", "resource", names...))
	return nil
}

// queryXML prints a resource's configuration.
func (r *run) queryXML() error {
	if err := r.unpack(); err != nil {
		return err
	}
	n, x := r.find(r.resource), r.inState()
	if x != nil && x.XML != nil && (x.Kind == cluster.Primitive || x.Kind == cluster.Group) {
		if r.verb == "query-xml" || n.Get("template") == "" {
			n = numberedXML(x)
		}
	}
	if x != nil && r.Out.Plain() {
		r.showTree(x)
	}
	text := string(n.Pretty(nil))
	r.Out.Line("Resource XML:")
	r.Out.Raw(text)
	if r.Out.XML() {
		r.Out.Push("resource_config")
		if x != nil && (x.Kind != cluster.Group || x.Active(false)) {
			r.Out.Add(status.Element(r.state, x))
		}
		r.Out.CDATA("xml", text)
		r.Out.Pop()
	}
	return nil
}

// numberedXML is the element of a resource, in which an instance of a clone has its number, as has all that is in it.
func numberedXML(x *cluster.Resource) *xmltree.Node {
	n := x.XML.Clone()
	if x.Instance == "" {
		return n
	}
	for m := range n.Elements("primitive") {
		m.Set("clone", x.Instance)
	}
	return n.Set("clone", x.Instance)
}

// showTree prints what a resource does: a primitive in a line, a group by its members, a clone by the roles of its instances.
func (r *run) showTree(x *cluster.Resource) {
	switch x.Kind {
	case cluster.Primitive:
		r.Out.Line("%s", status.Line(r.state, x, false))
	case cluster.Clone:
		roles := []cluster.Role{cluster.Promoted, cluster.Started}
		if x.Promotable {
			roles[1] = cluster.Unpromoted
		}
		for _, role := range roles {
			var names []string
			for _, c := range x.Children {
				on, _ := active(c)
				if len(on) > 0 && deepest(c).Role == role {
					names = append(names, on...)
				}
			}
			if len(names) > 0 {
				slices.Sort(names)
				r.Out.Line("%s: [ %s ]", role, strings.Join(names, " "))
			}
		}
	default:
		if !x.Active(false) {
			return
		}
		for _, c := range x.Children {
			r.showTree(c)
		}
	}
}

// deepest is the first primitive in a resource.
func deepest(x *cluster.Resource) *cluster.Resource {
	for len(x.Children) > 0 {
		x = x.Children[0]
	}
	return x
}

// locate tells where a resource is active.
func (r *run) locate() error {
	if err := r.unpack(); err != nil {
		return err
	}
	type place struct {
		node     string
		promoted bool
	}
	var places []place
	var walk func(*cluster.Resource)
	walk = func(x *cluster.Resource) {
		for _, c := range x.Children {
			walk(c)
		}
		if x.Kind != cluster.Primitive {
			return
		}
		for _, n := range x.RunningOn {
			p := place{n.Name, x.Role == cluster.Promoted}
			if !slices.Contains(places, p) {
				places = append(places, p)
			}
		}
	}
	for _, x := range r.meant() {
		walk(x)
	}
	slices.SortFunc(places, func(a, b place) int { return strings.Compare(a.node, b.node) })
	list := xmltree.New("nodes", "resource", r.resource)
	for _, p := range places {
		n := xmltree.New("node").Add(&xmltree.Node{Kind: xmltree.Text, Text: p.node})
		suffix := ""
		if p.promoted {
			suffix = " Promoted"
			n.Set("state", "promoted")
		}
		if r.quiet {
			r.Out.Line("%s", p.node)
		} else {
			r.Out.Line("resource %s is running on: %s%s", r.resource, p.node, suffix)
		}
		list.Add(n)
	}
	r.Out.Add(list)
	if len(places) == 0 {
		if r.Out.Plain() && !r.quiet {
			r.Out.Err("resource %s is NOT running", r.resource)
		}
	}
	return nil
}

// meant returns what the name on the command line stands for: an instance when it has a number, all instances of a clone's
// child otherwise.
func (r *run) meant() []*cluster.Resource {
	var out []*cluster.Resource
	for _, x := range r.state.Resources {
		if x.Name == r.resource {
			return []*cluster.Resource{x}
		}
		if x.XMLID == r.resource {
			out = append(out, x)
		}
	}
	return out
}

// listOperations shows the history.
func (r *run) listOperations() error {
	if err := r.unpack(); err != nil {
		return err
	}
	list := xmltree.New("operations")
	for state := range r.doc.Root().First("status").Elements("node_state") {
		node := state.Get("uname")
		if r.node != "" && node != r.node {
			continue
		}
		n := r.state.NodeByName(node)
		if n == nil || !n.Online && r.verb == "list-operations" {
			continue
		}
		for lrm := range state.Path("lrm", "lrm_resources").Elements("lrm_resource") {
			if r.resource != "" && lrm.ID() != r.resource {
				continue
			}
			ops := historyOf(lrm)
			if r.verb == "list-operations" {
				ops = sinceStart(ops)
			}
			for _, op := range ops {
				list.Add(r.showOperation(op, lrm, node))
			}
		}
	}
	if len(list.Children) > 0 {
		r.Out.Add(list)
	}
	return nil
}

// historyOf returns the entries of one resource by rising call id.
func historyOf(lrm *xmltree.Node) []*xmltree.Node {
	ops := slices.Collect(lrm.Elements("lrm_rsc_op"))
	slices.SortStableFunc(ops, func(a, b *xmltree.Node) int {
		x, _ := strconv.Atoi(a.Get("call-id"))
		y, _ := strconv.Atoi(b.Get("call-id"))
		return x - y
	})
	return ops
}

// sinceStart leaves out what was before the resource was last started, and everything when it was stopped after that. Where no start is on
// record, the last promotion or demotion stands for it, or else the first monitor behind the stop that found it running.
func sinceStart(ops []*xmltree.Node) []*xmltree.Node {
	start, stop, found, turned := -1, -1, -1, -1
	for i, op := range ops {
		rc := op.Get("rc-code")
		switch op.Get("operation") {
		case "stop":
			if op.Get("op-status") == "0" {
				stop = i
			}
		case "start", "migrate_from":
			start = i
		case "monitor":
			if found <= stop && (rc == "0" || rc == "8") {
				found = i
			}
		case "promote", "demote":
			turned = i
		}
	}
	if start < 0 {
		if start = turned; start < 0 {
			start = found
		}
	}
	if start < stop {
		return nil
	}
	return ops[max(start, 0):]
}

// showOperation prints an entry of the history, and returns its element.
func (r *run) showOperation(op, lrm *xmltree.Node, node string) *xmltree.Node {
	head := fmt.Sprintf("%s\t(%s:%s):\t", lrm.ID(), lrm.Get("class"), lrm.Get("type"))
	agent := lrm.Get("class") + ":" + lrm.Get("provider") + ":" + lrm.Get("type")
	if x := r.state.ResourceByName(lrm.ID()); x != nil {
		head = status.Line(r.state, x, true)
	}
	status := statusText(op.Get("op-status"))
	text := fmt.Sprintf("%s: %s (node=%s, call=%s, rc=%s", head, op.Get("operation_key"), node, op.Get("call-id"), op.Get("rc-code"))
	out := xmltree.New("operation", "op", op.Get("operation_key"), "node", node, "call", op.Get("call-id"),
		"rc", op.Get("rc-code"), "status", status, "rsc", lrm.ID(), "agent", agent)
	if at := seconds(op.Get("last-rc-change")); !at.IsZero() {
		when := at.In(r.Env.Now().Location()).Format("Mon Jan _2 15:04:05 2006")
		text += fmt.Sprintf(", last-rc-change='%s'", when)
		out.Set("last-rc-change", when)
	}
	if t := op.Get("exec-time"); t != "" {
		text += ", exec=" + t + "ms"
		out.Set("exec-time", t)
	}
	r.Out.Line("%s): %s", text, status)
	return out
}

// itemList is the element in which names and values are listed.
func itemList(title, item string, values ...string) *xmltree.Node {
	list := xmltree.New("list", "name", title, "count", strconv.Itoa(len(values)))
	for _, v := range values {
		list.AddNew("item", "name", item).Add(&xmltree.Node{Kind: xmltree.Text, Text: v})
	}
	return list
}

func seconds(text string) time.Time {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n <= 0 {
		return time.Time{}
	}
	return time.Unix(n, 0)
}

// statusText names the values of op-status.
func statusText(code string) string {
	names := map[string]string{"-1": "Pending", "0": "Done", "1": "Cancelled", "2": "Timed Out", "3": "NOT SUPPORTED",
		"4": "Error", "5": "Hard error", "6": "Fatal error", "7": "Not installed", "8": "Internal communication failure",
		"9": "Cannot execute now", "10": "No fence device", "11": "CIB secrets unavailable"}
	if t, ok := names[code]; ok {
		return t
	}
	return "UNKNOWN!"
}
