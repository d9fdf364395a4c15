package cib

import (
	"slices"
	"strings"
	"testing"

	"pacer/schema"
)

func TestSchemaIsTheLatest(t *testing.T) {
	if Schema != schema.Latest.String() {
		t.Errorf("%s, but the latest is %s", Schema, schema.Latest)
	}
}

func TestValidateNamesLineAndElement(t *testing.T) {
	d := parse(t, strings.Replace(base, "<constraints/>", `<constraints>
<rsc_location id="l" rsc="nope" node="a" score="1"/>
<rsc_locatoin id="m"/>
</constraints>`, 1))
	var got []string
	for _, p := range Validate(d) {
		got = append(got, p.String())
	}
	want := []string{
		`line 7: <rsc_location id="l">: attribute "rsc" names "nope", and there is nothing with that id`,
		`line 8: <rsc_locatoin id="m">: it is not allowed in <constraints>; expected one of <rsc_location>, <rsc_colocation>, <rsc_order>, <rsc_ticket>`,
	}
	if !slices.Equal(got, want) || d.Valid() {
		t.Errorf("valid: %v, got\n%s", d.Valid(), strings.Join(got, "\n"))
	}
}

// What validate-with says decides about the check.
func TestSchemaThatIsClaimed(t *testing.T) {
	wrong := strings.Replace(base, "<constraints/>", "<constraints/><nonsense/>", 1)
	for _, c := range []struct {
		text, with string
		valid      bool
		says       string
	}{
		{base, "pacemaker-3.2", true, ""},
		{wrong, "pacemaker-3.2", false, "<nonsense>"},
		{wrong, "none", true, ""},
		{base, "pacemaker-9999.0", false, "names no schema"},
		{base, " pacemaker-3.2", false, "names no schema"},
	} {
		d := parse(t, strings.Replace(c.text, "pacemaker-3.2", c.with, 1))
		found := Validate(d)
		if d.Valid() != c.valid || (len(found) == 0) != c.valid || !c.valid && !strings.Contains(found[0].String(), c.says) {
			t.Errorf("%s: valid: %v, %v", c.with, d.Valid(), found)
		}
	}
	d := parse(t, strings.Replace(base, `validate-with="pacemaker-3.2"`, "", 1))
	if found := Validate(d); len(found) != 1 || !strings.Contains(found[0].Text, "is missing") {
		t.Errorf("without validate-with: %v", found)
	}
}

// Of a document that is not valid already only new faults are refused, so that it can be repaired.
func TestCheckRefusesOnlyNewFaults(t *testing.T) {
	good := parse(t, base)
	bad := parse(t, strings.Replace(base, "<constraints/>", `<constraints><rsc_location id="l" rsc="nope" node="a" score="1"/></constraints>`, 1))
	for _, c := range []struct {
		doc  *Document
		op   Op
		data string
		want string
	}{
		{bad, Op{Kind: OpCreate, Section: "constraints"}, `<rsc_location id="k" rsc="p" node="a" score="1"/>`, ""},
		{bad, Op{Kind: OpCreate, Section: "constraints"}, `<rsc_location id="k" rsc="q" node="a" score="1"/>`, `<rsc_location id="k">: attribute "rsc" names "q"`},
		{bad, Op{Kind: OpCreate, Section: "resources"}, `<primitive id="l" class="lsb" type="x"/>`, "used already"},
		{good, Op{Kind: OpModify}, `<cib validate-with="pacemaker-9999.0"/>`, "names no schema"},
		{good, Op{Kind: OpModify, Section: "resources", AllowCreate: true}, `<primitive id="z" class="ocf"/>`, `attribute "provider" is missing`},
		{good, Op{Kind: OpDelete, XPath: "//constraints"}, ``, "<constraints> is missing"},
		{good, Op{Kind: OpModify, Section: "resources", AllowCreate: true}, `<primitive id="z" class="lsb" type="x"/>`, ""},
		{good, Op{Kind: OpCreate, Section: "status"}, `<anything goes="here"/>`, ""},
	} {
		c.op.Data = node(t, c.data)
		_, _, err := Apply(c.doc, []Op{c.op}, ApplyOptions{Check: true})
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want …%s…", c.data, err, c.want)
		}
	}
}

func TestUpgradeRaisesTheDocumentAndItsVersion(t *testing.T) {
	text := strings.NewReplacer("pacemaker-3.2", "pacemaker-2.0", "stonith-enabled", "stonith_enabled").Replace(base)
	next, _, err := Apply(parse(t, text), []Op{{Kind: OpUpgrade, Force: true}}, ApplyOptions{Check: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := next.Root().Get("validate-with"); got != Schema || next.Version().AdminEpoch != 1 || !next.Valid() {
		t.Errorf("validate-with is %s, version %s, valid: %v", got, next.Version(), next.Valid())
	}
	if got := next.Configuration().First("crm_config").First("cluster_property_set").First("nvpair").Get("name"); got != "stonith-enabled" {
		t.Errorf("the option is called %s", got)
	}
	again, _, err := Apply(next, []Op{{Kind: OpUpgrade, Force: true}}, ApplyOptions{Check: true})
	if err != nil || again != next {
		t.Errorf("a document of the newest schema is changed (%v)", err)
	}
}

func TestDoubts(t *testing.T) {
	text := strings.NewReplacer("stonith-enabled", "fencing-enabled", "pacemaker-3.2", "pacemaker-4.0").Replace(base)
	for _, c := range []struct {
		from, to string
		grave    bool
		says     string
	}{
		{"x", "x", false, ""},
		{"fencing-enabled", "stonith-enabled", false, "is called fencing-enabled today"},
		{`name="fencing-enabled" value="false"`, `name="no-quorum-policy" value="maybe"`, true, `no-quorum-policy="maybe" is not valid`},
		{`<constraints/>`, `<constraints><rsc_location id="l" rsc="p"><rule id="r"><expression id="e" attribute="a" operation="eq" value="1"/></rule></rsc_location></constraints>`, true, "neither score nor score-attribute"},
		{`</crm_config>`, `<cluster_property_set id="s"><rule id="r"><expression id="e" attribute="a" operation="eq"/></rule></cluster_property_set></crm_config>`, true, "needs a value"},
		{`type="Dummy"/>`, `type="Dummy"><instance_attributes id="s"><rule id="r"><expression id="e" attribute="a" operation="eq"/></rule></instance_attributes></primitive>`, false, ""},
		{`type="Dummy"/>`, `type="Dummy"><operations><op id="x" name="monitor" interval="60"/><op id="y" name="monitor" interval="1min"/></operations></primitive>`, true, "the name and interval of the operation x"},
		{`<constraints/>`, `<constraints><rsc_order id="o" first="p" then="p" score="1"/></constraints>`, false, "use kind"},
	} {
		d := parse(t, strings.Replace(text, c.from, c.to, 1))
		if !d.Valid() {
			t.Errorf("%s: %v", c.to, Validate(d))
		}
		got := Doubts(d.Root())
		if c.says == "" {
			if len(got) != 0 {
				t.Errorf("%s: %v", c.to, got)
			}
		} else if len(got) != 1 || got[0].Grave != c.grave || !strings.Contains(got[0].Text, c.says) {
			t.Errorf("%s: %v", c.to, got)
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
		if found := Validate(d); d.Valid() != (len(found) == 0) {
			t.Errorf("valid: %v, problems: %v", d.Valid(), found)
		}
		again, err := Parse(d.Bytes())
		if err != nil || !again.Equal(d) {
			t.Errorf("written and read it is another document (%v):\n%s", err, d.Bytes())
		}
	})
}
