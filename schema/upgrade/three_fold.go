package upgrade

import (
	"fmt"
	"strings"

	"pacer/xmltree"
)

// The ids of copies: that of the set, and what those of the things in it begin with.
const (
	copyPrefix  = "_cibtr-2_"
	innerPrefix = "__cibtr-2_"
)

// folded tells whether references to sets of that kind become copies on the way to 3.0.
func folded(name string) bool {
	return name == "cluster_property_set" || name == "instance_attributes" || name == "meta_attributes"
}

// foldedSets are the sets of a document by their kind and id.
func foldedSets(root *xmltree.Node) map[[2]string][]*xmltree.Node {
	out := map[[2]string][]*xmltree.Node{}
	root.Walk(func(n *xmltree.Node) bool {
		if id, ok := n.Lookup("id"); ok && folded(n.Name) {
			out[[2]string{n.Name, id}] = append(out[[2]string{n.Name, id}], n)
		}
		return true
	})
	return out
}

// unfold copies a document and replaces references to sets by copies of them, under ids of their own.
func (t *three) unfold(root *xmltree.Node) (*xmltree.Node, error) {
	sets := foldedSets(root)
	out := root.Clone()
	size := 0
	var wrong error
	out.Walk(func(n *xmltree.Node) bool {
		ref, ok := n.Lookup("id-ref")
		if !ok || !folded(n.Name) || wrong != nil {
			return wrong == nil
		}
		found := sets[[2]string{n.Name, ref}]
		if len(found) != 1 {
			why := "no such @id found"
			if len(found) > 1 {
				why = "more than one @id found"
			}
			t.tell(Plain, "INTERNAL ERROR:%s: dangling @id-ref (%s): %s within the same element class", n.Name, ref, why)
			wrong = fmt.Errorf("<%s id-ref=%q>: there is no single <%s> with that id", n.Name, ref, n.Name)
			return false
		}
		copied := found[0].Clone()
		copied.Walk(func(x *xmltree.Node) bool {
			if size++; size > maxCopies {
				wrong = errTooMany
			}
			if id, ok := x.Lookup("id"); ok && x.Name != "resource_ref" {
				x.Set("id", innerPrefix+ref+"__"+id)
			}
			return wrong == nil
		})
		n.Attrs, n.Children = copied.Set("id", copyPrefix+ref).Attrs, copied.Children
		return false
	})
	return out, wrong
}

// fold makes the copies references again that still are as their originals are, ids apart.
func (t *three) fold(root *xmltree.Node) error {
	sets := foldedSets(root)
	var wrong error
	root.Walk(func(n *xmltree.Node) bool {
		id, copied := strings.CutPrefix(n.ID(), copyPrefix)
		if !copied || !folded(n.Name) || wrong != nil {
			return wrong == nil
		}
		switch original := sets[[2]string{n.Name, id}]; {
		case len(original) == 0:
			t.tell(Debug, "%s: original element pointed to with @id-ref (%s) disappeared during upgrade", n.Name, id)
		case len(original) > 1:
			t.tell(Plain, "INTERNAL ERROR:%s: found several elements that possibly were originally pointed to with @id-ref (%s); "+
				"unexpected ambiguity", n.Name, id)
			wrong = fmt.Errorf("there are several <%s id=%q>", n.Name, id)
		case sameButIDs(n, original[0]):
			n.Attrs, n.Children = []xmltree.Attr{{Name: "id-ref", Value: id}}, nil
		}
		return true
	})
	return wrong
}

// sameButIDs compares two elements without the ids in them.
func sameButIDs(a, b *xmltree.Node) bool {
	if a.Kind != b.Kind || a.Name != b.Name || a.Text != b.Text || len(a.Children) != len(b.Children) || len(a.Attrs) != len(b.Attrs) {
		return false
	}
	for _, attr := range a.Attrs {
		if other, ok := b.Lookup(attr.Name); !ok || attr.Name != "id" && other != attr.Value {
			return false
		}
	}
	for i := range a.Children {
		if !sameButIDs(a.Children[i], b.Children[i]) {
			return false
		}
	}
	return true
}
