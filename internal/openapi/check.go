package openapi

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Schemas checks values against a document. It knows what Document writes and no more of JSON Schema.
type Schemas struct{ doc object }

// Load reads a document.
func Load(document []byte) (*Schemas, error) {
	s := &Schemas{}
	return s, json.Unmarshal(document, &s.doc)
}

// Operations are the methods and paths of the document, as "GET /v1/node", in order.
func (s *Schemas) Operations() []string {
	var out []string
	for path, methods := range s.doc["paths"].(object) {
		for method := range methods.(object) {
			out = append(out, strings.ToUpper(method)+" "+path)
		}
	}
	slices.Sort(out)
	return out
}

// CheckAnswer checks that an answer is one of those that the document knows for a route, and of the form that it says. A JSON value
// may have no field that the document does not have.
func (s *Schemas) CheckAnswer(method, path string, status int, contentType string, body []byte) error {
	operation := at(s.doc, "paths", path, strings.ToLower(method))
	if operation == nil {
		return fmt.Errorf("there is no %s %s", method, path)
	}
	answer := at(operation, "responses", strconv.Itoa(status))
	if answer == nil {
		return fmt.Errorf("%s %s: status %d is not foreseen: %s", method, path, status, body)
	}
	if status == http.StatusNotModified {
		return nil
	}
	media, _, _ := strings.Cut(contentType, ";")
	schema := at(answer, "content", media, "schema")
	if schema == nil {
		return fmt.Errorf("%s %s: %q is not foreseen", method, path, media)
	}
	if media != "application/json" {
		return nil
	}
	return s.check(schema, body, method+" "+path)
}

// CheckNamed checks a JSON value against a schema by its name.
func (s *Schemas) CheckNamed(name string, body []byte) error {
	return s.check(at(s.doc, "components", "schemas", name), body, name)
}

func (s *Schemas) check(schema object, body []byte, where string) error {
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return fmt.Errorf("%s: %w", where, err)
	}
	return s.value(schema, value, where)
}

func (s *Schemas) value(schema object, value any, where string) error {
	if ref, ok := schema["$ref"].(string); ok {
		name := strings.TrimPrefix(ref, "#/components/schemas/")
		target := at(s.doc, "components", "schemas", name)
		if target == nil {
			return fmt.Errorf("%s: there is no schema %s", where, ref)
		}
		return s.value(target, value, where)
	}
	if !typed(schema["type"], value) {
		return fmt.Errorf("%s: %v is no %v", where, value, schema["type"])
	}
	if allowed, ok := schema["enum"].([]any); ok && !slices.Contains(allowed, value) {
		return fmt.Errorf("%s: %v is none of %v", where, value, allowed)
	}
	switch v := value.(type) {
	case string:
		if schema["format"] == "date-time" {
			if _, err := time.Parse(time.RFC3339Nano, v); err != nil {
				return fmt.Errorf("%s: %w", where, err)
			}
		}
	case float64:
		if least, ok := schema["minimum"].(float64); ok && v < least {
			return fmt.Errorf("%s: %v is below %v", where, v, least)
		}
	case []any:
		for i, item := range v {
			if err := s.value(at(schema, "items"), item, fmt.Sprintf("%s[%d]", where, i)); err != nil {
				return err
			}
		}
	case object:
		return s.members(schema, v, where)
	}
	return nil
}

func (s *Schemas) members(schema, value object, where string) error {
	properties := at(schema, "properties")
	if properties == nil {
		return nil // Any object.
	}
	required, _ := schema["required"].([]any)
	for _, name := range required {
		if _, there := value[name.(string)]; !there {
			return fmt.Errorf("%s: %v is missing", where, name)
		}
	}
	for name, member := range value {
		of := at(properties, name)
		if of == nil {
			return fmt.Errorf("%s: %s is not foreseen", where, name)
		}
		if err := s.value(of, member, where+"."+name); err != nil {
			return err
		}
	}
	return nil
}

// typed tells whether a value is of a type, or of one of several.
func typed(want, value any) bool {
	if several, ok := want.([]any); ok {
		return slices.ContainsFunc(several, func(one any) bool { return typed(one, value) })
	}
	switch v := value.(type) {
	case nil:
		return want == "null"
	case bool:
		return want == "boolean"
	case string:
		return want == "string"
	case []any:
		return want == "array"
	case object:
		return want == "object"
	case float64:
		return want == "integer" && v == math.Trunc(v) || want == "number"
	}
	return false
}

// at follows keys into an object, nil where there is none.
func at(o object, keys ...string) object {
	for _, k := range keys {
		o, _ = o[k].(object)
	}
	return o
}
