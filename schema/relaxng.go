package schema

import (
	_ "embed" // the grammar of results
	"fmt"
	"slices"
	"strings"
	"sync/atomic"

	"pacer/xmltree"
)

// RelaxNG writes a schema as a RELAX NG grammar (OASIS 2001, XML syntax) that stands alone, for programs of others that read schemas:
// crmsh learns from it what an element may hold. It accepts what Accepting accepts.
func RelaxNG(version Version) *xmltree.Node {
	return writeRelaxNG(cibReading.of(grammarText), "cib", version)
}

//go:embed result.txt
var resultText string

// ResultRelaxNG is the grammar of what commands answer in XML. Programs that read crm_mon's answer, pcs among them, check it first.
func ResultRelaxNG() *xmltree.Node {
	return writeRelaxNG(resultReading.of(resultText), "pacemaker-result", Latest)
}

// reading is a grammar text once somebody needed it read: all schemas are written from the same. Two that need it first at the same time
// read the same.
type reading struct{ read atomic.Pointer[reader] }

func (x *reading) of(text string) *reader {
	if r := x.read.Load(); r != nil {
		return r
	}
	r := readGrammar(text)
	x.read.Store(r)
	return r
}

var cibReading, resultReading reading

func writeRelaxNG(r *reader, start string, version Version) *xmltree.Node {
	w := &relaxWriter{reader: r, version: version, done: map[string]bool{}}
	grammar := xmltree.New("grammar", "xmlns", "http://relaxng.org/ns/structure/1.0",
		"datatypeLibrary", "http://www.w3.org/2001/XMLSchema-datatypes")
	grammar.Add(xmltree.New("start").Add(w.refer(start)))
	for len(w.waiting) > 0 { // definitions that are referred to, each once, as they come up
		name := w.waiting[0]
		w.waiting = w.waiting[1:]
		grammar.Add(w.definition(name))
	}
	return grammar
}

type relaxWriter struct {
	*reader
	version Version
	waiting []string
	done    map[string]bool // definitions that are written or waiting
}

// refer refers to a definition and sees that it is written.
func (w *relaxWriter) refer(name string) *xmltree.Node {
	if !w.done[name] {
		w.done[name] = true
		w.waiting = append(w.waiting, name)
	}
	return xmltree.New("ref", "name", definitionName(name))
}

// definitionName is the name of a definition in the grammar that is written; a colon may not be in it.
func definitionName(name string) string { return "element-" + strings.ReplaceAll(name, ":", ".") }

func (w *relaxWriter) definition(name string) *xmltree.Node {
	element, _, _ := strings.Cut(name, ":")
	e := xmltree.New("element", "name", element)
	switch content := w.together(w.definitions[name]); {
	case w.anything[name]:
		e.Add(anyContent(definitionName(name) + "-content"))
		return xmltree.New("define", "name", definitionName(name)).Add(e)
	case len(content) == 0:
		e.Add(xmltree.New("empty"))
	default:
		e.Add(content...)
	}
	return xmltree.New("define", "name", definitionName(name)).Add(e)
}

// anyContent is whatever there may be in an element, in a grammar of its own, as it refers to itself.
func anyContent(name string) *xmltree.Node {
	inner := xmltree.New("element").Add(xmltree.New("anyName"), xmltree.New("ref", "name", name))
	return xmltree.New("grammar").Add(
		xmltree.New("start").Add(xmltree.New("ref", "name", name)),
		xmltree.New("define", "name", name).Add(xmltree.New("zeroOrMore").Add(xmltree.New("choice").Add(
			xmltree.New("attribute").Add(xmltree.New("anyName")), xmltree.New("text"), inner))))
}

// known are the items that the schema knows. ok is false when one that must be there is not known: there is no such choice then.
func (w *relaxWriter) known(items []item) (list []item, ok bool) {
	for _, it := range items {
		switch {
		case it.versions.Has(w.version):
			list = append(list, it)
		case it.required:
			return nil, false
		}
	}
	return list, true
}

// together is a list of items that stand together: attributes, then children in any order between the borders.
func (w *relaxWriter) together(items []item) (out []*xmltree.Node) {
	known, _ := w.known(items)
	var mixed []*xmltree.Node
	border := func() {
		if len(mixed) > 1 {
			mixed = []*xmltree.Node{xmltree.New("interleave").Add(mixed...)}
		}
		out, mixed = append(out, mixed...), nil
	}
	for _, it := range known {
		switch {
		case it.then:
			border()
		case it.attribute != "":
			out = append(out, w.attribute(it))
		case it.child != "":
			mixed = append(mixed, w.child(it))
		default:
			if g := w.group(it); g != nil {
				mixed = append(mixed, g)
			}
		}
	}
	border()
	return out
}

func (w *relaxWriter) attribute(it item) *xmltree.Node {
	a := xmltree.New("attribute", "name", it.attribute).Add(w.value(it.kind))
	if it.required {
		return a
	}
	return xmltree.New("optional").Add(a)
}

func (w *relaxWriter) child(it item) *xmltree.Node {
	how := "zeroOrMore"
	switch {
	case it.required && it.once:
		return w.refer(it.child)
	case it.required:
		how = "oneOrMore"
	case it.once:
		how = "optional"
	}
	return xmltree.New(how).Add(w.refer(it.child))
}

// group is a choice; nil when the schema knows none of it.
func (w *relaxWriter) group(it item) *xmltree.Node {
	var choices []*xmltree.Node
	for _, items := range it.choices {
		known, ok := w.known(items)
		switch {
		case !ok:
		case it.some:
			choices = append(choices, w.some(known)...)
		default:
			choices = append(choices, one("group", w.together(known)))
		}
	}
	if len(choices) == 0 {
		return nil
	}
	g := one("choice", choices)
	if it.optional {
		return xmltree.New("optional").Add(g)
	}
	return g
}

// some are the choices of which each has one of the items at least: that one must be there, the others may. Children that may be
// there any number of times are said in a shorter way, one that is quicker to check too.
func (w *relaxWriter) some(items []item) (choices []*xmltree.Node) {
	if !slices.ContainsFunc(items, func(it item) bool { return it.child == "" || it.once }) {
		for _, it := range items {
			choices = append(choices, w.refer(it.child))
		}
		return []*xmltree.Node{xmltree.New("oneOrMore").Add(one("choice", choices))}
	}
	for i := range items {
		must := append([]item(nil), items...)
		must[i].required = true
		choices = append(choices, one("group", w.together(must)))
	}
	return choices
}

// one is the only pattern of a list, or one around all of them.
func one(around string, list []*xmltree.Node) *xmltree.Node {
	switch len(list) {
	case 0:
		return xmltree.New("empty")
	case 1:
		return list[0]
	}
	return xmltree.New(around).Add(list...)
}

// value is the pattern for the values of a type.
func (w *relaxWriter) value(kind string) *xmltree.Node {
	if word, ok := strings.CutPrefix(kind, "=="); ok {
		return textNode("value", word, "type", "string")
	}
	if word, ok := strings.CutPrefix(kind, "="); ok {
		return textNode("value", word)
	}
	if v := w.vocabularies[kind]; v != nil {
		return w.words(v)
	}
	if v, ok := relaxValues[kind]; ok {
		return v(w.version)
	}
	panic(fmt.Sprintf("schema: RELAX NG has no words for the type %q", kind))
}

func (w *relaxWriter) words(v *vocabulary) *xmltree.Node {
	var values []*xmltree.Node
	for _, word := range v.words {
		if word.versions.Has(w.version) {
			values = append(values, textNode("value", word.text))
		}
	}
	switch {
	case !v.except:
		return one("choice", values)
	case len(values) == 0:
		return xmltree.New("text")
	}
	return xmltree.New("data", "type", "string").Add(xmltree.New("except").Add(one("choice", values)))
}

// relaxValues are the types that are no list of words, see simple.
var relaxValues = map[string]func(Version) *xmltree.Node{
	"text":    func(Version) *xmltree.Node { return xmltree.New("text") },
	"id":      data("ID"),
	"ref":     data("IDREF"),
	"bool":    data("boolean"),
	"integer": data("integer"),
	"count":   data("nonNegativeInteger"),
	"level": func(v Version) *xmltree.Node {
		n := xmltree.New("data", "type", "positiveInteger")
		if fewLevels.Has(v) {
			n.Add(textNode("param", "9", "name", "maxInclusive"))
		}
		return n
	},
	"score": func(Version) *xmltree.Node {
		return xmltree.New("choice").Add(xmltree.New("data", "type", "integer"), textNode("value", "INFINITY"),
			textNode("value", "+INFINITY"), textNode("value", "-INFINITY"))
	},
	"devices":    pattern(`([a-zA-Z0-9_.\-]+)(,[a-zA-Z0-9_.\-]+)*`),
	"port-range": pattern(`[0-9\-]+`),
}

func data(name string) func(Version) *xmltree.Node {
	return func(Version) *xmltree.Node { return xmltree.New("data", "type", name) }
}

func pattern(expression string) func(Version) *xmltree.Node {
	return func(Version) *xmltree.Node {
		return xmltree.New("data", "type", "string").Add(textNode("param", expression, "name", "pattern"))
	}
}

func textNode(name, text string, pairs ...string) *xmltree.Node {
	return xmltree.New(name, pairs...).Add(&xmltree.Node{Kind: xmltree.Text, Text: text})
}
