package schema

import (
	"fmt"
	"strings"
	"testing"

	"github.com/cockroachdb/datadriven"

	"pacer/xmltree"
)

// Problems are found exactly where there are some.
func TestProblemsAndVerdictsAgree(t *testing.T) {
	for _, c := range cases(t) {
		root, err := xmltree.ParseString(c.XML)
		if err != nil {
			continue
		}
		accepted := Accepting(root, All)
		for v := range Latest + 1 {
			if found := Problems(root, v); accepted.Has(v) != (len(found) == 0) {
				t.Errorf("%s: valid by %s: %v, problems: %v\n%s", c.ID, v, accepted.Has(v), found, c.XML)
				break
			}
		}
	}
}

// What people read. The argument of a command is the schema; its input is put into a document that is right without it: into
// the section that its argument names, or it is the document.
func TestWords(t *testing.T) {
	datadriven.RunTest(t, "testdata/problems.txt", func(t *testing.T, d *datadriven.TestData) string {
		version, ok := ByName("pacemaker-" + d.CmdArgs[0].Key)
		if !ok {
			d.Fatalf(t, "no such schema")
		}
		root, err := xmltree.ParseString(inDocument(d.Cmd, d.Input))
		if err != nil {
			d.Fatalf(t, "%v", err)
		}
		var b strings.Builder
		for _, p := range Problems(root, version) {
			fmt.Fprintln(&b, p)
		}
		if (b.Len() == 0) != Valid(root, version) {
			d.Fatalf(t, "valid: %v, problems: %s", Valid(root, version), b.String())
		}
		return b.String()
	})
}

// inDocument puts content into a section, beginning in line 2 of a document.
func inDocument(section, content string) string {
	if section == "document" {
		return content
	}
	var b strings.Builder
	b.WriteString(`<cib validate-with="pacemaker-4.0" admin_epoch="0" epoch="0" num_updates="0"><configuration>`)
	rest := ""
	for _, s := range []string{"crm_config", "nodes", "resources", "constraints", section} {
		switch inside := s == section; {
		case inside && rest == "":
			rest = "</" + s + ">"
		case !inside:
			fmt.Fprintf(&b, "<%s/>", s)
		}
	}
	fmt.Fprintf(&b, "<%s>\n%s\n%s</configuration></cib>", section, content, rest)
	return b.String()
}
