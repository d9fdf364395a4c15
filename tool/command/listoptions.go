package command

import (
	"fmt"
	"strings"

	"pacer/api"
	"pacer/option"
	"pacer/xmltree"
)

// kindNames are the types of option values as meta-data names them.
var kindNames = map[option.Kind]string{option.Text: "string", option.Bool: "boolean", option.Duration: "duration",
	option.Whole: "integer", option.Score: "score", option.Choice: "select"}

// ListOptions shows a table of options for people, or as a meta-data document for programs.
func ListOptions(o *Output, name, title string, table []option.Option) {
	o.Line("%s", title)
	doc := xmltree.New("resource-agent", "name", name, "version", api.PacemakerVersion)
	doc.AddNew("version").Add(text("1.1"))
	doc.AddNew("longdesc", "lang", "en").Add(text(title))
	doc.AddNew("shortdesc", "lang", "en").Add(text(title))
	params := doc.AddNew("parameters")
	for _, x := range table {
		showOption(o, x)
		p := params.AddNew("parameter", "name", x.Name, "advanced", "0", "generated", "0")
		p.AddNew("longdesc", "lang", "en").Add(text(x.Short))
		p.AddNew("shortdesc", "lang", "en").Add(text(x.Short))
		content := p.AddNew("content", "type", kindNames[x.Kind])
		if x.Default != "" {
			content.Set("default", x.Default)
		}
		for _, c := range x.Choices {
			content.AddNew("option", "value", c)
		}
	}
	o.Add(doc)
}

func text(s string) *xmltree.Node { return &xmltree.Node{Kind: xmltree.Text, Text: s} }

func showOption(o *Output, x option.Option) {
	o.Line("")
	o.Line("  * %s: %s", x.Name, x.Short)
	values := kindNames[x.Kind]
	if len(x.Choices) > 0 {
		var quoted []string
		for _, c := range x.Choices {
			q := fmt.Sprintf("%q", c)
			if c == x.Default {
				q += " (default)"
			}
			quoted = append(quoted, q)
		}
		o.Line("    * Possible values: %s", strings.Join(quoted, ", "))
		return
	}
	if x.Default == "" {
		o.Line("    * Possible values: %s (no default)", values)
		return
	}
	o.Line("    * Possible values: %s (default: %s)", values, x.Default)
}
