package main

import (
	"slices"
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

// An order between what starts and what stops is asked of the older series in pairs when a tag makes sets of it; what needs no other
// words stays.
func TestOrdersInPairs(t *testing.T) {
	cib := parse(t, `<cib><configuration><resources><primitive id="a"/><primitive id="b"/><primitive id="c"/></resources>
		<constraints><rsc_order id="o" first="t" then="c" then-action="stop" kind="Mandatory"/><rsc_order id="p" first="a" then="c"/></constraints>
		<tags><tag id="t"><obj_ref id="a"/><obj_ref id="b"/></tag></tags></configuration></cib>`)
	var got []string
	for o := range elements(dialect(cib), "rsc_order") {
		got = append(got, o.Get("first-action")+" "+o.Get("first")+" "+o.Get("then-action")+" "+o.Get("then"))
	}
	if want := []string{" a  c", "start a stop c", "start b stop c"}; !slices.Equal(got, want) {
		t.Errorf("orders %q, want %q", got, want)
	}
}
