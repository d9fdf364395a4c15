package syntax

import (
	"strings"

	"pacer/xmltree"
)

// location reads a location constraint.
func (p *parser) location() *xmltree.Node {
	p.atLeast(2)
	n := xmltree.New("rsc_location", "id", p.id())
	switch w := p.peek(); {
	case strings.HasPrefix(w, "/"):
		if len(w) < 3 || !strings.HasSuffix(w, "/") {
			p.fail(w, "Expected resource")
		}
		n.Set("rsc-pattern", w[1:len(w)-1])
		p.i++
	case strings.HasPrefix(w, "{"):
		p.splitBrackets("{}()[]")
		p.i++
		seq := p.locationSet()
		n.Children = append(n.Children, seq...)
	default:
		n.Set("rsc", p.ref())
	}
	p.locationAttributes(n)
	if strings.EqualFold(p.peek(), "rule") {
		for p.accept("rule") {
			n.Add(p.rule())
		}
		p.locationAttributes(n)
		return n
	}
	word := strings.TrimSuffix(p.peek(), ":")
	score, ok := p.takeScore()
	if !ok {
		p.fail(p.peek(), "Expected <score>: <node> or rule")
	}
	if isScore(word) {
		n.Set("score", score)
	} else {
		n.Set("score-attribute", score)
	}
	if !p.more() {
		p.fail("", "Expected node name")
	}
	n.Set("node", p.next())
	p.locationAttributes(n)
	return n
}

// locationSet reads the resource sets between braces, the opening one being taken.
func (p *parser) locationSet() []*xmltree.Node {
	depth := p.i
	for depth < len(p.w) && p.w[depth] != "}" {
		depth++
	}
	if depth == len(p.w) {
		p.fail(p.last(), "Unmatched opening bracket")
	}
	if depth == p.i {
		p.fail(p.peek(), "Empty resource set")
	}
	inner := &parser{line: p.line, ctx: p.ctx, w: p.w[:depth], i: p.i, opt: p.opt}
	seq := inner.sequence(roleRef, 0)
	if inner.more() {
		p.fail(inner.peek(), "Unknown attribute")
	}
	p.i = depth + 1
	return seq.sets
}

// locationAttributes reads role and resource-discovery.
func (p *parser) locationAttributes(n *xmltree.Node) {
	for {
		if r, ok := p.prefix("$role="); ok {
			n.Set("role", p.roleName(r))
		} else if r, ok := p.prefix("role="); ok {
			n.Set("role", p.roleName(r))
		} else if m := pairNamed().FindStringSubmatch(p.peek()); m != nil && strings.EqualFold(m[1], "resource-discovery") {
			n.Set("resource-discovery", m[2])
			p.i++
		} else {
			return
		}
	}
}

// colocation reads a colocation constraint.
func (p *parser) colocation() *xmltree.Node {
	p.atLeast(3)
	n := xmltree.New("rsc_colocation", "id", p.id())
	word := strings.TrimSuffix(p.peek(), ":")
	score, ok := p.takeScore()
	if !ok {
		p.fail(p.peek(), "Expected <score>:")
	}
	if isScore(word) {
		n.Set("score", score)
	} else {
		n.Set("score-attribute", score)
	}
	p.splitBrackets("()[]")
	seq := p.sequence(roleRef, 2)
	if seq.sets != nil {
		n.Add(seq.sets...)
	} else {
		n.Set("rsc", seq.refs[0].id)
		refAttrs(n, "rsc-role", "rsc-instance", seq.refs[0])
		n.Set("with-rsc", seq.refs[1].id)
		refAttrs(n, "with-rsc-role", "with-rsc-instance", seq.refs[1])
	}
	if a, ok := p.prefix("node-attribute="); ok {
		n.Set("node-attribute", a)
	}
	return n
}

func refAttrs(n *xmltree.Node, mod, instance string, r rscRef) {
	if r.mod != "" {
		n.Set(mod, r.mod)
	}
	if r.instance != "" {
		n.Set(instance, r.instance)
	}
}

// orderKinds are the kinds in their stored spelling.
var orderKinds = []string{"Mandatory", "Optional", "Serialize"}

// order reads an ordering constraint.
func (p *parser) order() *xmltree.Node {
	p.atLeast(2)
	n := xmltree.New("rsc_order", "id", p.id())
	if word, ok := strings.CutSuffix(p.peek(), ":"); ok {
		p.i++
		n.Set("kind", p.orderKind(word))
	}
	p.splitBrackets("()[]")
	seq := p.sequence(actionRef, 2)
	if seq.sets != nil {
		n.Add(seq.sets...)
	} else {
		n.Set("first", seq.refs[0].id)
		refAttrs(n, "first-action", "first-instance", seq.refs[0])
		n.Set("then", seq.refs[1].id)
		refAttrs(n, "then-action", "then-instance", seq.refs[1])
	}
	if s, ok := p.prefix("symmetrical="); ok {
		b, isBool := boolean(s)
		if !isBool {
			p.fail(p.last(), "Not a boolean: %s", s)
		}
		n.Set("symmetrical", boolText(b))
	}
	return n
}

// orderKind reads a kind, or the score that stood in its place in 2010: zero is Optional, all else is Mandatory.
func (p *parser) orderKind(word string) string {
	for _, k := range orderKinds {
		if strings.EqualFold(k, word) {
			return k
		}
	}
	if isScore(word) {
		if strings.Trim(canonicalScore(word), "+-0") == "" {
			return "Optional"
		}
		return "Mandatory"
	}
	p.fail(p.peek(), "Invalid kind: %s", word)
	return ""
}

// ticket reads a ticket constraint.
func (p *parser) ticket() *xmltree.Node {
	p.atLeast(2)
	n := xmltree.New("rsc_ticket", "id", p.id())
	t, ok := strings.CutSuffix(p.peek(), ":")
	if !ok || t == "" {
		p.fail(p.peek(), "Expected <ticket-id>:")
	}
	p.i++
	n.Set("ticket", t)
	p.splitBrackets("()[]")
	seq := p.sequence(roleRef, 1)
	if seq.sets != nil {
		n.Add(seq.sets...)
	} else {
		n.Set("rsc", seq.refs[0].id)
		refAttrs(n, "rsc-role", "rsc-instance", seq.refs[0])
	}
	if s, ok := p.prefix("loss-policy="); ok {
		switch v := strings.ToLower(s); v {
		case "stop", "demote", "fence", "freeze":
			n.Set("loss-policy", v)
		default:
			p.fail(p.last(), "Expected loss-policy (one of stop, demote, fence, freeze)")
		}
	}
	return n
}

// constraint prints any of the four.
func (pr *Printer) constraint(kind Kind, n *xmltree.Node) []string {
	out := []string{kind.Word(), QuoteWord(n.ID())}
	score := func() {
		if s := n.Get("score-attribute"); s != "" {
			out = append(out, s+":")
		} else if s, ok := n.Lookup("score"); ok {
			out = append(out, shortScore(s)+":")
		}
	}
	attr := func(names ...string) {
		for _, a := range names {
			if v, ok := n.Lookup(a); ok {
				out = append(out, a+"="+Quote(v))
			}
		}
	}
	var lines []string
	switch kind {
	case Location:
		switch {
		case n.First("resource_set") != nil:
			out = append(out, "{", setsText(n, "role", 0), "}")
		case n.Get("rsc-pattern") != "":
			out = append(out, QuoteWord("/"+n.Get("rsc-pattern")+"/"))
		default:
			out = append(out, n.Get("rsc"))
		}
		attr("role", "resource-discovery")
		if node, ok := n.Lookup("node"); ok {
			score()
			out = append(out, QuoteWord(node))
		}
		for r := range n.Elements("rule") {
			lines = append(lines, pr.rule(r))
		}
	case Colocation:
		score()
		if n.First("resource_set") != nil {
			out = append(out, setsText(n, "role", 2))
		} else {
			out = append(out, refText(n, "rsc", "rsc-role", "rsc-instance"),
				refText(n, "with-rsc", "with-rsc-role", "with-rsc-instance"))
		}
		attr("node-attribute")
	case Order:
		if k, ok := n.Lookup("kind"); ok {
			out = append(out, k+":")
		}
		if n.First("resource_set") != nil {
			out = append(out, setsText(n, "action", 2))
		} else {
			out = append(out, refText(n, "first", "first-action", "first-instance"),
				refText(n, "then", "then-action", "then-instance"))
		}
		attr("symmetrical")
	case Ticket:
		out = append(out, n.Get("ticket")+":")
		if n.First("resource_set") != nil {
			out = append(out, setsText(n, "role", 1))
		} else {
			out = append(out, refText(n, "rsc", "rsc-role", "rsc-instance"))
		}
		attr("loss-policy")
	}
	return append([]string{strings.Join(out, " ")}, lines...)
}

func refText(n *xmltree.Node, rsc, mod, instance string) string {
	s := n.Get(rsc)
	if m := n.Get(mod); m != "" {
		return s + ":" + m
	}
	if i := n.Get(instance); i != "" {
		return s + ":" + i
	}
	return s
}
