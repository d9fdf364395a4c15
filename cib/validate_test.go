package cib

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestValidityOfDocuments compares Validate with verdicts over documents made for every construct of the schemas. Ours is
// one grammar for all of them, without the semantics of some values, so that it lets some faults pass; it must not find
// faults where there are none.
func TestValidityOfDocuments(t *testing.T) {
	dir := conformance(t, "schema/validity")
	var manifest struct{ Versions []string }
	data, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &manifest); err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*.jsonl"))
	good, alarms, bad, missed := 0, 0, 0, map[string]int{}
	for _, f := range files {
		file, err := os.Open(f)
		if err != nil {
			t.Fatal(err)
		}
		in := bufio.NewScanner(file)
		in.Buffer(nil, 1<<24)
		for in.Scan() {
			var c struct {
				ID, Home, Valid, XML string
				Fault                struct{ Kind string }
			}
			if err := json.Unmarshal(in.Bytes(), &c); err != nil {
				t.Fatal(err)
			}
			valid := c.Valid[slices.Index(manifest.Versions, c.Home)] == '1'
			var problems []Problem
			d, err := Parse([]byte(c.XML))
			if err == nil {
				problems = slices.DeleteFunc(Validate(d), func(p Problem) bool { return p.Warning })
			}
			ok := err == nil && len(problems) == 0
			switch {
			case valid:
				good++
				if !ok {
					alarms++
					t.Errorf("%s is valid, but: %v %v", c.ID, err, problems)
				}
			default:
				bad++
				if ok {
					missed[c.Fault.Kind]++
					if os.Getenv("PACER_SHOW_MISSED") != "" {
						t.Logf("missed: %s %s", c.Fault.Kind, c.ID)
					}
				}
			}
		}
		if err := file.Close(); err != nil {
			t.Fatal(err)
		}
	}
	sum := 0
	for _, n := range missed {
		sum += n
	}
	t.Logf("%d valid documents, %d false alarms; %d invalid ones, %d missed: %v", good, alarms, bad, sum, missed)
	if sum*3 > bad {
		t.Errorf("%d of %d invalid documents are not noticed", sum, bad)
	}
}

func TestValidateNamesLineAndElement(t *testing.T) {
	d := parse(t, strings.Replace(base, "<constraints/>", `<constraints>
<rsc_location id="l" rsc="nope" node="a" score="1"/>
<rsc_location id="l" rsc="p" node="a" score="x"/>
<rsc_locatoin id="m"/>
<rsc_order id="o" first="p"/>
</constraints>`, 1))
	var got []string
	for _, p := range Validate(d) {
		got = append(got, p.String())
	}
	want := []string{
		`line 7: <rsc_location id="l">: rsc="nope": there is nothing with that id.`,
		`line 8: <rsc_location id="l">: its id is used already by <rsc_location> in line 7.`,
		`line 8: <rsc_location id="l">: score="x" is no score: a whole number, INFINITY or -INFINITY.`,
		`line 9: <rsc_locatoin id="m">: it has no place in <constraints>.`,
		`line 10: <rsc_order id="o">: it must have first and then, or a <resource_set>.`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}

func TestCheckRefusesOnlyNewFaults(t *testing.T) {
	d := parse(t, strings.Replace(base, "<constraints/>", `<constraints><rsc_location id="l" rsc="nope" node="a" score="1"/></constraints>`, 1))
	for _, c := range []struct {
		op   Op
		data string
		want string
	}{
		{Op{Kind: OpCreate, Section: "constraints"}, `<rsc_location id="k" rsc="p" node="a" score="1"/>`, ""},
		{Op{Kind: OpCreate, Section: "constraints"}, `<rsc_location id="k" rsc="q" node="a" score="1"/>`, `<rsc_location id="k">: rsc="q": there is nothing`},
		{Op{Kind: OpCreate, Section: "resources"}, `<primitive id="l" class="lsb" type="x"/>`, "used already"},
		{Op{Kind: OpModify}, `<cib validate-with="pacemaker-9999.0"/>`, "is not known"},
		{Op{Kind: OpDelete, XPath: "//constraints"}, ``, "has no <constraints>"},
	} {
		c.op.Data = node(t, c.data)
		_, _, err := Apply(d, []Op{c.op}, ApplyOptions{Check: true})
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want …%s…", c.data, err, c.want)
		}
	}
}

// FuzzValidate reads anything as a document and looks for its problems.
func FuzzValidate(f *testing.F) {
	f.Add([]byte(base))
	f.Add([]byte(`<cib validate-with="pacemaker-4.0"><configuration><nodes><node id="1"/></nodes><tags><tag id="a"/><tag id="a"/></tags></configuration></cib>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Parse(data)
		if err != nil {
			return
		}
		for _, p := range Validate(d) {
			if p.Text == "" || p.Line < 1 {
				t.Errorf("a problem without words or place: %+v", p)
			}
		}
		again, err := Parse(d.Bytes())
		if err != nil || !again.Equal(d) {
			t.Errorf("written and read it is another document (%v):\n%s", err, d.Bytes())
		}
	})
}
