package command

import (
	"fmt"
	"strings"

	"pacer/cib"
	"pacer/xmltree"
)

// PatchText shows a patchset to people: versions, then one line for what is gone (--), changed (+), new (++) and moved (+~).
func PatchText(p *cib.Patch) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Diff: --- %s 2\n", p.Source)
	fmt.Fprintf(&b, "Diff: +++ %s (no digest)\n", p.Target)
	var rest []*xmltree.Node
	for c := range p.XML().Elements("change") {
		if c.Get("operation") != "delete" {
			rest = append(rest, c)
			continue
		}
		at := ""
		if pos := c.Get("position"); pos != "" {
			at = " (" + pos + ")"
		}
		fmt.Fprintf(&b, "-- %s%s\n", c.Get("path"), at)
	}
	for _, c := range rest {
		path := c.Get("path")
		switch c.Get("operation") {
		case "create":
			for _, n := range c.Children {
				head := "++ " + path + ":  "
				for _, line := range strings.Split(strings.TrimRight(string(n.Pretty(nil)), "\n"), "\n") {
					b.WriteString(head + line + "\n")
					head = "++ " + strings.Repeat(" ", len(path)+3)
				}
			}
		case "move":
			fmt.Fprintf(&b, "+~ %s moved to offset %s\n", path, c.Get("position"))
		case "modify":
			modified(&b, path, c)
		}
	}
	return b.String()
}

func modified(b *strings.Builder, path string, c *xmltree.Node) {
	var set, unset []string
	for a := range c.First("change-list").Elements("change-attr") {
		if a.Get("operation") == "unset" {
			unset = append(unset, "@"+a.Get("name"))
		} else {
			set = append(set, "@"+a.Get("name")+"="+a.Get("value"))
		}
	}
	if len(set) > 0 {
		fmt.Fprintf(b, "+  %s:  %s\n", path, strings.Join(set, ", "))
	}
	if len(unset) > 0 {
		fmt.Fprintf(b, "-- %s:  %s\n", path, strings.Join(unset, ", "))
	}
}
