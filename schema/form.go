package schema

import (
	"fmt"
	"strings"
	"sync/atomic"
)

// form is a definition made ready for checking: what an element may have, each thing with a bit, and the ways in which the
// things may come together.
type form struct {
	name     string // of the element
	anything bool
	attrs    []attrSlot
	kids     []kidSlot
	ways     []way
	// split are the attributes with several types; their bits are looked at one by one.
	split   uint64
	ordered bool // some kids have a rank
}

// attrSlot is an attribute of one type. An attribute that may be of several types has several slots, one behind the other.
type attrSlot struct {
	name     string
	kind     *kind
	versions Set
	more     bool // the next slot is for the same attribute
	split    bool // there are several
}

type kidSlot struct {
	name     string
	form     *form
	versions Set
	// once are the schemas in which there may be only one.
	once Set
	// rank is how many borders are in front of it; border are the schemas in which the last of them counts.
	rank   uint8
	border Set
}

// way is one way in which attributes and children may come together: all of must, some of some when it is not 0, and nothing
// that is not in may. Bits of attributes are those of their slots, bits of children come behind them.
type way struct {
	must, may, some uint64
	versions        Set
}

// grammar are the forms by the names of definitions.
type grammar struct {
	root  *form
	forms map[string]*form
	order []string
}

// compiled is the grammar, once somebody needed it. Most programs of the many that are linked with this package never do. Two
// that need it first at the same time work out the same.
var compiled atomic.Pointer[grammar]

func theGrammar() *grammar {
	if g := compiled.Load(); g != nil {
		return g
	}
	g := compile(readGrammar(grammarText))
	compiled.Store(g)
	return g
}

type compiler struct {
	r     *reader
	g     *grammar
	kinds map[string]*kind
}

func compile(r *reader) *grammar {
	c := &compiler{r: r, g: &grammar{forms: make(map[string]*form, len(r.order)), order: r.order}, kinds: map[string]*kind{}}
	for i := range simple {
		c.kinds[simple[i].name] = &simple[i]
	}
	// order: the types become a map again
	for name, v := range r.vocabularies {
		c.kinds[name] = &kind{name: name, accepts: v.accepts, expected: v.expected, open: v.except}
	}
	for _, name := range r.order {
		element, _, _ := strings.Cut(name, ":")
		c.g.forms[name] = &form{name: element, anything: r.anything[name]}
	}
	for _, name := range r.order {
		c.form(c.g.forms[name], r.definitions[name])
	}
	c.g.root = c.g.forms["cib"]
	return c.g
}

func (c *compiler) kind(name string) *kind {
	k := c.kinds[name]
	if text, ok := strings.CutPrefix(name, "="); ok && k == nil {
		text, exact := strings.CutPrefix(text, "=")
		v := &vocabulary{words: []word{{text, All}}}
		k = &kind{name: name, accepts: v.accepts, expected: v.expected}
		if exact {
			k.accepts = v.find
		}
		c.kinds[name] = k
	}
	if k == nil {
		panic("schema: no such type: " + name)
	}
	return k
}

func (c *compiler) form(f *form, items []item) {
	rank, border := uint8(0), Set(0)
	c.slots(f, items, &rank, &border)
	for i := range f.attrs {
		same := func(j int) bool { return j >= 0 && j < len(f.attrs) && f.attrs[j].name == f.attrs[i].name }
		f.attrs[i].more = same(i + 1)
		if f.attrs[i].split = same(i+1) || same(i-1); f.attrs[i].split {
			f.split |= 1 << i
		}
	}
	if len(f.attrs)+len(f.kids) > 64 {
		panic("schema: too many attributes and children: " + f.name)
	}
	f.ways = c.sequence(f, items)
	for i := range f.attrs {
		f.attrs[i].versions &= f.with(i)
	}
	for i := range f.kids {
		f.kids[i].versions &= f.with(len(f.attrs) + i)
	}
}

// with are the schemas that have a way with a thing.
func (f *form) with(bit int) (out Set) {
	for i := range f.ways {
		if f.ways[i].may>>bit&1 != 0 {
			out |= f.ways[i].versions
		}
	}
	return out
}

// slots collects what an element may have.
func (c *compiler) slots(f *form, items []item, rank *uint8, border *Set) {
	for _, it := range items {
		switch {
		case it.then:
			*rank, *border, f.ordered = *rank+1, it.versions, true
		case it.choices != nil:
			for _, choice := range it.choices {
				c.slots(f, choice, rank, border)
			}
		case it.attribute != "":
			if c.attr(f, it) < 0 {
				c.addAttr(f, it)
			}
		default:
			c.addKid(f, it, *rank, *border)
		}
	}
}

func (c *compiler) attr(f *form, it item) int {
	for i := range f.attrs {
		if s := &f.attrs[i]; s.name == it.attribute && s.kind == c.kind(it.kind) && s.versions == it.versions {
			return i
		}
	}
	return -1
}

// addAttr puts a slot behind those of the same attribute.
func (c *compiler) addAttr(f *form, it item) {
	at := len(f.attrs)
	for i := range f.attrs {
		if f.attrs[i].name == it.attribute {
			at = i + 1
		}
	}
	f.attrs = append(f.attrs, attrSlot{})
	copy(f.attrs[at+1:], f.attrs[at:])
	f.attrs[at] = attrSlot{name: it.attribute, kind: c.kind(it.kind), versions: it.versions}
}

func (f *form) kid(definition *form) int {
	for i := range f.kids {
		if f.kids[i].form == definition {
			return i
		}
	}
	return -1
}

func (c *compiler) addKid(f *form, it item, rank uint8, border Set) {
	definition := c.g.forms[it.child]
	if definition == nil {
		panic(fmt.Sprintf("schema: <%s> in <%s> is not defined", it.child, f.name))
	}
	i := f.kid(definition)
	if i < 0 {
		i = len(f.kids)
		f.kids = append(f.kids, kidSlot{name: definition.name, form: definition, rank: rank, border: border})
	}
	f.kids[i].versions |= it.versions
	if it.once {
		f.kids[i].once |= it.versions
	}
}

// sequence are the ways in which all items of a list can be together.
func (c *compiler) sequence(f *form, items []item) []way {
	ways := []way{{versions: All}}
	for _, it := range items {
		if it.then {
			continue
		}
		ways = product(ways, c.item(f, it))
	}
	return ways
}

func (c *compiler) item(f *form, it item) []way {
	if it.choices != nil {
		return c.group(f, it)
	}
	var bit uint64
	if it.attribute != "" {
		bit = 1 << c.attr(f, it)
	} else {
		bit = 1 << (len(f.attrs) + f.kid(c.g.forms[it.child]))
	}
	if it.required {
		return []way{{must: bit, may: bit, versions: it.versions}}
	}
	return []way{{may: bit, versions: All}}
}

func (c *compiler) group(f *form, it item) []way {
	var out []way
	for _, choice := range it.choices {
		for _, w := range c.sequence(f, choice) {
			if w.versions &= it.versions; w.versions == 0 {
				continue
			}
			if it.some {
				if w.some != 0 {
					panic("schema: braces in braces: " + f.name)
				}
				w.some = w.may
			}
			out = append(out, w)
		}
	}
	if it.optional {
		out = append(out, way{versions: it.versions})
	}
	if rest := All &^ it.versions; rest != 0 && !it.required {
		out = append(out, way{versions: rest})
	}
	return out
}

// product joins each way of one list with each of another, as far as there are schemas that know both.
func product(a, b []way) []way {
	if len(b) == 1 && b[0].versions == All && b[0].some == 0 {
		for i := range a {
			a[i].must |= b[0].must
			a[i].may |= b[0].may
		}
		return a
	}
	out := make([]way, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			if x.some != 0 && y.some != 0 {
				panic("schema: braces beside braces")
			}
			w := way{x.must | y.must, x.may | y.may, x.some | y.some, x.versions & y.versions}
			if w.versions != 0 {
				out = append(out, w)
			}
		}
	}
	return out
}
