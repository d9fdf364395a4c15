package syntax

import (
	"strings"

	"pacer/xmltree"
)

// alert reads an alert. Sets before the first recipient belong to the alert, sets after a recipient to the recipient, unless
// the recipient stands in braces.
func (p *parser) alert() *xmltree.Node {
	p.atLeast(2)
	n := xmltree.New("alert", "id", p.id())
	n.Set("path", p.next())
	p.description(n)
	for p.more() {
		switch {
		case p.accept("select"):
			n.Add(p.selectKinds())
		case p.set(n, "attributes", "meta"):
		case p.accept("to"):
			n.Add(p.recipient())
		case p.description(n):
		default:
			return n
		}
	}
	return n
}

// selectKinds reads what follows the word `select`. `attributes` selects only when a brace follows; else it is a set.
func (p *parser) selectKinds() *xmltree.Node {
	n := xmltree.New("select")
	for p.more() {
		w := strings.ToLower(p.peek())
		switch {
		case w == "nodes" || w == "fencing" || w == "resources":
			p.i++
			n.AddNew("select_" + w)
		case w == "attributes" && p.i+1 < len(p.w) && p.w[p.i+1] == "{":
			p.i += 2
			c := n.AddNew("select_attributes")
			for p.more() && p.peek() != "}" {
				c.AddNew("attribute", "name", p.ref())
			}
			if !p.accept("}") {
				p.fail(p.last(), "Expected }")
			}
		default:
			if len(n.Children) == 0 {
				p.fail(p.peek(), "Expected nodes, fencing, resources or attributes { … }")
			}
			return n
		}
	}
	if len(n.Children) == 0 {
		p.fail(p.last(), "Expected nodes, fencing, resources or attributes { … }")
	}
	return n
}

// recipient reads what follows the word `to`.
func (p *parser) recipient() *xmltree.Node {
	braces := p.accept("{")
	if !p.more() || p.peek() == "}" {
		p.fail(p.last(), "Expected recipient")
	}
	n := xmltree.New("recipient", "value", p.next())
	p.description(n)
	for p.set(n, "attributes", "meta") {
	}
	if braces && !p.accept("}") {
		p.fail(p.peek(), "Expected }")
	}
	return n
}

// alert prints an alert.
func (pr *Printer) alert(n *xmltree.Node) []string {
	lines := []string{"alert " + QuoteWord(n.ID()) + ` "` + strings.ReplaceAll(n.Get("path"), `"`, `\"`) + `"`}
	if d, ok := n.Lookup("description"); ok {
		lines = append(lines, "description="+Quote(d))
	}
	var kids []*xmltree.Node
	for c := range n.Elements() {
		kids = append(kids, c)
	}
	for i, c := range kids {
		switch c.Name {
		case "select":
			lines = append(lines, selectText(c))
		case "instance_attributes":
			lines = append(lines, pr.set("attributes", c))
		case "meta_attributes":
			lines = append(lines, pr.set("meta", c))
		case "recipient":
			braces := false
			for _, later := range kids[i+1:] {
				braces = braces || later.Name == "instance_attributes" || later.Name == "meta_attributes"
			}
			out := []string{Quote(c.Get("value"))}
			for s := range c.Elements() {
				switch s.Name {
				case "instance_attributes":
					out = append(out, pr.set("attributes", s))
				case "meta_attributes":
					out = append(out, pr.set("meta", s))
				}
			}
			if braces {
				out = append(append([]string{"{"}, out...), "}")
			}
			lines = append(lines, "to "+strings.Join(out, " "))
		}
	}
	return lines
}

func selectText(n *xmltree.Node) string {
	out := []string{"select"}
	for c := range n.Elements() {
		out = append(out, strings.TrimPrefix(c.Name, "select_"))
		if c.Name == "select_attributes" {
			out = append(out, "{")
			for a := range c.Elements("attribute") {
				out = append(out, QuoteWord(a.Get("name")))
			}
			out = append(out, "}")
		}
	}
	return strings.Join(out, " ")
}
