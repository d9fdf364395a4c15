package command

import (
	"fmt"
	"strings"
)

// helpText lays out the help as GLib does: usage, summary, then one block for each group that was asked for.
func helpText(spec Spec, options []Option, which string) string {
	var b strings.Builder
	synopsis := spec.Synopsis
	if synopsis != "" {
		synopsis = " " + synopsis
	}
	fmt.Fprintf(&b, "Usage:\n  %s [OPTION…]%s\n", spec.Name, synopsis)
	if spec.Summary != "" {
		fmt.Fprintf(&b, "\n%s\n", spec.Summary)
	}
	groups := []Group{{"help", "Help Options:", ""}}
	for _, g := range append(spec.Groups, Group{"output", "Output Options:", ""}) {
		if which == "all" || which == g.Key {
			groups = append(groups, g)
		}
	}
	if which == "main" || which == "all" {
		groups = append(groups, Group{"", "Application Options:", ""})
	}
	for _, g := range groups {
		width := 0
		for _, o := range options {
			if o.Group == g.Key && !o.Hidden {
				width = max(width, len(optionHead(o)))
			}
		}
		if width == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n%s\n", g.Title)
		for _, o := range options {
			if o.Group == g.Key && !o.Hidden {
				fmt.Fprintf(&b, "  %-*s  %s\n", width, optionHead(o), strings.ReplaceAll(o.Help, "\n", "\n"+strings.Repeat(" ", width+4)))
			}
		}
	}
	return b.String() + "\n"
}

func optionHead(o Option) string {
	head := "--" + o.Long
	if o.Short != 0 {
		head = "-" + string(rune(o.Short)) + ", " + head
	}
	switch o.Arg {
	case Required:
		head += "=" + o.Value
	case Optional:
		head += "[=" + o.Value + "]"
	}
	return head
}
