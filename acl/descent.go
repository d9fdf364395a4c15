package acl

import "pacer/xmltree"

// access is what may be done with one element.
type access struct {
	read, write bool
	// denied is the permission that took write away; nil when there was none.
	denied *permission
}

// descent is a way down a document that knows at each element what may be done with it.
type descent struct {
	permissions []permission
	// found is for each permission without a pattern what its XPath selects in this document.
	found []map[*xmltree.Node]bool
	// closed is a denial whose XPath cannot be evaluated.
	closed *permission
	levels []level // the document first
	depth  int
}

type level struct {
	progress []xmltree.Progress
	access
}

// descend begins at a document with this root, above the root.
func (r *Rights) descend(root *xmltree.Node) *descent {
	d := &descent{permissions: r.permissions, found: make([]map[*xmltree.Node]bool, len(r.permissions))}
	d.levels = append(d.levels, level{progress: make([]xmltree.Progress, len(r.permissions))})
	for i := range d.permissions {
		p := &d.permissions[i]
		if p.pattern != nil {
			continue
		}
		var ok bool
		if d.found[i], ok = p.evaluate(root); !ok && p.kind == denying {
			d.closed = p
		}
	}
	return d
}

// evaluate lists the elements that an XPath means; an attribute or a text stands for its element, the document for its root.
func (p *permission) evaluate(root *xmltree.Node) (map[*xmltree.Node]bool, bool) {
	if p.xpath == "/" {
		return map[*xmltree.Node]bool{root: true}, true
	}
	matches, err := xmltree.Select(root, p.xpath)
	if err != nil {
		return nil, false
	}
	found := make(map[*xmltree.Node]bool, len(matches))
	for _, m := range matches {
		n := m.Node
		if n.Kind != xmltree.Element && len(m.Ancestors) > 0 {
			n = m.Ancestors[len(m.Ancestors)-1]
		}
		found[n] = true
	}
	return found, true
}

// enter goes down to a child of where the descent is and tells what may be done with it. Every enter has its leave.
func (d *descent) enter(n *xmltree.Node) access {
	above := d.depth
	d.depth++
	if d.depth == len(d.levels) {
		d.levels = append(d.levels, level{progress: make([]xmltree.Progress, len(d.permissions))})
	}
	from, to := &d.levels[above], &d.levels[d.depth]
	var own kind
	var denied *permission
	for i := range d.permissions {
		p := &d.permissions[i]
		meant := d.found[i][n]
		if p.pattern != nil {
			to.progress[i], meant = p.pattern.Enter(from.progress[i], n)
		}
		if meant {
			own |= p.kind
			if p.kind == denying && denied == nil {
				denied = p
			}
		}
	}
	to.access = from.access
	switch {
	case d.closed != nil:
		to.access = access{denied: d.closed}
	case own&denying != 0:
		to.access = access{denied: denied}
	case own&writing != 0:
		to.access = access{read: true, write: true}
	case own&reading != 0:
		to.read = true
	}
	return to.access
}

func (d *descent) leave() { d.depth-- }

// here is what may be done with the element at which the descent is.
func (d *descent) here() access { return d.levels[d.depth].access }
