package session

import (
	"errors"
	"fmt"
	"sort"
	"strings"

	"pacer/cib"
	"pacer/crm/syntax"
	"pacer/ocf"
	"pacer/option"
	"pacer/schema"
	"pacer/xmltree"
)

// Finding is something that verification has to say. A fatal one makes the configuration invalid: it is not committed even by
// force.
type Finding struct {
	Level Level
	Fatal bool
	Text  string
}

// Verify checks the working copy: its structure as a whole, and what is configured in the objects that changed, or in all of
// them.
func (s *Session) Verify(all bool) []Finding {
	v := &verifier{s: s, seen: map[string]bool{}}
	doc := s.document()
	for _, p := range cib.Validate(doc) {
		v.add(Error, true, "%s", inWords(p))
	}
	for _, d := range cib.Doubts(doc.Root()) {
		if d.Grave {
			v.add(Warning, false, "%s", inWords(d.Problem))
		}
	}
	v.references()
	objs := s.list
	if !all {
		objs = s.changed()
	}
	for _, o := range objs {
		v.object(o)
	}
	return v.out
}

// inWords is a problem without its line, which nobody sees here, and with the id of its element.
func inWords(p schema.Problem) string {
	if p.ID == "" || strings.Contains(p.Text, p.ID) {
		return p.Text
	}
	return p.ID + ": " + p.Text
}

// document is the working copy as a whole document.
func (s *Session) document() *cib.Document {
	return cib.New(withConfiguration(s.base.Root(), s.work.Clone()))
}

// withConfiguration is a document with another configuration; the rest is shared.
func withConfiguration(root, conf *xmltree.Node) *xmltree.Node {
	c := *root
	c.Children = append([]*xmltree.Node(nil), root.Children...)
	for i, k := range c.Children {
		if k.Kind == xmltree.Element && k.Name == "configuration" {
			c.Children[i] = conf
		}
	}
	return &c
}

type verifier struct {
	s    *Session
	out  []Finding
	seen map[string]bool
}

func (v *verifier) add(level Level, fatal bool, format string, args ...any) {
	f := Finding{Level: level, Fatal: fatal, Text: fmt.Sprintf(format, args...)}
	if !v.seen[f.Text] {
		v.seen[f.Text] = true
		v.out = append(v.out, f)
	}
}

// references checks that all ids that are referred to exist.
func (v *verifier) references() {
	ids := map[string]bool{}
	v.s.work.Walk(func(n *xmltree.Node) bool {
		ids[n.ID()] = true
		return true
	})
	v.s.work.Walk(func(n *xmltree.Node) bool {
		if r := n.Get("id-ref"); r != "" && !ids[r] {
			v.add(Error, true, "Reference not found: %s", r)
		}
		return true
	})
	for _, o := range v.s.list {
		if t := o.Node.Get("template"); o.Kind == syntax.Primitive && t != "" &&
			v.s.find(t, func(k syntax.Kind) bool { return k == syntax.Template }) == nil {
			v.add(Error, true, "%s: no such resource template", t)
		}
	}
}

func (v *verifier) object(o *Object) {
	switch {
	case o.Kind == syntax.Primitive || o.Kind == syntax.Template:
		v.agent(o)
		v.meta(o, option.Resource)
	case o.Kind == syntax.Group:
		v.meta(o, option.Resource, option.Group)
	case isClone(o.Kind):
		v.meta(o, option.Resource, option.Clone)
	case o.Kind == syntax.Property && o.ID == syntax.Property.DefaultID():
		for p := range o.Node.Elements("nvpair") {
			if name := p.Get("name"); name != "" && option.Find(option.Cluster, name) == nil {
				v.add(Warning, false, "%s: unknown attribute '%s'", o.ID, name)
			}
		}
	case o.Kind == syntax.Location:
		node := o.Node.Get("node")
		if node != "" && v.s.Node(node) == nil && !v.s.remoteNode(node) {
			v.add(Warning, false, "%s: referenced node %s does not exist", o.ID, node)
		}
	case o.Kind == syntax.Colocation || o.Kind == syntax.Order || o.Kind == syntax.Ticket:
		for _, r := range references(o.Node) {
			c := v.s.Resource(r)
			switch {
			case c == nil || c.Parent == nil:
			case isClone(top(c).Kind):
				v.add(Warning, false, "%s: resource %s is in %s: ambiguous, apply constraints to container", o.ID, r, top(c).ID)
			case o.Kind == syntax.Colocation:
				v.add(Warning, false, "%s: resource %s is in group %s: apply constraints to the group", o.ID, r, c.Parent.ID)
			}
		}
	case o.Kind == syntax.Fencing:
		for l := range o.Node.Elements("fencing-level") {
			if t := l.Get("target"); t != "" && v.s.Node(t) == nil {
				v.add(Warning, false, "%s: target %s not a node", o.ID, t)
			}
			for _, d := range strings.Split(l.Get("devices"), ",") {
				if r := v.s.Resource(d); r == nil {
					v.add(Warning, false, "%s: resource %s does not exist", o.ID, d)
				} else if class := v.s.class(r); class != "stonith" && class != "" {
					v.add(Warning, false, "%s: resource %s not a fencing resource", o.ID, d)
				}
			}
		}
	}
}

// remoteNode tells whether a resource makes a node of that name.
func (s *Session) remoteNode(name string) bool {
	for _, o := range s.list {
		if o.Kind != syntax.Primitive {
			continue
		}
		if o.ID == name && o.Node.Get("type") == "remote" {
			return true
		}
		for set := range o.Node.Elements("meta_attributes") {
			for p := range set.Elements("nvpair") {
				if p.Get("name") == "remote-node" && p.Get("value") == name {
					return true
				}
			}
		}
	}
	return false
}

// definition is the element that names a primitive's agent: its own or its template's.
func (s *Session) definition(o *Object) *xmltree.Node {
	if t := o.Node.Get("template"); t != "" {
		if x := s.find(t, func(k syntax.Kind) bool { return k == syntax.Template }); x != nil {
			return x.Node
		}
		return nil
	}
	return o.Node
}

func (s *Session) class(o *Object) string {
	return s.definition(o).Get("class")
}

// MetaData finds the description of a primitive's agent; nil when nothing is known.
func (s *Session) MetaData(o *Object) (*ocf.Metadata, error) {
	def := s.definition(o)
	if def == nil || s.Agents.MetaData == nil {
		return nil, nil
	}
	return s.Agents.MetaData(def.Get("class"), def.Get("provider"), def.Get("type"))
}

// commonFenceParams are parameters of fence agents that the cluster supplies or reads itself.
var commonFenceParams = map[string]bool{
	"action": true, "port": true, "plug": true, "pcmk_host_argument": true, "pcmk_host_map": true, "pcmk_host_list": true,
	"pcmk_host_check": true, "pcmk_delay_max": true, "pcmk_delay_base": true, "pcmk_action_limit": true, "priority": true,
	"stonith-timeout": true, "provides": true, "nodename": true,
}

// agent checks a primitive against its agent's meta-data.
func (v *verifier) agent(o *Object) {
	def := v.s.definition(o)
	if def == nil {
		return
	}
	m, err := v.s.MetaData(o)
	name := strings.Join(strings.FieldsFunc(def.Get("class")+"\x00"+def.Get("provider")+"\x00"+def.Get("type"),
		func(r rune) bool { return r == 0 }), ":")
	switch {
	case errors.Is(err, ErrNoAgent):
		if sym, _ := v.s.Property("symmetric-cluster"); !option.True(sym) && sym != "" {
			return
		}
		v.add(Error, false, "%s: got no meta-data, does this RA exist? (no such resource agent)", name)
		return
	case err != nil:
		v.add(Warning, false, "%s: cannot read the agent's meta-data: %v", name, err)
		return
	case m == nil:
		return
	}
	fence := def.Get("class") == "stonith"
	set := map[string]bool{}
	whole := true // all values are known: none comes from elsewhere
	collect := func(n *xmltree.Node) {
		for c := range n.Elements("instance_attributes") {
			if c.Get("id-ref") != "" {
				whole = false
			}
			for p := range c.Elements("nvpair") {
				if p.Get("id-ref") != "" {
					whole = false
				}
				set[p.Get("name")] = true
			}
		}
	}
	collect(def)
	collect(o.Node)
	if o.Kind == syntax.Primitive && whole {
		for _, p := range m.Parameters {
			if p.Required && !set[p.Name] && !(fence && (p.Name == "action" || p.Name == "port" || p.Name == "plug")) &&
				!replaced(m, p, set) {
				v.add(Error, false, `%s: required parameter "%s" not defined`, o.ID, p.Name)
			}
		}
	}
	names := make([]string, 0, len(set))
	for n := range set {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		if n == "" || m.Parameter(n) != nil || strings.HasPrefix(n, "OCF_") || strings.HasPrefix(n, "trace_") ||
			fence && (commonFenceParams[n] || strings.HasPrefix(n, "pcmk_")) {
			continue
		}
		v.add(Error, false, `%s: parameter "%s" is not known`, o.ID, n)
	}
	v.ops(o, m)
}

// replaced tells whether a required parameter is set by its older or newer name.
func replaced(m *ocf.Metadata, p ocf.Parameter, set map[string]bool) bool {
	if p.ReplacedWith != "" && set[p.ReplacedWith] || p.Obsoletes != "" && set[p.Obsoletes] {
		return true
	}
	for _, q := range m.Parameters {
		if (q.Obsoletes == p.Name || q.ReplacedWith == p.Name) && set[q.Name] {
			return true
		}
	}
	return false
}

// ops checks operations: known to the agent, sane intervals, timeouts not below what the agent advises.
func (v *verifier) ops(o *Object, m *ocf.Metadata) {
	intervals := map[string]bool{}
	for ops := range o.Node.Elements("operations") {
		for op := range ops.Elements("op") {
			name := op.Get("name")
			advised := m.Action(name)
			if advised == nil && len(m.Actions) > 0 {
				v.add(Warning, false, "%s: action '%s' not found in Resource Agent meta-data", o.ID, name)
				continue
			}
			interval, known := seconds(op.Get("interval"))
			switch name {
			case "start", "stop", "promote", "demote":
				if known && interval != 0 {
					v.add(Warning, false, "%s: Specified interval for %s is %s, it must be 0", o.ID, name, op.Get("interval"))
				}
			case "monitor":
				if known && interval > 0 {
					if intervals[op.Get("interval")] {
						v.add(Warning, false, "%s: operation name monitor interval %s is not unique", o.ID, op.Get("interval"))
					}
					intervals[op.Get("interval")] = true
				}
			}
			timeout, ok := seconds(op.Get("timeout"))
			if advised == nil || !ok {
				continue
			}
			if least, ok := seconds(advised.Timeout); ok && timeout < least {
				v.add(Warning, false, "%s: specified timeout %s for %s is smaller than the advised %s", o.ID, op.Get("timeout"),
					name, advised.Timeout)
			}
		}
	}
}

// seconds reads the simple forms of a time.
func seconds(s string) (float64, bool) {
	n := strings.TrimRight(s, "abcdefghijklmnopqrstuvwxyz")
	var value float64
	if _, err := fmt.Sscanf(n, "%g", &value); err != nil {
		return 0, false
	}
	switch strings.TrimSpace(s[len(n):]) {
	case "", "s", "sec":
		return value, true
	case "ms", "msec":
		return value / 1000, true
	case "m", "min":
		return value * 60, true
	case "h", "hr":
		return value * 3600, true
	}
	return 0, false
}

// metaOfPrimitives are meta attributes that the tables do not list because they make nodes.
var metaOfPrimitives = map[string]bool{
	"remote-node": true, "remote-addr": true, "remote-port": true, "remote-connect-timeout": true, "remote-allow-migrate": true,
	"provides": true, "lrmd-timeout": true,
}

// meta warns of meta attributes that no table knows.
func (v *verifier) meta(o *Object, tables ...[]option.Option) {
	for set := range o.Node.Elements("meta_attributes") {
	pairs:
		for p := range set.Elements("nvpair") {
			name := p.Get("name")
			if name == "" || metaOfPrimitives[name] || strings.HasPrefix(name, "$") {
				continue
			}
			for _, t := range tables {
				if option.Find(t, name) != nil {
					continue pairs
				}
			}
			v.add(Warning, false, "%s: unknown attribute '%s'", o.ID, name)
		}
	}
}
