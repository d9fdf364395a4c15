package command

import (
	"fmt"
	"slices"
	"strings"

	"pacer/applet"
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
	for _, g := range groupsOf(spec, which) {
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

// groupsOf are the groups that a kind of help shows, in their order.
func groupsOf(spec Spec, which string) []Group {
	groups := []Group{{"help", "Help Options:", ""}}
	for _, g := range append(slices.Clone(spec.Groups), Group{"output", "Output Options:", ""}) {
		if which == "all" || which == g.Key {
			groups = append(groups, g)
		}
	}
	if which == "main" || which == "all" {
		groups = append(groups, Group{"", "Application Options:", ""})
	}
	return groups
}

// describe tells what a command reads.
func describe(spec Spec, options []Option) applet.Description {
	d := applet.Description{Name: spec.Name, Summary: strings.TrimPrefix(spec.Summary, spec.Name+" - "), Synopsis: spec.Synopsis}
	for _, g := range groupsOf(spec, "all") {
		if list := Describe(slices.DeleteFunc(slices.Clone(options), func(o Option) bool { return o.Group != g.Key })); len(list) > 0 {
			d.Sections = append(d.Sections, applet.Section{Title: strings.TrimSuffix(g.Title, ":"), Options: list})
		}
	}
	return d
}

// Describe tells of the options that are not hidden.
func Describe(options []Option) []applet.Option {
	var out []applet.Option
	for _, o := range options {
		if o.Hidden {
			continue
		}
		x := applet.Option{Short: o.Short, Long: o.Long, Help: o.Help, Optional: o.Arg == Optional}
		if o.Arg != No {
			x.Value = o.Value
		}
		out = append(out, x)
	}
	return out
}
