package xmltree

import (
	"slices"
	"strings"
)

// Pattern is an XPath expression that can be answered at an element from the names and attributes of the elements on the way
// down to it, so that finding out whether one element is meant costs its depth and not the size of the document. Most
// expressions that people write are such:
//
//	/cib/configuration/acls   //nvpair[@name='target-role']   //primitive[@id='a' or @id='b']//meta_attributes   //@score
//
// Steps are names or * after / or //, conditions speak of attributes of the step's element (present, equal, not equal, and, or,
// not, starts-with, contains). A last step @name means the elements that have the attribute, as Match does.
type Pattern struct {
	steps []patternStep
	// attributes tells that a path ends with attributes, which stand for their elements.
	attributes bool
}

// maxSteps limits the steps of a pattern, over all its alternatives.
const maxSteps = 64

type patternStep struct {
	name  string    // "" for any
	test  condition // nil for none
	first bool      // of an alternative: what is above it is the document
	deep  bool      // any number of elements may stand between it and the step before
	last  bool      // of an alternative: who matches it is meant
}

// condition is what a step asks of its element.
type condition func(*Node) bool

// Progress is how far a pattern has come on the way down to an element: the zero value stands for the document.
type Progress struct {
	here   uint64 // the steps that the element matches
	above  uint64 // those that it or an element above it matches
	inside bool
}

// Enter goes down to an element, a child of the one with the given progress, and tells whether the pattern means it.
func (p *Pattern) Enter(at Progress, n *Node) (Progress, bool) {
	next := Progress{inside: true}
	meant := false
	for i := range p.steps {
		s := &p.steps[i]
		if s.name != "" && s.name != n.Name {
			continue
		}
		switch bit := uint64(1) << max(i-1, 0); {
		case s.first:
			if at.inside && !s.deep {
				continue
			}
		case s.deep && at.above&bit == 0, !s.deep && at.here&bit == 0:
			continue
		}
		if s.test != nil && !s.test(n) {
			continue
		}
		next.here |= 1 << i
		meant = meant || s.last
	}
	next.above = at.above | next.here
	return next, meant
}

// matches lists the elements of a document that the pattern means, in document order.
func (p *Pattern) matches(root *Node) []Match {
	var out []Match
	var above []*Node
	var down func(at Progress, n *Node)
	down = func(at Progress, n *Node) {
		next, meant := p.Enter(at, n)
		if meant {
			out = append(out, Match{Node: n, Ancestors: slices.Clone(above)})
		}
		above = append(above, n)
		for _, c := range n.Children {
			if c.Kind == Element {
				down(next, c)
			}
		}
		above = above[:len(above)-1]
	}
	if root != nil {
		down(Progress{}, root)
	}
	return out
}

// CompilePattern reads an expression. It reports false for one that is no pattern: it may be broken, or one that only Select
// can answer.
func CompilePattern(expr string) (*Pattern, bool) {
	if len(expr) > MaxXPath {
		return nil, false
	}
	r := &patternReader{rest: expr}
	p := &Pattern{}
	for {
		steps, attribute := r.alternative()
		p.steps = append(p.steps, steps...)
		p.attributes = p.attributes || attribute
		if r.failed || !r.take("|") {
			break
		}
	}
	r.space()
	if r.failed || r.rest != "" || len(p.steps) > maxSteps {
		return nil, false
	}
	return p, true
}

// patternReader takes an expression apart. What it does not know makes it fail.
type patternReader struct {
	rest   string
	failed bool
	depth  int // of conditions in conditions
}

func (r *patternReader) fail() { r.failed = true }

func (r *patternReader) space() { r.rest = strings.TrimLeft(r.rest, " \t\r\n") }

func (r *patternReader) take(token string) bool {
	r.space()
	rest, ok := strings.CutPrefix(r.rest, token)
	if ok {
		r.rest = rest
	}
	return ok
}

// name reads a name, "" when there is none. What follows must not make something else of it: a prefix, an axis, a function.
func (r *patternReader) name() string {
	r.space()
	end := 0
	for end < len(r.rest) && isPatternName(r.rest[end], end == 0) {
		end++
	}
	name := r.rest[:end]
	if after := strings.TrimLeft(r.rest[end:], " \t\r\n"); name != "" && after != "" && (after[0] == ':' || after[0] == '(') {
		r.fail()
		return ""
	}
	r.rest = r.rest[end:]
	return name
}

func isPatternName(c byte, first bool) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', c == '_':
		return true
	}
	return !first && ('0' <= c && c <= '9' || c == '-' || c == '.')
}

// alternative reads one path, which may stand for several.
func (r *patternReader) alternative() (steps []patternStep, attribute bool) {
	for {
		deep := r.take("//")
		if !deep && !r.take("/") && len(steps) > 0 {
			break
		}
		if r.take("@") {
			return r.attribute(steps, deep), true
		}
		s := patternStep{deep: deep, first: len(steps) == 0}
		if !r.take("*") {
			if s.name = r.name(); s.name == "" {
				r.fail()
			}
		}
		for !r.failed && r.take("[") {
			s.test = both(s.test, r.either())
			if !r.take("]") {
				r.fail()
			}
		}
		if steps = append(steps, s); r.failed || len(steps) > maxSteps {
			r.fail()
			return nil, false
		}
	}
	steps[len(steps)-1].last = true
	return steps, false
}

// attribute ends a path with the elements that have an attribute.
func (r *patternReader) attribute(above []patternStep, deep bool) []patternStep {
	var has condition
	if !r.take("*") {
		has = present(r.attributeName())
	} else {
		has = func(n *Node) bool { return len(n.Attrs) > 0 }
	}
	if len(above) == 0 && !deep {
		r.fail() // The document has no attributes.
	}
	if r.failed {
		return nil
	}
	var out []patternStep
	if len(above) > 0 {
		out = append(out, above...)
		end := &out[len(out)-1]
		end.test, end.last = both(end.test, has), true
	}
	if deep { // //@a means below and at the step before.
		out = append(out, above...)
		out = append(out, patternStep{test: has, first: len(above) == 0, deep: true, last: true})
	}
	return out
}

func both(a, b condition) condition {
	if a == nil {
		return b
	}
	return func(n *Node) bool { return a(n) && b(n) }
}

func present(name string) condition {
	return func(n *Node) bool { _, ok := n.Lookup(name); return ok }
}

// word takes an operator that is spelled as a word.
func (r *patternReader) word(w string) bool {
	r.space()
	rest, ok := strings.CutPrefix(r.rest, w)
	if !ok || rest != "" && isPatternName(rest[0], false) {
		return false
	}
	r.rest = rest
	return true
}

func (r *patternReader) either() condition {
	a := r.all()
	for !r.failed && r.word("or") {
		left, right := a, r.all()
		a = func(n *Node) bool { return left(n) || right(n) }
	}
	return a
}

func (r *patternReader) all() condition {
	a := r.one()
	for !r.failed && r.word("and") {
		a = both(a, r.one())
	}
	return a
}

// one reads a condition without and and or around it.
func (r *patternReader) one() condition {
	if r.depth++; r.depth > 32 {
		r.fail()
	}
	defer func() { r.depth-- }()
	if r.failed {
		return nil
	}
	switch {
	case r.take("("):
		return r.closed(r.either())
	case r.call("not"):
		if c := r.closed(r.either()); c != nil {
			return func(n *Node) bool { return !c(n) }
		}
		return nil
	case r.call("starts-with"):
		return r.closed(r.part(strings.HasPrefix))
	case r.call("contains"):
		return r.closed(r.part(strings.Contains))
	case r.take("@"):
		return r.comparison(r.attributeName())
	}
	// A text before an attribute.
	value := r.text()
	equal := r.take("=")
	if !equal && !r.take("!=") || !r.take("@") {
		r.fail()
		return nil
	}
	return compared(r.attributeName(), value, equal)
}

func (r *patternReader) call(function string) bool {
	before := r.rest
	if r.word(function) && r.take("(") {
		return true
	}
	r.rest = before
	return false
}

func (r *patternReader) closed(c condition) condition {
	if !r.take(")") {
		r.fail()
	}
	if r.failed {
		return nil
	}
	return c
}

func (r *patternReader) attributeName() string {
	name := r.name()
	if name == "" {
		r.fail()
	}
	return name
}

func (r *patternReader) comparison(name string) condition {
	switch {
	case r.failed:
		return nil
	case r.take("!="):
		return compared(name, r.text(), false)
	case r.take("="):
		return compared(name, r.text(), true)
	}
	return present(name)
}

// compared holds for elements that have the attribute with that value, or with another one.
func compared(name, value string, equal bool) condition {
	return func(n *Node) bool {
		v, ok := n.Lookup(name)
		return ok && (v == value) == equal
	}
}

// part reads the arguments of starts-with and contains. An absent attribute counts as empty.
func (r *patternReader) part(is func(string, string) bool) condition {
	if !r.take("@") {
		r.fail()
		return nil
	}
	name := r.attributeName()
	if !r.take(",") {
		r.fail()
		return nil
	}
	value := r.text()
	return func(n *Node) bool { return is(n.Get(name), value) }
}

// text reads a literal in quotes.
func (r *patternReader) text() string {
	r.space()
	if r.rest == "" || r.rest[0] != '\'' && r.rest[0] != '"' {
		r.fail()
		return ""
	}
	value, rest, ok := strings.Cut(r.rest[1:], r.rest[:1])
	if !ok {
		r.fail()
	}
	r.rest = rest
	return value
}
