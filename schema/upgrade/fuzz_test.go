package upgrade

import (
	"fmt"
	"slices"
	"testing"

	"pacer/schema"
	"pacer/xmltree"
)

// FuzzTo upgrades anything. What comes out is valid by the schema that it names, and what went in is as it was.
func FuzzTo(f *testing.F) {
	frame := func(with, sections string) []byte {
		return []byte(`<cib validate-with="pacemaker-` + with + `" admin_epoch="0" epoch="0" num_updates="0"><configuration>` + sections +
			`</configuration></cib>`)
	}
	f.Add(frame("1.3", `<crm_config/><nodes/><resources/><constraints/><acls><acl_user id="u"><read id="r" tag="cib" attribute="a"/></acl_user></acls>`))
	f.Add(frame("2.10", `<crm_config><cluster_property_set id="o"><nvpair id="a" name="default_action_timeout" value="1"/></cluster_property_set></crm_config>`+
		`<nodes/><resources><primitive id="p" class="lsb" type="x"><meta_attributes id="m"><nvpair id="i" name="isolation" value="1"/></meta_attributes>`+
		`<operations><op id="s" name="start" interval="0" requires="quorum"><instance_attributes id="n"><nvpair id="t" name="timeout" value="1"/>`+
		`</instance_attributes></op></operations></primitive><primitive id="q" class="lsb" type="x"><meta_attributes id-ref="m"/></primitive></resources><constraints/>`))
	f.Add(frame("3.10", `<crm_config/><nodes><node id="1" uname="a" type="ping"/></nodes><resources><master id="m"><primitive id="p" class="upstart" type="x"/></master>`+
		`<primitive id="q" class="lsb" type="x"/></resources><constraints><rsc_location id="l" rsc="q"><rule id="r" score="1"><expression id="e" `+
		`attribute="a" operation="defined"/></rule><rule id-ref="r"/><lifetime><rule id-ref="r"/></lifetime></rsc_location></constraints>`))
	f.Fuzz(func(t *testing.T, text []byte) {
		root, err := xmltree.Parse(text)
		if err != nil {
			return
		}
		before := lines(root)
		for from := schema.Version(0); from <= schema.Latest; from += 6 {
			got, err := To(root, from, schema.Latest)
			if err == nil && (got.Version < from || got.Root.Get("validate-with") != got.Version.String() || !schema.Valid(got.Root, got.Version)) {
				t.Fatalf("from %s to %s: the result is not valid: %v", from, got.Version, schema.Problems(got.Root, got.Version))
			}
		}
		if !slices.Equal(lines(root), before) {
			t.Fatal("the document was changed")
		}
	})
}

// A few references to references would be copied more often than there is memory for.
func TestReferencesAreNotCopiedWithoutLimit(t *testing.T) {
	rules := `<rule id="r0" score="1"><expression id="e" attribute="a" operation="defined"/></rule>`
	for i := range 40 {
		rules += fmt.Sprintf(`<rule id="r%d" score="1"><rule id-ref="r%d"/><rule id-ref="r%d"/></rule>`, i+1, i, i)
	}
	root, err := xmltree.ParseString(`<cib validate-with="pacemaker-3.10" admin_epoch="0" epoch="0" num_updates="0"><configuration><crm_config/><nodes/>` +
		`<resources><primitive id="p" class="lsb" type="x"/></resources><constraints><rsc_location id="l" rsc="p">` + rules +
		`</rsc_location></constraints></configuration></cib>`)
	if err != nil {
		t.Fatal(err)
	}
	if !schema.Valid(root, 24) {
		t.Fatal(schema.Problems(root, 24))
	}
	if _, err := To(root, 24, schema.Latest); err == nil {
		t.Error("it was upgraded")
	}
}
