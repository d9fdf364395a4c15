package cib

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pacer/exitcode"
	"pacer/xmltree"
)

const base = `<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.2" epoch="5" num_updates="3" admin_epoch="0">
  <configuration>
    <crm_config><cluster_property_set id="cib-bootstrap-options"><nvpair id="o1" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
    <nodes><node id="1" uname="a"/><node id="2" uname="b"/></nodes>
    <resources><primitive id="p" class="ocf" provider="pacemaker" type="Dummy"/></resources>
    <constraints/>
  </configuration>
  <status/>
</cib>
`

func parse(t testing.TB, s string) *Document {
	t.Helper()
	d, err := Parse([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func node(t testing.TB, s string) *xmltree.Node {
	t.Helper()
	if s == "" {
		return nil
	}
	n, err := xmltree.Parse([]byte(s))
	if err != nil {
		t.Fatal(s, err)
	}
	return n
}

// TestOperations plays one list of changes; versions and codes are those that cibadmin of Pacemaker shows for the same.
func TestOperations(t *testing.T) {
	d := parse(t, base)
	for i, c := range []struct {
		op      Op
		data    string
		code    exitcode.Code
		version string
		path    string // XPath that must match once afterwards, or not at all with a leading "!"
	}{
		{Op{Kind: OpCreate, Section: "resources"}, `<primitive id="q" class="ocf" provider="pacemaker" type="Dummy"/>`, 0, "0.6.0", "//primitive[@id='q']"},
		{Op{Kind: OpCreate, Section: "resources"}, `<primitive id="q" class="ocf"/>`, exitcode.Exists, "0.6.0", ""},
		{Op{Kind: OpModify, Section: "resources"}, `<primitive id="q" provider="heartbeat"/>`, 0, "0.7.0", "//primitive[@id='q' and @provider='heartbeat' and @type='Dummy']"},
		{Op{Kind: OpModify, Section: "resources"}, `<primitive id="z"/>`, exitcode.NoSuch, "0.7.0", ""},
		{Op{Kind: OpCreate, Section: "status"}, `<node_state id="1" uname="a"/>`, 0, "0.7.1", "/cib/status/node_state"},
		{Op{Kind: OpModify, Section: "resources", AllowCreate: true}, `<primitive id="z" class="ocf"/>`, 0, "0.8.0", "//resources/primitive[@id='z']"},
		{Op{Kind: OpDelete, Section: "resources"}, `<primitive id="z"/>`, 0, "0.9.0", "!//primitive[@id='z']"},
		{Op{Kind: OpDelete, Section: "resources"}, `<primitive id="nope"/>`, 0, "0.9.0", ""},
		{Op{Kind: OpDelete}, `<primitive id="q" class="lsb"/>`, 0, "0.9.0", "//primitive[@id='q']"},
		{Op{Kind: OpDelete, XPath: "//primitive[@id='q']"}, "", 0, "0.10.0", "!//primitive[@id='q']"},
		{Op{Kind: OpDelete, XPath: "//primitive[@id='q']"}, "", 0, "0.10.0", ""},
		{Op{Kind: OpModify, Section: "nodes"}, `<node id="1" uname="a"/>`, 0, "0.10.0", ""},
		{Op{Kind: OpReplace, Section: "nodes"}, `<nodes><node id="1" uname="a"/></nodes>`, 0, "0.11.0", "!//node[@id='2']"},
		{Op{Kind: OpReplace}, `<node id="1" uname="new"/>`, 0, "0.12.0", "//nodes/node[@uname='new']"},
		{Op{Kind: OpReplace}, `<node id="7" uname="new"/>`, exitcode.NoSuch, "0.12.0", ""},
		{Op{Kind: OpModify}, `<node id="1"><instance_attributes id="i"><nvpair id="n" name="x" value="1"/></instance_attributes></node>`, 0, "0.13.0", "//node[@uname='new']//nvpair[@value='1']"},
		{Op{Kind: OpModify, ScoreMode: true}, `<nvpair id="n" value="value++"/>`, 0, "0.14.0", "//nvpair[@id='n' and @value='2']"},
		{Op{Kind: OpModify, ScoreMode: true}, `<nvpair id="n" value="value+=5"/>`, 0, "0.15.0", "//nvpair[@id='n' and @value='7']"},
		{Op{Kind: OpModify, ScoreMode: true}, `<nvpair id="n" value="value+=INFINITY"/>`, 0, "0.16.0", "//nvpair[@id='n' and @value='INFINITY']"},
		{Op{Kind: OpModify}, `<nvpair id="n" value="value++"/>`, 0, "0.17.0", "//nvpair[@id='n' and @value='value++']"},
		{Op{Kind: OpBump}, "", 0, "0.18.1", ""},
		{Op{Kind: OpModify}, `<cib admin_epoch="1"/>`, 0, "1.18.2", ""},
		{Op{Kind: OpModify, ScoreMode: true}, `<cib admin_epoch="admin_epoch++"/>`, 0, "2.18.3", ""},
		{Op{Kind: OpModify}, `<cib epoch="1"/>`, exitcode.Old, "2.18.3", ""},
		{Op{Kind: OpReplace}, base, exitcode.Old, "2.18.3", ""},
		{Op{Kind: OpReplace}, strings.Replace(base, `admin_epoch="0"`, `admin_epoch="3"`, 1), 0, "3.6.0", "//node[@id='2']"},
		{Op{Kind: OpReplace, Section: "status"}, `<status><node_state id="2"/></status>`, 0, "3.6.1", "//node_state"},
		{Op{Kind: OpReplace, Section: "rsc_defaults"}, `<rsc_defaults/>`, exitcode.NoSuch, "3.6.1", ""},
		{Op{Kind: OpReplace, Section: "rsc_defaults", AllowCreate: true}, `<rsc_defaults/>`, 0, "3.7.0", "//configuration/rsc_defaults"},
		{Op{Kind: OpCreate, Section: "op_defaults"}, `<meta_attributes id="od"/>`, 0, "3.8.0", "//op_defaults/meta_attributes"},
		{Op{Kind: OpCreate, Section: "tags"}, `<tags><tag id="t"/></tags>`, 0, "3.9.0", "/cib/configuration/tags/tag"},
		{Op{Kind: OpCreate}, `<cib><configuration><resources><primitive id="w"/></resources></configuration></cib>`, 0, "3.10.0", "//primitive[@id='w']"},
		{Op{Kind: OpCreate}, `<primitive id="w3"/>`, exitcode.NoSuch, "3.10.0", ""},
		{Op{Kind: OpCreate, XPath: "//resources"}, `<primitive id="w4"/>`, 0, "3.11.0", "//resources/primitive[@id='w4']"},
		{Op{Kind: OpCreate, XPath: "//resources"}, `<primitive id="w4"/>`, exitcode.Exists, "3.11.0", ""},
		{Op{Kind: OpReplace, XPath: "//primitive[@id='w']"}, `<primitive id="v"/>`, 0, "3.12.0", "//primitive[@id='v']/following-sibling::primitive[@id='w4']"},
		{Op{Kind: OpReplace, XPath: "//nope"}, `<primitive id="w"/>`, exitcode.NoSuch, "3.12.0", ""},
		{Op{Kind: OpDeleteAll, XPath: "//node | //node_state"}, ``, 0, "3.13.0", "!//node | //node_state"},
		{Op{Kind: OpDeleteAll}, `<primitive/>`, 0, "3.14.0", "!//primitive"},
		{Op{Kind: OpDelete, XPath: "/cib/configuration"}, ``, exitcode.Unsafe, "3.14.0", ""},
		{Op{Kind: OpDelete, Section: "resources"}, ``, exitcode.DataErr, "3.14.0", ""},
		{Op{Kind: OpDelete, XPath: "//["}, ``, exitcode.Usage, "3.14.0", ""},
		{Op{Kind: OpCreate, Section: "nonsense"}, `<a/>`, exitcode.Usage, "3.14.0", ""},
		{Op{Kind: "dance"}, `<a/>`, exitcode.Usage, "3.14.0", ""},
		{Op{Kind: OpModify}, `<cib crm_feature_set="99.0"/>`, exitcode.Protocol, "3.14.0", ""},
		{Op{Kind: OpUpgrade}, ``, exitcode.Config, "3.14.0", "/cib[@validate-with='pacemaker-3.2']"}, // It is not valid any more.
		{Op{Kind: OpErase}, ``, exitcode.Unsafe, "3.14.0", ""},
		{Op{Kind: OpErase, Force: true}, ``, 0, "4.15.0", "/cib[configuration/resources and not(configuration/tags) and status]"},
	} {
		c.op.Data = node(t, c.data)
		before := d.Root().String()
		next, _, err := Apply(d, []Op{c.op}, ApplyOptions{})
		if got := exitcode.Of(err); got != c.code {
			t.Fatalf("%d %s %s: code %d, want %d (%v)", i, c.op.Kind, c.data, got, c.code, err)
		}
		if d.Root().String() != before {
			t.Fatalf("%d %s %s: the old document changed", i, c.op.Kind, c.data)
		}
		if err == nil {
			d = next
		}
		if got := d.Version().String(); got != c.version {
			t.Fatalf("%d %s %s: version %s, want %s", i, c.op.Kind, c.data, got, c.version)
		}
		if c.path != "" {
			xpath, absent := strings.CutPrefix(c.path, "!")
			m, err := xmltree.Select(d.Root(), xpath)
			if err != nil || (len(m) == 1) == absent || (len(m) > 0) == absent {
				t.Fatalf("%d %s %s: %s matches %d times in\n%s", i, c.op.Kind, c.data, xpath, len(m), d.Bytes())
			}
		}
	}
}

// TestReplacingIsAChange: also with what is there already, as it always was.
func TestReplacingIsAChange(t *testing.T) {
	for op, want := range map[string]string{"<constraints/>": "0.6.0", "<status/>": "0.5.4", base: "0.5.4"} {
		next, _, err := Apply(parse(t, base), []Op{{Kind: OpReplace, Data: node(t, op)}}, ApplyOptions{})
		if err != nil || next.Version().String() != want {
			t.Errorf("%.20s: %v %v, not %s", op, next.Version(), err, want)
		}
	}
}

// TestTheSectionOfAWholeConfigurationIsMeant where a section is given.
func TestTheSectionOfAWholeConfigurationIsMeant(t *testing.T) {
	data := `<cib epoch="1"><configuration><nodes><node id="9" uname="z"/></nodes></configuration></cib>`
	next, _, err := Apply(parse(t, base), []Op{{Kind: OpReplace, Section: "nodes", Data: node(t, data)}}, ApplyOptions{})
	if err != nil || len(next.Section("nodes").Children) != 1 || next.Section("resources").First("primitive") == nil {
		t.Errorf("%v %v", next, err)
	}
	if _, _, err := Apply(parse(t, base), []Op{{Kind: OpReplace, Section: "tags", Data: node(t, data)}}, ApplyOptions{}); AsError(err).Code != exitcode.Software {
		t.Errorf("a section that is not in it: %v", err)
	}
}

func TestApplyIsAllOrNothing(t *testing.T) {
	d := parse(t, base)
	ops := []Op{
		{Kind: OpCreate, Section: "resources", Data: node(t, `<primitive id="x"/>`)},
		{Kind: OpQuery, XPath: "//primitive"},
		{Kind: OpDelete, Data: node(t, `<primitive id="x"/>`)},
		{Kind: OpCreate, Section: "status", Data: node(t, `<node_state id="1"/>`)},
	}
	now := time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
	next, answer, err := Apply(d, ops, ApplyOptions{Now: now, Origin: "a", Client: "c", User: "u"})
	if err != nil || next.Version() != (Version{0, 5, 4}) || next.Configuration().String() != d.Configuration().String() {
		t.Fatal(next, err)
	}
	if got := answer.String(); !strings.HasPrefix(got, "<xpath-query>") || !strings.Contains(got, `"x"`) {
		t.Fatal(got)
	}
	if next.Root().Get("cib-last-written") != "" {
		t.Error("a change of the status is noted as one of the configuration")
	}
	next, _, err = Apply(d, ops[:1], ApplyOptions{Now: now, Origin: "a", Client: "c", User: "u"})
	if err != nil || next.Root().Get("cib-last-written") != "Fri Nov 20 08:00:00 2026" || next.Root().Get("update-origin") != "a" ||
		next.Root().Get("update-client") != "c" || next.Root().Get("update-user") != "u" {
		t.Fatal(next.Root(), err)
	}
	next, _, err = Apply(d, append(ops, Op{Kind: OpModify, Data: node(t, `<nothing/>`)}), ApplyOptions{})
	if next != nil || exitcode.Of(err) != exitcode.NoSuch || !strings.Contains(err.Error(), "operation 5 of 5 (modify)") {
		t.Fatal(next, err)
	}
}

func TestQuery(t *testing.T) {
	d := parse(t, base)
	for _, c := range []struct {
		op   Op
		want string
	}{
		{Op{Kind: OpQuery, Section: "nodes"}, `<nodes><node id="1" uname="a"/><node id="2" uname="b"/></nodes>`},
		{Op{Kind: OpQuery, Section: "configuration", NoChildren: true}, `<configuration/>`},
		{Op{Kind: OpQuery, XPath: "//node/@id"}, `<xpath-query><node id="1" uname="a"/><node id="2" uname="b"/></xpath-query>`},
		{Op{Kind: OpQuery, XPath: "//nvpair", Paths: true}, `<xpath-query-path id="/cib/configuration/crm_config/cluster_property_set[@id='cib-bootstrap-options']/nvpair[@id='o1']"/>`},
		{Op{Kind: OpQuery, XPath: "//nothing"}, "105"},
		{Op{Kind: OpQuery, Section: "acls"}, "105"},
	} {
		next, n, err := Apply(d, []Op{c.op}, ApplyOptions{})
		if err != nil {
			n = xmltree.New(exitcodeString(err))
		} else if next != d {
			t.Errorf("%+v changed the document", c.op)
		}
		if got := strings.Trim(n.String(), "</>"); got != strings.Trim(c.want, "</>") {
			t.Errorf("%+v: got %s, want %s", c.op, n, c.want)
		}
	}
}

func exitcodeString(err error) string { b, _ := json.Marshal(exitcode.Of(err)); return string(b) }

func TestOpTravelsAsJSON(t *testing.T) {
	in := []Op{{Kind: OpModify, Section: "nodes", XPath: "//x", Data: node(t, `<a b="&lt;&quot;é"><c/></a>`), AllowCreate: true, ScoreMode: true}, {Kind: OpErase, Force: true}}
	p, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	var out []Op
	if err := json.Unmarshal(p, &out); err != nil {
		t.Fatal(err)
	}
	again, _ := json.Marshal(out)
	if string(again) != string(p) || out[0].Data.String() != in[0].Data.String() {
		t.Fatal(string(p), string(again))
	}
	if err := json.Unmarshal([]byte(`{"kind":"modify","data":"<a>"}`), &out[0]); err == nil {
		t.Error("broken data is accepted")
	}
}

func TestParseRefuses(t *testing.T) {
	for in, want := range map[string]string{
		"<cib>\n<": "line 2",
		"<a/>":     "must be <cib>",
		"<cib>\n<configuration><![CDATA[x]]></configuration></cib>": "line 2: text inside <configuration>",
		"<cib><status/>\n<status/></cib>":                           "line 2: <status> is given twice",
		"<cib>\n<configuration a='1' a='2'/></cib>":                 "given twice",
		"<cib><configuration></configuration>\n<status></cib>":      "line 2",
		"\x00\x00\x00\x00": "Start tag expected",
		"":                 "no element",
		"<cib><configuration/><status/></cib>" + "<cib/>":    "after the end",
		"<cib><configuration/><status>&nbsp;</status></cib>": "&nbsp;",
	} {
		if _, err := Parse([]byte(in)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want …%s…", in, err, want)
		}
	}
}
