package schema

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"strings"

	"pacer/xmltree"
)

// Problems lists what a schema finds wrong in a document, at most 100 things, in the order of the document. It is for documents
// that Valid does not accept: it is slower, and finds nothing where that finds nothing.
func Problems(root *xmltree.Node, version Version) []Problem {
	g := theGrammar()
	e := &explainer{version: version, ids: map[string]*xmltree.Node{}}
	switch {
	case root == nil:
		return []Problem{{Text: "there is no document"}}
	case root.Name != g.root.name:
		e.report(root, "", "it is the root of the document; expected <%s>", g.root.name)
		return e.out
	}
	e.collect(root, g.root)
	e.element(root, g.root)
	slices.SortStableFunc(e.out, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return e.out[:min(len(e.out), maxProblems)]
}

type explainer struct {
	version Version
	out     []Problem
	// ids are the elements that have an id that nothing else may have.
	ids map[string]*xmltree.Node
	// open are the elements around the one that is looked at.
	open []*xmltree.Node
}

func (e *explainer) report(n *xmltree.Node, attribute, format string, args ...any) {
	p := Problem{Line: int(n.Line), Element: n.Name, ID: n.ID(), Attribute: attribute, Text: fmt.Sprintf(format, args...)}
	if len(e.open) > 0 {
		p.Parent = e.open[len(e.open)-1].Name
	}
	e.out = append(e.out, p)
}

// collect finds all ids before references to them are looked at.
func (e *explainer) collect(n *xmltree.Node, f *form) {
	for i := range f.attrs {
		s := &f.attrs[i]
		if value, ok := n.Lookup(s.name); ok && s.kind.use == unique && s.versions.Has(e.version) {
			if id := trim(value); e.ids[id] == nil {
				e.ids[id] = n
			}
		}
	}
	for c := range n.Elements() {
		if k := f.child(c.Name); k >= 0 {
			e.collect(c, f.kids[k].form)
		}
	}
}

func (e *explainer) element(n *xmltree.Node, f *form) {
	if f.anything || len(e.out) >= maxProblems {
		return
	}
	there, clear := e.attributes(n, f)
	there |= e.children(n, f) << len(f.attrs)
	if clear {
		e.together(n, f, there)
	}
	e.open = append(e.open, n)
	for c := range n.Elements() {
		if k := f.child(c.Name); k >= 0 && f.kids[k].versions.Has(e.version) {
			e.element(c, f.kids[k].form)
		}
	}
	e.open = e.open[:len(e.open)-1]
}

// attributes returns the bits of the slots whose attribute is there, of split ones those that take the value; clear tells that
// all split ones have a value that chooses some.
func (e *explainer) attributes(n *xmltree.Node, f *form) (there uint64, clear bool) {
	clear = true
	for i := range n.Attrs {
		a := &n.Attrs[i]
		slots, taken, known := uint64(0), uint64(0), Set(0)
		var want []string
		for j := range f.attrs {
			s := &f.attrs[j]
			if s.name != a.Name {
				continue
			}
			if known |= s.versions; !s.versions.Has(e.version) {
				continue
			}
			slots |= 1 << j
			if s.kind.accepts(a.Value).Has(e.version) {
				taken |= 1 << j
			} else {
				want = append(want, s.kind.expected(e.version))
			}
			e.use(n, s, a.Value)
		}
		switch {
		case slots == 0 && known == 0 && declaration(a):
		case slots == 0:
			e.report(n, a.Name, "attribute %q is not allowed here%s%s", a.Name, e.otherwise(known), e.attributesFor(n, f))
		case taken == 0:
			there |= slots
			clear = clear && slots&f.split == 0
			e.report(n, a.Name, "attribute %q has the value %q; expected %s", a.Name, a.Value, strings.Join(slices.Compact(want), ", or "))
		default:
			there |= taken
		}
	}
	return there, clear
}

// otherwise tells which other schemas know something.
func (e *explainer) otherwise(known Set) string {
	switch {
	case known == 0:
		return ""
	case known.first() > e.version:
		return fmt.Sprintf(" by schema %s: it came with %s", e.version, known.first())
	case known.last() < e.version:
		return fmt.Sprintf(" by schema %s: the last that knew it was %s", e.version, known.last())
	}
	return fmt.Sprintf(" by schema %s", e.version)
}

// attributesFor lists the attributes that n could have besides those that it has.
func (e *explainer) attributesFor(n *xmltree.Node, f *form) string {
	var list []string
	for i := range f.attrs {
		s := &f.attrs[i]
		if _, there := n.Lookup(s.name); !there && s.versions.Has(e.version) {
			list = append(list, s.name)
		}
	}
	return oneOf(slices.Compact(list))
}

func oneOf(list []string) string {
	switch len(list) {
	case 0:
		return ""
	case 1:
		return "; expected " + list[0]
	}
	return "; expected one of " + strings.Join(list, ", ")
}

func (e *explainer) use(n *xmltree.Node, s *attrSlot, value string) {
	id := trim(value)
	switch owner := e.ids[id]; {
	case s.kind.use == unique && owner != n && isID(value):
		where := ""
		if owner.Line > 0 {
			where = fmt.Sprintf(" of line %d", owner.Line)
		}
		e.report(n, s.name, "the id %q is used already by <%s>%s; expected one that nothing else has", id, owner.Name, where)
	case s.kind.use == points && owner == nil && isID(value):
		e.report(n, s.name, "attribute %q names %q, and there is nothing with that id", s.name, id)
	}
}

// children returns the bits of the children that are there, the first kid's being the lowest.
func (e *explainer) children(n *xmltree.Node, f *form) (there uint64) {
	e.open = append(e.open, n)
	defer func() { e.open = e.open[:len(e.open)-1] }()
	highest := -1
	for _, c := range n.Children {
		if c.Kind == xmltree.Text && trim(c.Text) != "" {
			e.open = e.open[:len(e.open)-1]
			e.report(n, "", "text is not allowed here: %.40q", trim(c.Text))
			e.open = append(e.open, n)
		}
		if c.Kind != xmltree.Element {
			continue
		}
		i := f.child(c.Name)
		if i < 0 || !f.kids[i].versions.Has(e.version) {
			known := Set(0)
			if i >= 0 {
				known = f.kids[i].versions
			}
			e.report(c, "", "it is not allowed in <%s>%s%s", n.Name, e.otherwise(known), e.childrenFor(f))
			continue
		}
		k := &f.kids[i]
		if there>>i&1 != 0 && k.once.Has(e.version) {
			e.report(c, "", "<%s> can have only one", n.Name)
		}
		there |= 1 << i
		switch {
		case highest < 0 || k.rank > f.kids[highest].rank:
			highest = i
		case k.rank < f.kids[highest].rank && f.kids[highest].border.Has(e.version):
			e.report(c, "", "it must stand before <%s>", f.kids[highest].name)
		}
	}
	return there
}

func (e *explainer) childrenFor(f *form) string {
	var list []string
	for i := range f.kids {
		if f.kids[i].versions.Has(e.version) {
			list = append(list, "<"+f.kids[i].name+">")
		}
	}
	if len(list) == 0 {
		return "; expected nothing in it"
	}
	return oneOf(list)
}

// together reports when what is there, each thing right by itself, is not right together: what is missing or too much when it
// is compared with the ways that are nearest to it.
func (e *explainer) together(n *xmltree.Node, f *form, there uint64) {
	var near []difference
	for i := range f.ways {
		w := &f.ways[i]
		if !w.versions.Has(e.version) {
			continue
		}
		for _, d := range f.compare(w, there) {
			switch {
			case d.missing|d.extra|d.other == 0:
				return
			case len(near) > 0 && d.weight() > near[0].weight():
			case len(near) > 0 && d.weight() == near[0].weight() && d.weight() > 0:
				// The first of equals: it is reported alone.
			case len(near) > 0 && d.weight() == 0 && near[0].weight() == 0:
				near = append(near, d)
			default:
				near = []difference{d}
			}
		}
	}
	d := near[0]
	for rest := d.other; rest != 0; rest &= rest - 1 {
		s := &f.attrs[bits.TrailingZeros64(rest)]
		e.report(n, s.name, "attribute %q has the value %q; expected %s", s.name, n.Get(s.name), s.kind.expected(e.version))
	}
	for rest := d.extra; rest != 0; rest &= rest - 1 {
		bit := bits.TrailingZeros64(rest)
		e.report(n, f.attributeOf(rest), "%s is not allowed together with %s", f.nameOf(bit), e.rival(n, f, bit, there))
	}
	e.missing(n, f, near)
}

// difference is what a way lacks, what it has no place for, and which of its split attributes have another value; spared are those
// of these that take nearly any value.
type difference struct{ missing, extra, other, spared uint64 }

// weight orders differences: what is too much counts more than what is missing, but not when much is missing; another value
// counts more still, because values choose the way. Where things are only missing, no way is nearer than another.
func (d difference) weight() int {
	if d.extra|d.other == 0 {
		return 0
	}
	return bits.OnesCount64(d.missing) + 2*bits.OnesCount64(d.extra) + 5*bits.OnesCount64(d.other) - bits.OnesCount64(d.spared)
}

// missing reports what all ways lack, and then what each lacks besides.
func (e *explainer) missing(n *xmltree.Node, f *form, near []difference) {
	all := near[0].missing
	for _, d := range near[1:] {
		all &= d.missing
	}
	for rest := all; rest != 0; rest &= rest - 1 {
		e.report(n, f.attributeOf(rest), "%s is missing", f.nameOf(bits.TrailingZeros64(rest)))
	}
	var choices []string
	for i, d := range near {
		if d.missing == all {
			return
		}
		// A way that lacks more than another does is no help.
		if !slices.ContainsFunc(near, func(o difference) bool { return o.missing != d.missing && o.missing&^d.missing == 0 }) &&
			!slices.Contains(near[:i], d) {
			choices = append(choices, f.namesOf(d.missing&^all))
		}
	}
	e.report(n, "", "%s is missing", strings.Join(slices.Compact(choices), ", or "))
}

func (f *form) namesOf(mask uint64) string {
	var list []string
	for ; mask != 0; mask &= mask - 1 {
		list = append(list, f.nameOf(bits.TrailingZeros64(mask)))
	}
	return strings.Join(slices.Compact(list), " and ")
}

// compare tells how a way differs from what is there; when one of some things is missing, there is a difference for each. All
// slots of a split attribute count as the first.
func (f *form) compare(w *way, there uint64) []difference {
	d := difference{missing: w.must &^ there &^ f.split, extra: there &^ w.may &^ f.split}
	for i := 0; i < len(f.attrs); i++ {
		if !f.attrs[i].split {
			continue
		}
		first := uint64(1) << i
		slots := first
		for f.attrs[i].more {
			i++
			slots |= 1 << i
		}
		switch {
		case there&slots == 0 && w.must&slots != 0:
			d.missing |= first
		case there&slots != 0 && slots&w.may == 0:
			d.extra |= first
		case there&slots != 0 && there&slots&w.may == 0:
			d.other |= slots & w.may & -(slots & w.may)
			if f.attrs[bits.TrailingZeros64(slots&w.may)].kind.open {
				d.spared |= first
			}
		}
	}
	if w.some == 0 || there&w.some != 0 {
		return []difference{d}
	}
	var out []difference
	for rest := w.some; rest != 0; rest &= rest - 1 {
		out = append(out, difference{d.missing | rest&-rest, d.extra, d.other, d.spared})
	}
	return out
}

func (f *form) nameOf(bit int) string {
	if bit >= len(f.attrs) {
		return "<" + f.kids[bit-len(f.attrs)].name + ">"
	}
	return fmt.Sprintf("attribute %q", f.attrs[bit].name)
}

func (f *form) attributeOf(mask uint64) string {
	if bit := bits.TrailingZeros64(mask); bit < len(f.attrs) {
		return f.attrs[bit].name
	}
	return ""
}

// rival finds what is there and never stands together with a thing.
func (e *explainer) rival(n *xmltree.Node, f *form, bit int, there uint64) string {
	for rest := there &^ (1 << bit); rest != 0; rest &= rest - 1 {
		other := bits.TrailingZeros64(rest)
		both := uint64(1)<<bit | 1<<other
		if f.attributeOf(1<<bit) != "" && f.attributeOf(1<<bit) == f.attributeOf(1<<other) {
			continue
		}
		if slices.ContainsFunc(f.ways, func(w way) bool { return w.versions.Has(e.version) && w.may&both == both }) {
			continue
		}
		name := f.nameOf(other)
		if other < len(f.attrs) && f.attrs[other].split {
			name = fmt.Sprintf("%s=%q", f.attrs[other].name, n.Get(f.attrs[other].name))
		}
		return name
	}
	return "what else is there"
}
