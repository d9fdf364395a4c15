package cibstore

import (
	"pacer/cib"
	"pacer/xmltree"
)

var noStatus = xmltree.New("status")

// StoredForm is what of a document belongs on disk: everything but the status and its counter.
func StoredForm(d *cib.Document) *cib.Document {
	old := d.Root()
	root := *old
	root.Attrs = append([]xmltree.Attr(nil), old.Attrs...)
	if _, ok := old.Lookup("num_updates"); ok {
		root.Set("num_updates", "0")
	}
	root.Children = append([]*xmltree.Node(nil), old.Children...)
	for i, c := range root.Children {
		if c.Kind == xmltree.Element && c.Name == "status" {
			root.Children[i] = noStatus
		}
	}
	return cib.FromTree(&root)
}
