package main

import (
	"strings"
	"testing"

	"pacer/xmltree"
)

func parse(t *testing.T, text string) *xmltree.Node {
	t.Helper()
	n, err := xmltree.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// synapse is one synapse of a graph as text.
func synapse(id, key, node string, inputs ...string) string {
	b := `<synapse id="0"><action_set><rsc_op id="` + id + `" operation="start" operation_key="` + key + `" on_node="` + node +
		`"><attributes x="1"/></rsc_op></action_set><inputs>`
	for _, in := range inputs {
		b += `<trigger><rsc_op id="1" operation_key="` + in + `" on_node="n"/></trigger>`
	}
	return b + `</inputs></synapse>`
}

func TestGraphs(t *testing.T) {
	a, b := synapse("1", "a_start_0", "n"), synapse("2", "b_start_0", "n", "a_start_0")
	for _, c := range []struct{ name, theirs, ours, kind string }{
		{"equal", a + b, a + b, ""},
		{"another number", a, synapse("3", "a_start_0", "n"), "numbering: number"},
		{"another order", a + b, b + a, "numbering: order"},
		{"an action less", a + b, a, "actions: missing start"},
		{"another node", a, synapse("1", "a_start_0", "m"), "actions: missing start"},
		{"an ordering less", a + b, a + synapse("2", "b_start_0", "n"), "orderings: missing start → start"},
		{"another attribute", a, strings.Replace(a, `x="1"`, `x="2"`, 1), "attributes: x"},
	} {
		d := &difference{}
		d.graphs(parse(t, "<g>"+c.theirs+"</g>"), parse(t, "<g>"+c.ours+"</g>"))
		if d.kind() != c.kind {
			t.Errorf("%s: %q, want %q", c.name, d.kind(), c.kind)
		}
	}
}

func TestShrinkKeepsWhatShows(t *testing.T) {
	root := parse(t, `<cib a="1"><group id="g"><primitive id="p" x="77"/><primitive id="q"/></group><other><deep id="d" y="1"/></other></cib>`)
	s := &shrinker{root: root, left: 1000, shows: func(n *xmltree.Node) bool {
		for p := range elements(n, "primitive") {
			if p.ID() == "p" && p.Get("x") != "" {
				return true
			}
		}
		return false
	}}
	if got, want := s.shrink().String(), `<cib><primitive id="p" x="0"/></cib>`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if root.First("other") == nil {
		t.Error("the original was changed")
	}
}

func TestDialect(t *testing.T) {
	in := parse(t, `<cib><configuration><crm_config><cluster_property_set id="o"><nvpair id="f" name="fencing-enabled" value="false"/>`+
		`</cluster_property_set></crm_config><resources><clone id="c"><meta_attributes id="m"><nvpair id="n" name="clone-node-max" value="2"/>`+
		`</meta_attributes></clone></resources></configuration></cib>`)
	before := in.String()
	got := dialect(in).String()
	for _, want := range []string{`name="stonith-enabled"`, `name="concurrent-fencing" value="true"`, `name="globally-unique" value="true"`} {
		if !strings.Contains(got, want) {
			t.Errorf("%s lacks %s", got, want)
		}
	}
	if in.String() != before {
		t.Error("the original was changed")
	}
}

func TestWrittenOut(t *testing.T) {
	in := parse(t, `<cib><configuration><resources><primitive id="a"><meta_attributes id="m"><nvpair id="n" name="priority" value="2"/>`+
		`</meta_attributes></primitive><group id="g"><meta_attributes id-ref="m"/></group></resources></configuration></cib>`)
	const want = `<group id="g"><meta_attributes id="m-written-out-1"><nvpair id="n-written-out-2" name="priority" value="2"/></meta_attributes></group>`
	if got := writtenOut(in.Clone()).Path("configuration", "resources", "group").String(); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestReadSections(t *testing.T) {
	var o outcome
	text := "Current cluster status:\n  * Node List:\n    * Online: [ a ]\n\nAllocation Scores:\n  * x  score on a: 1\n\nTransition Summary:\n"
	if err := o.read([]byte(text), nil, nil); err != nil {
		t.Fatal(err)
	}
	if len(o.before) != 2 || len(o.scores) != 1 || o.scores[0] != "* x score on a: 1" || len(o.summary) != 0 || !online(o.before)["a"] {
		t.Errorf("%+v", o)
	}
}

func TestJudge(t *testing.T) {
	fewer := rule{name: "fewer scores", explains: func(_ *pair, x *detail) bool { return x.class == classScores }}
	ends := rule{name: "other plan", rest: true, explains: func(_ *pair, x *detail) bool { return x.class == classActions }}
	details := func(classes ...class) *difference {
		d := &difference{}
		for _, c := range classes {
			d.add(c, "kind", "text")
		}
		return d
	}
	proof := func(classes ...class) *verdict { return &verdict{left: details(classes...)} }
	for _, c := range []struct {
		name    string
		trouble string
		d       *difference
		proof   *verdict
		finding finding
		reason  string
		left    int
	}{
		{name: "nothing differs", d: details(), finding: alike},
		{name: "numbers", d: details(classNumbers), finding: renumbered, left: 1},
		{name: "it died", trouble: "died of aborted", d: details(classEnd), finding: died, reason: "died of aborted"},
		{name: "a rule explains", d: details(classScores), finding: known, reason: "fewer scores: "},
		{name: "a rule explains some", d: details(classScores, classSummary), finding: unexplained, reason: "fewer scores: ", left: 1},
		{name: "a rule explains all that follows", d: details(classActions, classAfter), finding: skipped, reason: "other plan: "},
		{name: "no rule", d: details(classAfter), finding: unexplained, left: 1},
		{name: "proved", d: details(classSummary, classAfter), proof: proof(), finding: known, reason: "summary: kind"},
		{name: "proved, and a rule names it", d: details(classScores), proof: proof(), finding: known, reason: "fewer scores: "},
		{name: "proved elsewhere", d: details(classScores, classAfter), proof: proof(classScores), finding: unexplained, reason: "status after: kind", left: 1},
		{name: "proved though numbered differently", d: details(classSummary), proof: proof(classNumbers), finding: known, reason: "summary: kind"},
		{name: "no proof, since nothing was compared", d: details(classAfter), proof: proof(classEnd), finding: unexplained, left: 1},
		{name: "no proof, since it died", d: details(classAfter), proof: &verdict{finding: died, left: details()}, finding: unproved, left: 1},
	} {
		v := judge(&pair{theirs: &outcome{trouble: c.trouble}, ours: &outcome{}}, []rule{fewer, ends}, c.d, c.proof)
		if v.finding != c.finding || v.reason != c.reason || len(v.left.list) != c.left {
			t.Errorf("%s: %d %q, %d left; want %d %q, %d left", c.name, v.finding, v.reason, len(v.left.list), c.finding, c.reason, c.left)
		}
	}
}

// What an older peer says in other words is no difference; what it decides otherwise is one.
func TestDress(t *testing.T) {
	read := func(text string) *outcome {
		o := &outcome{}
		if err := o.read([]byte(text), nil, nil); err != nil {
			t.Fatal(err)
		}
		return o
	}
	const status = "Current cluster status:\n * Online: [ n ]\n"
	theirs := read(status + " * a (t): Started n (disabled)\nAllocation Scores and Utilization Information:\n * pcmk__native_allocate: a allocation score on n: 1\n" +
		" * Original: n capacity: cpu=2\nTransition Summary:\n * Fence (reboot) n 'termination was requested'\n")
	ours := read(status + " * a (t): Started n\nAssignment Scores and Utilization Information:\n * pcmk__primitive_assign: a allocation score on n: 1\n" +
		" * Original: n capacity: cpu=2\nTransition Summary:\n * Fence (reboot) n 'fencing was requested'\n")
	if d := compare(theirs, ours); len(d.list) != 3 {
		t.Errorf("as they are: %s", d.text(9))
	}
	if d := compare(dress(theirs, ours)); len(d.list) != 0 {
		t.Errorf("dressed: %s", d.text(9))
	}
	ours.scores[0] = strings.Replace(ours.scores[0], ": 1", ": 2", 1)
	if d := compare(dress(theirs, ours)); d.kind() != "scores: pcmk__primitive_assign: for pcmk__primitive_assign:" {
		t.Errorf("another score: %s", d.text(9))
	}
}

// TestDefects: the rules about defects of the newer peer are for the CIBs that show them, and for no others.
func TestDefects(t *testing.T) {
	group := func(meta, first, second string) string {
		return `<cib><clone id="c"><meta_attributes id="m"><nvpair id="n" name="` + meta + `" value="2"/></meta_attributes><group id="g"><primitive id="a" class="` +
			first + `"/><primitive id="b" class="` + second + `"/></group></clone></cib>`
	}
	bundle := func(network string) string { return `<cib><bundle id="b"><network ` + network + `/></bundle></cib>` }
	for _, c := range []struct {
		name, cib string
		shows     func(*xmltree.Node) bool
		want      bool
	}{
		{"unique by its size", group("clone-node-max", "ocf", "lsb"), halfUnique, true},
		{"one on a node", group("clone-max", "ocf", "lsb"), halfUnique, false},
		{"the other way round", group("clone-node-max", "lsb", "ocf"), halfUnique, true},
		{"none knows instances", group("clone-node-max", "lsb", "systemd"), halfUnique, false},
		{"all know instances", group("clone-node-max", "ocf", "ocf"), halfUnique, false},
		{"no hosts", bundle(`ip-range-start="10.0.0.9" add-host="off"`), withoutHosts, true},
		{"hosts", bundle(`ip-range-start="10.0.0.9" add-host="true"`), withoutHosts, false},
		{"hosts by default", bundle(`ip-range-start="10.0.0.9"`), withoutHosts, false},
		{"no addresses", bundle(`add-host="false"`), withoutHosts, false},
	} {
		if got := c.shows(parse(t, c.cib)); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestRoomOfGuests(t *testing.T) {
	cib := parse(t, `<cib><configuration><resources><primitive id="vm"><meta_attributes id="m"><nvpair id="n" name="remote-node" value="g1"/></meta_attributes>`+
		`</primitive></resources></configuration><status><lrm_resource id="g2" container="gone"/></status></cib>`)
	o := &outcome{utilization: []string{"* Original: g1 capacity:", "* Original: n1 capacity: cpu=1", "* Remaining: g2 capacity:",
		"* pcmk__assign_resource: g1 utilization on n1:"}}
	dressRoom(o, cib)
	if got := strings.Join(o.utilization, "|"); got != "* Original: n1 capacity: cpu=1|* pcmk__assign_resource: g1 utilization on n1:" {
		t.Error(got)
	}
}
