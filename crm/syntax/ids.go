package syntax

import (
	"strconv"
	"strings"

	"pacer/xmltree"
)

// IDs are the ids in use in one configuration.
type IDs struct {
	taken map[string]int // how many elements bear it
	next  map[string]int // where the search for a free number begins
}

// NewIDs returns an empty set of ids.
func NewIDs() *IDs { return &IDs{taken: map[string]int{}, next: map[string]int{}} }

// Taken tells whether an id is in use.
func (s *IDs) Taken(id string) bool { return s.taken[id] > 0 }

// Take notes that an id is in use.
func (s *IDs) Take(id string) { s.taken[id]++ }

// Release notes that an element with that id is gone.
func (s *IDs) Release(id string) {
	if s.taken[id] > 0 {
		s.taken[id]--
		if base, _, ok := cutNumber(id); ok {
			delete(s.next, base)
		}
	}
}

func cutNumber(id string) (base, number string, ok bool) {
	i := strings.LastIndexByte(id, '-')
	if i < 0 {
		return id, "", false
	}
	return id[:i], id[i+1:], true
}

// TakeTree takes all ids in a tree. References (elements whose id names another) are left out.
func (s *IDs) TakeTree(n *xmltree.Node) {
	walkIDs(n, func(n *xmltree.Node, id string) { s.Take(id) })
}

// ReleaseTree releases all ids in a tree.
func (s *IDs) ReleaseTree(n *xmltree.Node) {
	walkIDs(n, func(n *xmltree.Node, id string) { s.Release(id) })
}

func walkIDs(n *xmltree.Node, f func(*xmltree.Node, string)) {
	n.Walk(func(n *xmltree.Node) bool {
		if id := n.ID(); id != "" && !isReference(n) {
			f(n, id)
		}
		return true
	})
}

// isReference tells whether the id of an element is that of another.
func isReference(n *xmltree.Node) bool {
	switch n.Name {
	case ChildRef, "resource_ref", "obj_ref", "role", "role_ref":
		return true
	}
	return false
}

// free takes X when it is unused, else the first unused of, ….
func (s *IDs) free(x string) string {
	id := x
	if s.Taken(id) {
		n := s.next[x]
		for {
			id = x + "-" + strconv.Itoa(n)
			n++
			if !s.Taken(id) {
				break
			}
		}
		s.next[x] = n
	}
	s.Take(id)
	return id
}

// Assign gives ids to all elements of a new object that need one. Elements that match one of the old version of the object
// (nil when there is none) get its id. Ids that the new elements bear already are taken as well; the old version's must have
// been released.
func Assign(kind Kind, n, old *xmltree.Node, ids *IDs) {
	a := &assigner{ids: ids, used: map[*xmltree.Node]bool{}}
	if n.ID() == "" && kind == Node {
		id := n.Get("uname")
		if old != nil && old.ID() != "" {
			id = old.ID()
		}
		n.Attrs = append([]xmltree.Attr{{Name: "id", Value: id}}, n.Attrs...)
	}
	ids.TakeTree(n)
	prefix := n.ID()
	switch {
	case kind == Fencing:
		prefix = "fencing"
	case kind == Node:
		prefix = n.Get("uname")
	case prefix != "" && strings.Trim(prefix, "0123456789") == "":
		prefix = "num-" + prefix
	}
	if old != nil {
		a.index(old)
	}
	a.children(n, old, prefix)
}

// AssignOne gives ids to an element that is added to an existing object, and to all in it. prefix is the id that names its
// parent in generated ids.
func AssignOne(n *xmltree.Node, prefix string, ids *IDs) {
	ids.TakeTree(n)
	a := &assigner{ids: ids, used: map[*xmltree.Node]bool{}}
	a.children(&xmltree.Node{Name: "", Children: []*xmltree.Node{n}}, nil, prefix)
}

type assigner struct {
	ids  *IDs
	old  map[string][]*xmltree.Node // of the old version, by what identifies an element
	used map[*xmltree.Node]bool
}

// index lists the elements of the old version by what identifies them.
func (a *assigner) index(old *xmltree.Node) {
	a.old = map[string][]*xmltree.Node{}
	var walk func(n *xmltree.Node)
	walk = func(n *xmltree.Node) {
		for c := range n.Elements() {
			if IsChild(c) {
				continue
			}
			if c.ID() != "" {
				k := identity(c)
				a.old[k] = append(a.old[k], c)
			}
			walk(c)
		}
	}
	walk(old)
}

// identity is what makes an element the same in two versions of an object.
func identity(n *xmltree.Node) string {
	var names []string
	switch n.Name {
	case "nvpair":
		names = []string{"name"}
	case "op":
		names = []string{"name", "interval"}
	case "rule":
		names = []string{"score", "score-attribute", "role"}
	case "expression":
		names = []string{"attribute", "operation", "value"}
	case "fencing-level":
		names = []string{"target", "target-pattern", "target-attribute", "target-value", "devices"}
	case "alert":
		names = []string{"path"}
	case "recipient":
		names = []string{"value"}
	case "node":
		names = []string{"uname"}
	}
	k := n.Name
	for _, a := range names {
		k += "\x00" + n.Get(a)
	}
	return k
}

// match finds the old element whose id a new one keeps: first among the children of the old parent, then anywhere.
func (a *assigner) match(n, oldParent *xmltree.Node) *xmltree.Node {
	if a.old == nil {
		return nil
	}
	k := identity(n)
	if oldParent != nil {
		for c := range oldParent.Elements(n.Name) {
			if !a.used[c] && c.ID() != "" && identity(c) == k {
				a.used[c] = true
				return c
			}
		}
	}
	for _, c := range a.old[k] {
		if !a.used[c] {
			a.used[c] = true
			return c
		}
	}
	return nil
}

// children gives ids below n, whose own id stands in prefix.
func (a *assigner) children(n, old *xmltree.Node, prefix string) {
	recipients := 0
	for c := range n.Elements() {
		if IsChild(c) || isReference(c) {
			continue
		}
		if c.Name == "recipient" {
			recipients++
		}
		oldC := a.assign(c, old, prefix, n, recipients)
		below := prefix
		if id := c.ID(); id != "" {
			below = id
		}
		a.children(c, oldC, below)
	}
}

// assign gives one element its id and returns the old element that it continues.
func (a *assigner) assign(c, old *xmltree.Node, prefix string, parent *xmltree.Node, recipients int) *xmltree.Node {
	if c.ID() != "" {
		if old != nil {
			for o := range old.Elements(c.Name) {
				if o.ID() == c.ID() {
					a.used[o] = true
					return o
				}
			}
		}
		return nil
	}
	want := ""
	switch c.Name {
	case "instance_attributes", "meta_attributes", "utilization", "rule", "date_spec", "duration":
		want = prefix + "-" + c.Name
	case "nvpair":
		want = prefix + "-" + c.Get("name")
	case "op":
		want = prefix + "-" + c.Get("name")
		if i := c.Get("interval"); i != "" {
			want += "-" + i
		}
	case "expression", "date_expression":
		want = prefix + "-expression"
	case "resource_set", "acl_permission", "port-mapping", "storage-mapping", "attribute", "fencing-level":
		want = prefix
	case "read", "write", "deny":
		if parent.Name == "acl_user" || parent.Name == "acl_role" {
			want = prefix + "-" + c.Name
		}
	case "recipient":
		want = prefix + "-recipient-" + strconv.Itoa(recipients)
	}
	if want == "" || c.Get("id-ref") != "" {
		// No generated id; but a structural element may continue an old one for the sake of what is in it.
		if old != nil {
			return old.First(c.Name)
		}
		return nil
	}
	if o := a.match(c, old); o != nil && !a.ids.Taken(o.ID()) {
		a.ids.Take(o.ID())
		setID(c, o.ID())
		return o
	}
	setID(c, a.ids.free(cleanID(want)))
	return nil
}

// setID puts the id where it is customary: first, but last where other attributes name the element.
func setID(n *xmltree.Node, id string) {
	switch n.Name {
	case "nvpair", "op", "port-mapping", "storage-mapping":
		n.Attrs = append(n.Attrs, xmltree.Attr{Name: "id", Value: id})
		return
	}
	n.Attrs = append([]xmltree.Attr{{Name: "id", Value: id}}, n.Attrs...)
}

// cleanID replaces what an id may not contain (the generated ones contain names of attributes and intervals).
func cleanID(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '\n', ':', '/', '#', '$', '@', '&', '<', '>', '"', '\'', '=', ',', ';', '(', ')', '[', ']', '{', '}',
			'*', '+', '?', '!', '%', '|', '\\', '^', '~', '`':
			return '.'
		}
		return r
	}, s)
}
