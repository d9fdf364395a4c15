package cib_test

import (
	"strings"
	"testing"

	"pacer/cib"
	"pacer/xmltree"
)

const oldSyntax = `<cib validate-with="pacemaker-1.2" epoch="5" num_updates="3" admin_epoch="1" have-quorum="1"><configuration>
<crm_config><cluster_property_set id="o"><nvpair id="o1" name="is-managed-default" value="false"/></cluster_property_set></crm_config>
<nodes><node id="1" uname="n1" type="normal"/></nodes>
<resources><primitive id="d" class="ocf" provider="pacemaker" type="Dummy"/></resources><constraints/></configuration>
<status><node_state id="1" uname="n1" in_ccm="1" crmd="1" join="member" expected="member"/></status></cib>`

func parse(t *testing.T, text string) *cib.Document {
	t.Helper()
	d, err := cib.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestRaise(t *testing.T) {
	d := parse(t, oldSyntax)
	before := d.Root().String()
	var r cib.Raiser
	up, err := r.Raise(d)
	if err != nil {
		t.Fatal(err)
	}
	if d.Root().String() != before {
		t.Error("the document itself was changed")
	}
	if up.Root().Get("validate-with") != cib.Schema || up.Version() != d.Version() || up.Status() != d.Status() {
		t.Errorf("raised: %s", up.Bytes())
	}
	if got := up.Configuration().Path("rsc_defaults", "meta_attributes").First("nvpair").Get("name"); got != "is-managed" {
		t.Errorf("the default is called %q in\n%s", got, up.Bytes())
	}

	// Another status costs nothing, another configuration is raised anew.
	next, _, err := cib.Apply(d, []cib.Op{{Kind: cib.OpModify, Section: "status", AllowCreate: true,
		Data: xmltree.New("status").Add(xmltree.New("node_state", "id", "1", "crmd", "0"))}}, cib.ApplyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	again, err := r.Raise(next)
	if err != nil || again.Configuration() != up.Configuration() || again.Status() != next.Status() {
		t.Errorf("after a change of the status: %v\n%s", err, again.Bytes())
	}
	other, _, err := cib.Apply(next, []cib.Op{{Kind: cib.OpDelete, Section: "resources", Data: xmltree.New("primitive", "id", "d")}}, cib.ApplyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if again, err = r.Raise(other); err != nil || again.Section("resources").First("primitive") != nil {
		t.Errorf("after a change of the configuration: %v\n%s", err, again.Bytes())
	}
}

func TestNothingToRaise(t *testing.T) {
	for _, with := range []string{cib.Schema, "none"} {
		d := parse(t, strings.Replace(oldSyntax, "pacemaker-1.2", with, 1))
		if up, err := d.Raised(); err != nil || up != d {
			t.Errorf("%s: %v", with, err)
		}
	}
}

func TestCannotBeRaised(t *testing.T) {
	for name, c := range map[string][3]string{
		"unknown":  {`"pacemaker-1.2"`, `"pacemaker-9.9"`, `"pacemaker-9.9", which names no schema`},
		"missing":  {`validate-with="pacemaker-1.2"`, ``, `"validate-with" is missing`},
		"invalid":  {`type="Dummy"`, `kind="Dummy"`, "valid by no schema"},
		"dangling": {`<constraints/>`, `<constraints><rsc_location id="l" rsc="gone" node="n1" score="1"/></constraints>`, "valid by no schema"},
	} {
		d := parse(t, strings.Replace(oldSyntax, c[0], c[1], 1))
		var r cib.Raiser
		for range 2 { // What is remembered is the failure too.
			if _, err := r.Raise(d); err == nil || !strings.Contains(err.Error(), c[2]) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
