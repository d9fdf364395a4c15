package cib

import "pacer/schema"

// Schema is the newest schema that this version knows, and the one of a new document.
const Schema = "pacemaker-4.0"

// Claims returns the schema by which the document says that it is valid; unchecked that it wants no check (validate-with="none").
// It is not ok when validate-with is missing or names no schema.
func (d *Document) Claims() (v schema.Version, unchecked, ok bool) {
	name := d.root.Get("validate-with")
	if name == schema.None {
		return schema.Latest, true, true
	}
	v, ok = schema.ByName(name)
	return v, false, ok
}
