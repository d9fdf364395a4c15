package attributes

import (
	"bytes"
	"encoding/json"
	"slices"

	"pacer/message"
)

// What a member says in a new view is passed on from what others said before. A newer version may have said more of an attribute or a
// value than this one knows, and gets that back. It is rare, and what is kept costs time; so the plain form is tried first.

// keptBody is syncBody with what is not known.
type keptBody struct {
	View  string           `json:"view"`
	Attrs []*keptAttribute `json:"attrs,omitempty"`
}

// keptAttribute is an attribute whose values keep what is not known.
type keptAttribute struct {
	attribute
	Values []*keptValue `json:"values,omitempty"` // in the place of the attribute's
}

type keptValue struct{ value }

// MarshalJSON passes on what is not known here.
func (v *keptValue) MarshalJSON() ([]byte, error) { return message.Join(v.value, v.rest) }

// UnmarshalJSON keeps what is not known here.
func (v *keptValue) UnmarshalJSON(p []byte) (err error) {
	v.rest, err = message.Split(p, &v.value)
	return err
}

// MarshalJSON passes on what is not known here.
func (a *keptAttribute) MarshalJSON() ([]byte, error) {
	type plain keptAttribute
	return message.Join((*plain)(a), a.rest)
}

// UnmarshalJSON keeps what is not known here.
func (a *keptAttribute) UnmarshalJSON(p []byte) (err error) {
	type plain keptAttribute
	a.rest, err = message.Split(p, (*plain)(a))
	return err
}

// keeping is what to send: the body itself where there is nothing in it but what is known.
func (b syncBody) keeping() any {
	more := func(v value) bool { return v.rest != "" }
	if !slices.ContainsFunc(b.Attrs, func(a *attribute) bool { return a.rest != "" || slices.ContainsFunc(a.Values, more) }) {
		return b
	}
	out := keptBody{View: b.View}
	for _, a := range b.Attrs {
		k := &keptAttribute{attribute: *a}
		for _, v := range a.Values {
			k.Values = append(k.Values, &keptValue{v})
		}
		out.Attrs = append(out.Attrs, k)
	}
	return out
}

// readSync reads what a member says in a new view.
func readSync(data []byte) (syncBody, error) {
	var b syncBody
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if d.Decode(&b) == nil {
		return b, nil
	}
	var k keptBody
	if err := json.Unmarshal(data, &k); err != nil {
		return syncBody{}, err
	}
	b = syncBody{View: k.View}
	for _, a := range k.Attrs {
		if a == nil {
			continue
		}
		for _, v := range a.Values {
			if v != nil {
				a.attribute.Values = append(a.attribute.Values, v.value)
			}
		}
		b.Attrs = append(b.Attrs, &a.attribute)
	}
	return b, nil
}
