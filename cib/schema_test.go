package cib

import (
	"slices"
	"strings"
	"testing"
)

func TestSchemasFrom(t *testing.T) {
	if got := SchemasFrom("pacemaker-3.9"); !slices.Equal(got, []string{"pacemaker-3.9", "pacemaker-3.10", "pacemaker-4.0"}) {
		t.Error(got)
	}
	for _, no := range []string{"", "none", "pacemaker-3", "pacemaker-9999.0"} {
		if got := SchemasFrom(no); got != nil {
			t.Errorf("%q: %v", no, got)
		}
	}
}

// What is named with a first schema is an element of the grammar, and the schema is one that is known.
func TestSinceIsOfTheGrammar(t *testing.T) {
	for name, schema := range since { // order: every one is looked at
		if grammar()[name] == nil || !slices.Contains(schemas, schema) {
			t.Errorf("%s since %s", name, schema)
		}
	}
}

// An element that came later is a problem for the schema that is declared, and none for the newest.
func TestElementsThatCameLater(t *testing.T) {
	text := strings.Replace(base, "</configuration>", "<tags/></configuration>", 1)
	i := strings.Index(text, `validate-with="`) + len(`validate-with="`)
	j := i + strings.Index(text[i:], `"`)
	for with, want := range map[string]bool{"pacemaker-1.2": true, "pacemaker-1.3": false, "pacemaker-4.0": false} {
		var late []Problem
		for _, p := range Validate(parse(t, text[:i]+with+text[j:])) {
			if p.Since != "" {
				late = append(late, p)
			}
		}
		if len(late) > 0 != want {
			t.Errorf("%s: %v", with, late)
		}
		for _, p := range late {
			if p.Element != "tags" || p.Parent != "configuration" || p.KnownTo("pacemaker-1.2") || !p.KnownTo("pacemaker-1.3") || !p.KnownTo(Schema) {
				t.Errorf("%s: %+v", with, p)
			}
		}
	}
}

func TestProblemsNameParentAndAttribute(t *testing.T) {
	d := parse(t, strings.Replace(base, "<constraints/>", `<constraints><rsc_location id="l" rsc="p" node="a" score="x"/></constraints>`, 1))
	p := Validate(d)
	if len(p) != 1 || p[0].Attribute != "score" || p[0].Parent != "constraints" || p[0].KnownTo(Schema) {
		t.Errorf("%+v", p)
	}
}
