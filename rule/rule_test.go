package rule

import (
	"testing"
	"time"

	"pacer/xmltree"
)

func expr(name string, pairs ...string) *xmltree.Node { return xmltree.New(name, pairs...) }

func TestHolds(t *testing.T) {
	attrs := map[string]string{"#uname": "n1", "mem": "512", "ver": "1.10", "load": "0.5"}
	f := &Facts{
		Now:      time.Date(2005, 1, 20, 10, 30, 0, 0, time.UTC),
		NodeAttr: func(n string) (string, bool) { v, ok := attrs[n]; return v, ok },
		Class:    "ocf", Provider: "heartbeat", Type: "IPaddr", Op: "monitor", Interval: 10 * time.Second,
	}
	for _, c := range []struct {
		e    *xmltree.Node
		want bool
	}{
		{expr("expression", "attribute", "#uname", "operation", "eq", "value", "N1"), true},
		{expr("expression", "attribute", "gone", "operation", "eq", "value", "x"), false},
		{expr("expression", "attribute", "gone", "operation", "ne", "value", "x"), true},
		{expr("expression", "attribute", "gone", "operation", "not_defined"), true},
		{expr("expression", "attribute", "mem", "operation", "gt", "value", "64"), true},
		{expr("expression", "attribute", "mem", "operation", "gt", "value", "64", "type", "string"), false},
		{expr("expression", "attribute", "load", "operation", "lt", "value", "0.75"), true},
		{expr("expression", "attribute", "load", "operation", "lt", "value", "0.75.1.2"), true},
		{expr("expression", "attribute", "mem", "operation", "lt", "value", "1000.9.0.6"), true},
		{expr("expression", "attribute", "mem", "operation", "gt", "value", "x.1"), false},
		{expr("expression", "attribute", "mem", "operation", "lt", "value", "1000x"), true},
		{expr("expression", "attribute", "ver", "operation", "gt", "value", "1.9", "type", "version"), true},
		{expr("expression", "attribute", "gone", "operation", "lt", "value", "1"), false},
		{expr("date_expression", "operation", "gt", "start", "2005-01-01"), true},
		{expr("date_expression", "operation", "lt", "end", "2005-01-01"), false},
		{expr("date_expression", "operation", "in_range", "start", "2005-019", "end", "2005-021"), true},
		{expr("date_expression", "operation", "date_spec").Add(expr("date_spec", "hours", "9-16", "weekdays", "1-5")), true},
		{expr("date_expression", "operation", "date_spec").Add(expr("date_spec", "hours", "11-")), false},
		{expr("rsc_expression", "class", "ocf", "type", "IPaddr"), true},
		{expr("rsc_expression", "class", "lsb"), false},
		{expr("op_expression", "name", "monitor", "interval", "10s"), true},
		{expr("op_expression", "name", "start"), false},
	} {
		if got := Holds(expr("rule").Add(c.e), f); got != c.want {
			t.Errorf("%v: %v", c.e, got)
		}
	}
	or := expr("rule", "boolean-op", "or").Add(
		expr("expression", "attribute", "gone", "operation", "defined"),
		expr("rule").Add(expr("expression", "attribute", "mem", "operation", "defined")))
	if !Holds(or, f) {
		t.Error("a rule inside an or rule was not seen")
	}
}

func TestDateTellsWhenItChanges(t *testing.T) {
	var at time.Time
	f := &Facts{Now: time.Date(2005, 1, 20, 0, 0, 0, 0, time.UTC), Change: func(t time.Time) { at = t }}
	Holds(expr("rule").Add(expr("date_expression", "operation", "lt", "end", "2005-02-01")), f)
	if want := time.Date(2005, 2, 1, 0, 0, 0, 0, time.UTC); !at.Equal(want) {
		t.Errorf("changes at %v", at)
	}
}

func TestDeepRulesEnd(t *testing.T) {
	r := expr("rule")
	for range 1000 {
		r = expr("rule").Add(r)
	}
	if Holds(r, &Facts{}) {
		t.Error("a rule of 1000 levels holds")
	}
}

// TestRulesByReference: rules that refer to themselves, or to others that all refer to others twice, come to an end.
func TestRulesByReference(t *testing.T) {
	const levels = 40
	list := make([]*xmltree.Node, levels)
	for i := range list {
		list[i] = expr("rule", "id", string(rune('A'+i)), "boolean-op", "or").Add(
			expr("rule", "id-ref", string(rune('A'+i+1))), expr("rule", "id-ref", string(rune('A'+i+1))))
	}
	told := 0
	f := &Facts{Problem: func(string) { told++ }, Resolve: func(x *xmltree.Node) *xmltree.Node {
		ref, ok := x.Lookup("id-ref")
		if !ok {
			return x
		}
		return list[int(ref[0]-'A')%levels]
	}}
	if Holds(list[0], f) || told == 0 {
		t.Errorf("a rule without end holds, or nothing is said about it (%d)", told)
	}
}
