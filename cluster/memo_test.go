package cluster_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"pacer/cluster"
	"pacer/internal/randomcib"
	"pacer/internal/recorded"
	"pacer/xmltree"
)

// TestMemoChangesNothing edits documents step by step, lets time pass, and reads each version with what the reading of the
// one before left, and without.
func TestMemoChangesNothing(t *testing.T) {
	seeds := uint64(30)
	if testing.Short() {
		seeds = 10
	}
	for seed := range seeds {
		editAndCompare(t, fmt.Sprintf("seed %d", seed), randomcib.New(seed, randomcib.Options{}), seed, 6)
	}
}

// TestMemoChangesNothingInCases does the same with the recorded cases.
func TestMemoChangesNothingInCases(t *testing.T) {
	files := recorded.Glob(t, "*.xml", "scheduler", "xml")
	for i, f := range files {
		if i%4 != 0 || testing.Short() && i%16 != 0 {
			continue
		}
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if root, err := xmltree.Parse(data); err == nil && len(data) < 200_000 {
			editAndCompare(t, filepath.Base(f), root, uint64(i), 2)
		}
	}
}

func editAndCompare(t *testing.T, name string, root *xmltree.Node, seed uint64, steps int) {
	t.Helper()
	rnd := rand.New(rand.NewPCG(seed, 1))
	now := time.Unix(1_700_000_000, 0).UTC()
	memo := &cluster.Memo{}
	for step := range steps {
		plain, err1 := cluster.Unpack(root, now)
		again, err2 := memo.Unpack(root, now)
		if err1 != nil || err2 != nil {
			if fmt.Sprint(err1) != fmt.Sprint(err2) {
				t.Fatalf("%s, step %d: %v without, %v with a memo", name, step, err1, err2)
			}
			return
		}
		want, got := describe(plain), describe(again)
		if d := firstDifference(want, got); d != "" {
			t.Fatalf("%s, step %d: %s", name, step, d)
		}
		memo = again.Memo()
		switch rnd.IntN(4) {
		case 0:
			now = now.Add(time.Duration(rnd.IntN(3000)) * time.Second)
		case 1: // the same document at the same time
			continue
		}
		for range 1 + rnd.IntN(3) {
			root = randomcib.Edit(root, rnd)
		}
	}
}

// describe writes down all that a cluster.State says to others, resources and nodes by their names, and what it answers.
func describe(s *cluster.State) []string {
	var lines []string
	write := func(path string, v any) { lines = append(lines, fmt.Sprintf("%s = %v", path, v)) }
	var value func(path string, v reflect.Value)
	value = func(path string, v reflect.Value) {
		switch x := v.Interface().(type) {
		case *cluster.Resource:
			if x != nil {
				write(path, fmt.Sprint(x.ID, x.Name))
			}
			return
		case *cluster.Node:
			if x != nil {
				write(path, fmt.Sprint(x.ID, x.Name))
			}
			return
		case *xmltree.Node:
			if x != nil {
				write(path, fmt.Sprint(x.Name, x.Attrs, len(x.Children)))
			}
			return
		case time.Time:
			write(path, x)
			return
		}
		switch v.Kind() {
		case reflect.Pointer:
			if !v.IsNil() {
				value(path, v.Elem())
			}
		case reflect.Struct:
			for i := range v.NumField() {
				if f := v.Type().Field(i); f.IsExported() && f.Name != "CIB" {
					value(path+"."+f.Name, v.Field(i))
				}
			}
		case reflect.Slice, reflect.Array:
			for i := range v.Len() {
				value(fmt.Sprintf("%s[%d]", path, i), v.Index(i))
			}
		default: // Maps are printed by their keys in order.
			write(path, v)
		}
	}
	value("state", reflect.ValueOf(*s))
	for _, n := range s.Nodes {
		value("node "+n.Name, reflect.ValueOf(*n))
		write("health "+n.Name, s.Health(n))
	}
	for _, r := range s.Resources {
		value("resource "+r.Name, reflect.ValueOf(*r))
		for _, n := range s.Nodes {
			count, last := s.EffectiveFailCount(r, n)
			write("failures "+r.Name+" "+n.Name, fmt.Sprint(count, last, s.ExpiringFailCount(r, n)))
		}
	}
	for _, n := range s.Nodes {
		list := s.Histories(n)
		for i := range list {
			h := &list[i]
			write("active "+h.ID, fmt.Sprint(len(h.Active()), h.Empty()))
			r := s.ResourceByName(h.ID)
			for _, e := range h.Entries() {
				value("entry "+n.Name, reflect.ValueOf(*e))
				if r == nil || r.Kind != cluster.Primitive {
					continue
				}
				for _, expired := range []bool{false, true, s.Expired(e)} {
					how, private := s.CompareDigests(r, n, e, func() cluster.Values { return s.Params(r, n) }, expired)
					write("change "+r.Name+" "+e.ID, fmt.Sprint(how, private))
				}
			}
		}
	}
	write("recheck", s.RecheckBy) // the questions may have brought it forward
	write("messages", s.Messages)
	return lines
}

func firstDifference(want, got []string) string {
	for i := range min(len(want), len(got)) {
		if want[i] != got[i] {
			return fmt.Sprintf("without a memo %s\nwith one %s", want[i], got[i])
		}
	}
	if len(want) != len(got) {
		return fmt.Sprintf("%d lines without a memo, %d with one", len(want), len(got))
	}
	return ""
}

const timely = `<cib execution-date="1"><configuration><crm_config><cluster_property_set id="o"><nvpair id="o1"
name="stonith-enabled" value="false"/></cluster_property_set></crm_config><nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
<resources><template id="t" class="ocf" provider="p" type="a"/><primitive id="a" template="t"><meta_attributes id="am"><nvpair id="am1"
name="failure-timeout" value="1min"/></meta_attributes><instance_attributes id="ai"><rule id="ar" score="1"><expression id="ae"
attribute="site" operation="eq" value="x"/></rule><nvpair id="ai1" name="where" value="x"/></instance_attributes><operations><op id="ao"
name="monitor" interval="10s"/></operations></primitive><primitive id="b" template="t"/></resources><constraints/><rsc_defaults>
<meta_attributes id="d"><rule id="dr" score="1"><date_expression id="de" operation="gt" start="2026-01-01 00:00:00Z"/></rule><nvpair id="d1"
name="target-role" value="Stopped"/></meta_attributes></rsc_defaults></configuration><status><node_state id="1" uname="n1" in_ccm="true"
crmd="online" join="member" expected="member"><transient_attributes id="1"><instance_attributes id="s1"><nvpair id="s11"
name="fail-count-a#monitor_10000" value="1"/><nvpair id="s12" name="last-failure-a#monitor_10000" value="1767225500"/><nvpair id="s13"
name="site" value="y"/></instance_attributes></transient_attributes><lrm id="1"><lrm_resources><lrm_resource id="a" class="ocf" provider="p"
type="a"><lrm_rsc_op id="a_last_failure_0" operation_key="a_monitor_10000" operation="monitor" interval="10000" call-id="3" rc-code="1"
op-status="4" transition-key="1:1:0:u" transition-magic="4:1;1:1:0:u" last-rc-change="1767225500"/><lrm_rsc_op id="a_last_0"
operation_key="a_start_0" operation="start" interval="0" call-id="2" rc-code="0" op-status="0" transition-key="1:1:0:u"
transition-magic="0:0;1:1:0:u" last-rc-change="1767225400" op-digest="f2317cad3d54cec5d7d7aa7d0bf35cf8"/></lrm_resource><lrm_resource id="gone" template="t" class="ocf" provider="p" type="a">
<lrm_rsc_op id="gone_last_0" operation_key="gone_start_0" operation="start" interval="0" call-id="2" rc-code="0" op-status="0"
transition-key="1:1:0:u" transition-magic="0:0;1:1:0:u" last-rc-change="1767225400"/></lrm_resource></lrm_resources></lrm></node_state></status></cib>`

// TestMemoAndTime: the same document says something else when its rules ask for the time, or failures expire.
func TestMemoAndTime(t *testing.T) {
	root, err := xmltree.Parse([]byte(timely))
	if err != nil {
		t.Fatal(err)
	}
	memo := &cluster.Memo{}
	read := func(at int64) *cluster.State {
		t.Helper()
		plain, err1 := cluster.Unpack(root, time.Unix(at, 0).UTC())
		s, err2 := memo.Unpack(root, time.Unix(at, 0).UTC())
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		if d := firstDifference(describe(plain), describe(s)); d != "" {
			t.Fatalf("at %d: %s", at, d)
		}
		memo = s.Memo()
		return s
	}
	const year = 1767225600 // 2026-01-01
	s := read(year - 50)
	if a := s.ResourceByName("a"); a.Next == cluster.Stopped || !a.Failed {
		t.Errorf("before the year the target is %v, failed %v", a.Next, a.Failed)
	}
	if !s.RecheckBy.After(s.Now) {
		t.Error("nobody would look again")
	}
	if tag := s.Templates[0]; len(tag.Refs) != 3 {
		t.Errorf("the template is used by %v", tag.Refs)
	}
	if a := read(year - 30).ResourceByName("a"); a.Failed {
		t.Error("the failure does not expire")
	}
	if a := read(year + 30).ResourceByName("a"); a.Next != cluster.Stopped {
		t.Error("the default does not come into force")
	}
	if a := read(year - 30).ResourceByName("a"); a.Next == cluster.Stopped {
		t.Error("what was in force stays so although time went back")
	}
	state := root.First("status").First("node_state")
	list := state.Path("lrm", "lrm_resources")
	e := xmltree.Edit(root)
	e.Remove(xmltree.Path{root, root.First("status"), state, state.First("lrm"), list, list.ByID("lrm_resource", "gone")})
	root = e.Done()
	if tag := read(year - 30).Templates[0]; len(tag.Refs) != 2 {
		t.Errorf("the template is still used by %v", tag.Refs)
	}
}

// TestMemoAndDigests: digests are computed again where they hang on more than the configuration.
func TestMemoAndDigests(t *testing.T) {
	const none = "f2317cad3d54cec5d7d7aa7d0bf35cf8" // of no parameters
	rule := func(id string) string {
		return `<instance_attributes id="` + id + `"><rule id="` + id + `r"><expression id="` + id + `e" attribute="site" operation="eq"
value="x"/></rule><nvpair id="` + id + `n" name="where" value="x"/></instance_attributes>`
	}
	var resources, entries string
	for _, r := range [][3]string{{"plain", "heartbeat"}, {"ruled", "heartbeat", rule("a")}, {"connection", "pacemaker"},
		{"op", "heartbeat", `<operations><op id="o" name="start" interval="0">` + rule("b") + `</op></operations>`},
		{"told", "heartbeat", `<operations><op id="p" name="monitor" interval="10s" on-fail="demote"/></operations>`}} {
		kind, task, interval := "Dummy", "start", "0"
		if r[0] == "connection" {
			kind = "remote"
		} else if r[0] == "told" {
			task, interval = "monitor", "10000"
		}
		agent := `id="` + r[0] + `" class="ocf" provider="` + r[1] + `" type="` + kind + `"`
		resources += `<primitive ` + agent + `>` + r[2] + `</primitive>`
		entries += `<lrm_resource ` + agent + `><lrm_rsc_op id="` + r[0] + `_last_0" operation="` + task + `" interval="` + interval +
			`" call-id="2" rc-code="0" op-status="0" op-digest="` + none + `"/></lrm_resource>`
	}
	root, err := xmltree.Parse([]byte(`<cib><configuration><nodes><node id="1" uname="n1"/></nodes><resources>` + resources +
		`</resources></configuration><status><node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member">
<transient_attributes id="1"><instance_attributes id="s"><nvpair id="t" name="site" value="y"/></instance_attributes></transient_attributes>
<lrm id="1"><lrm_resources>` + entries + `</lrm_resources></lrm></node_state></status></cib>`))
	if err != nil {
		t.Fatal(err)
	}
	memo := &cluster.Memo{}
	ask := func(expired bool, address string) (answers string, messages int) {
		t.Helper()
		s, err := memo.Unpack(root, time.Unix(1_700_000_000, 0))
		if err != nil {
			t.Fatal(err)
		}
		n := s.NodeByName("n1")
		for _, h := range s.Histories(n) {
			r := s.ResourceByName(h.ID)
			params := s.Params(r, n) // found out before, as the scheduler does
			if r.Connection && address != "" {
				params["addr"] = address
			}
			how, _ := s.CompareDigests(r, n, h.Entries()[0], func() cluster.Values { return params }, expired)
			answers += fmt.Sprint(" ", r.Name, how)
		}
		memo = s.Memo()
		return answers, len(s.Messages)
	}
	expect := func(what, want, got string) {
		t.Helper()
		if got != want {
			t.Errorf("%s:%s, want%s", what, got, want)
		}
	}
	first, told := ask(false, "")
	expect("at first", " plain0 ruled0 connection0 op0 told2", first)
	again, toldAgain := ask(false, "")
	expect("again", first, again)
	if told != toldAgain {
		t.Errorf("%d messages, then %d", told, toldAgain)
	}
	elsewhere, _ := ask(false, "elsewhere")
	expect("with another address", " plain0 ruled0 connection2 op0 told2", elsewhere)
	expired, _ := ask(true, "")
	expect("when forgotten", " plain3 ruled3 connection3 op3 told3", expired)

	ask(false, "") // so that there is something to recall
	state := root.First("status").First("node_state")
	block := state.Path("transient_attributes", "instance_attributes")
	e := xmltree.Edit(root)
	e.Set(xmltree.Path{root, root.First("status"), state, state.First("transient_attributes"), block, block.First("nvpair")}, "value", "x")
	root = e.Done()
	moved, _ := ask(false, "")
	expect("with another attribute", " plain0 ruled2 connection0 op3 told2", moved)
}
