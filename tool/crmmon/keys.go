package crmmon

import (
	"fmt"

	"pacer/status"
)

// toggle is what a key does to the dress.
type toggle struct {
	key  byte
	what string
	on   func(d *status.Dress) bool
	flip func(d *status.Dress)
}

// section makes a toggle for sections.
func section(key byte, what string, which status.Section) toggle {
	return toggle{key, what,
		func(d *status.Dress) bool { return d.Show&which != 0 },
		func(d *status.Dress) {
			if d.Show&which != 0 {
				d.Show &^= which
			} else {
				d.Show |= which
			}
		}}
}

// option makes a toggle for one of the dress's switches.
func option(key byte, what string, which func(d *status.Dress) *bool) toggle {
	return toggle{key, what,
		func(d *status.Dress) bool { return *which(d) },
		func(d *status.Dress) { p := which(d); *p = !*p }}
}

// toggles are the keys, in the order of the help.
var toggles = []toggle{
	section('D', "header", status.SummarySections|status.MaintMode),
	section('N', "nodes", status.Nodes),
	section('A', "node attributes", status.AttributesSection),
	section('c', "tickets", status.TicketsSection),
	section('f', "fail counts", status.FailCounts),
	section('F', "failed actions", status.FailuresSection),
	section('L', "bans", status.BansSection),
	section('m', "fencing history", status.FencingWorked),
	section('o', "operations", status.Operations),
	option('t', "times of operations", func(d *status.Dress) *bool { return &d.Timing }),
	option('r', "inactive resources", func(d *status.Dress) *bool { return &d.Inactive }),
	option('n', "resources by node", func(d *status.Dress) *bool { return &d.ByNode }),
	option('b', "brief", func(d *status.Dress) *bool { return &d.Brief }),
	option('R', "details", func(d *status.Dress) *bool { return &d.Detail }),
}

// press changes the dress; false when the key means nothing.
func press(d *status.Dress, key byte) bool {
	for _, t := range toggles {
		if t.key == key {
			t.flip(d)
			if key == 't' && d.Timing {
				d.Show |= status.Operations
			}
			return true
		}
	}
	return false
}

// help is the screen that explains the keys.
func help(d *status.Dress) string {
	text := "Keys:\n\n"
	for _, t := range toggles {
		mark := ' '
		if t.on(d) {
			mark = '*'
		}
		text += fmt.Sprintf("  %c %c  %s\n", mark, t.key, t.what)
	}
	return text + "\n    arrows, page up, page down: move    q: quit    any other key: back\n"
}
