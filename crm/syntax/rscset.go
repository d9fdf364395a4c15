package syntax

import (
	"strings"

	"pacer/xmltree"
)

// setMark forces a list of one or two references to be a resource set.
const setMark = "_rsc_set_"

// refKind is what may follow a reference's colon.
type refKind struct {
	attr  string // attribute of the resource set
	what  string // for messages
	check func(string) (string, bool)
}

var (
	roleRef   = refKind{"role", "role", canonicalRole}
	actionRef = refKind{"action", "action", canonicalAction}
)

func canonicalAction(s string) (string, bool) {
	switch a := strings.ToLower(s); a {
	case "start", "stop", "promote", "demote":
		return a, true
	}
	return "", false
}

// rscRef is one reference with its role or action, or its instance number.
type rscRef struct{ id, mod, instance string }

// sequence is what a constraint's references were read into: simple references or resource sets.
type sequence struct {
	refs []rscRef        // when simple
	sets []*xmltree.Node // else
}

// splitBrackets makes words of their own of the brackets in the words from the present one on.
func (p *parser) splitBrackets(brackets string) {
	out := append([]string(nil), p.w[:p.i]...)
	for _, w := range p.w[p.i:] {
		if strings.Contains(w, "=") {
			// A pair may end in a closing bracket, nothing else.
			tail := ""
			for len(w) > 0 && strings.ContainsRune(")]}", rune(w[len(w)-1])) && strings.ContainsRune(brackets, rune(w[len(w)-1])) {
				tail, w = w[len(w)-1:]+tail, w[:len(w)-1]
			}
			out = append(out, w)
			for _, c := range tail {
				out = append(out, string(c))
			}
			continue
		}
		start := 0
		for i, c := range w {
			if strings.ContainsRune(brackets, c) {
				if i > start {
					out = append(out, w[start:i])
				}
				out = append(out, string(c))
				start = i + 1
			}
		}
		if start < len(w) {
			out = append(out, w[start:])
		}
	}
	p.w = out
}

// sequence reads references and brackets up to a word that is neither. simple is the number of references that make no set.
func (p *parser) sequence(kind refKind, simple int) sequence {
	forced := p.accept(setMark)
	var (
		sets    []*xmltree.Node
		refs    []rscRef
		cur     *xmltree.Node
		open    string // the bracket that is open
		grouped bool   // brackets or attributes were seen
	)
	closeSet := func(near string) {
		if cur != nil && len(cur.Children) == 0 {
			p.fail(near, "Empty resource set")
		}
		if cur != nil {
			sets = append(sets, cur)
		}
		cur = nil
	}
	begin := func() {
		cur = xmltree.New("resource_set")
		switch open {
		case "(":
			cur.Set("sequential", "false")
		case "[":
			cur.Set("sequential", "false").Set("require-all", "false")
		}
	}
	for p.more() {
		w := p.peek()
		switch w {
		case "(", "[":
			if open != "" {
				p.fail(w, "Cannot nest resource sets")
			}
			closeSet(w)
			open, grouped = w, true
			begin()
			p.i++
			continue
		case ")", "]":
			if open == "" {
				if cur == nil {
					p.fail(w, "Empty resource set")
				}
				p.fail(w, "Unmatched closing bracket")
			}
			if (open == "(") != (w == ")") {
				p.fail(w, "Mismatched closing bracket")
			}
			closeSet(w)
			open = ""
			p.i++
			continue
		}
		if name, value, ok := strings.Cut(w, "="); ok {
			lower := strings.ToLower(name)
			if lower != "sequential" && lower != "require-all" {
				if open != "" {
					p.fail(w, "Unknown attribute")
				}
				break
			}
			b, isBool := boolean(value)
			if !isBool {
				p.fail(w, "Not a boolean: %s", value)
			}
			if cur == nil {
				if len(sets) == 0 || open != "" {
					p.fail(w, "Empty resource set")
				}
				setFlag(sets[len(sets)-1], lower, b)
			} else {
				setFlag(cur, lower, b)
			}
			grouped = grouped || !b
			p.i++
			continue
		}
		ref, ok := p.rscRef(kind)
		if !ok {
			break
		}
		if cur != nil && len(cur.Children) > 0 && cur.Get(kind.attr) != ref.mod {
			// Another role or action begins another set of the same form.
			form := cur.Attrs
			closeSet(w)
			begin()
			for _, a := range form {
				if a.Name != kind.attr {
					cur.Set(a.Name, a.Value)
				}
			}
		}
		if cur == nil {
			begin()
		}
		if ref.mod != "" {
			cur.Set(kind.attr, ref.mod)
		}
		if ref.instance != "" {
			grouped = grouped || len(refs) >= simple
		}
		cur.AddNew("resource_ref", "id", ref.id)
		refs = append(refs, ref)
		p.i++
	}
	if open != "" {
		p.fail(p.last(), "Unmatched opening bracket")
	}
	if len(refs) == 0 {
		p.fail(p.peek(), "Expected resource")
	}
	closeSet(p.last())
	if len(refs) == simple && !grouped && !forced {
		return sequence{refs: refs}
	}
	return sequence{sets: sets}
}

func setFlag(n *xmltree.Node, name string, value bool) {
	if value {
		n.Unset(name)
	} else {
		n.Set(name, "false")
	}
}

// rscRef looks at the present word; it does not take it.
func (p *parser) rscRef(kind refKind) (rscRef, bool) {
	w := p.peek()
	if !reference().MatchString(w) || w == "{" || w == "}" {
		return rscRef{}, false
	}
	id, mod, has := strings.Cut(w, ":")
	if !has {
		return rscRef{id: id}, true
	}
	if id == "" || mod == "" {
		return rscRef{}, false
	}
	if strings.Trim(mod, "0123456789") == "" {
		return rscRef{id: id, instance: mod}, true
	}
	m, ok := kind.check(mod)
	if !ok {
		p.fail(w, "Invalid %s '%s' for '%s'", kind.what, mod, id)
	}
	return rscRef{id: id, mod: m}, true
}

// sets prints the resource sets of a constraint; plain is the number of references in one plain set that need the mark.
func setsText(n *xmltree.Node, attr string, plain int) string {
	var out []string
	count, total, bracketed := 0, 0, false
	for set := range n.Elements("resource_set") {
		count++
		open, end := "", ""
		sequential, requireAll := set.Get("sequential") != "false", set.Get("require-all") != "false"
		switch {
		case !requireAll:
			open, end = "[", "]"
		case !sequential:
			open, end = "(", ")"
		}
		if open != "" {
			out = append(out, open)
			bracketed = true
		}
		for ref := range set.Elements("resource_ref") {
			total++
			w := ref.ID()
			if mod := set.Get(attr); mod != "" {
				w += ":" + mod
			}
			out = append(out, w)
		}
		if open == "[" && sequential {
			out = append(out, "sequential=true")
		}
		if end != "" {
			out = append(out, end)
		}
	}
	if count == 1 && !bracketed && total <= plain {
		out = append([]string{setMark}, out...)
	}
	return strings.Join(out, " ")
}
