package openapi

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"pacer/api"
	"pacer/release"
)

// object is a JSON object; encoding/json writes its keys in order.
type object = map[string]any

// Document makes the document.
func Document(routes []api.Route, comments *Comments) ([]byte, error) {
	m := &maker{comments: comments, schemas: object{}}
	paths := object{}
	for _, r := range routes {
		methods, _ := paths[r.Path].(object)
		if methods == nil {
			methods = object{}
			paths[r.Path] = methods
		}
		methods[strings.ToLower(r.Method)] = m.operation(r)
	}
	m.schema(reflect.TypeOf(api.Error{}))
	doc := object{
		"openapi": "3.1.0",
		"info": object{"title": "Pacer", "version": release.Version, "license": object{"name": "See the file LICENSE"},
			"description": "The API of a node. Every tool speaks it to its node by HTTP on the local socket, where the kernel " +
				"says who calls; the same is served over TLS where remote access is configured, to callers with a token or a client certificate. Fields that are not known are " +
				"ignored on both sides: newer versions may have more."},
		"servers": []any{
			object{"url": "http://node", "description": "The local socket, /run/pacer/api.sock; the name of the host does not matter."},
			object{"url": "https://{node}:{port}", "description": "Remote access over TLS.", "variables": object{
				"node": object{"default": "localhost", "description": "A node, by a name in its certificate."},
				"port": object{"default": "9898", "description": "What the CIB's remote-tls-port says; there is no default."}}},
		},
		"security": []any{object{}, object{"token": []any{}}, object{"certificate": []any{}}},
		"paths":    paths,
		"components": object{
			"schemas": m.schemas,
			"securitySchemes": object{
				"token":       object{"type": "http", "scheme": "bearer", "description": "A token that `pacer token create` has made on the node."},
				"certificate": object{"type": "mutualTLS", "description": "A client certificate whose common name is the user."},
			},
			"parameters": object{"user": object{"name": api.UserHeader, "in": "header", "required": false, "schema": object{"type": "string"},
				"description": "The user with whose rights to ask. Only root and hacluster may name another one than themselves."}},
		},
	}
	out, err := json.MarshalIndent(doc, "", " ")
	return append(out, '\n'), err
}

type maker struct {
	comments *Comments
	schemas  object
}

func (m *maker) operation(r api.Route) object {
	out := object{"operationId": r.Name, "summary": r.Summary}
	if r.Detail != "" {
		out["description"] = r.Detail
	}
	parameters := []any{}
	for _, p := range r.Parameters {
		parameters = append(parameters, object{"name": p.Name, "in": p.In, "description": p.Text, "required": false,
			"schema": object{"type": "string"}})
	}
	out["parameters"] = append(parameters, object{"$ref": "#/components/parameters/user"})
	if r.Request != nil {
		out["requestBody"] = m.body("application/json", r.Request)
	}
	if r.Lines != nil {
		out["requestBody"] = m.body(r.Content, r.Lines)
	}
	out["responses"] = m.answers(r)
	return out
}

func (m *maker) body(content string, sample any) object {
	return object{"required": true, "content": object{content: object{"schema": m.schema(reflect.TypeOf(sample))}}}
}

func (m *maker) answers(r api.Route) object {
	content := r.Content
	if content == "" {
		content = "application/json"
	}
	good := object{"description": "the answer", "content": object{content: object{"schema": m.schema(reflect.TypeOf(r.Answer))}}}
	out := object{strconv.Itoa(http.StatusOK): good}
	if r.Content == api.ContentXML {
		good["headers"] = object{"ETag": object{"description": "the version of the CIB", "schema": object{"type": "string"}}}
		out[strconv.Itoa(http.StatusNotModified)] = object{"description": "the caller has it already"}
	}
	refused := object{"application/json": object{"schema": object{"$ref": "#/components/schemas/Error"}}}
	for _, statuses := range [][]int{api.CommonRefusals, r.Refusals} {
		for _, s := range statuses {
			out[strconv.Itoa(s)] = object{"description": strings.ToLower(http.StatusText(s)), "content": refused}
		}
	}
	return out
}

// schema describes a type. Structs and named strings with values get a place of their own among the schemas.
func (m *maker) schema(t reflect.Type) object {
	switch t {
	case reflect.TypeOf(time.Time{}):
		return object{"type": "string", "format": "date-time"}
	case reflect.TypeOf(api.XML("")):
		return object{"type": "string"}
	case reflect.TypeOf(json.RawMessage(nil)):
		return object{"type": "object"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return m.schema(t.Elem())
	case reflect.Struct:
		if _, made := m.schemas[t.Name()]; !made {
			m.schemas[t.Name()] = object{} // A type may hold itself.
			m.schemas[t.Name()] = m.structure(t)
		}
		return object{"$ref": "#/components/schemas/" + t.Name()}
	case reflect.Slice:
		return object{"type": "array", "items": m.schema(t.Elem())}
	case reflect.Map, reflect.Interface:
		return object{"type": "object"}
	case reflect.String:
		if values := m.comments.values[t.Name()]; len(values) > 0 {
			m.schemas[t.Name()] = described(object{"type": "string", "enum": values}, m.comments.text[t.Name()])
			return object{"$ref": "#/components/schemas/" + t.Name()}
		}
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint, reflect.Uint64:
		return object{"type": "integer", "minimum": 0}
	default:
		return object{"type": "integer"}
	}
}

// travelling is implemented by types whose JSON has another form than they have themselves.
type travelling interface{ JSONForm() any }

func (m *maker) structure(t reflect.Type) object {
	owner := t.Name()
	if other, ok := reflect.Zero(t).Interface().(travelling); ok {
		t = reflect.TypeOf(other.JSONForm())
	}
	properties, required := object{}, []string{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		s := m.schema(f.Type)
		if options == "" {
			required = append(required, name)
			if f.Type.Kind() == reflect.Slice || f.Type.Kind() == reflect.Map {
				s["type"] = []any{s["type"], "null"}
			}
		}
		properties[name] = described(s, m.comments.text[owner+"."+f.Name])
	}
	out := object{"type": "object", "properties": properties}
	if len(required) > 0 {
		out["required"] = required
	}
	return described(out, m.comments.text[owner])
}

func described(s object, text string) object {
	if text != "" {
		s["description"] = text
	}
	return s
}
