package acl

import (
	"fmt"
	"slices"
	"strings"

	"pacer/cib"
	"pacer/exitcode"
	"pacer/xmltree"
)

// Check tells whether the user may change a document to another one that was made from it. Subtrees that both share are not
// looked at. The error is a *cib.Error with the code "insufficient privileges" that names the first thing which he may not do.
func (r *Rights) Check(before, after *xmltree.Node) error {
	if r == nil || before == after {
		return nil
	}
	c := &check{user: r.user, old: r.descend(before), new: r.descend(after)}
	c.changed(before, after)
	if c.refused == nil {
		return nil // not a nil *cib.Error, which is an error
	}
	return c.refused
}

type check struct {
	user     string
	old, new *descent
	path     []*xmltree.Node // to where the check is
	refused  *cib.Error
}

// refuse notes the first change that is not allowed.
func (c *check) refuse(what string, n *xmltree.Node, a access) {
	if c.refused != nil {
		return
	}
	var where strings.Builder
	for _, p := range append(c.path[:len(c.path):len(c.path)], n) {
		where.WriteString("/" + p.Name)
		if id, ok := p.Lookup("id"); ok {
			where.WriteString("[@id=" + xmltree.Literal(id) + "]")
		}
	}
	why := "no permission allows it"
	if a.denied != nil {
		why = fmt.Sprintf("the permission %q denies it", a.denied.id)
	}
	c.refused = &cib.Error{Code: exitcode.InsufficientPriv,
		Msg: fmt.Sprintf("%s may not %s %s: %s", c.user, what, where.String(), why)}
}

// changed looks at an element that is in both documents.
func (c *check) changed(before, after *xmltree.Node) {
	was, is := c.old.enter(before), c.new.enter(after)
	if !sameAttributes(before, after) {
		c.must("change", before, was, is)
	}
	c.path = append(c.path, before)
	inOrder := c.children(before, after)
	c.path = c.path[:len(c.path)-1]
	if !inOrder {
		c.must("reorder what is in", before, was, is)
	}
	c.old.leave()
	c.new.leave()
}

// must refuses a change unless the element was writable and still is.
func (c *check) must(what string, n *xmltree.Node, was, is access) {
	switch {
	case !was.write:
		c.refuse(what, n, was)
	case !is.write:
		c.refuse(what, n, is)
	}
}

// sameAttributes compares without regard to the order.
func sameAttributes(a, b *xmltree.Node) bool {
	if slices.Equal(a.Attrs, b.Attrs) {
		return true
	}
	if len(a.Attrs) != len(b.Attrs) {
		return false
	}
	for i := range a.Attrs {
		if v, ok := b.Lookup(a.Attrs[i].Name); !ok || v != a.Attrs[i].Value {
			return false
		}
	}
	return true
}

// identity is what makes an old and a new child the same thing: of equal ones, the first of the one with the first of the other.
type identity struct {
	kind  xmltree.Kind
	name  string // the text of what is no element
	id    string
	hasID bool
	nth   int
}

// identities names a list of siblings.
func identities(list []*xmltree.Node) []identity {
	out := make([]identity, len(list))
	seen := make(map[identity]int, len(list))
	for i, n := range list {
		id := identity{kind: n.Kind, name: n.Name}
		if n.Kind == xmltree.Element {
			id.id, id.hasID = n.Lookup("id")
		} else {
			id.name = n.Text
		}
		nth := seen[id]
		seen[id]++
		id.nth = nth
		out[i] = id
	}
	return out
}

// children compares what is inside the elements at which the check is, and tells whether what stayed is in the same order.
func (c *check) children(before, after *xmltree.Node) (inOrder bool) {
	a, b := before.Children, after.Children
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	at := make(map[identity]int, len(b))
	for i, id := range identities(b) {
		at[id] = i
	}
	kept := make([]bool, len(b))
	inOrder = true
	last := -1
	for i, id := range identities(a) {
		k, ok := at[id]
		if !ok {
			c.deleted(a[i])
			continue
		}
		kept[k] = true
		inOrder = inOrder && k > last
		last = k
		if a[i] != b[k] && a[i].Kind == xmltree.Element {
			c.changed(a[i], b[k])
		}
	}
	for k, n := range b {
		if !kept[k] {
			c.created(n)
		}
	}
	return inOrder
}

func (c *check) deleted(n *xmltree.Node) {
	a := c.old.here() // of a comment: what may be done with its element
	if n.Kind == xmltree.Element {
		a = c.old.enter(n)
		c.old.leave()
	}
	if !a.write {
		c.refuse("delete", n, a)
	}
}

// created looks at a new element with all in it.
func (c *check) created(n *xmltree.Node) {
	if n.Kind != xmltree.Element {
		return
	}
	a := c.new.enter(n)
	if !a.write && !c.scaffolding(n) {
		c.refuse("create", n, a)
	}
	c.path = append(c.path, n)
	for _, child := range n.Children {
		c.created(child)
	}
	c.path = c.path[:len(c.path)-1]
	c.new.leave()
}

// scaffolding tells whether a new element only holds others: it may be made by everybody, but not among the lists that say
// who may do what.
func (c *check) scaffolding(n *xmltree.Node) bool {
	for i := range n.Attrs {
		if n.Attrs[i].Name != "id" {
			return false
		}
	}
	return !slices.ContainsFunc(c.path, func(p *xmltree.Node) bool { return p.Name == "acls" })
}
