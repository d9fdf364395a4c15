package schema

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"pacer/xmltree"
)

// recorded is a document of which is known which schemas accept it.
type recorded struct {
	ID, Kind, Note, Home, XML string
	Valid                     string // a character for each schema, '1' if it accepts the document
}

// cases reads the documents in the files of a folder of the conformance cases; without them the test is skipped.
func cases(t testing.TB) []recorded {
	root := os.Getenv("PACER_CONFORMANCE")
	if root == "" {
		root = "../../shared/conformance"
	}
	files, _ := filepath.Glob(filepath.Join(root, "schema/validity/*.jsonl"))
	if len(files) == 0 {
		t.Skipf("no recorded documents in %s; PACER_CONFORMANCE names the folder that has them", root)
	}
	var out []recorded
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<24)
		for lines.Scan() {
			var r recorded
			if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
				t.Fatal(err)
			}
			out = append(out, r)
		}
	}
	return out
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
