package syntax

import (
	"strings"

	"pacer/xmltree"
)

// nodeTypes are the types of nodes. Normal and ping come from the oldest configurations.
var nodeTypes = map[string]bool{"member": true, "remote": true, "normal": true, "ping": true}

// node reads a node: `node [$id=ID | ID:] UNAME[:TYPE] …`. Names of nodes are free.
func (p *parser) node() *xmltree.Node {
	p.atLeast(1)
	n := xmltree.New("node")
	if id, ok := p.idOption("$id="); ok {
		n.Set("id", id)
	} else if id, ok := strings.CutSuffix(p.peek(), ":"); ok && id != "" {
		n.Set("id", id)
		p.i++
	}
	if !p.more() {
		p.fail("", "Expected uname[:type]")
	}
	w := p.peek()
	name, typ, typed := w, "", false
	if i := strings.LastIndexByte(w, ':'); i >= 0 {
		name, typ, typed = w[:i], strings.ToLower(w[i+1:]), true
	}
	if name == "" || strings.Contains(name, "=") || strings.Contains(name, ":") || typed && !nodeTypes[typ] {
		p.fail(w, "Expected uname[:type]")
	}
	p.i++
	n.Set("uname", name)
	if typed {
		n.Set("type", typ)
	}
	p.description(n)
	p.sets(n, "instance_attributes", "attributes", "utilization")
	return n
}

// node prints a node.
func (pr *Printer) node(n *xmltree.Node) []string {
	uname := n.Get("uname")
	head := "node "
	if id := n.ID(); id != "" && id != uname {
		if QuoteWord(id) == id && !strings.Contains(id, "=") {
			head += id + ": "
		} else {
			head += "$id=" + Quote(id) + " "
		}
	}
	head += QuoteWord(uname)
	if t, ok := n.Lookup("type"); ok {
		head += ":" + t
	}
	return append([]string{head}, pr.body(n)...)
}

// tag reads a tag: `tag ID[:] OBJ…`.
func (p *parser) tag() *xmltree.Node {
	p.atLeast(2)
	p.w[1] = strings.TrimSuffix(p.w[1], ":")
	n := xmltree.New("tag", "id", p.id())
	p.accept(":")
	for p.more() {
		n.AddNew("obj_ref", "id", p.ref())
	}
	if len(n.Children) == 0 {
		p.fail(p.last(), "Expected at least one object")
	}
	return n
}

func (pr *Printer) tag(n *xmltree.Node) []string {
	out := []string{"tag", QuoteWord(n.ID())}
	for c := range n.Elements("obj_ref") {
		out = append(out, QuoteWord(c.ID()))
	}
	return []string{strings.Join(out, " ")}
}
