package main

import (
	"slices"
	"strconv"
	"strings"

	"pacer/xmltree"
)

// shrinker makes a CIB smaller as long as it still shows what it is kept for.
type shrinker struct {
	root *xmltree.Node
	// shows tells whether a CIB still has the difference.
	shows func(*xmltree.Node) bool
	// left is how many CIBs may still be tried.
	left int
}

// shrink removes elements, takes resources out of what is around them, removes attributes and makes values simple, until
// nothing of it is possible any more.
func (s *shrinker) shrink() *xmltree.Node {
	for changed := true; changed && s.left > 0; {
		before := s.root.Append(nil)
		s.below(func() *xmltree.Node { return s.root })
		s.unwrap()
		s.attributes()
		changed = !slices.Equal(before, s.root.Append(nil))
	}
	return s.root
}

// try changes a copy and keeps it when it still shows the difference. Change may refuse by returning false.
func (s *shrinker) try(change func(root *xmltree.Node) bool) bool {
	if s.left <= 0 {
		return false
	}
	next := s.root.Clone()
	if !change(next) {
		return false
	}
	s.left--
	if !s.shows(next) {
		return false
	}
	s.root = next
	return true
}

// below removes children of an element, many at once first, and then goes down into those that stay. The element is named by
// a function, since every successful try makes a new tree.
func (s *shrinker) below(at func() *xmltree.Node) {
	for size := len(at().Children); size > 0; size /= 2 {
		for from := 0; from < len(at().Children); {
			path := s.pathTo(at())
			if !s.try(func(root *xmltree.Node) bool {
				n := follow(root, path)
				n.Children = slices.Delete(n.Children, from, min(from+size, len(n.Children)))
				return true
			}) {
				from += size
			}
		}
	}
	for i := 0; i < len(at().Children); i++ {
		s.below(func() *xmltree.Node { return at().Children[i] })
	}
}

// unwrap puts a resource in the place of the group, clone or bundle around it.
func (s *shrinker) unwrap() {
	for i := 0; ; i++ {
		path, ok := s.nth(i, func(n *xmltree.Node) bool { return n.Name == "group" || n.Name == "clone" || n.Name == "bundle" })
		if !ok {
			return
		}
		s.try(func(root *xmltree.Node) bool {
			parent, at := follow(root, path[:len(path)-1]), path[len(path)-1]
			for c := range parent.Children[at].Elements("group", "primitive") {
				parent.Children[at] = c
				return true
			}
			return false
		})
	}
}

// attributes removes attributes, and makes the values of the others simple.
func (s *shrinker) attributes() {
	for i := 0; ; i++ {
		path, ok := s.nth(i, func(*xmltree.Node) bool { return true })
		if !ok {
			return
		}
		at := follow(s.root, path)
		for _, a := range at.Attrs {
			if a.Name == "id" || essential(at.Name, a.Name) {
				continue
			}
			if s.try(func(root *xmltree.Node) bool { follow(root, path).Unset(a.Name); return true }) {
				continue
			}
			for _, simple := range simpler(a.Value) {
				if s.try(func(root *xmltree.Node) bool { follow(root, path).Set(a.Name, simple); return true }) {
					break
				}
			}
		}
	}
}

// essential tells whether an attribute of an element is one without which a history makes no sense.
func essential(element, name string) bool {
	switch element {
	case "lrm_rsc_op":
		return !strings.HasPrefix(name, "op-") || name == "op-status"
	case "lrm_resource":
		return true
	}
	return name == "crm_feature_set" || name == "uname"
}

// simpler lists values that are easier to think about.
func simpler(v string) []string {
	n, err := strconv.Atoi(v)
	if err != nil {
		return nil
	}
	var out []string
	for _, c := range []int{0, 1, 2, 10, -1, -10} {
		if n == c {
			break
		}
		if (n < 0) == (c < 0) || n > 0 && c == 0 {
			out = append(out, strconv.Itoa(c))
		}
	}
	return out
}

// nth returns the way to the i-th element that is chosen, in document order.
func (s *shrinker) nth(i int, chosen func(*xmltree.Node) bool) (path []int, ok bool) {
	var walk func(n *xmltree.Node, p []int) bool
	walk = func(n *xmltree.Node, p []int) bool {
		if chosen(n) {
			if i == 0 {
				path = slices.Clone(p)
				return true
			}
			i--
		}
		for j, c := range n.Children {
			if c.Kind == xmltree.Element && walk(c, append(p, j)) {
				return true
			}
		}
		return false
	}
	ok = walk(s.root, nil)
	return path, ok
}

// pathTo returns the way to a node of the tree.
func (s *shrinker) pathTo(n *xmltree.Node) []int {
	path, _ := s.nth(0, func(x *xmltree.Node) bool { return x == n })
	return path
}

// follow goes a way down.
func follow(root *xmltree.Node, path []int) *xmltree.Node {
	for _, i := range path {
		root = root.Children[i]
	}
	return root
}
