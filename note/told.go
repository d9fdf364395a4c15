package note

import (
	"reflect"
	"time"
)

// Told is a note with its circumstances, as the event stream carries it.
type Told struct {
	At       time.Time      `json:"at"`
	Node     string         `json:"node"` // who tells
	ID       string         `json:"id"`
	Severity string         `json:"severity"`
	Fields   map[string]any `json:"fields,omitempty"`
	// Text is the sentence in the language that the reader asked for; empty on the wire between nodes.
	Text string `json:"text,omitempty"`
}

// Tell puts a note into its circumstances.
func Tell(at time.Time, node string, n Note, lang Language) Told {
	return Told{At: at, Node: node, ID: n.ID(), Severity: SeverityOf(n).String(), Fields: Fields(n), Text: Sentence(n, lang)}
}

// Fields lists a note's non-empty fields by name; durations are in milliseconds, under the name with "Ms".
func Fields(n Note) map[string]any {
	v := reflect.Indirect(reflect.ValueOf(n))
	out := map[string]any{}
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Name
		if !v.Type().Field(i).IsExported() || f.IsZero() {
			continue
		}
		if d, ok := f.Interface().(time.Duration); ok {
			out[name+"Ms"] = float64(d) / float64(time.Millisecond)
			continue
		}
		out[name] = f.Interface()
	}
	return out
}
