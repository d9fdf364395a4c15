// Package play makes the CIB of a small cluster from a few lines, for tests: what `crm configure` would be told, and beside it
//
//	cib NAME=VALUE …         attributes of the document (have-quorum=0)
//	now SECONDS              the time; without it 1700000000
//	state NODE NAME=VALUE …  attributes of its node_state; a node without such a line is a member that is up, and NODE -
//	                         means that it was never seen
//	attr NODE NAME=VALUE …   transient attributes
//	ticket ID NAME=VALUE …   a ticket_state
//	did NODE RESOURCE OP …   its history there, oldest first
//
// An OP, or {NAME=VALUE,…} before them for the attributes of the whole, is TASK, TASK/INTERVAL; then =CODE (0; for "probe" 7),
// =CODE!EXPECTED, =pending; then @SECONDS for how long before now; then {NAME=VALUE,…} for further attributes.
package play

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"pacer/crm/syntax"
	"pacer/history"
	"pacer/isotime"
	"pacer/operation"
	"pacer/xmltree"
)

// maker is a CIB in the making.
type maker struct {
	root, conf, status *xmltree.Node
	now                int64
	objects            []*syntax.Object
	states             map[string][]xmltree.Attr
	attrs              map[string][]xmltree.Attr
	did                []string
}

// CIB makes the CIB of a play; its execution-date is the time of the play.
func CIB(text string) (*xmltree.Node, error) {
	p := &maker{root: xmltree.New("cib", "crm_feature_set", "3.16.0", "validate-with", "pacemaker-3.9", "epoch", "1", "num_updates", "0",
		"admin_epoch", "0", "have-quorum", "1"), now: 1_700_000_000, states: map[string][]xmltree.Attr{}, attrs: map[string][]xmltree.Attr{}}
	p.conf = p.root.AddNew("configuration")
	for _, section := range []string{"crm_config", "nodes", "resources", "constraints", "tags", "op_defaults", "rsc_defaults"} {
		p.conf.AddNew(section)
	}
	p.status = p.root.AddNew("status")
	ids := syntax.NewIDs()
	for _, l := range syntax.Lines(text) {
		if l.IsComment() {
			continue
		}
		if err := p.line(l, ids); err != nil {
			return nil, err
		}
	}
	p.root.Set("execution-date", strconv.FormatInt(p.now, 10))
	if err := p.configuration(); err != nil {
		return nil, err
	}
	return p.root, p.history()
}

func (p *maker) line(l syntax.Line, ids *syntax.IDs) error {
	f, err := syntax.Words(l.Text)
	if err != nil {
		return err
	}
	switch word := f[0]; word {
	case "cib":
		for _, a := range pairs(f[1:]) {
			p.root.Set(a.Name, a.Value)
		}
	case "now":
		p.now, err = strconv.ParseInt(f[1], 10, 64)
	case "state":
		p.states[f[1]] = append(p.states[f[1]], pairs(f[2:])...)
	case "attr":
		p.attrs[f[1]] = append(p.attrs[f[1]], pairs(f[2:])...)
	case "ticket":
		tickets := p.status.First("tickets")
		if tickets == nil {
			tickets = p.status.AddNew("tickets")
		}
		t := tickets.AddNew("ticket_state", "id", f[1])
		t.Attrs = append(t.Attrs, pairs(f[2:])...)
	case "did":
		p.did = append(p.did, strings.Join(f[1:], " "))
	default:
		o, err := syntax.Parse(l, syntax.Options{})
		if err != nil {
			return err
		}
		if o.Kind.IsAttributeSet() && o.Node.ID() == "" {
			o.Node.Set("id", o.Kind.DefaultID())
		}
		syntax.Assign(o.Kind, o.Node, nil, ids)
		p.objects = append(p.objects, o)
	}
	return err
}

func pairs(words []string) []xmltree.Attr {
	var list []xmltree.Attr
	for _, w := range words {
		name, value, _ := strings.Cut(w, "=")
		list = append(list, xmltree.Attr{Name: name, Value: value})
	}
	return list
}

// configuration puts the objects into their sections, what is in groups, clones and bundles into these.
func (p *maker) configuration() error {
	byID := map[string]*xmltree.Node{}
	for _, o := range p.objects {
		byID[o.Node.ID()] = o.Node
	}
	inside := map[*xmltree.Node]bool{}
	for _, o := range p.objects {
		for i, c := range o.Node.Children {
			if c.Name != syntax.ChildRef {
				continue
			}
			child := byID[c.ID()]
			if child == nil {
				return fmt.Errorf("%s: there is no %s", o.Node.ID(), c.ID())
			}
			o.Node.Children[i], inside[child] = child, true
		}
	}
	for _, o := range p.objects {
		if inside[o.Node] {
			continue
		}
		section := p.conf.First(o.Kind.Section())
		switch o.Kind {
		case syntax.Property:
			o.Node.Name = "cluster_property_set"
		case syntax.RscDefaults, syntax.OpDefaults:
			o.Node.Name = "meta_attributes"
		}
		if block := section.ByID(o.Node.Name, o.Node.ID()); block != nil && o.Kind.IsAttributeSet() { // said in several lines
			block.Children = append(block.Children, o.Node.Children...)
			continue
		}
		section.Add(o.Node)
	}
	return nil
}

// history writes the status section.
func (p *maker) history() error {
	for n := range p.conf.First("nodes").Elements("node") {
		name := n.Get("uname")
		given := p.states[name]
		if len(given) == 1 && given[0].Name == "-" {
			continue
		}
		s := p.status.AddNew("node_state", "id", n.ID(), "uname", name)
		if n.Get("type") != "remote" {
			for _, a := range pairs([]string{"in_ccm=true", "crmd=online", "join=member", "expected=member"}) {
				s.Set(a.Name, a.Value)
			}
		}
		for _, a := range given {
			s.Set(a.Name, a.Value)
		}
		block := s.AddNew("transient_attributes", "id", n.ID()).AddNew("instance_attributes", "id", "status-"+n.ID())
		for i, a := range p.attrs[name] {
			block.AddNew("nvpair", "id", fmt.Sprintf("status-%s-%d", n.ID(), i), "name", a.Name, "value", a.Value)
		}
		list := s.AddNew("lrm", "id", n.ID()).AddNew("lrm_resources")
		for _, text := range p.did {
			f := strings.Fields(text)
			if f[0] != name {
				continue
			}
			if err := p.entries(list, name, f[1], f[2:]); err != nil {
				return err
			}
		}
	}
	return nil
}

// find looks a resource up by its plain name.
func (p *maker) find(name string) *xmltree.Node {
	name, _, _ = strings.Cut(name, ":")
	for _, o := range p.objects {
		if o.Node.ID() == name {
			return o.Node
		}
	}
	return nil
}

// digest is that of the parameters that an operation has by the configuration, as far as that has no rules.
func (p *maker) digest(resource, task string, interval time.Duration) string {
	var list []operation.Param
	r := p.find(resource)
	for v := range r.First("instance_attributes").Elements("nvpair") {
		list = append(list, operation.Param{Name: v.Get("name"), Value: v.Get("value")})
	}
	if interval > 0 {
		timeout := 20 * time.Second
		for op := range r.First("operations").Elements("op") {
			if op.Get("name") == task && isotime.IntervalOr(op.Get("interval"), 0) == interval {
				timeout = isotime.IntervalOr(op.Get("timeout"), timeout)
			}
		}
		list = append(list, operation.Param{Name: "CRM_meta_timeout", Value: strconv.FormatInt(timeout.Milliseconds(), 10)})
	}
	return history.Digest(list, interval)
}

var opForm = regexp.MustCompile(`^([a-z_-]+)(?:/([0-9a-z]+))?(?:=([0-9a-z]+)(?:!([0-9]+))?)?(?:@([0-9]+))?(?:\{(.*)\})?$`)

// entries writes the history of one resource on one node.
func (p *maker) entries(list *xmltree.Node, node, resource string, ops []string) error {
	x := list.AddNew("lrm_resource", "id", resource, "class", "ocf", "provider", "pacemaker", "type", "Dummy")
	if r := p.find(resource); r != nil {
		for _, name := range []string{"class", "provider", "type"} {
			if v, ok := r.Lookup(name); ok {
				x.Set(name, v)
			} else if r.Get("template") == "" {
				x.Unset(name)
			}
		}
	}
	if own, ok := strings.CutPrefix(ops[0], "{"); ok {
		setAll(x, strings.TrimSuffix(own, "}"))
		ops = ops[1:]
	}
	for i, text := range ops {
		m := opForm.FindStringSubmatch(text)
		if m == nil {
			return fmt.Errorf("%q is no operation", text)
		}
		task, interval, code, expected, ago := m[1], isotime.IntervalOr(m[2], 0), m[3], m[4], int64(0)
		if task == "probe" {
			task = "monitor"
			if expected == "" {
				expected = "7"
			}
		}
		if expected == "" {
			expected = "0"
		}
		status := "0"
		switch code {
		case "":
			code = expected
		case "pending":
			code, status = "193", "-1"
		}
		ago, _ = strconv.ParseInt(m[5], 10, 64)
		ms := strconv.FormatInt(interval.Milliseconds(), 10)
		key := fmt.Sprintf("%d:1:%s:6ba7b810-9dad-11d1-80b4-00c04fd430c8", i+1, expected)
		id := resource + "_last_0"
		switch {
		case code != expected && status == "0" && !(task == "monitor" && interval == 0):
			id = resource + "_last_failure_0"
		case interval > 0:
			id = resource + "_" + task + "_" + ms
		case task == "monitor" || i < len(ops)-1:
			id = fmt.Sprintf("%s_%s_0", resource, task)
		}
		op := x.AddNew("lrm_rsc_op", "op-digest", p.digest(resource, task, interval), "id", id, "operation_key", resource+"_"+task+"_"+ms, "operation", task, "interval", ms,
			"call-id", strconv.Itoa(i+1), "rc-code", code, "op-status", status, "transition-key", key,
			"transition-magic", status+":"+code+";"+key, "crm_feature_set", "3.16.0", "on_node", node,
			"last-rc-change", strconv.FormatInt(p.now-ago, 10), "exec-time", "1", "queue-time", "0")
		setAll(op, m[6])
	}
	return nil
}

// setAll sets attributes written as NAME=VALUE,…; those without a value are taken away.
func setAll(x *xmltree.Node, text string) {
	for _, a := range pairs(strings.Split(text, ",")) {
		switch {
		case a.Name == "":
		case a.Value == "":
			x.Unset(a.Name)
		default:
			x.Set(a.Name, a.Value)
		}
	}
}
