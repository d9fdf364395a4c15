package cib

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pacer/exitcode"
	"pacer/score"
	"pacer/xmltree"
)

// maxProblems is how many problems Validate lists.
const maxProblems = 100

// Problem is something wrong in a document.
type Problem struct {
	Line    int    // in the text that was parsed, 0 when built
	ID      string // of the element, "" when it has none
	Element string // its name
	Text    string // a sentence
	Warning bool   // the document works in spite of it
	// Parent is the name of the element that it is in, Attribute the one whose value is wrong; "" when that is not it.
	Parent, Attribute string
	// Since is the schema with which the element came, when that of the document is too old for it.
	Since string
}

func (p Problem) String() string {
	s := p.Text
	if p.ID != "" {
		s = fmt.Sprintf("<%s id=%q>: %s", p.Element, p.ID, s)
	} else if p.Element != "" {
		s = fmt.Sprintf("<%s>: %s", p.Element, s)
	}
	if p.Line > 0 {
		s = fmt.Sprintf("line %d: %s", p.Line, s)
	}
	return s
}

// Validate looks for what is wrong in the structure of a document: unknown elements and attributes, missing ones, values of
// the wrong form, ids given twice, references to what is not there, combinations that mean nothing. The status is not
// looked at. A document that wants no validation (validate-with="none") has no problems. At most 100 are listed, in the order
// of the document.
func Validate(d *Document) []Problem {
	v := &validator{ids: make(map[string]*xmltree.Node, countElements(d.Configuration())), nodes: map[string]bool{}}
	switch with := strings.TrimSpace(d.root.Get("validate-with")); {
	case with == "none":
		return nil
	case with != "" && !slices.Contains(schemas, with):
		v.report(d.root, "the schema %q that validate-with names is not known.", with)
	}
	v.schema = slices.Index(schemas, strings.TrimSpace(d.root.Get("validate-with")))
	if v.schema < 0 {
		v.schema = len(schemas) // The newest is the one to be upgraded to.
	}
	g := grammar()
	v.collect(d.root, g["cib"], g)
	v.element(d.root, g["cib"])
	return v.out[:min(len(v.out), maxProblems)]
}

func countElements(n *xmltree.Node) (count int) {
	n.Walk(func(*xmltree.Node) bool { count++; return true })
	return count
}

type validator struct {
	out []Problem
	// ids are the elements by their ids, those whose ids must be unique; twice tells that some are not.
	ids   map[string]*xmltree.Node
	twice bool
	nodes map[string]bool
	// schema is the number of the one that the document declares.
	schema int
	// open are the elements on the way to the one that is looked at, itself included.
	open []*xmltree.Node
}

// warn reports what works and is probably not meant.
func (v *validator) warn(n *xmltree.Node, format string, args ...any) {
	v.report(n, format, args...)
	v.out[len(v.out)-1].Warning = true
}

func (v *validator) report(n *xmltree.Node, format string, args ...any) {
	p := Problem{Line: int(n.Line), ID: n.ID(), Element: n.Name, Text: fmt.Sprintf(format, args...)}
	for i := len(v.open) - 1; i >= 0 && p.Parent == ""; i-- {
		if v.open[i] != n {
			p.Parent = v.open[i].Name
		}
	}
	v.out = append(v.out, p)
}

// collect notes all ids before references are checked. g is the grammar of n, nil when there is none.
func (v *validator) collect(n *xmltree.Node, g *element, all map[string]*element) {
	if n.Name == "status" {
		return
	}
	if n.Name == "node" {
		v.nodes[n.ID()] = true // Their ids are free texts, and tags may name them.
	}
	if g != nil && g.uniqueID {
		if id, ok := n.Lookup("id"); ok {
			if v.ids[id] == nil {
				v.ids[id] = n
			} else {
				v.twice = true
			}
		}
	}
	for _, c := range n.Children {
		if c.Kind != xmltree.Element {
			continue
		}
		if ch := g.child(c.Name); ch != nil {
			v.collect(c, ch.element, all)
		} else {
			v.collect(c, all[c.Name], all)
		}
	}
}

// element checks n, whose grammar is g, and what is below it.
func (v *validator) element(n *xmltree.Node, g *element) {
	if len(v.out) >= maxProblems {
		return
	}
	v.open = append(v.open, n)
	defer func() { v.open = v.open[:len(v.open)-1] }()
	v.attributes(n, g)
	v.combinations(n)
	var counts [maxChildren]int // by the number of the child in the grammar
	for _, c := range n.Children {
		if c.Kind != xmltree.Element {
			continue
		}
		ch := g.child(c.Name)
		if ch == nil {
			v.report(c, "it has no place in <%s>.", n.Name)
			continue
		}
		if counts[ch.number]++; ch.max > 0 && counts[ch.number] == ch.max+1 {
			v.report(c, "<%s> may have only one of it.", n.Name)
		}
		if ch.element.since > v.schema {
			v.tooNew(c, ch.element.since)
		}
		if c.Name != "status" {
			v.element(c, ch.element)
		}
	}
	if n.Get("id-ref") != "" {
		return
	}
	for i := range g.children {
		if ch := &g.children[i]; counts[i] < ch.min {
			v.report(n, "it has no <%s>.", ch.name)
		}
	}
}

func (v *validator) attributes(n *xmltree.Node, g *element) {
	required := 0
	for i := range n.Attrs {
		a := &n.Attrs[i]
		at := g.attribute(a.Name)
		if at != nil {
			found := len(v.out)
			v.value(n, at, a.Value)
			for i := found; i < len(v.out); i++ {
				v.out[i].Attribute = a.Name
			}
			if at.required {
				required++
			}
		} else if !strings.HasPrefix(a.Name, "xmlns") && !strings.HasPrefix(a.Name, "xml:") && !strings.HasPrefix(a.Name, "xsi:") {
			v.report(n, "it cannot have an attribute %s.", a.Name)
		}
	}
	if required == g.required {
		return
	}
	for _, at := range g.attrs {
		if _, ok := n.Lookup(at.name); at.required && !ok {
			v.report(n, "it has no attribute %s.", at.name)
		}
	}
}

func (v *validator) value(n *xmltree.Node, at *attribute, value string) {
	switch at.kind {
	case "id":
		if !isNCName(value) {
			v.report(n, "%s=%q is no id: it must begin with a letter or \"_\" and have only letters, digits, \".\", \"-\" and \"_\".", at.name, value)
		} else if v.twice && v.ids[value] != n {
			v.report(n, "its id is used already by %s.", at2(v.ids[value]))
		}
	case "ref":
		if v.ids[strings.TrimSpace(value)] == nil {
			v.report(n, "%s=%q: there is nothing with that id.", at.name, value)
		}
	case "score":
		if _, err := score.Parse(value); err != nil {
			v.report(n, "%s=%q is no score: a whole number, INFINITY or -INFINITY.", at.name, value)
		}
	case "bool":
		switch strings.TrimSpace(value) {
		case "true", "false", "1", "0":
		default:
			v.report(n, "%s=%q is neither true nor false.", at.name, value)
		}
	case "integer", "count", "number":
		i, err := strconv.ParseInt(strings.TrimPrefix(strings.TrimSpace(value), "+"), 10, 64)
		switch {
		case err != nil:
			v.report(n, "%s=%q is no whole number.", at.name, value)
		case at.kind == "count" && i < 0:
			v.report(n, "%s=%q is no whole number from 0 on.", at.name, value)
		case at.kind == "number" && i < 1:
			v.report(n, "%s=%q is no whole number from 1 on.", at.name, value)
		}
	case "words":
		if !slices.Contains(at.words, strings.TrimSpace(value)) {
			v.report(n, "%s=%q is not one of %s.", at.name, value, strings.Join(at.words, ", "))
		}
	}
}

func at2(n *xmltree.Node) string {
	if n.Line > 0 {
		return fmt.Sprintf("<%s> in line %d", n.Name, n.Line)
	}
	return "another <" + n.Name + ">"
}

// isNCName reports whether s is a name without colon, which ids must be. White space around it does not count.
func isNCName(s string) bool {
	s = strings.Trim(s, " \t\n\r")
	return xmltree.IsName(s) && strings.IndexByte(s, ':') < 0
}

// combinations checks what attributes and children mean together.
func (v *validator) combinations(n *xmltree.Node) {
	has := func(name string) bool { _, ok := n.Lookup(name); return ok }
	count := func(names ...string) int {
		k := 0
		for range n.Elements(names...) {
			k++
		}
		return k
	}
	both := func(a, b string) bool {
		if has(a) && has(b) {
			v.report(n, "it cannot have both %s and %s.", a, b)
			return true
		}
		return false
	}
	switch n.Name {
	case "instance_attributes", "meta_attributes", "utilization", "cluster_property_set", "resource_set", "rule":
		if !has("id") && !has("id-ref") {
			v.report(n, "it has no attribute id.")
		}
		both("id", "id-ref")
		switch {
		case has("id-ref") && count() > 0:
			v.report(n, "with id-ref it cannot have content of its own.")
		case n.Name == "resource_set" && !has("id-ref") && count("resource_ref") == 0:
			v.report(n, "it has no <resource_ref>.")
		case n.Name == "rule" && !has("id-ref") && count() == 0:
			v.report(n, "it has no expression.")
		}
		if n.Name == "rule" {
			both("score", "score-attribute")
		}
		if count("rule") > 1 && n.Name != "rule" {
			v.report(n, "it cannot have more than one rule; put them into one with boolean-op.")
		}
	case "nvpair":
		switch {
		case both("id", "id-ref"):
		case has("id-ref") && has("value"):
			v.report(n, "with id-ref it cannot have a value of its own.")
		case !has("id") && !has("id-ref"):
			v.report(n, "it has no attribute id.")
		case has("id") && !has("name"):
			v.report(n, "it has no attribute name.")
		}
	case "primitive", "template":
		if has("template") {
			for _, a := range []string{"class", "provider", "type"} {
				both("template", a)
			}
			return
		}
		for _, a := range []string{"class", "type"} {
			if !has(a) && n.Name == "primitive" {
				v.report(n, "it has no attribute %s.", a)
			}
		}
		if class := strings.TrimSpace(n.Get("class")); class == "ocf" != has("provider") && class != "" {
			if class == "ocf" {
				v.report(n, "the class ocf needs a provider.")
			} else {
				v.report(n, "only the class ocf has a provider, %s has none.", class)
			}
		}
	case "clone", "master":
		if k := count("primitive", "group"); k != 1 {
			v.report(n, "it must have one <primitive> or <group>, and has %d.", k)
		}
	case "bundle":
		if k := count("docker", "rkt", "podman"); k != 1 {
			v.report(n, "it must have one <docker>, <podman> or <rkt>, and has %d.", k)
		}
	case "docker", "rkt", "podman":
		both("masters", "promoted-max")
	case "port-mapping":
		switch {
		case both("port", "range"), both("internal-port", "range"):
		case !has("port") && !has("range"):
			v.report(n, "it has neither port nor range.")
		}
	case "storage-mapping":
		if !both("source-dir", "source-dir-root") && !has("source-dir") && !has("source-dir-root") {
			v.report(n, "it has neither source-dir nor source-dir-root.")
		}
	case "op":
		both("start-delay", "interval-origin")
	default:
		v.constraint(n, has, count, both)
	}
}

// constraint is combinations for constraints and what else names resources and nodes.
func (v *validator) constraint(n *xmltree.Node, has func(string) bool, count func(...string) int, both func(string, string) bool) {
	sets := count("resource_set")
	switch n.Name {
	case "rsc_location":
		who := sets
		for _, a := range []string{"rsc", "rsc-pattern"} {
			if has(a) {
				who++
				if sets > 0 {
					v.report(n, "it cannot have both %s and a <resource_set>.", a)
				}
			}
		}
		if !both("rsc", "rsc-pattern") && who == 0 {
			v.report(n, "it says no resource: rsc, rsc-pattern or a <resource_set> is missing.")
		}
		rules := count("rule")
		switch {
		case rules > 0 && (has("node") || has("score")):
			v.report(n, "it cannot have both a <rule> and node or score.")
		case rules == 0 && !has("node"):
			v.report(n, "it says no node: node and score, or a <rule>, is missing.")
		case rules == 0 && !has("score"):
			v.report(n, "it has no attribute score.")
		}
	case "rsc_colocation":
		switch {
		case sets > 0 && (has("rsc") || has("with-rsc")):
			v.report(n, "it cannot have both a <resource_set> and rsc or with-rsc.")
		case sets == 0 && (!has("rsc") || !has("with-rsc")):
			v.report(n, "it must have rsc and with-rsc, or a <resource_set>.")
		}
		both("score", "score-attribute")
	case "rsc_order":
		switch {
		case sets > 0 && (has("first") || has("then")):
			v.report(n, "it cannot have both a <resource_set> and first or then.")
		case sets == 0 && (!has("first") || !has("then")):
			v.report(n, "it must have first and then, or a <resource_set>.")
		}
		both("kind", "score")
	case "rsc_ticket":
		if sets > 0 == has("rsc") {
			v.report(n, "it must have either rsc or a <resource_set>.")
		}
	case "fencing-level":
		k := 0
		for _, a := range []string{"target", "target-pattern", "target-attribute"} {
			if has(a) {
				k++
			}
		}
		if k != 1 {
			v.report(n, "it must have one of target, target-pattern, and target-attribute with target-value.")
		}
		if has("target-attribute") != has("target-value") {
			v.report(n, "target-attribute and target-value must come together.")
		}
	case "tag":
		for c := range n.Elements("obj_ref") {
			if v.ids[c.ID()] == nil && !v.nodes[c.ID()] {
				v.warn(c, "there is nothing with that id.")
			}
		}
	case "expression":
		defined := strings.HasSuffix(strings.TrimSpace(n.Get("operation")), "defined")
		if defined && has("value") {
			v.warn(n, "operation=%q has no use for a value.", n.Get("operation"))
		} else if !defined && !has("value") && has("operation") {
			v.warn(n, "operation=%q needs a value.", n.Get("operation"))
		}
	case "date_expression":
		v.dates(n, has, count)
	case "acl_permission":
		k := 0
		for _, a := range []string{"xpath", "reference", "object-type"} {
			if has(a) {
				k++
			}
		}
		if k != 1 {
			v.report(n, "it must have one of xpath, reference and object-type.")
		}
	case "read", "write", "deny":
		if has("xpath") == (has("tag") || has("ref")) {
			v.report(n, "it must have either xpath, or tag and ref.")
		}
	}
}

func (v *validator) dates(n *xmltree.Node, has func(string) bool, count func(...string) int) {
	switch op := n.Get("operation"); op {
	case "gt", "lt":
		if op == "gt" != has("start") || op == "lt" != has("end") || count() > 0 {
			v.report(n, "operation=%q needs just %s.", op, map[string]string{"gt": "start", "lt": "end"}[op])
		}
	case "in_range", "":
		if op == "" && count("date_spec") == 1 {
			return
		}
		if !has("start") && !has("end") || has("end") && count("duration") > 0 || count("date_spec") > 0 {
			v.warn(n, "a range needs start, end or both, or start and a <duration>.")
		}
	case "date_spec":
		if count("date_spec") != 1 || has("start") || has("end") || count("duration") > 0 {
			v.report(n, "operation=\"date_spec\" needs just a <date_spec>.")
		}
	}
}

// introduced refuses a document with errors that the old one did not have.
func introduced(old, next *Document) *Error {
	if next.root.Get("validate-with") == "" && old.root.Get("validate-with") != "" {
		return fail(exitcode.Config, "the configuration must name its schema in validate-with")
	}
	found := Validate(next)
	if len(found) == 0 {
		return nil
	}
	type key struct{ id, element, text string }
	had := map[key]int{}
	for _, p := range Validate(old) {
		had[key{p.ID, p.Element, p.Text}]++
	}
	for _, p := range found {
		k := key{p.ID, p.Element, p.Text}
		if had[k]--; had[k] < 0 && !p.Warning {
			p.Line = 0 // Nobody sees the text that the line would mean.
			return fail(exitcode.Config, "the change would make the configuration invalid: %s", p)
		}
	}
	return nil
}
