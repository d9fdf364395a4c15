package xmltree

import (
	"slices"
	"strings"
)

// Path is the way to a node: the root, every element on the way, the node last.
type Path []*Node

// Editor makes a changed version of a tree that others read: it copies the nodes on the way to each change and shares all
// others. Paths name nodes of the old tree or of the one being made, whichever the caller has at hand.
//
//	e := Edit(root)
//	e.Set(match.Path(), "epoch", "7")
//	next := e.Done()
type Editor struct {
	root *Node
	// copies maps an old node to its copy, and a copy or a new node to itself: these may be written.
	copies map[*Node]*Node
}

// Edit begins a change of root.
func Edit(root *Node) *Editor { return &Editor{root: root, copies: map[*Node]*Node{}} }

// Root is the tree as changed so far. It must not be kept: Done gives the result.
func (e *Editor) Root() *Node { return e.root }

// Done ends the change and returns the new tree, the old one when nothing was changed.
func (e *Editor) Done() *Node {
	e.copies = nil
	return e.root
}

// Own makes the node at the end of path writable, with all above it, and returns it.
func (e *Editor) Own(path Path) *Node {
	n := e.own(nil, path[0])
	for _, next := range path[1:] {
		n = e.own(n, next)
	}
	return n
}

func (e *Editor) own(parent, n *Node) *Node {
	if c, ok := e.copies[n]; ok {
		return c
	}
	c := *n
	c.Attrs = slices.Clone(n.Attrs)
	c.Children = slices.Clone(n.Children)
	if parent == nil {
		e.root = &c
	} else if i := slices.Index(parent.Children, n); i >= 0 {
		parent.Children[i] = &c
	} // Else it was removed from the tree before and stays outside.
	e.copies[n], e.copies[&c] = &c, &c
	return &c
}

// Now is a node's present version: its copy, or itself when it was not changed.
func (e *Editor) Now(n *Node) *Node {
	if c, ok := e.copies[n]; ok {
		return c
	}
	return n
}

// Set gives the element at path an attribute. Nothing is copied when it has that value already, else also the two strings,
// which may be pieces of something bigger.
func (e *Editor) Set(path Path, name, value string) {
	if v, ok := e.Now(path[len(path)-1]).Lookup(name); !ok || v != value {
		e.Own(path).Set(detached(name), strings.Clone(value))
	}
}

// SetAll gives the element at path copies of these attributes instead of its own.
func (e *Editor) SetAll(path Path, attrs []Attr) { e.Own(path).Attrs = detachedAttrs(attrs) }

// Unset removes an attribute of the element at path.
func (e *Editor) Unset(path Path, name string) {
	if _, ok := e.Now(path[len(path)-1]).Lookup(name); ok {
		e.Own(path).Unset(name)
	}
}

// Insert puts a child into the element at path so that it becomes child number at; an at that is negative or too big means
// the end. The child belongs to the tree from then on. It returns the path of the child.
func (e *Editor) Insert(path Path, at int, child *Node) Path {
	n := e.Own(path)
	if at < 0 || at > len(n.Children) {
		at = len(n.Children)
	}
	n.Children = slices.Insert(n.Children, at, child)
	return append(path[:len(path):len(path)], child)
}

// Remove takes the node at the end of path out of its parent. The root cannot be removed.
func (e *Editor) Remove(path Path) {
	parent := e.Own(path[:len(path)-1])
	if i := slices.Index(parent.Children, e.Now(path[len(path)-1])); i >= 0 {
		parent.Children = slices.Delete(parent.Children, i, i+1)
	}
}

// Replace puts another node in the place of the one at the end of path.
func (e *Editor) Replace(path Path, by *Node) {
	last := len(path) - 1
	if last == 0 {
		e.root = by
		return
	}
	parent := e.Own(path[:last])
	if i := slices.Index(parent.Children, e.Now(path[last])); i >= 0 {
		parent.Children[i] = by
	}
}

// Move makes the child at the end of path child number at of its parent, counted without the child itself.
func (e *Editor) Move(path Path, at int) {
	parent := e.Own(path[:len(path)-1])
	n := e.Now(path[len(path)-1])
	i := slices.Index(parent.Children, n)
	if i < 0 {
		return
	}
	parent.Children = slices.Delete(parent.Children, i, i+1)
	parent.Children = slices.Insert(parent.Children, max(0, min(at, len(parent.Children))), n)
}
