package schema

import (
	"strings"

	"pacer/xmltree"
)

// Track knows a valid document well enough to tell at the cost of what differs whether another one is valid, too. Documents that are
// made of each other share the nodes that did not change, and these are not looked at again.
type Track struct {
	version Version
	root    *xmltree.Node
	ids     map[string]struct{}
	// refs are how many references there are to an id.
	refs map[string]int
}

// mentions are ids and references to ids.
type mentions struct{ ids, refs []string }

func (n *mentions) add(s *attrSlot, value string) {
	switch s.kind.use {
	case unique:
		n.ids = append(n.ids, trim(value))
	case points:
		n.refs = append(n.refs, trim(value))
	}
}

// NewTrack begins with a document; it returns nil when the schema does not accept it.
func NewTrack(root *xmltree.Node, version Version) *Track {
	t := &Track{version: version, ids: map[string]struct{}{}, refs: map[string]int{}}
	if !t.Advance(root) {
		return nil
	}
	return t
}

// Version is the schema by which the documents are checked.
func (t *Track) Version() Version { return t.version }

// Advance tells whether another document is valid. If it is, the Track goes on with it, else it fresh with the one that it knows.
func (t *Track) Advance(root *xmltree.Node) bool {
	g := theGrammar()
	if root == nil || root.Name != g.root.name {
		return false
	}
	var gone, come mentions
	v := &validator{left: Only(t.version), notes: &come}
	t.differ(v, t.root, root, g.root, &gone)
	if v.left == 0 || !t.exchange(&gone, &come) {
		return false
	}
	t.root = root
	return true
}

// differ checks next as far as it differs from old, which is nil where something new begins. What old alone has is put into gone.
func (t *Track) differ(v *validator, old, next *xmltree.Node, f *form, gone *mentions) {
	if old == next || f.anything {
		return
	}
	if v.element(next, f); v.left == 0 {
		return
	}
	var before []*xmltree.Node
	if old != nil {
		t.own(old, f, gone)
		before = old.Children
	}
	after := next.Children
	for len(before) > 0 && len(after) > 0 && before[0] == after[0] {
		before, after = before[1:], after[1:]
	}
	for len(before) > 0 && len(after) > 0 && before[len(before)-1] == after[len(after)-1] {
		before, after = before[:len(before)-1], after[:len(after)-1]
	}
	fresh := make(map[*xmltree.Node]bool, min(len(before), len(after)))
	if len(before) > 0 {
		for _, c := range after {
			fresh[c] = true
		}
	}
	// What has the same name and id is compared, so that a change far down costs only the way to it.
	left := map[[2]string]*xmltree.Node{}
	for _, c := range before {
		if c.Kind != xmltree.Element || fresh[c] {
			delete(fresh, c)
			continue
		}
		key := [2]string{c.Name, c.ID()}
		if left[key] != nil {
			t.all(c, f, gone)
			continue
		}
		left[key] = c
	}
	for _, c := range after {
		if c.Kind != xmltree.Element || len(before) > 0 && !fresh[c] {
			continue // It stood in old, too.
		}
		key := [2]string{c.Name, c.ID()}
		other := left[key]
		delete(left, key)
		if t.differ(v, other, c, f.kids[f.child(c.Name)].form, gone); v.left == 0 {
			return
		}
	}
	for _, c := range before {
		if c.Kind == xmltree.Element && left[[2]string{c.Name, c.ID()}] == c {
			t.all(c, f, gone)
		}
	}
}

// own notes the ids and references of an element of a valid document.
func (t *Track) own(n *xmltree.Node, f *form, into *mentions) {
	for i := range n.Attrs {
		a := &n.Attrs[i]
		for at := f.attribute(a.Name, 0); at >= 0 && at < len(f.attrs) && f.attrs[at].name == a.Name; at++ {
			if s := &f.attrs[at]; s.versions.Has(t.version) && s.kind.accepts(a.Value).Has(t.version) {
				into.add(s, a.Value)
			}
		}
	}
}

// all notes the ids and references of a child, of an element with the form parent, and of all below it.
func (t *Track) all(n *xmltree.Node, parent *form, into *mentions) {
	at := parent.child(n.Name)
	if at < 0 || parent.kids[at].form.anything {
		return
	}
	f := parent.kids[at].form
	t.own(n, f, into)
	for c := range n.Elements() {
		t.all(c, f, into)
	}
}

// exchange takes mentions out and puts others in. It tells whether all ids are given once and all references name one, and takes
// everything back if not.
func (t *Track) exchange(gone, come *mentions) bool {
	for _, id := range gone.ids {
		delete(t.ids, id)
	}
	for _, id := range gone.refs {
		t.point(id, -1)
	}
	for i, id := range come.ids {
		if _, twice := t.ids[id]; twice {
			t.restore(gone, &mentions{come.ids[:i], nil})
			return false
		}
		t.ids[strings.Clone(id)] = struct{}{}
	}
	for _, id := range come.refs {
		t.point(id, 1)
	}
	for _, list := range [2][]string{come.refs, gone.ids} {
		for _, id := range list {
			if _, ok := t.ids[id]; !ok && t.refs[id] > 0 {
				t.restore(gone, come)
				return false
			}
		}
	}
	return true
}

func (t *Track) restore(gone, come *mentions) {
	for _, id := range come.ids {
		delete(t.ids, id)
	}
	for _, id := range come.refs {
		t.point(id, -1)
	}
	for _, id := range gone.ids {
		t.ids[strings.Clone(id)] = struct{}{}
	}
	for _, id := range gone.refs {
		t.point(id, 1)
	}
}

// point counts references to an id.
func (t *Track) point(id string, by int) {
	if n := t.refs[id] + by; n == 0 {
		delete(t.refs, id)
	} else if _, there := t.refs[id]; there {
		t.refs[id] = n
	} else {
		t.refs[strings.Clone(id)] = n
	}
}
