package cib

import (
	"errors"
	"fmt"
	"slices"

	"pacer/schema"
	"pacer/schema/upgrade"
	"pacer/xmltree"
)

// Raiser raises documents to the newest schema in memory, for all that know the words of that schema only: the scheduler, and what
// shows its view of the cluster. The documents themselves stay what they are until somebody asks for OpUpgrade. It remembers one
// configuration, so that documents which differ in their status alone are raised at no cost and share what was raised. The zero
// Raiser remembers none.
type Raiser struct {
	from   *xmltree.Node // the configuration
	claims string        // what validate-with said of it
	to     *xmltree.Node // the configuration raised
	err    error
}

// Raise returns a document as the newest schema has it: d itself when it names that one, or wants no check. The error says why
// nobody may decide on d: it names no schema that is known, it is not valid by the one that it names, or it does not reach the newest.
func (r *Raiser) Raise(d *Document) (*Document, error) {
	from, unchecked, ok := d.Claims()
	switch {
	case unchecked, ok && from == schema.Latest:
		return d, nil
	case !ok:
		return nil, errors.New(Validate(d)[0].String())
	}
	configuration, claims := d.Configuration(), d.root.Get("validate-with")
	if r.from == nil || configuration != r.from || claims != r.claims {
		*r = Raiser{from: configuration, claims: claims}
		// The status takes no part: no step changes it, and what is wrong there is no reason not to decide.
		raised, err := upgrade.To(swapped(d.root, d.Status(), xmltree.New("status")), from, schema.Latest)
		switch {
		case err != nil:
			r.err = err
		case raised.Version != schema.Latest:
			r.err = fmt.Errorf("the configuration can be upgraded from %s to %s only, not to %s", from, raised.Version, schema.Latest)
		default:
			r.to = raised.Root.First("configuration")
		}
	}
	if r.err != nil {
		return nil, r.err
	}
	root := swapped(d.root, configuration, r.to)
	root.Set("validate-with", schema.Latest.String())
	return FromTree(root), nil
}

// swapped is a root with one child replaced. Its attributes may be set.
func swapped(root, old, by *xmltree.Node) *xmltree.Node {
	out := *root
	out.Attrs = slices.Clone(root.Attrs)
	out.Children = slices.Clone(root.Children)
	if at := slices.Index(out.Children, old); at >= 0 {
		out.Children[at] = by
	}
	return &out
}

// Raised is Raise for a single document.
func (d *Document) Raised() (*Document, error) { return new(Raiser).Raise(d) }
