package command

import (
	"cmp"
	"fmt"
	"strings"

	"pacer/option"
	"pacer/release"
	"pacer/xmltree"
)

// kindNames are the types of option values as meta-data names them.
var kindNames = map[option.Kind]string{option.Text: "string", option.Bool: "boolean", option.Duration: "duration",
	option.Whole: "integer", option.Score: "score", option.Choice: "select"}

// OptionList is a table of options to be shown.
type OptionList struct {
	Name        string // of the document
	Title, Text string // one line, and what it is about
	Table       []option.Option
	// All shows people the advanced and the deprecated ones too; programs always get all.
	All bool
}

// ListOptions shows a table of options for people, or as a meta-data document for programs.
func ListOptions(o *Output, list OptionList) {
	if o.Plain() {
		listPlain(o, list)
		return
	}
	doc := xmltree.New("resource-agent", "name", list.Name, "version", release.Pacemaker)
	doc.AddNew("version").Add(text("1.1"))
	doc.AddNew("longdesc", "lang", "en").Add(text(list.Text))
	doc.AddNew("shortdesc", "lang", "en").Add(text(list.Title))
	params := doc.AddNew("parameters")
	for _, x := range spelledOut(list.Table) {
		p := params.AddNew("parameter", "name", x.Name, "advanced", bit(x.Advanced), "generated", bit(x.Generated))
		if x.Deprecated {
			d := p.AddNew("deprecated")
			if x.replacement != "" {
				d.AddNew("replaced-with", "name", x.replacement)
			}
		}
		p.AddNew("longdesc", "lang", "en").Add(text(cmp.Or(x.Long, x.Short)))
		p.AddNew("shortdesc", "lang", "en").Add(text(cmp.Or(x.Short, x.Long)))
		content(p, x, kindOf(x))
	}
	o.Add(doc)
}

// Metadata is the document in which a daemon of Pacemaker describes its options, in the customary marks for programs that read it.
func Metadata(list OptionList) *xmltree.Node {
	doc := xmltree.New("resource-agent", "name", list.Name, "version", release.Pacemaker)
	doc.AddNew("version").Add(block("1.1", 1))
	doc.AddNew("longdesc", "lang", "en").Add(block(list.Text, 1))
	doc.AddNew("shortdesc", "lang", "en").Add(block(list.Title, 1))
	params := doc.AddNew("parameters")
	for _, x := range spelledOut(list.Table) {
		p := params.AddNew("parameter", "name", x.Name)
		long := cmp.Or(x.Long, x.Short)
		if len(x.Choices) > 0 {
			long += "  Allowed values: " + strings.Join(x.Choices, ", ")
		}
		p.AddNew("longdesc", "lang", "en").Add(block(long, 3))
		p.AddNew("shortdesc", "lang", "en").Add(block(marked(x), 3))
		content(p, x, ocfKind(x))
	}
	return doc
}

// marked is the short description behind the marks of an option that few need or that will go.
func marked(x shown) string {
	var parts []string
	if x.Deprecated {
		parts = append(parts, "*** Deprecated ***")
	}
	if x.replacement != "" {
		parts = append(parts, "*** Replaced with "+x.replacement+" ***")
	}
	if x.Advanced {
		parts = append(parts, "*** Advanced Use Only ***")
	}
	if x.Short != "" {
		parts = append(parts, x.Short)
	}
	return strings.Join(parts, " ")
}

// block is a text on a line of its own inside an element of that level.
func block(s string, level int) *xmltree.Node {
	indent := strings.Repeat("  ", level)
	return text("\n" + indent + "  " + s + "\n" + indent)
}

// shown is an option, or an older name of one.
type shown struct {
	option.Option
	replacement string // of an older name
}

// spelledOut puts the older names behind each option.
func spelledOut(table []option.Option) []shown {
	var out []shown
	for _, x := range table {
		x.Short, x.Long = x.Words()
		out = append(out, shown{Option: x})
		for _, old := range x.Old {
			alias := x
			alias.Name, alias.Deprecated, alias.Short, alias.Long = old, true, "", "Deprecated alias for "+x.Name
			out = append(out, shown{alias, x.Name})
		}
	}
	return out
}

func kindOf(x shown) string {
	if x.Type != "" {
		return x.Type
	}
	return kindNames[x.Kind]
}

// ocfKind is the type in the words of OCF, which has fewer.
func ocfKind(x shown) string {
	switch kind := kindOf(x); kind {
	case "duration", "timeout":
		return "time"
	case "score", "nonnegative_integer", "port":
		return "integer"
	case "version":
		return "string"
	default:
		return kind
	}
}

func content(p *xmltree.Node, x shown, kind string) {
	c := p.AddNew("content", "type", kind)
	if hasDefault(x) {
		c.Set("default", x.Default)
	}
	for _, choice := range x.Choices {
		c.AddNew("option", "value", choice)
	}
}

// hasDefault tells whether a default is shown.
func hasDefault(x shown) bool { return x.Default != "" && !x.Open }

func bit(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

func text(s string) *xmltree.Node { return &xmltree.Node{Kind: xmltree.Text, Text: s} }

// listPlain shows the common options, then, with All, the advanced ones, and last those that will go: older names at the end.
func listPlain(o *Output, list OptionList) {
	o.Line("%s\n\n%s", list.Title, list.Text)
	var advanced, deprecated, older []shown
	for _, x := range spelledOut(list.Table) {
		switch {
		case x.replacement != "":
			older = append(older, x)
		case x.Deprecated:
			deprecated = append(deprecated, x)
		case x.Advanced:
			advanced = append(advanced, x)
		default:
			showOption(o, x, "  ")
		}
	}
	if !list.All {
		return
	}
	if len(advanced) > 0 {
		o.Line("\n  * ADVANCED OPTIONS:")
	}
	for _, x := range advanced {
		showOption(o, x, "    ")
	}
	if len(deprecated)+len(older) > 0 {
		o.Line("\n  * DEPRECATED OPTIONS (will be removed in a future release):")
	}
	for _, x := range append(deprecated, older...) {
		showOption(o, x, "    ")
	}
}

func showOption(o *Output, x shown, indent string) {
	o.Line("\n%s* %s: %s", indent, x.Name, cmp.Or(x.Short, x.Long))
	if x.Short != "" && x.Long != "" {
		o.Line("%s  * %s", indent, x.Long)
	}
	by := ""
	if x.Generated {
		by = " (generated by Pacemaker)"
	}
	if len(x.Choices) > 0 {
		var quoted []string
		for _, c := range x.Choices {
			q := fmt.Sprintf("%q", c)
			if c == x.Default && !x.Open {
				q += " (default)"
			}
			quoted = append(quoted, q)
		}
		o.Line("%s  * Possible values%s: %s", indent, by, strings.Join(quoted, ", "))
		return
	}
	value := "(no default)"
	if hasDefault(x) {
		value = fmt.Sprintf("(default: %q)", x.Default)
	}
	o.Line("%s  * Possible values%s: %s %s", indent, by, kindOf(x), value)
}
