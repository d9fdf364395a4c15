package main

import (
	"regexp"
	"strings"

	"pacer/xmltree"
)

// olderRules are what the series before ours is known to do otherwise, each shown by a recorded case of ours or told by the change
// log. Beside a peer of our series they name the reason of what that one proves; without it they are all there is to go by.
var olderRules = []rule{
	{name: "hidden", reason: "the older status leaves out what it cannot count as active or inactive (stop-failure-no-fencing)",
		explains: func(p *pair, x *detail) bool {
			before := strings.Join(p.ours.before, " ")
			return x.ofStatus() && (strings.HasPrefix(x.kind, "extra ") || strings.HasPrefix(x.kind, "no for ")) &&
				(strings.Contains(before, "UNCLEAN") || strings.Contains(x.text, "unmanaged)") && strings.Contains(before, "OFFLINE"))
		}},
	{name: "stopped where", reason: "the lists of nodes where a clone is stopped leave out others (unmanaged-promoted, stop-failure-no-quorum)",
		explains: func(_ *pair, x *detail) bool { return x.ofStatus() && strings.Contains(x.kind, "stopped:") }},
	{name: "left pending", reason: "a monitor that never came back is not shown as a place of what is stopped (leftover-pending-monitor)",
		explains: func(p *pair, x *detail) bool {
			return x.ofStatus() && x.kind == "stopped for stopped" && hasPending(p.cib)
		}},
	{name: "failed after all", reason: "since 2.1.6 an action that failed meanwhile is not pending any more (leftover-pending-monitor)",
		explains: func(p *pair, x *detail) bool {
			return x.ofStatus() && underWay.MatchString(x.kind) && hasPending(p.cib)
		}},
	{name: "instances", reason: "since 2.1.7 instances are not shuffled without need: others are tried first where it does not matter (clone-no-shuffle)",
		explains: func(_ *pair, x *detail) bool { return x.class <= classUtilization && instance.MatchString(x.text) }},
	{name: "later member first", reason: "in a group that restarts, a member starts only after the later ones were probed and stopped (group-fail)",
		explains: func(p *pair, x *detail) bool { return x.laterStopsFirst(p) }},
	{name: "all earlier instances", reason: "an instance of an ordered clone waits for all before it, and those before for all after it to stop (clone-order-16instances, inc4)",
		explains: func(_ *pair, x *detail) bool { return x.earlierInstance() }},
	{name: "probes of pending nodes", reason: "also a probe that cannot be made yet keeps instances from starting (leftover-pending-monitor)",
		explains: func(p *pair, x *detail) bool {
			first, then, ok := x.ordering()
			return ok && x.text[0] == '+' && first.task == "monitor" && then.task == "start" && first.resource == then.resource &&
				first.node != then.node && strings.Contains(strings.Join(p.ours.before, "\n"), "Node "+first.node+": pending")
		}},
	{name: "inside first", reason: "what starts after a bundle waits for what runs in its container, not for the container alone (bundle-interleave-start)",
		explains: func(p *pair, x *detail) bool { return x.insideFirst(p) }},
	{name: "monitors in maintenance", reason: "since 2.1.6 what is active on a node in maintenance is in maintenance itself, and not looked at anywhere (node-maintenance-1)",
		explains: func(p *pair, x *detail) bool {
			return x.class >= classSummary && (strings.Contains(x.kind, "cancel") || strings.Contains(x.kind, "Cancel") || strings.Contains(x.kind, "monitor")) &&
				strings.Contains(strings.Join(p.ours.before, "\n"), "maintenance)")
		}},
	{name: "expired stop", rest: true, reason: "since 2.1.6 a failed stop is forgotten after the failure-timeout (expired-stop-1)",
		explains: func(p *pair, _ *detail) bool {
			return strings.Contains(p.cib.String(), `"failure-timeout"`) && anyFailedStop(p.cib)
		}},
	{name: "rules on agents", rest: true, reason: "since 2.1.8 a resource expression without a class or provider matches any (change log)",
		explains: func(p *pair, _ *detail) bool {
			for e := range elements(p.cib, "rsc_expression") {
				if e.Get("class") == "" || e.Get("provider") == "" && e.Get("class") == "ocf" {
					return true
				}
			}
			return false
		}},
	{name: "blocked", rest: true, reason: "since 2.1.6 nothing starts that waits for a probe or a stop that is not possible (change log)",
		explains: func(_ *pair, x *detail) bool {
			return x.class == classSummary && strings.HasPrefix(x.kind, "Start for Start") &&
				(strings.Contains(x.text, "stop (blocked)") || strings.Contains(x.text, "monitor (blocked)"))
		}},
	{name: "colocations", rest: true, reason: "since 2.1.6 mandatory ones come before optional ones, since 2.1.7 negative preferences and roles " +
		"count for what must be apart (coloc-list, bug-lf-2551, group-anticolocation, colocation-vs-stickiness)",
		explains: func(p *pair, x *detail) bool {
			return x.class >= classScores && x.class <= classSummary && strings.Contains(p.cib.String(), "<rsc_colocation ")
		}},
}

// underWay is the kind of a difference between something under way and something else.
var underWay = regexp.MustCompile(`^(orphaned )?(starting|stopping|promoting|demoting|migrating) for `)

// instance is a line of the scores of an instance.
var instance = regexp.MustCompile(`(primitive_assign|assign_resource): \S+:\d+ `)

// ofStatus tells whether a detail is about the status.
func (x *detail) ofStatus() bool { return x.class == classBefore || x.class == classAfter }

// hasPending tells whether the history has an action that is not known to have ended.
func hasPending(cib *xmltree.Node) bool { return strings.Contains(cib.String(), `op-status="-1"`) }

// anyFailedStop tells whether the history has a stop that failed.
func anyFailedStop(cib *xmltree.Node) bool {
	for e := range elements(cib, "lrm_rsc_op") {
		if e.Get("operation") == "stop" && e.Get("rc-code") != "0" && e.Get("op-status") != "-1" {
			return true
		}
	}
	return false
}

// earlierInstance recognises the ordering of the starts or stops of two instances of one resource.
func (x *detail) earlierInstance() bool {
	first, then, ok := x.ordering()
	if !ok || x.text[0] != '+' || first.resource != then.resource {
		return false
	}
	switch then.task {
	case "start":
		return first.task == "start" || first.task == "running"
	case "stop":
		return first.task == "stop" || first.task == "stopped" || first.task == "monitor"
	}
	return false
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

// insideFirst recognises that a start waits for what is inside a bundle instead of its container.
func (x *detail) insideFirst(p *pair) bool {
	first, then, ok := x.ordering()
	if !ok || first.task != "start" || then.task != "start" || first.resource == then.resource {
		return false
	}
	for b := range elements(p.cib, "bundle") {
		if x.text[0] == '-' && strings.HasPrefix(first.resource, b.ID()+"-") || x.text[0] == '+' && b.ByID("primitive", first.resource) != nil {
			return true
		}
	}
	return false
}
