package syntax

import (
	"slices"
	"strings"

	"pacer/xmltree"
)

// setWords are the keywords of attribute sets and what they make.
var setWords = map[string]string{
	"params": "instance_attributes", "meta": "meta_attributes", "utilization": "utilization",
	"attributes": "instance_attributes", "op_params": "instance_attributes", "op_meta": "meta_attributes",
}

// stopWords end a list of pairs.
var stopWords = map[string]bool{
	"params": true, "meta": true, "utilization": true, "operations": true, "op": true, "op_params": true, "op_meta": true,
	"attributes": true, "rule": true, "to": true, "select": true, "{": true, "}": true,
}

func isStop(w string) bool { return stopWords[strings.ToLower(w)] }

// stops tells whether a word ends a list of pairs.
func (p *parser) stops(w string) bool {
	return isStop(w) || slices.ContainsFunc(p.stop, func(s string) bool { return strings.EqualFold(s, w) })
}

var (
	pairWithID = form(`(?s)^\$([^:=]+)(?::([^=]+))?=(.*)$`)
	pairByRef  = form(`^@([^:=]+)(?::([^=]+))?$`)
	pairNamed  = form(`(?s)^([\pL\pN_#$-][^=]*)=(.*)$`)
)

// attrList reads `[$id=…|$id-ref=…] [SCORE:] {rule} {pair}` into a new element. The list ends at a keyword or at a word that
// is no pair; bare says whether a name without value is a pair.
func (p *parser) attrList(tag string, bare bool) *xmltree.Node {
	n := xmltree.New(tag)
	if id, ok := p.idOption("$id-ref="); ok {
		n.Set("id-ref", id)
		return n
	}
	if id, ok := p.idOption("$id="); ok {
		n.Set("id", id)
	}
	if s, ok := strings.CutSuffix(p.peek(), ":"); ok && isScore(s) {
		p.i++
		n.Set("score", canonicalScore(s))
	}
	for p.accept("rule") {
		n.Add(p.rule())
	}
	p.pairs(n, bare)
	return n
}

// pairs reads name-value pairs to the next keyword.
func (p *parser) pairs(n *xmltree.Node, bare bool) {
	for p.more() && !p.stops(p.peek()) {
		w := p.peek()
		if m := pairWithID().FindStringSubmatch(w); m != nil {
			if m[2] == "" {
				m[2] = m[1]
			}
			n.AddNew("nvpair", "id", m[1], "name", m[2], "value", m[3])
		} else if m := pairByRef().FindStringSubmatch(w); m != nil {
			c := n.AddNew("nvpair", "id-ref", m[1])
			if m[2] != "" {
				c.Set("name", m[2])
			}
		} else if m := pairNamed().FindStringSubmatch(w); m != nil {
			if p.opt.SingleShot && m[2] == "" && tagIsProperty(n) {
				p.fail("", "Empty value for %s is not allowed", m[1])
			}
			n.AddNew("nvpair", "name", m[1], "value", m[2])
		} else if bare && reference().MatchString(w) && !strings.HasSuffix(w, ":") {
			n.AddNew("nvpair", "name", w)
		} else {
			return
		}
		p.i++
	}
}

func tagIsProperty(n *xmltree.Node) bool { return n.Name == "cluster_property_set" }

// sets reads attribute sets introduced by the given keywords into the parent, after one that may lack its keyword.
func (p *parser) sets(parent *xmltree.Node, implicit string, keywords ...string) {
	if implicit != "" && p.more() && !isStop(p.peek()) {
		if set := p.attrList(implicit, true); len(set.Children) > 0 || len(set.Attrs) > 0 {
			parent.Add(set)
		}
	}
	for p.set(parent, keywords...) {
	}
}

// set reads one attribute set when the present word introduces one.
func (p *parser) set(parent *xmltree.Node, keywords ...string) bool {
	for _, k := range keywords {
		if p.accept(k) {
			parent.Add(p.attrList(setWords[k], true))
			return true
		}
	}
	return false
}

// attributeSet reads property, rsc_defaults and op_defaults.
func (p *parser) attributeSet(kind Kind) *xmltree.Node {
	n := xmltree.New(kind.Element())
	id := ""
	if ref, ok := p.idOption("$id-ref="); ok {
		n.Set("id-ref", ref)
	} else if s, ok := p.idOption("$id="); ok {
		id = s
	} else if s, ok := strings.CutSuffix(p.peek(), ":"); ok && s != "" && !isScore(s) {
		p.i++
		id = s
	}
	if id == "" {
		id = kind.DefaultID()
	}
	if !ValidID(id) {
		p.fail(id, "%s: invalid object id", id)
	}
	n.Attrs = append([]xmltree.Attr{{Name: "id", Value: id}}, n.Attrs...)
	for p.accept("rule") {
		n.Add(p.rule())
	}
	p.pairs(n, false)
	return n
}

// pair prints one name-value pair.
func (pr *Printer) pair(n *xmltree.Node) string {
	if ref, ok := n.Lookup("id-ref"); ok {
		if name := n.Get("name"); name != "" {
			return "@" + ref + ":" + name
		}
		return "@" + ref
	}
	name := n.Get("name")
	value, ok := n.Lookup("value")
	if !ok {
		return name
	}
	if pr.hidden(name) {
		value = hiddenValue
	}
	return name + "=" + Quote(value)
}

// setBody prints what follows the keyword of an attribute set: references, score, rules, pairs.
func (pr *Printer) setBody(n *xmltree.Node) []string {
	var out []string
	if ref := n.Get("id-ref"); ref != "" {
		out = append(out, "$id-ref="+QuoteWord(ref))
	} else if pr.showSetID(n) {
		out = append(out, "$id="+QuoteWord(n.ID()))
	}
	if s, ok := n.Lookup("score"); ok {
		out = append(out, shortScore(s)+":")
	}
	for c := range n.Elements() {
		switch c.Name {
		case "rule":
			out = append(out, pr.rule(c))
		case "nvpair":
			out = append(out, pr.pair(c))
		}
	}
	return out
}

// set prints a whole attribute set on one line.
func (pr *Printer) set(keyword string, n *xmltree.Node) string {
	return strings.Join(append([]string{keyword}, pr.setBody(n)...), " ")
}

// attributeSet prints property, rsc_defaults and op_defaults, one line for each rule and pair.
func (pr *Printer) attributeSet(kind Kind, n *xmltree.Node) []string {
	head := kind.Word()
	switch {
	case n.Get("id-ref") != "":
		head += " " + QuoteWord(n.ID()) + ": $id-ref=" + QuoteWord(n.Get("id-ref"))
	case n.ID() != "":
		head += " " + QuoteWord(n.ID()) + ":"
	}
	lines := []string{head}
	for c := range n.Elements() {
		switch c.Name {
		case "rule":
			lines = append(lines, pr.rule(c))
		case "nvpair":
			lines = append(lines, pr.pair(c))
		}
	}
	return lines
}
