package schema

import (
	"testing"

	"pacer/internal/recorded"
	"pacer/xmltree"
)

// recordedDocument is a document of which is known which schemas accept it.
type recordedDocument struct {
	ID, Kind, Note, Home, XML string
	Valid                     string // a character for each schema, '1' if it accepts the document
}

func cases(t testing.TB) []recordedDocument {
	return recorded.Lines[recordedDocument](t, "schema", "validity")
}

func TestRecordedVerdicts(t *testing.T) {
	for _, c := range cases(t) {
		root, err := xmltree.ParseString(c.XML)
		if err != nil {
			t.Errorf("%s: %v", c.ID, err)
			continue
		}
		want := Set(0)
		for i := range c.Valid {
			if c.Valid[i] == '1' {
				want |= Only(Version(i))
			}
		}
		if got := Accepting(root, All); got != want {
			t.Errorf("%s (%s %s): accepted by %v, want %v\n%s", c.ID, c.Kind, c.Note, got, want, c.XML)
		}
	}
}
