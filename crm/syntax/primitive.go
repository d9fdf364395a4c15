package syntax

import (
	"strings"

	"pacer/xmltree"
)

// opAttributes are the attributes of an op element; other names given to an op become parameters of the agent.
var opAttributes = map[string]bool{
	"id": true, "name": true, "interval": true, "interval-origin": true, "start-delay": true, "timeout": true,
	"enabled": true, "record-pending": true, "role": true, "on-fail": true, "description": true, "requires": true,
}

// agent reads `[CLASS:[PROVIDER:]]TYPE` or `@TEMPLATE` into the element.
func (p *parser) agent(n *xmltree.Node, template bool) {
	if !p.more() {
		p.fail("", "Expected resource type")
	}
	w := p.next()
	if t, ok := strings.CutPrefix(w, "@"); ok && template {
		if !ValidID(t) {
			p.fail(w, "Expected template reference")
		}
		n.Set("template", t)
		return
	}
	parts := strings.Split(w, ":")
	for _, s := range parts {
		if s == "" || strings.ContainsAny(s, "= ") {
			p.fail(w, "Unknown resource type")
		}
	}
	switch {
	case len(parts) == 3 && strings.EqualFold(parts[0], "ocf"):
		n.Set("class", "ocf").Set("provider", parts[1]).Set("type", parts[2])
	case len(parts) == 3 && strings.EqualFold(parts[0], "stonith"):
		// The types of cluster-glue plugins contain a colon or a slash.
		n.Set("class", parts[0]).Set("type", parts[1]+":"+parts[2])
	case len(parts) == 2 && strings.EqualFold(parts[0], "ocf"):
		n.Set("class", "ocf").Set("provider", p.provider(parts[1])).Set("type", parts[1])
	case len(parts) == 2:
		n.Set("class", parts[0]).Set("type", parts[1])
	case len(parts) == 1:
		n.Set("class", "ocf").Set("provider", p.provider(w)).Set("type", w)
	default:
		p.fail(w, "Unknown resource type (bad resource type specification %s)", w)
	}
}

func (p *parser) provider(typ string) string {
	if p.opt.Provider != nil {
		if s := p.opt.Provider(typ); s != "" {
			return s
		}
	}
	return "heartbeat"
}

// primitive reads primitive and rsc_template.
func (p *parser) primitive(kind Kind) *xmltree.Node {
	p.atLeast(2)
	n := xmltree.New(kind.Element(), "id", p.id())
	p.agent(n, kind == Primitive)
	p.description(n)
	if p.more() && !isStop(p.peek()) {
		if set := p.attrList("instance_attributes", true); len(set.Children) > 0 || len(set.Attrs) > 0 {
			n.Add(set)
		}
	}
	var ops *xmltree.Node
	for p.more() {
		switch {
		case p.set(n, "params", "meta", "utilization"):
		case p.accept("operations"):
			ops = n.AddNew("operations")
			if id, ok := p.idOption("$id="); ok {
				ops.Set("id", id)
			} else if ref, ok := p.idOption("$id-ref="); ok {
				ops.Set("id-ref", ref)
			} else {
				p.fail(p.peek(), "Expected $id-ref=<id> or $id=<id>")
			}
		case strings.EqualFold(p.peek(), "op"):
			p.i++
			if ops == nil || ops.Get("id-ref") != "" {
				ops = n.AddNew("operations")
			}
			ops.Add(p.op())
		case p.description(n):
		default:
			return n
		}
	}
	return n
}

// op reads what follows the word `op`. An op without an interval gets `interval=0`.
func (p *parser) op() *xmltree.Node {
	if !p.more() {
		p.fail("", "Expected identifier")
	}
	if isStop(p.peek()) || strings.Contains(p.peek(), "=") {
		p.fail(p.peek(), "Expected identifier")
	}
	n := xmltree.New("op", "name", p.next())
	var params *xmltree.Node
	for p.more() && !isStop(p.peek()) {
		m := pairNamed().FindStringSubmatch(p.peek())
		if m != nil && opAttributes[strings.ToLower(m[1])] && m[1] != "name" {
			if params != nil {
				p.fail("", "Attribute order error: %s must appear before any instance attribute", m[1])
			}
			name, value := strings.ToLower(m[1]), m[2]
			if name == "role" {
				if r, ok := canonicalRole(value); ok {
					value = r
				}
			}
			if _, twice := n.Lookup(name); twice && name != "description" {
				p.fail(p.peek(), "%s is given twice", name)
			}
			n.Set(name, value)
			p.i++
			continue
		}
		before := p.i
		if params == nil {
			params = xmltree.New("instance_attributes")
		}
		if m != nil {
			params.AddNew("nvpair", "name", m[1], "value", m[2])
			p.i++
		} else {
			one := &parser{line: p.line, ctx: p.ctx, w: p.w[:p.i+1], i: p.i, opt: p.opt}
			one.pairs(params, true)
			p.i = one.i
		}
		if p.i == before {
			p.fail(p.peek(), "Expected name=value")
		}
	}
	if _, ok := n.Lookup("interval"); !ok {
		n.Set("interval", "0")
	}
	if params != nil {
		n.Add(params)
	}
	for p.set(n, "op_params", "op_meta") {
	}
	return n
}

// monitor reads `monitor RSC[:ROLE] INTERVAL[:TIMEOUT]`.
func (p *parser) monitor() (target string, op *xmltree.Node) {
	p.atLeast(2)
	rsc, role, hasRole := strings.Cut(p.next(), ":")
	if !reference().MatchString(rsc) {
		p.fail(rsc, "Expected resource[:role]")
	}
	op = xmltree.New("op", "name", "monitor")
	if hasRole {
		op.Set("role", p.roleName(role))
	}
	interval, timeout, hasTimeout := strings.Cut(p.next(), ":")
	if interval == "" || hasTimeout && timeout == "" {
		p.fail(p.last(), "Expected interval[:timeout]")
	}
	op.Set("interval", interval)
	if hasTimeout {
		op.Set("timeout", timeout)
	}
	return rsc, op
}

// primitive prints primitive and rsc_template.
func (pr *Printer) primitive(kind Kind, n *xmltree.Node) []string {
	head := kind.Word() + " " + QuoteWord(n.ID()) + " " + AgentName(n)
	return append([]string{head}, pr.body(n)...)
}

// AgentName is the agent of a primitive or template as it is shown: the class and provider of OCF agents of heartbeat are
// left out.
func AgentName(n *xmltree.Node) string {
	if t := n.Get("template"); t != "" {
		return "@" + t
	}
	class, provider, typ := n.Get("class"), n.Get("provider"), n.Get("type")
	switch {
	case class == "ocf" && provider == "heartbeat":
		return typ
	case provider != "":
		return class + ":" + provider + ":" + typ
	}
	return class + ":" + typ
}

// body prints the description and the attribute sets and operations of a resource or node, in document order.
func (pr *Printer) body(n *xmltree.Node) []string {
	var lines []string
	if d, ok := n.Lookup("description"); ok {
		lines = append(lines, "description="+Quote(d))
	}
	for c := range n.Elements() {
		switch c.Name {
		case "instance_attributes":
			word := "params"
			if n.Name == "node" || n.Name == "alert" {
				word = "attributes"
			}
			lines = append(lines, pr.set(word, c))
		case "meta_attributes":
			lines = append(lines, pr.set("meta", c))
		case "utilization":
			lines = append(lines, pr.set("utilization", c))
		case "operations":
			if id := c.ID(); id != "" {
				lines = append(lines, "operations $id="+QuoteWord(id))
			} else if ref := c.Get("id-ref"); ref != "" {
				lines = append(lines, "operations  $id-ref="+QuoteWord(ref))
			}
			for op := range c.Elements("op") {
				lines = append(lines, pr.op(op)...)
			}
		}
	}
	return lines
}

func (pr *Printer) op(n *xmltree.Node) []string {
	out := []string{"op " + n.Get("name")}
	for _, a := range n.Attrs {
		if a.Name != "id" && a.Name != "name" {
			out = append(out, a.Name+"="+Quote(a.Value))
		}
	}
	lines := []string{strings.Join(out, " ")}
	if d, ok := n.Lookup("description"); ok {
		lines = append(lines, "description="+Quote(d))
	}
	for c := range n.Elements() {
		switch c.Name {
		case "instance_attributes":
			lines = append(lines, pr.set("op_params", c))
		case "meta_attributes":
			lines = append(lines, pr.set("op_meta", c))
		}
	}
	return lines
}

// IsOpAttribute tells whether a name is an attribute of an op rather than a parameter of its agent.
func IsOpAttribute(name string) bool { return opAttributes[name] }
