package session

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"pacer/cib"
	"pacer/exitcode"
	"pacer/xmltree"
)

const start = `<cib validate-with="pacemaker-3.9" admin_epoch="0" epoch="5" num_updates="0"><configuration>
<crm_config><cluster_property_set id="cib-bootstrap-options"><nvpair id="f" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
<nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
<resources><!-- kept -->
<primitive id="a" class="ocf" provider="heartbeat" type="Dummy"/>
<primitive id="b" class="ocf" provider="heartbeat" type="Dummy"><operations><op id="bm" name="monitor" interval="10s"/></operations></primitive>
<group id="g"><primitive id="c" class="ocf" provider="heartbeat" type="Dummy"/><meta_attributes id="gm"><nvpair id="gp" name="priority" value="1"/></meta_attributes></group>
</resources><constraints/></configuration><status/></cib>`

// store is a cluster in memory.
type store struct {
	doc *cib.Document
	// before runs before each Apply: what others do in the meantime.
	before func(s *store)
	writes int
}

func (s *store) CIB(context.Context) (*cib.Document, error) { return s.doc, nil }

func (s *store) Apply(_ context.Context, ops ...cib.Op) (*xmltree.Node, error) {
	if s.before != nil {
		s.before(s)
	}
	s.writes++
	doc, out, err := cib.Apply(s.doc, ops, cib.ApplyOptions{Now: time.Unix(1e9, 0)})
	if err != nil {
		return nil, answered{err}
	}
	s.doc = doc
	return out, nil
}

// answered is an error as a node sends it: its code and words, not its type.
type answered struct{ err error }

func (a answered) Error() string           { return a.err.Error() }
func (a answered) ExitCode() exitcode.Code { return exitcode.Of(a.err) }

func begin(t *testing.T) (*Session, *store) {
	t.Helper()
	doc, err := cib.Parse([]byte(start))
	if err != nil {
		t.Fatal(err)
	}
	st := &store{doc: doc}
	s := New(st)
	if err := s.Refresh(context.Background()); err != nil {
		t.Fatal(err)
	}
	return s, st
}

func (s *store) must(t *testing.T, ops ...cib.Op) {
	t.Helper()
	doc, _, err := cib.Apply(s.doc, ops, cib.ApplyOptions{Now: time.Unix(1e9, 0)})
	if err != nil {
		t.Fatal(err)
	}
	s.doc = doc
}

func element(t *testing.T, text string) *xmltree.Node {
	t.Helper()
	n, err := xmltree.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestCommitMergesWithWhatOthersDid(t *testing.T) {
	ctx := context.Background()
	s, st := begin(t)
	if err := s.Load("update", "", "primitive new Dummy\nprimitive a Dummy params fake=1\n"); err != nil {
		t.Fatal(err)
	}
	if err := s.Delete([]string{"b"}, false); err != nil {
		t.Fatal(err)
	}
	// Somebody adds a resource and changes a property.
	st.must(t, cib.Op{Kind: cib.OpCreate, Section: "resources", Data: element(t, `<primitive id="theirs" class="lsb" type="cron"/>`)},
		cib.Op{Kind: cib.OpModify, Section: "crm_config", Data: element(t, `<nvpair id="f" name="stonith-enabled" value="true"/>`)})
	if err := s.Commit(ctx, false); err != nil {
		t.Fatal(err)
	}
	got := string(st.doc.Bytes())
	for _, want := range []string{`id="new"`, `id="theirs"`, `value="true"`, `name="fake"`, `<!-- kept -->`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing in\n%s", want, got)
		}
	}
	if strings.Contains(got, `id="b"`) {
		t.Error("the deleted resource is still there")
	}
	// What was not changed is as it was written: the children of the group before its attributes.
	if strings.Index(got, `id="c"`) > strings.Index(got, `id="gm"`) {
		t.Error("an element that nobody changed was rewritten")
	}
	if s.Changed() {
		t.Error("something is pending after the commit")
	}
}

func TestCommitRefusesToOverwriteOthers(t *testing.T) {
	ctx := context.Background()
	s, st := begin(t)
	if err := s.Set("b.monitor.interval", "20s"); err != nil {
		t.Fatal(err)
	}
	st.must(t, cib.Op{Kind: cib.OpModify, Section: "resources", Data: element(t, `<op id="bm" timeout="7s"/>`)})
	var conflict *ConflictError
	if err := s.Commit(ctx, false); !errors.As(err, &conflict) || len(conflict.Objects) != 1 || conflict.Objects[0] != "b" {
		t.Fatalf("got %v", err)
	}
	if !s.Changed() || strings.Contains(string(st.doc.Bytes()), "20s") {
		t.Error("a refused commit leaves everything as it was, and the changes pending")
	}
	if err := s.Commit(ctx, true); err != nil || !strings.Contains(string(st.doc.Bytes()), "20s") {
		t.Errorf("by force it is written: %v", err)
	}
	// The same change made by both is no conflict.
	if err := s.Set("b.monitor.interval", "30s"); err != nil {
		t.Fatal(err)
	}
	st.must(t, cib.Op{Kind: cib.OpModify, Section: "resources", Data: element(t, `<op id="bm" interval="30s"/>`)})
	if err := s.Commit(ctx, false); err != nil {
		t.Error(err)
	}
}

// TestPropertiesAreMergedOneByOne: the cluster writes its own properties into the set in which people write theirs.
func TestPropertiesAreMergedOneByOne(t *testing.T) {
	ctx := context.Background()
	s, st := begin(t)
	change := func(op cib.OpKind, text string) {
		t.Helper()
		st.must(t, cib.Op{Kind: op, XPath: "//cluster_property_set[@id='cib-bootstrap-options']", Data: element(t, text)})
	}
	if err := s.Load("update", "", "property no-quorum-policy=ignore\n"); err != nil {
		t.Fatal(err)
	}
	change(cib.OpCreate, `<nvpair id="v" name="dc-version" value="1"/>`)
	if err := s.Commit(ctx, false); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`name="dc-version"`, `name="no-quorum-policy"`, `name="stonith-enabled"`} {
		if got := string(st.doc.Bytes()); !strings.Contains(got, want) {
			t.Errorf("%s is missing in\n%s", want, got)
		}
	}
	if err := s.Load("update", "", "property dc-version=2\n"); err != nil {
		t.Fatal(err)
	}
	st.must(t, cib.Op{Kind: cib.OpModify, Section: "crm_config", Data: element(t, `<nvpair id="v" value="3"/>`)})
	var conflict *ConflictError
	if err := s.Commit(ctx, false); !errors.As(err, &conflict) || len(conflict.Objects) != 1 || conflict.Objects[0] != "cib-bootstrap-options" {
		t.Errorf("got %v", err)
	}
}

func TestCommitTriesAgainWhenSomebodyIsFaster(t *testing.T) {
	s, st := begin(t)
	s.SetProperty("batch-limit", "3")
	times := 0
	st.before = func(st *store) {
		if times++; times < 4 {
			st.must(t, cib.Op{Kind: cib.OpBump})
		}
	}
	if err := s.Commit(context.Background(), false); err != nil {
		t.Fatal(err)
	}
	if times != 4 || !strings.Contains(string(st.doc.Bytes()), "batch-limit") {
		t.Errorf("%d tries", times)
	}
	// Somebody who is always faster must not keep the shell for ever.
	s.SetProperty("batch-limit", "4")
	st.before = func(st *store) { st.must(t, cib.Op{Kind: cib.OpBump}) }
	if err := s.Commit(context.Background(), false); err == nil || !s.Changed() {
		t.Errorf("got %v", err)
	}
}

func TestOtherRefusalsAreNotRepeated(t *testing.T) {
	s, st := begin(t)
	s.SetProperty("x", "1")
	refuse := &refusing{store: st}
	s.store = refuse
	if err := s.Commit(context.Background(), false); err == nil || refuse.times != 1 {
		t.Errorf("%d tries, %v", refuse.times, err)
	}
}

type refusing struct {
	*store
	times int
}

func (r *refusing) Apply(context.Context, ...cib.Op) (*xmltree.Node, error) {
	r.times++
	return nil, &cib.Error{Code: exitcode.InsufficientPriv, Msg: "no"}
}

func TestCommitReplaceRefusesAfterAChange(t *testing.T) {
	s, st := begin(t)
	s.SetProperty("x", "1")
	st.must(t, cib.Op{Kind: cib.OpBump})
	if err := s.CommitReplace(context.Background()); err == nil || !strings.Contains(err.Error(), "changed in the meantime") {
		t.Errorf("got %v", err)
	}
}

func TestAFailingChangeLeavesNothing(t *testing.T) {
	s, _ := begin(t)
	was := s.Text(s.Objects(), false)
	for _, text := range []string{"primitive x Dummy\ngroup h x nosuch", "primitive x Dummy\nlocation l nosuch inf: n1",
		"primitive g Dummy", "clone k c", "primitive x Dummy\nbogus"} {
		if err := s.Load("update", "", text); err == nil {
			t.Errorf("%q is accepted", text)
		}
		if got := s.Text(s.Objects(), false); got != was {
			t.Errorf("%q left\n%s", text, got)
		}
	}
	if s.Changed() {
		t.Error("something is pending")
	}
}

func TestDeletingWhatOthersHangOn(t *testing.T) {
	s, _ := begin(t)
	load := `clone k g
location l1 k inf: n1
location l2 { a b c } inf: n1
order o a b c
colocation col inf: a b
tag t a b
primitive p @tm
rsc_template tm Dummy
`
	if err := s.Load("update", "", load); err != nil {
		t.Fatal(err)
	}
	if err := s.Delete([]string{"a", "g", "tm"}, false); err != nil {
		t.Fatal(err)
	}
	want := `node 1: n1
node 2: n2
primitive b Dummy \
	op monitor interval=10s
primitive c Dummy
tag t b
location l1 c inf: n1
location l2 { b c } inf: n1
order o b c
property cib-bootstrap-options: \
	stonith-enabled=false
`
	if got := s.Text(s.Objects(), false); got != want {
		t.Errorf("got\n%s", got)
	}
	if err := s.Delete([]string{"nosuch"}, false); err == nil {
		t.Error("deleting nothing is accepted")
	}
	if err := s.Delete([]string{"nosuch"}, true); err != nil {
		t.Error(err)
	}
}

func TestEdit(t *testing.T) {
	s, _ := begin(t)
	text := s.Text(s.Objects(), true)
	text = strings.Replace(text, "group g c", "group g b", 1)
	text = strings.Replace(text, "primitive a Dummy\n", "primitive z Dummy\n", 1)
	if err := s.Edit(append([]*Object(nil), s.Objects()...), text); err != nil {
		t.Fatal(err)
	}
	got := s.Text(s.Objects(), true)
	if !strings.Contains(got, "group g b ") || strings.Contains(got, "primitive a ") || !strings.Contains(got, "primitive z ") {
		t.Errorf("got\n%s", got)
	}
	// Objects outside the set are not touched by name.
	one, err := s.Select([]string{"z"})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Edit(one, "primitive z Dummy\nprimitive b Dummy"); err == nil || !strings.Contains(err.Error(), "already exist") {
		t.Errorf("got %v", err)
	}
}

func TestDifference(t *testing.T) {
	s, _ := begin(t)
	if d := s.Difference(); d != "" {
		t.Errorf("nothing was changed, but %q", d)
	}
	s.SetProperty("stonith-enabled", "true")
	if err := s.Rename("a", "x"); err != nil {
		t.Fatal(err)
	}
	want := "-primitive a Dummy\n-property cib-bootstrap-options: \\\n-\tstonith-enabled=false\n" +
		"+property cib-bootstrap-options: \\\n+\tstonith-enabled=true\n+primitive x Dummy\n"
	if d := s.Difference(); d != want {
		t.Errorf("got\n%s", d)
	}
}

func TestVerify(t *testing.T) {
	s, _ := begin(t)
	if err := s.Load("update", "", "primitive p @nosuch\nlocation l a inf: nowhere\nproperty bogus=1\nprimitive q Dummy meta bogus=1\n"+
		"primitive r Dummy params $id-ref=nothing"); err != nil {
		t.Fatal(err)
	}
	var texts []string
	fatal := 0
	for _, f := range s.Verify(false) {
		texts = append(texts, f.Text)
		if f.Fatal {
			fatal++
		}
	}
	all := strings.Join(texts, "\n")
	for _, want := range []string{"nosuch: no such resource template", "Reference not found: nothing", "node nowhere does not exist",
		"cib-bootstrap-options: unknown attribute 'bogus'", "q: unknown attribute 'bogus'"} {
		if !strings.Contains(all, want) {
			t.Errorf("%q is missing in\n%s", want, all)
		}
	}
	if fatal < 2 {
		t.Errorf("%d findings are fatal", fatal)
	}
}

func TestRunning(t *testing.T) {
	s, st := begin(t)
	st.must(t, cib.Op{Kind: cib.OpCreate, Section: "status", Data: element(t, `<node_state id="1" uname="n1"><lrm id="1"><lrm_resources>
<lrm_resource id="a"><lrm_rsc_op id="a_last_0" operation="start" call-id="5" rc-code="0" op-status="0"/></lrm_resource>
<lrm_resource id="b"><lrm_rsc_op id="b_last_0" operation="stop" call-id="7" rc-code="0" op-status="0"/>
<lrm_rsc_op id="b_monitor_10000" operation="monitor" call-id="6" rc-code="0" op-status="0"/></lrm_resource>
</lrm_resources></lrm></node_state>`)})
	if err := s.Refresh(context.Background()); err != nil {
		t.Fatal(err)
	}
	if r := s.Running("a"); len(r) != 1 || r[0] != "n1" {
		t.Errorf("a runs on %v", r)
	}
	if r := s.Running("b"); len(r) != 0 {
		t.Errorf("b runs on %v", r)
	}
}
