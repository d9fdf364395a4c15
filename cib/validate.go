package cib

import (
	"fmt"
	"sync/atomic"

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

// lineage is what documents that were made of each other know together about what is valid. Who uses the track takes it out, so that
// nobody else does at the same time; who finds none begins a new one.
type lineage struct{ track atomic.Pointer[schema.Track] }

// checkAfter works out whether next, which was made of d, is valid, at the cost of what differs.
func (d *Document) checkAfter(next *Document) {
	v, unchecked, ok := next.Claims()
	if unchecked || !ok || next.verdict.Load() != unknown {
		return
	}
	if d.lineage.Load() == nil {
		d.lineage.CompareAndSwap(nil, &lineage{})
	}
	l := d.lineage.Load()
	next.lineage.Store(l)
	track := l.track.Swap(nil)
	good := false
	if track != nil && track.Version() == v {
		good = track.Advance(next.root)
	} else {
		track = schema.NewTrack(next.root, v)
		good = track != nil
	}
	l.track.Store(track)
	if good {
		next.verdict.Store(valid)
	} else {
		next.verdict.Store(invalid)
	}
}

// conforms refuses a document that is not valid. When the one before was not either, what was wrong in it may stay wrong, so that
// it can be repaired piece by piece.
func conforms(old, next *Document) *Error {
	old.checkAfter(next)
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
