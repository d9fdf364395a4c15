package randomcib

import (
	"strconv"
	"time"

	"pacer/xmltree"
)

// date adds a date expression to a rule.
func (g *generator) date(d dice, r *xmltree.Node, id string) {
	at := func(days int) string {
		t := time.Unix(Now, 0).UTC().AddDate(0, 0, days)
		switch d.below(4) {
		case 0:
			return t.Format("2006-01-02T15:04:05Z")
		case 1:
			return t.Format("20060102 150405Z")
		}
		return t.Format("2006-01-02 15:04:05Z")
	}
	e := r.AddNew("date_expression", "id", id)
	switch d.below(5) {
	case 0:
		e.Set("operation", "gt").Set("start", at(d.between(-3, 3)))
	case 1:
		e.Set("operation", "lt").Set("end", at(d.between(-3, 3)))
	case 2:
		e.Set("operation", "in_range").Set("start", at(d.between(-6, 1))).Set("end", at(d.between(0, 6)))
	case 3:
		e.Set("operation", "in_range").Set("start", at(d.between(-6, 1)))
		span := e.AddNew("duration", "id", id+"-duration")
		span.Set(d.one("days", "hours", "weeks", "months", "minutes", "years", "seconds"), strconv.Itoa(d.between(1, 60)))
		if d.chance(.3) {
			span.Set("hours", strconv.Itoa(d.between(1, 48)))
		}
	default:
		e.Set("operation", "date_spec")
		spec := e.AddNew("date_spec", "id", id+"-spec")
		for _, unit := range [][]string{{"hours", "9-17", "22", "20-23", "0-12"}, {"weekdays", "1-5", "2", "6-7"},
			{"monthdays", "1-15", "14"}, {"months", "11", "1-6", "10-12"}, {"years", "2023", "2024-2030"}, {"weeks", "46", "1-20"},
			{"yeardays", "318", "1-100"}, {"minutes", "0-29", "13"}, {"weekyears", "2023", "2020-2022"}, {"seconds", "20", "0-30"}} {
			if d.chance(.25) {
				spec.Set(unit[0], d.one(unit[1:]...))
			}
		}
		if len(spec.Attrs) == 1 {
			spec.Set("hours", "22-23")
		}
	}
}

// expression adds an expression about attributes to a rule.
func (g *generator) expression(d dice, r *xmltree.Node, id string) {
	e := r.AddNew("expression", "id", id)
	if v := g.dice("value-source", id); g.some(v, ValueSources, .4) {
		e.Set("attribute", v.one("rank", "site", "state")).Set("operation", v.one("eq", "ne", "lt", "gte")).
			Set("value", v.one("ip", "state", "priority", "target-role", "nothing")).Set("value-source", v.one("param", "meta", "literal"))
		return
	}
	switch d.below(6) {
	case 0, 1:
		e.Set("attribute", "#uname").Set("operation", d.one("eq", "eq", "ne")).Set("value", pick(d, g.outer()).name)
	case 2:
		e.Set("attribute", d.one("site", "rank", "state", "#kind")).Set("operation", d.one("defined", "not_defined"))
	case 3:
		e.Set("attribute", "rank").Set("operation", d.one("lt", "gt", "lte", "gte", "eq", "ne")).
			Set("value", strconv.Itoa(d.between(1, 3))).Set("type", d.one("integer", "number", "string"))
	case 4:
		e.Set("attribute", "version").Set("operation", d.one("lt", "gte", "eq")).Set("value", "1.9").Set("type", "version")
	default:
		e.Set("attribute", d.one("site", "state", "#site-name", "#kind", "#is_dc")).Set("operation", d.one("eq", "ne")).
			Set("value", d.one("a", "b", "up", "remote", "true"))
	}
}

// rule fills a rule with expressions, sometimes with rules inside.
func (g *generator) rule(d dice, r *xmltree.Node, depth int) {
	if d.chance(.5) {
		r.Set("boolean-op", d.one("and", "or"))
	}
	for i := range d.few(3) {
		id := r.ID() + "-" + strconv.Itoa(i)
		switch {
		case depth < 2 && d.chance(.2):
			g.rule(d, r.AddNew("rule", "id", id), depth+1)
		case g.some(d, LocationDates, .5):
			g.date(d, r, id)
		default:
			g.expression(d, r, id)
		}
	}
}

// certain adds a rule to a block of parameters of which it is known where it holds.
func (g *generator) certain(d dice, b *xmltree.Node) func(*node) bool {
	r := b.AddNew("rule", "id", b.ID()+"-rule")
	switch d.below(3) {
	case 0:
		at := pick(d, g.nodes).name
		r.AddNew("expression", "id", r.ID()+"-expr", "attribute", "#uname", "operation", "eq", "value", at)
		return func(n *node) bool { return n.name == at }
	case 1:
		r.AddNew("date_expression", "id", r.ID()+"-expr", "operation", "gt", "start", "2020-01-01 00:00:00Z")
		return func(*node) bool { return true }
	}
	r.AddNew("date_expression", "id", r.ID()+"-expr", "operation", "lt", "end", "2020-01-01 00:00:00Z")
	return func(*node) bool { return false }
}
