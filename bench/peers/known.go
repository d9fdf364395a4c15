package main

import "strings"

// rules are all known differences. Where a recorded case of the newer series shows one, its name is given.
var rules = []rule{
	{name: "peer died", reason: "the older scheduler fails an assertion or does not end; there is nothing to compare with",
		whole: func(p *pair, _ *difference) bool { return p.theirs.trouble != "" && p.ours.trouble == "" }},
	{name: "hidden", reason: "the older status leaves out what it cannot count as active or inactive (stop-failure-no-fencing)",
		detail: func(p *pair, x *detail) bool {
			return (x.class == classBefore || x.class == classAfter) && strings.HasPrefix(x.kind, "extra ") &&
				strings.Contains(strings.Join(p.ours.before, " "), "UNCLEAN")
		}},
	{name: "later member first", reason: "in a group that restarts, a member starts only after the later ones were probed and stopped (group-fail)",
		detail: func(p *pair, x *detail) bool { return x.laterStopsFirst(p) }},
}

// laterStopsFirst recognises the ordering of the stop or probe of a later member of a group before the start of an earlier one.
func (x *detail) laterStopsFirst(p *pair) bool {
	first, then, ok := x.ordering()
	if !ok || x.text[0] != '+' || first.task != "stop" && first.task != "monitor" || then.task != "start" {
		return false
	}
	for g := range elements(p.cib, "group") {
		earlier := false
		for m := range g.Elements("primitive") {
			earlier = earlier || m.ID() == then.resource
			if m.ID() == first.resource {
				return earlier && first.resource != then.resource
			}
		}
	}
	return false
}
