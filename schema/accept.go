package schema

import (
	"math/bits"

	"pacer/xmltree"
)

// Accepting returns which schemas of a set find the document valid. It looks at every attribute once, whatever the number of
// schemas, and stops when none is left.
func Accepting(root *xmltree.Node, among Set) Set {
	g := theGrammar()
	if root == nil || root.Name != g.root.name {
		return 0
	}
	v := &validator{left: among & All, ids: make(map[string]struct{}, 256)}
	v.element(root, g.root)
	for _, p := range v.pending {
		if _, ok := v.ids[p.id]; !ok {
			v.left &^= p.versions
		}
	}
	return v.left
}

// Valid tells whether a schema finds the document valid.
func Valid(root *xmltree.Node, version Version) bool { return Accepting(root, Only(version)) != 0 }

type validator struct {
	// left are the schemas that have found nothing wrong yet.
	left Set
	ids  map[string]struct{}
	// pending are references to ids that had not been met when they were.
	pending []reference
	// notes, when it is there, gets the ids and references, and the children of an element are left to the caller.
	notes *mentions
}

type reference struct {
	id       string
	versions Set
}

// maxSplit is how many slots of split attributes a form may have.
const maxSplit = 8

// element checks n by its form, and all that is in it.
func (v *validator) element(n *xmltree.Node, f *form) {
	if f.anything {
		return
	}
	var accepted [maxSplit]Set // by the number of the split slot
	there := v.attributes(n, f, &accepted)
	if v.left != 0 {
		there |= v.children(n, f) << len(f.attrs)
	}
	if v.left != 0 {
		v.left &= f.together(there, &accepted, v.left)
	}
}

// attributes checks the attributes of n and returns the bits of those that are there.
func (v *validator) attributes(n *xmltree.Node, f *form, accepted *[maxSplit]Set) (there uint64) {
	next := 0
	for i := range n.Attrs {
		a := &n.Attrs[i]
		at := f.attribute(a.Name, next)
		if at < 0 {
			if !declaration(a) {
				v.left = 0
				return 0
			}
			continue
		}
		s := &f.attrs[at]
		if !s.split {
			v.left &= s.versions & s.kind.accepts(a.Value)
			v.use(s, a.Value)
			there |= 1 << at
			next = at + 1
			continue
		}
		any := Set(0)
		for ; ; at++ {
			s = &f.attrs[at]
			if ok := s.versions & s.kind.accepts(a.Value); ok != 0 {
				accepted[f.splitNumber(at)] = ok
				any |= ok
				there |= 1 << at
				v.use(s, a.Value)
			}
			if !s.more {
				break
			}
		}
		next = at + 1
		v.left &= any
	}
	return there
}

// attribute finds the first slot for an attribute, first from number next on: most attributes stand in the order of the grammar.
func (f *form) attribute(name string, next int) int {
	for i := next; i < len(f.attrs); i++ {
		if f.attrs[i].name == name {
			return i
		}
	}
	for i := range min(next, len(f.attrs)) {
		if f.attrs[i].name == name {
			return i
		}
	}
	return -1
}

// splitNumber counts the split slots before one.
func (f *form) splitNumber(at int) int { return bits.OnesCount64(f.split & (1<<at - 1)) }

// declaration tells whether an attribute only declares a prefix of a namespace, or that there is none. Names of configurations
// are in no namespace.
func declaration(a *xmltree.Attr) bool {
	return len(a.Name) > 6 && a.Name[:6] == "xmlns:" || a.Name == "xmlns" && a.Value == ""
}

// use notes ids and checks references.
func (v *validator) use(s *attrSlot, value string) {
	if v.notes != nil {
		if v.left&s.versions != 0 {
			v.notes.add(s, value)
		}
		return
	}
	switch s.kind.use {
	case unique:
		id := trim(value)
		before := len(v.ids)
		if v.ids[id] = struct{}{}; len(v.ids) == before {
			v.left = 0
		}
	case points:
		id := trim(value)
		if _, ok := v.ids[id]; !ok {
			v.pending = append(v.pending, reference{id, s.versions})
		}
	}
}

// children checks the children of n and returns the bits of those that are there, the first kid's being the lowest.
func (v *validator) children(n *xmltree.Node, f *form) (there uint64) {
	last, rank, border := -1, uint8(0), Set(0)
	for _, c := range n.Children {
		switch c.Kind {
		case xmltree.Comment:
			continue
		case xmltree.Text:
			if trim(c.Text) != "" {
				v.left = 0
				return 0
			}
			continue
		}
		if last < 0 || f.kids[last].name != c.Name {
			if last = f.child(c.Name); last < 0 {
				v.left = 0
				return 0
			}
		}
		k := &f.kids[last]
		if v.left &= k.versions; there>>last&1 != 0 {
			v.left &^= k.once
		}
		if there |= 1 << last; f.ordered {
			if k.rank < rank {
				v.left &^= border
			} else {
				rank, border = k.rank, k.border
			}
		}
		if v.left == 0 {
			return 0
		}
		if v.notes != nil {
			continue
		}
		if v.element(c, k.form); v.left == 0 {
			return 0
		}
	}
	return there
}

func (f *form) child(name string) int {
	for i := range f.kids {
		if f.kids[i].name == name {
			return i
		}
	}
	return -1
}

// together returns which of the schemas take these attributes and children together.
func (f *form) together(there uint64, accepted *[maxSplit]Set, among Set) (out Set) {
	for i := range f.ways {
		w := &f.ways[i]
		if w.must&^there != 0 || there&^w.may&^f.split != 0 || w.some != 0 && there&w.some == 0 {
			continue
		}
		versions := w.versions
		if there&f.split != 0 {
			versions &= f.splits(w, there, accepted)
		}
		if out |= versions; out&among == among {
			break
		}
	}
	return out
}

// splits returns which schemas take the values of split attributes in a way: each must be of a type that the way has.
func (f *form) splits(w *way, there uint64, accepted *[maxSplit]Set) Set {
	out, one := All, Set(0)
	present := false
	for i := range f.attrs {
		s := &f.attrs[i]
		if !s.split {
			continue
		}
		if there>>i&1 != 0 {
			present = true
			if w.may>>i&1 != 0 {
				one |= accepted[f.splitNumber(i)]
			}
		}
		if !s.more {
			if present {
				out &= one
			}
			one, present = 0, false
		}
	}
	return out
}
