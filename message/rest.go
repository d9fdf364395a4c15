package message

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Rest are the members of a JSON object that this version does not know, in the order of their names, as text between the braces. A
// record that is passed on (what a node knows of attributes, of fencing) keeps them, so that a newer node gets back what it said
// by way of an older one. It is comparable, and empty for most.
type Rest string

// maxRest limits what is kept of one record, in bytes: a record that says more is cut down to what is known.
const maxRest = 4096

// Split reads a JSON object into known, a pointer to a struct without methods of its own for JSON, and returns what has no place there.
func Split(data []byte, known any) (Rest, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(known); err == nil {
		return "", nil
	}
	// Something is wrong, or something is not known.
	if err := json.Unmarshal(data, known); err != nil {
		return "", err
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(data, &all); err != nil {
		return "", err
	}
	fields := fieldNames(reflect.TypeOf(known).Elem())
	var names []string
	for name := range all { // order: sorted below
		if !slices.ContainsFunc(fields, func(f string) bool { return strings.EqualFold(f, name) }) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var rest []byte
	for i, name := range names {
		if i > 0 {
			rest = append(rest, ',')
		}
		quoted, err := json.Marshal(name)
		if err != nil {
			return "", err
		}
		rest = append(append(append(rest, quoted...), ':'), all[name]...)
	}
	if len(rest) > maxRest {
		return "", nil
	}
	return Rest(rest), nil
}

// Join writes known, a struct without methods of its own for JSON, with the members that are not known behind it.
func Join(known any, rest Rest) ([]byte, error) {
	data, err := json.Marshal(known)
	if err != nil || rest == "" {
		return data, err
	}
	if len(data) < 2 || data[len(data)-1] != '}' {
		return nil, fmt.Errorf("message: %T is no object", known)
	}
	data = data[:len(data)-1]
	if len(data) > 1 {
		data = append(data, ',')
	}
	return append(append(data, rest...), '}'), nil
}

// fieldNames are the names of a struct's fields in JSON, and of the structs in it that have no name.
func fieldNames(t reflect.Type) []string {
	var out []string
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Anonymous {
			out = append(out, fieldNames(f.Type)...)
			continue
		}
		if !f.IsExported() {
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" {
			name = f.Name
		}
		out = append(out, name)
	}
	return out
}
