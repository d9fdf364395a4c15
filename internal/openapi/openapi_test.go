package openapi_test

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	"pacer/api"
	"pacer/internal/openapi"
)

var rewrite = flag.Bool("rewrite", false, "write api/openapi.json anew")

func document(t *testing.T) []byte {
	t.Helper()
	comments, err := openapi.ReadComments("../../api", "../../cib", "../../engine", "../../clusterconf")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi.Document(api.Routes, comments)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestTheFileIsWhatTheSourcesSay: nobody edits the document, and nobody forgets it.
func TestTheFileIsWhatTheSourcesSay(t *testing.T) {
	want := document(t)
	if *rewrite {
		if err := os.WriteFile("../../api/openapi.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(api.OpenAPI, want) {
		t.Error("api/openapi.json is not what the routes and types give: go test ./internal/openapi -rewrite")
	}
}

func TestTheCheckFindsWhatIsWrong(t *testing.T) {
	s, err := openapi.Load(document(t))
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		`{"name":"a","node":"n","value":"1"}`:                "",
		`{"name":"a","node":"n","value":"1","private":true}`: "",
		`{"name":"a","node":"n"}`:                            "value is missing",
		`{"name":"a","node":"n","value":1}`:                  "1 is no string",
		`{"name":"a","node":"n","value":"1","more":1}`:       "more is not foreseen",
		`[]`:                                   "is no object",
		`{"name":"a","node":"n","value":null}`: "is no string",
		`{"name":"a","node":"n","value":"1","private":"perhaps"}`: "is no boolean",
		`{`: "unexpected end",
	} {
		if err := s.CheckNamed("Attribute", []byte(text)); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, not %q", text, err, want)
		}
	}
	for text, want := range map[string]string{
		`{"type":"hello","time":"2026-01-02T03:04:05Z"}`:                                                    "",
		`{"type":"party","time":"2026-01-02T03:04:05Z"}`:                                                    "is none of",
		`{"type":"hello","time":"yesterday"}`:                                                               "cannot parse",
		`{"type":"hello","time":"2026-01-02T03:04:05Z","node":{}}`:                                          "is missing",
		`{"type":"note","time":"2026-01-02T03:04:05Z","note":{"id":"","level":"","text":"","fields":null}}`: "",
	} {
		if err := s.CheckNamed("Event", []byte(text)); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, not %q", text, err, want)
		}
	}
	if err := s.CheckAnswer("GET", "/v1/node", 418, "text/plain", nil); err == nil {
		t.Error("an answer that is not foreseen was taken")
	}
	if err := s.CheckAnswer("DELETE", "/v1/node", 200, "text/plain", nil); err == nil {
		t.Error("a route that is not there was taken")
	}
}
