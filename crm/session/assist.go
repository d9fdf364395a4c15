package session

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"pacer/cib"
	"pacer/crm/syntax"
	"pacer/xmltree"
)

// FreeID is the first unused id of prefix1, prefix2, ….
func (s *Session) FreeID(prefix string) string {
	for i := 1; ; i++ {
		if id := prefix + strconv.Itoa(i); !s.ids.Taken(id) {
			return id
		}
	}
}

// MakeTemplate makes a template of the common agent of primitives, which then refer to it.
func (s *Session) MakeTemplate(ids []string) error {
	return s.Atomic(func() error {
		var class, provider, typ string
		for i, id := range ids {
			o := s.find(id, func(k syntax.Kind) bool { return k == syntax.Primitive })
			if o == nil {
				return fmt.Errorf("Primitive not found: %s", id)
			}
			c, p, t := o.Node.Get("class"), o.Node.Get("provider"), o.Node.Get("type")
			if o.Node.Get("template") != "" || i > 0 && (c != class || p != provider || t != typ) {
				return fmt.Errorf("Cannot template the given primitives")
			}
			class, provider, typ = c, p, t
		}
		id := s.FreeID("template-" + strings.ToLower(typ) + "-")
		n := xmltree.New(syntax.Template.Element(), "id", id, "class", class)
		if provider != "" {
			n.Set("provider", provider)
		}
		n.Set("type", typ)
		if err := s.create(&syntax.Object{Kind: syntax.Template, ID: id, Node: n}, false); err != nil {
			return err
		}
		for _, p := range ids {
			o := s.Resource(p).Node
			o.Unset("class")
			o.Unset("provider")
			o.Unset("type")
			o.Set("template", id)
		}
		return nil
	})
}

// DropNodeAttr removes a permanent attribute of a node.
func (s *Session) DropNodeAttr(node, name string) {
	o := s.Node(node)
	if o == nil {
		return
	}
	for set := range o.Node.Elements("instance_attributes") {
		for _, p := range append([]*xmltree.Node(nil), set.Children...) {
			if p.Name == "nvpair" && p.Get("name") == name {
				s.ids.Release(p.ID())
				removeChild(set, p)
			}
		}
	}
}

// DifferenceFrom is how the working copy differs from another document.
func (s *Session) DifferenceFrom(ctx context.Context, doc *cib.Document) (string, error) {
	if err := s.Ensure(ctx, false); err != nil {
		return "", err
	}
	x := *s
	x.orig = syntax.Normalize(doc.Configuration())
	return x.Difference(), nil
}

// Trace makes the agent of a resource write traces: of one operation, or of all that are there and of start and stop.
func (s *Session) Trace(id, op, interval, dir string) error {
	return s.traced(id, op, interval, func(o *Object, n *xmltree.Node) {
		// What is traced comes last.
		ops := o.Node.First("operations")
		removeChild(ops, n)
		ops.Add(n)
		set := n.First("instance_attributes")
		if set == nil {
			set = n.AddNew("instance_attributes")
			syntax.AssignOne(set, n.ID(), s.ids)
		}
		s.setPair(set, xmltree.New("nvpair", "name", "trace_ra", "value", "1"))
		if dir != "" {
			s.setPair(set, xmltree.New("nvpair", "name", "trace_dir", "value", dir))
		}
	}, true)
}

// Untrace takes Trace back; operations that then say nothing are removed.
func (s *Session) Untrace(id, op, interval string) error {
	return s.traced(id, op, interval, func(o *Object, n *xmltree.Node) {
		for _, set := range append([]*xmltree.Node(nil), n.Children...) {
			if set.Name != "instance_attributes" {
				continue
			}
			for _, p := range append([]*xmltree.Node(nil), set.Children...) {
				if name := p.Get("name"); name == "trace_ra" || name == "trace_dir" {
					s.ids.ReleaseTree(p)
					removeChild(set, p)
				}
			}
			if len(set.Children) == 0 {
				s.ids.ReleaseTree(set)
				removeChild(n, set)
			}
		}
		if says := len(n.Attrs) > 3 || len(n.Children) > 0; !says && zero(n.Get("interval")) {
			ops := o.Node.First("operations")
			s.ids.ReleaseTree(n)
			removeChild(ops, n)
			if len(ops.Children) == 0 {
				removeChild(o.Node, ops)
			}
		}
	}, false)
}

func zero(interval string) bool {
	n, ok := seconds(interval)
	return interval == "" || ok && n == 0
}

// traced finds the operations that trace and untrace mean, and changes each.
func (s *Session) traced(id, op, interval string, change func(*Object, *xmltree.Node), add bool) error {
	o := s.Resource(id)
	if o == nil {
		return fmt.Errorf("Resource not found: %s", id)
	}
	if o.Kind != syntax.Primitive {
		return fmt.Errorf("Unable to trace: %s is not a primitive", id)
	}
	if op == "probe" {
		op, interval = "monitor", "0"
	}
	ops := o.Node.First("operations")
	var hit []*xmltree.Node
	have := map[string]bool{}
	for n := range ops.Elements("op") {
		have[n.Get("name")] = true
		if op == "" || n.Get("name") == op && (interval == "" || n.Get("interval") == interval || zero(interval) && zero(n.Get("interval"))) {
			hit = append(hit, n)
		}
	}
	var wanted []string
	switch {
	case !add:
	case op == "":
		for _, name := range []string{"start", "stop"} {
			if !have[name] {
				wanted = append(wanted, name)
			}
		}
	case len(hit) == 0 && op == "monitor" && !zero(interval):
		return fmt.Errorf("No monitor operation configured for %s", id)
	case len(hit) == 0:
		wanted = []string{op}
	}
	if !add && len(hit) == 0 && op != "" {
		return fmt.Errorf("No operation %s configured for %s", op, id)
	}
	for _, name := range wanted {
		if ops == nil {
			ops = o.Node.AddNew("operations")
		}
		n := ops.AddNew("op", "name", name, "interval", "0")
		syntax.AssignOne(n, o.ID, s.ids)
		hit = append(hit, n)
	}
	for _, n := range hit {
		change(o, n)
	}
	return nil
}
