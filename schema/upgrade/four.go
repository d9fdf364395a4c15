package upgrade

import (
	"errors"
	"strings"

	"pacer/xmltree"
)

// four is a document on its way from 3.10 to 4.0. All references to definitions elsewhere are replaced by copies first, so that
// each place can be rewritten without a look at the others, and at the end what still is a copy becomes a reference again.
type four struct {
	*notes
	root *xmltree.Node
	// original are the elements that the document had; all others are copies, or were made here.
	original map[*xmltree.Node]bool
	// changed are elements one of whose attributes was changed.
	changed map[*xmltree.Node]bool
	// size is how many elements the copies have.
	size int
}

// prefix is what all ids begin with that are made on the way to 4.0.
const prefix = "pcmk__3_10_upgrade-"

// toFour rewrites a document for 4.0.
func toFour(root *xmltree.Node, n *notes) (*xmltree.Node, error) {
	f := &four{notes: n, original: map[*xmltree.Node]bool{}, changed: map[*xmltree.Node]bool{}}
	if err := f.resolve(root); err != nil {
		return nil, err
	}
	f.sets(f.root)
	f.constructs()
	f.lifetimes()
	f.unsupported()
	f.references()
	f.root.Set("validate-with", "pacemaker-4.0")
	return f.root, nil
}

// maxCopies is how many elements references may be copied to. Without a limit a few references to references would fill any memory.
const maxCopies = 1 << 17

var (
	errCircle  = errors.New("a definition refers to itself by id-ref")
	errTooMany = errors.New("references by id-ref to definitions that refer to others would be copied too many times")
)

// resolve copies the document and replaces every reference by what it refers to.
func (f *four) resolve(root *xmltree.Node) error {
	ids := map[string]*xmltree.Node{}
	root.Walk(func(n *xmltree.Node) bool {
		if id, ok := n.Lookup("id"); ok && ids[id] == nil {
			ids[id] = n
		}
		return true
	})
	open := map[*xmltree.Node]bool{}
	var copyOf func(n *xmltree.Node, original bool) (*xmltree.Node, error)
	copyOf = func(n *xmltree.Node, original bool) (*xmltree.Node, error) {
		if open[n] {
			return nil, errCircle
		}
		if ref, ok := n.Lookup("id-ref"); ok {
			target := ids[ref]
			if target == nil {
				return nil, nil
			}
			name, named := n.Lookup("name")
			if n.Name != "nvpair" || !named {
				return copyOf(target, false)
			}
			pair := xmltree.New("nvpair")
			pair.Attrs = append(pair.Attrs, target.Attrs...)
			return pair.Set("id", prefix+target.ID()+"-"+name).Set("name", name), nil
		}
		if f.size++; !original && f.size > maxCopies {
			return nil, errTooMany
		}
		open[n] = true
		defer delete(open, n)
		out := &xmltree.Node{Name: n.Name, Kind: n.Kind, Text: n.Text, Line: n.Line, Attrs: append([]xmltree.Attr(nil), n.Attrs...)}
		if original {
			f.original[out] = true
			f.size--
		}
		for _, c := range n.Children {
			if c.Kind != xmltree.Element {
				out.Children = append(out.Children, c)
				continue
			}
			next, err := copyOf(c, original)
			if err != nil {
				return nil, err
			}
			if next != nil {
				out.Children = append(out.Children, next)
			}
		}
		return out, nil
	}
	var err error
	f.root, err = copyOf(root, true)
	return err
}

// references makes copies references again whose definition is elsewhere: the original, or a copy before it.
func (f *four) references() {
	defined, all := map[string]bool{}, map[string]bool{} // By originals, and by anything.
	xpaths, changed := false, false
	f.root.Walk(func(n *xmltree.Node) bool {
		if id, ok := n.Lookup("id"); ok {
			all[id] = true
			defined[id] = defined[id] || f.original[n]
		}
		if n.Name == "acl_permission" {
			_, by := n.Lookup("xpath")
			xpaths = xpaths || by
		}
		changed = changed || f.changed[n]
		return true
	})
	if xpaths && changed {
		f.tell(Warning, `CIB syntax changes may invalidate ACLs that use "xpath". It is strongly recommended to run "cibadmin --upgrade" `+
			"and then examine the updated CIB carefully to ensure ACLs still match the desired intent.")
	}
	f.root.Walk(func(n *xmltree.Node) bool {
		if ref, ok := n.Lookup("reference"); ok && n.Name == "acl_permission" && !all[ref] {
			replaceAttr(n, "reference", "xpath", "/*[false()]")
		}
		id, ok := n.Lookup("id")
		if !ok || f.original[n] {
			return true
		}
		if !defined[id] { // The first copy takes the place of the original.
			defined[id] = true
			return true
		}
		for c := range n.Elements() {
			c.Walk(func(x *xmltree.Node) bool { defined[x.ID()] = true; return true })
		}
		n.Attrs, n.Children = []xmltree.Attr{{Name: "id-ref", Value: id}}, nil
		return false
	})
}

// replaceAttr puts an attribute in the place of another.
func replaceAttr(n *xmltree.Node, old, name, value string) {
	for i := range n.Attrs {
		if n.Attrs[i].Name == old {
			n.Attrs[i] = xmltree.Attr{Name: name, Value: value}
		}
	}
}

// visit goes through all elements below n, in document order; what fn returns takes the place of an element. What it returns is
// gone through in turn when it is the element itself.
func visit(n *xmltree.Node, fn func(parent, c *xmltree.Node) []*xmltree.Node) {
	out := n.Children[:0:0]
	for _, c := range n.Children {
		if c.Kind != xmltree.Element {
			out = append(out, c)
			continue
		}
		next := fn(n, c)
		out = append(out, next...)
		if len(next) == 1 && next[0] == c {
			visit(c, fn)
		}
	}
	n.Children = out
}

func keep(n *xmltree.Node) []*xmltree.Node { return []*xmltree.Node{n} }

// lower is a word in ASCII lower case.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, s)
}
