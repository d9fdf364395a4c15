package cib

import (
	"fmt"

	"pacer/exitcode"
	"pacer/schema"
)

// What a document knows of its own validity.
const (
	unknown uint32 = iota
	valid
	invalid
)

// Valid tells whether the schema that the document names accepts it. A document that wants no check is valid. It is worked out
// once for each document.
func (d *Document) Valid() bool {
	verdict := d.verdict.Load()
	if verdict == unknown {
		verdict = invalid
		if v, unchecked, ok := d.Claims(); unchecked || ok && schema.Valid(d.root, v) {
			verdict = valid
		}
		d.verdict.Store(verdict)
	}
	return verdict == valid
}

// Validate lists what the schema that the document names finds wrong, at most 100 things in the order of the document; nothing when
// it is Valid.
func Validate(d *Document) []schema.Problem {
	if d.Valid() {
		return nil
	}
	v, _, ok := d.Claims()
	if ok {
		return schema.Problems(d.root, v)
	}
	text := fmt.Sprintf(`attribute "validate-with" has the value %q, which names no schema; expected %q or an older one`,
		d.root.Get("validate-with"), Schema)
	if _, there := d.root.Lookup("validate-with"); !there {
		text = fmt.Sprintf(`attribute "validate-with" is missing; expected %q or the name of an older schema`, Schema)
	}
	return []schema.Problem{{Line: int(d.root.Line), Element: d.root.Name, Attribute: "validate-with", Text: text}}
}

// conforms refuses a document that is not valid. When the one before was not either, what was wrong in it may stay wrong, so that
// it can be repaired piece by piece.
func conforms(old, next *Document) *Error {
	found := Validate(next)
	if len(found) == 0 {
		return nil
	}
	type key struct{ id, element, text string }
	had := map[key]int{}
	for _, p := range Validate(old) {
		had[key{p.ID, p.Element, p.Text}]++
	}
	for _, p := range found {
		k := key{p.ID, p.Element, p.Text}
		if had[k]--; had[k] < 0 {
			p.Line = 0 // Nobody sees the text that the line would mean.
			return fail(exitcode.Config, "the change would make the configuration invalid: %s", p)
		}
	}
	return nil
}
