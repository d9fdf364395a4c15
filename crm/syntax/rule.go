package syntax

import (
	"strings"

	"pacer/xmltree"
)

var (
	typedOperator = form(`(?i)^(?:(string|integer|number|version):)?(lt|gt|lte|gte|eq|ne)$`)
	valueSource   = form(`(?i)^(literal|param|meta)\{(.*)\}$`)
	datePart      = form(`(?i)^(seconds|minutes|hours|monthdays|weekdays|yearsdays|yeardays|days|months|weeks|years|weekyears|moon)=(.+)$`)
)

// rule reads what follows the word `rule`.
func (p *parser) rule() *xmltree.Node {
	n := xmltree.New("rule")
	if ref, ok := p.idOption("$id-ref="); ok {
		return n.Set("id-ref", ref)
	}
	if id, ok := p.idOption("$id="); ok {
		n.Set("id", id)
	}
	if role, ok := p.prefix("$role="); ok {
		n.Set("role", p.roleName(role))
	} else if role, ok := p.prefix("role="); ok {
		n.Set("role", p.roleName(role))
	}
	word := strings.TrimSuffix(p.peek(), ":")
	switch score, ok := p.takeScore(); {
	case !ok:
		n.Set("score", "INFINITY")
	case isScore(word):
		n.Set("score", score)
	default:
		n.Set("score-attribute", score)
	}
	op := ""
	for {
		n.Add(p.expression())
		w := strings.ToLower(p.peek())
		if w != "and" && w != "or" {
			break
		}
		p.i++
		if op != "" && op != w {
			p.fail(p.peek(), "Mixing bool ops not allowed: %s != %s", op, w)
		}
		op = w
	}
	if op == "or" {
		n.Set("boolean-op", "or")
	}
	return n
}

// expression reads one comparison.
func (p *parser) expression() *xmltree.Node {
	switch {
	case p.accept("defined"):
		return xmltree.New("expression", "operation", "defined", "attribute", p.ref())
	case p.accept("not_defined"):
		return xmltree.New("expression", "operation", "not_defined", "attribute", p.ref())
	case strings.EqualFold(p.peek(), "date"):
		p.i++
		return p.dateExpression()
	}
	attr := p.ref()
	m := typedOperator().FindStringSubmatch(p.peek())
	if m == nil {
		p.fail(p.peek(), "Expected ((string|integer|number|version):)?(lt|gt|lte|gte|eq|ne)")
	}
	p.i++
	if !p.more() {
		p.fail("", "Expected value")
	}
	n := xmltree.New("expression", "operation", strings.ToLower(m[2]), "attribute", attr)
	if m[1] != "" {
		n.Set("type", strings.ToLower(m[1]))
	}
	value := p.next()
	if s := valueSource().FindStringSubmatch(value); s != nil {
		return n.Set("value", s[2]).Set("value-source", strings.ToLower(s[1]))
	}
	return n.Set("value", value)
}

// dateExpression reads what follows the word `date`.
func (p *parser) dateExpression() *xmltree.Node {
	n := xmltree.New("date_expression")
	op := strings.ToLower(p.peek())
	p.i++
	switch op {
	case "lt":
		return n.Set("operation", "lt").Set("end", p.dateValue())
	case "gt":
		return n.Set("operation", "gt").Set("start", p.dateValue())
	case "in", "in_range":
		n.Set("operation", "in_range")
		for {
			if s, ok := p.prefix("start="); ok {
				n.Set("start", s)
			} else if s, ok := p.prefix("end="); ok {
				n.Set("end", s)
			} else {
				break
			}
		}
		if d := p.dateParts("duration"); len(d.Attrs) > 0 {
			n.Add(d)
		}
		if len(n.Attrs) == 1 {
			p.fail(p.peek(), "Expected start=, end= or a duration")
		}
		return n
	case "spec", "date_spec":
		n.Set("operation", "date_spec")
		d := p.dateParts("date_spec")
		if len(d.Attrs) == 0 {
			p.fail(p.peek(), "Expected a date specification")
		}
		return n.Add(d)
	}
	p.i--
	p.fail(p.peek(), "Expected lt|gt|in|in_range|spec|date_spec")
	return nil
}

func (p *parser) dateValue() string {
	if !p.more() {
		p.fail("", "Expected a date")
	}
	return p.next()
}

func (p *parser) dateParts(tag string) *xmltree.Node {
	d := xmltree.New(tag)
	if id, ok := p.prefix("id="); ok {
		d.Set("id", id)
	}
	for {
		m := datePart().FindStringSubmatch(p.peek())
		if m == nil {
			return d
		}
		p.i++
		d.Set(strings.ToLower(m[1]), m[2])
	}
}

// rule prints a rule, from its keyword on.
func (pr *Printer) rule(n *xmltree.Node) string {
	out := []string{"rule"}
	if ref, ok := n.Lookup("id-ref"); ok {
		return "rule $id-ref=" + QuoteWord(ref)
	}
	if pr.refd("rule", n.ID()) {
		out = append(out, "$id="+QuoteWord(n.ID()))
	}
	if role := n.Get("role"); role != "" {
		out = append(out, "$role="+QuoteWord(role))
	}
	if s := n.Get("score-attribute"); s != "" {
		out = append(out, s+":")
	} else if s := n.Get("score"); s != "" && s != "INFINITY" {
		out = append(out, shortScore(s)+":")
	}
	op := n.Get("boolean-op")
	if op == "" {
		op = "and"
	}
	first := true
	for c := range n.Elements() {
		if !first {
			out = append(out, op)
		}
		first = false
		switch c.Name {
		case "expression":
			out = append(out, expressionText(c))
		case "date_expression":
			out = append(out, dateText(c))
		}
	}
	return strings.Join(out, " ")
}

func expressionText(n *xmltree.Node) string {
	op, attr := n.Get("operation"), n.Get("attribute")
	if op == "defined" || op == "not_defined" {
		return op + " " + attr
	}
	if t := n.Get("type"); t != "" && t != "string" {
		op = t + ":" + op
	}
	value := n.Get("value")
	if s := n.Get("value-source"); s != "" {
		value = s + "{" + value + "}"
	}
	return attr + " " + op + " " + value
}

func dateText(n *xmltree.Node) string {
	out := []string{"date"}
	switch op := n.Get("operation"); op {
	case "gt":
		return "date gt " + Quote(n.Get("start"))
	case "lt":
		return "date lt " + Quote(n.Get("end"))
	case "in_range":
		out = append(out, "in")
		for _, k := range []string{"start", "end"} {
			if v, ok := n.Lookup(k); ok {
				out = append(out, k+"="+Quote(v))
			}
		}
	case "date_spec":
		out = append(out, "spec")
	default:
		out = append(out, op)
	}
	for c := range n.Elements("duration", "date_spec") {
		for _, a := range c.Attrs {
			if a.Name != "id" {
				out = append(out, a.Name+"="+Quote(a.Value))
			}
		}
	}
	return strings.Join(out, " ")
}

// roleNames are the roles in their stored spelling.
var roleNames = []string{"Stopped", "Started", "Promoted", "Unpromoted", "Master", "Slave"}

func canonicalRole(s string) (string, bool) {
	for _, r := range roleNames {
		if strings.EqualFold(r, s) {
			return r, true
		}
	}
	return "", false
}

func (p *parser) roleName(s string) string {
	r, ok := canonicalRole(s)
	if !ok {
		p.fail(s, "Expected role (one of %s)", strings.Join(roleNames, ", "))
	}
	return r
}
