package syntax

import (
	"path"
	"strings"

	"pacer/xmltree"
)

// hiddenValue stands in the place of a value that must not be shown.
const hiddenValue = "******"

// Printer prints objects as text. The zero value prints everything and knows of no references.
type Printer struct {
	// Referenced tells whether some other element refers to the one with that name and id; nil means none is.
	Referenced func(tag, id string) bool
	// AllSetIDs prints the id of every attribute set that is referenced, so that the text can be loaded into an empty
	// configuration. Without it only rules and utilization sets show theirs, as is customary on the screen.
	AllSetIDs bool
	// Nodes are the names of all nodes; with them a fencing topology is folded only when it covers exactly these.
	Nodes []string
	// Obscure are globs of the names of pairs whose values are not shown.
	Obscure []string
}

// Object prints one object without a newline at its end. cli is false when the language cannot say it and it was printed as
// XML.
func (pr *Printer) Object(kind Kind, n *xmltree.Node) (text string, cli bool) {
	open := *pr
	open.Obscure = nil
	lines := open.lines(kind, n)
	if !open.sayable(kind, n, lines) {
		return pr.comments(n) + pr.xml(n), false
	}
	if len(pr.Obscure) > 0 {
		lines = pr.lines(kind, n)
	}
	return pr.comments(n) + strings.Join(lines, " \\\n\t"), true
}

func (pr *Printer) lines(kind Kind, n *xmltree.Node) []string {
	switch kind {
	case Node:
		return pr.node(n)
	case Primitive, Template:
		return pr.primitive(kind, n)
	case Group, Clone, Master:
		return pr.container(kind, n)
	case Bundle:
		return pr.bundle(n)
	case Location, Colocation, Order, Ticket:
		return pr.constraint(kind, n)
	case Property, RscDefaults, OpDefaults:
		return pr.attributeSet(kind, n)
	case Fencing:
		return pr.fencing(n)
	case Tag:
		return pr.tag(n)
	case Role:
		return pr.role(n)
	case ACLTarget, ACLGroup, ACLUser:
		return pr.aclTarget(kind, n)
	case Alert:
		return pr.alert(n)
	}
	return nil
}

// sayable parses what was printed and compares it with what was to be printed.
func (pr *Printer) sayable(kind Kind, n *xmltree.Node, lines []string) bool {
	if len(lines) == 0 {
		return false
	}
	text := Lines(strings.Join(lines, " \\\n\t"))
	if len(text) != 1 || text[0].IsComment() {
		return false
	}
	obj, err := Parse(text[0], Options{})
	if err != nil || obj.Kind != kind {
		return false
	}
	if kind == Fencing {
		ExpandFencing(obj.Node, fencingNodes(n))
	}
	Assign(obj.Kind, obj.Node, n, NewIDs())
	return Equal(n, obj.Node)
}

// fencingNodes are the nodes among the targets of a topology, in their order.
func fencingNodes(n *xmltree.Node) []string {
	var out []string
	seen := map[string]bool{}
	for c := range n.Elements("fencing-level") {
		if t := c.Get("target"); t != "" && !seen[t] {
			seen[t] = true
			out = append(out, t)
		}
	}
	return out
}

func (pr *Printer) hidden(name string) bool {
	for _, g := range pr.Obscure {
		if ok, err := path.Match(g, name); err == nil && ok {
			return true
		}
	}
	return false
}

func (pr *Printer) refd(tag, id string) bool {
	return id != "" && pr.Referenced != nil && pr.Referenced(tag, id)
}

// showSetID tells whether an attribute set's id is shown.
func (pr *Printer) showSetID(n *xmltree.Node) bool {
	return (pr.AllSetIDs || n.Name == "utilization") && pr.refd(n.Name, n.ID())
}

// comments prints the comments that are kept inside the object, one per line, each with its newline. Those of property and
// defaults sets lie inside their first child.
func (pr *Printer) comments(n *xmltree.Node) string {
	var b strings.Builder
	write := func(n *xmltree.Node) {
		for _, c := range n.Children {
			if c.Kind != xmltree.Comment {
				continue
			}
			for _, line := range strings.Split(strings.TrimSpace(c.Text), "\n") {
				if !strings.HasPrefix(line, "#") {
					line = "# " + strings.TrimSpace(line)
				}
				b.WriteString(line + "\n")
			}
		}
	}
	write(n)
	if kind, ok := KindOfElement("rsc_defaults", n.Name); ok && kind.IsAttributeSet() {
		for c := range n.Elements() {
			write(c)
			break
		}
	}
	return b.String()
}

// xml prints an object as an `xml` line, one physical line for each of the pretty-printed document.
func (pr *Printer) xml(n *xmltree.Node) string {
	c := n.Clone()
	c.Children = dropComments(c.Children)
	if len(pr.Obscure) > 0 {
		pr.obscure(c)
	}
	text := strings.TrimRight(string(c.Pretty(nil)), "\n")
	return "xml " + strings.ReplaceAll(text, "\n", " \\\n")
}

// obscure hides values in a tree that may be changed.
func (pr *Printer) obscure(n *xmltree.Node) {
	n.Walk(func(n *xmltree.Node) bool {
		if n.Name == "nvpair" && pr.hidden(n.Get("name")) {
			if _, ok := n.Lookup("value"); ok {
				n.Set("value", hiddenValue)
			}
		}
		return true
	})
}

// Obscured returns a copy of the tree in which values are hidden.
func (pr *Printer) Obscured(n *xmltree.Node) *xmltree.Node {
	c := n.Clone()
	pr.obscure(c)
	return c
}

func dropComments(nodes []*xmltree.Node) []*xmltree.Node {
	var out []*xmltree.Node
	for _, c := range nodes {
		if c.Kind != xmltree.Comment {
			out = append(out, c)
		}
	}
	return out
}
