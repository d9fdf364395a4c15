package main

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"pacer/xmltree"
)

// rules are all known differences. Where a recorded case of the newer series shows one, its name is given.
var rules = []rule{
	{name: "peer died", reason: "the older scheduler fails an assertion or does not end; there is nothing to compare with",
		whole: func(p *pair, _ *difference) bool { return p.theirs.trouble != "" && p.ours.trouble == "" }},
	{name: "peer lost itself", reason: "the older scheduler makes a transition that cannot be completed, the newer one does not",
		whole: func(p *pair, _ *difference) bool { return p.theirs.exit == 1 && p.ours.exit == 0 }},
	{name: "hidden", reason: "the older status leaves out what it cannot count as active or inactive (stop-failure-no-fencing)",
		detail: func(p *pair, x *detail) bool {
			return (x.class == classBefore || x.class == classAfter) &&
				(strings.HasPrefix(x.kind, "extra ") || strings.HasPrefix(x.kind, "no for ")) &&
				(strings.Contains(strings.Join(p.ours.before, " "), "UNCLEAN") ||
					strings.Contains(x.text, "unmanaged)") && strings.Contains(strings.Join(p.ours.before, " "), "OFFLINE"))
		}},
	{name: "later member first", reason: "in a group that restarts, a member starts only after the later ones were probed and stopped (group-fail)",
		detail: func(p *pair, x *detail) bool { return x.laterStopsFirst(p) }},
	{name: "all earlier instances", reason: "an instance of an ordered clone waits for all before it, and those before for all after it to stop (clone-order-16instances, inc4)",
		detail: func(p *pair, x *detail) bool { return x.earlierInstance() }},
	{name: "instances by number", reason: "the older series brings the instances of an ordered clone back into order of their numbers once they are placed",
		detail: func(p *pair, x *detail) bool {
			return x.class == classSummary && x.kind == "order" && strings.Contains(string(p.cib.Append(nil)), `name="ordered" value="true"`)
		}},
	{name: "switched on", reason: "the newer summary tells of unfencing wherever it is done",
		detail: func(_ *pair, x *detail) bool {
			return x.class == classSummary && strings.HasPrefix(x.text, "+ * Fence (on) ")
		}},
	{name: "asked for", reason: "a request to fence a node is told before other reasons to do so",
		detail: func(_ *pair, x *detail) bool {
			return x.class == classSummary && strings.HasPrefix(x.text, "- * Fence") && strings.HasSuffix(x.text, "'fencing was requested'")
		}},
	{name: "call of a cancellation", reason: "of several entries of a recurring operation the newest is cancelled, not the first that is found",
		detail: func(_ *pair, x *detail) bool { return x.class == classAttributes && x.kind == "CRM_meta_call_id" }},
	{name: "stopped where", reason: "the lists of nodes where a clone is stopped leave out others (unmanaged-promoted, stop-failure-no-quorum)",
		detail: func(_ *pair, x *detail) bool {
			return (x.class == classBefore || x.class == classAfter) && strings.Contains(x.kind, "stopped:")
		}},
	{name: "starts nowhere", reason: "the older dot file also draws starts that have no node, of what is stopped for good; neither graph has them",
		detail: func(_ *pair, x *detail) bool {
			return x.class == classDot && strings.HasPrefix(x.kind, "missing ") && strings.Contains(x.text, "_start_0 <none>")
		}},
	{name: "hosts entry", reason: "the older series gives a container with add-host=false the option of another container program",
		detail: func(_ *pair, x *detail) bool {
			return x.class == classAttributes && x.kind == "run_opts" && strings.Contains(x.text, "--hosts-entry")
		}},
	{name: "on-fail that counts", reason: "the newer graph has the on-fail that counts: none that stop cannot have, for demote that of the promoted monitor",
		detail: func(_ *pair, x *detail) bool {
			return x.class == classAttributes && x.kind == "CRM_meta_on_fail" &&
				(strings.Contains(x.text, "_demote_0") && strings.Contains(x.text, ` - "" `) ||
					strings.Contains(x.text, "_stop_0") && strings.HasSuffix(x.text, ` + ""`) ||
					strings.Contains(x.text, "_lrm_delete_0") && strings.HasSuffix(x.text, ` + "ignore"`))
		}},
	{name: "inside first", reason: "an interleaved start after that of a bundle waits for what runs in the container, not for the container alone (bundle-interleave-start)",
		detail: func(p *pair, x *detail) bool { return x.insideFirst(p) }},
	{name: "monitors in maintenance", reason: "since 2.1.6 what is active on a node in maintenance is in maintenance itself, and not looked at anywhere (node-maintenance-1)",
		detail: func(p *pair, x *detail) bool { return x.inMaintenance(p) }},
	{name: "twice in maintenance", reason: "the same where that is one of several places; the start of its group cannot be completed then",
		whole: func(p *pair, d *difference) bool {
			x := &d.list[0]
			return (x.class == classEnd || x.class == classActions && x.kind == "extra start") && twiceInMaintenance.MatchString(strings.Join(p.ours.before, "\n"))
		}},
	{name: "failed after all", reason: "since 2.1.6 an action that failed meanwhile is not pending any more (leftover-pending-monitor)",
		detail: func(p *pair, x *detail) bool {
			return (x.class == classBefore || x.class == classAfter) && underWay.MatchString(x.kind) && failedMeanwhile(p.cib)
		}},
	{name: "hosts entry restarts", reason: "with that option the older series takes a container for one whose parameters changed",
		whole: func(p *pair, d *difference) bool {
			return d.list[0].class >= classSummary && p.theirs.graph != nil && strings.Contains(string(p.theirs.graph.Append(nil)), "--hosts-entry")
		}},
	{name: "the last word", reason: "the notifications of a stop that fencing implies are told by the whole clone, not by the instance alone",
		detail: func(_ *pair, x *detail) bool {
			return x.class == classAttributes && strings.HasPrefix(x.kind, "CRM_meta_notify_stop_")
		}},
	{name: "cancellations", reason: "since 2.1.6 a cancellation in the history says nothing of the resource; the older series takes it as active",
		detail: func(p *pair, x *detail) bool {
			return x.class == classAfter && strings.Contains(strings.Join(p.ours.steps, "\n"), " cancel=")
		}},
	{name: "probes of pending nodes", reason: "also a probe that cannot be made yet keeps instances from starting (leftover-pending-monitor)",
		detail: func(p *pair, x *detail) bool {
			first, then, ok := x.ordering()
			return ok && x.text[0] == '+' && first.task == "monitor" && then.task == "start" && first.resource == then.resource &&
				first.node != then.node && strings.Contains(strings.Join(p.ours.before, "\n"), "Node "+first.node+": pending")
		}},
	{name: "left pending", reason: "a monitor that never came back is not shown as a place of what is stopped (leftover-pending-monitor)",
		detail: func(p *pair, x *detail) bool {
			return (x.class == classBefore || x.class == classAfter) && x.kind == "stopped for stopped" &&
				strings.Contains(string(p.cib.Append(nil)), `op-status="-1"`)
		}},
	{name: "probes without a key", reason: "since 2.1.6 the id of an entry without a key tells whose failed probe it is, and what is stopped shows that",
		detail: func(p *pair, x *detail) bool {
			theirs, ours, ok := strings.Cut(x.text, "\n    + ")
			return (x.class == classBefore || x.class == classAfter) && ok && strings.HasPrefix(ours, strings.TrimPrefix(theirs, "- ")+" (") &&
				strings.Contains(x.kind, "stopped for ") && unkeyedProbe(p.cib)
		}},
	{name: "room of guests", reason: "the capacities of guest nodes are not shown any more (the command line case show-utilization-with-crm-simulate)",
		detail: func(p *pair, x *detail) bool {
			return x.class == classUtilization && (x.kind == "missing Remaining:" || x.kind == "missing Original:")
		}},
	{name: "room in circles", reason: "who has more room is no order when one node has more of this and another of that; the older series goes through them as a hash table has them",
		whole: func(p *pair, d *difference) bool {
			return d.list[0].class >= classUtilization && strings.Contains(string(p.cib.Append(nil)), `value="balanced"`) && roomCrosses(p.cib)
		}},
	{name: "none for all", reason: "where no node has room for all that belongs together the roomiest is chosen; of equals the older series takes the first that its hash table has",
		whole: func(p *pair, d *difference) bool {
			return d.list[0].class >= classScores && d.list[0].class <= classUtilization && noRoomForAll(p.cib)
		}},
	{name: "first of sets", reason: "whether what is in a later set needs what is in an earlier one hangs on the action of the earlier, not of the later",
		whole: func(p *pair, d *difference) bool {
			return d.list[0].class != classScores && setsTurn(p.cib)
		}},
	{name: "expired stop", reason: "since 2.1.6 a failed stop is forgotten after the failure-timeout (expired-stop-1)",
		whole: func(p *pair, _ *difference) bool {
			return strings.Contains(string(p.cib.Append(nil)), "failure-timeout") && anyFailedStop(p.cib)
		}},
	{name: "rules on agents", reason: "since 2.1.8 a resource expression without a class or provider matches any",
		whole: func(p *pair, d *difference) bool {
			for e := range elements(p.cib, "rsc_expression") {
				if e.Get("class") == "" || e.Get("provider") == "" && e.Get("class") == "ocf" {
					return true
				}
			}
			return false
		}},
	{name: "colocated scores", reason: "since 2.1.6 mandatory colocations are honored before optional ones and many corner cases are other ones (coloc-list, bug-lf-2551)",
		detail: func(p *pair, x *detail) bool { return x.class == classScores && p.colocated(x.scored()) }},
	{name: "colocated decisions", reason: "the same, where it changes what is decided",
		whole: func(p *pair, d *difference) bool {
			return p.scored["colocated scores"] && d.list[0].class >= classScores && !d.weak()
		}},
	{name: "other decisions", reason: "another rule on scores, where what it explains changes what is decided",
		whole: func(p *pair, d *difference) bool {
			return len(p.scored) > 0 && d.list[0].class >= classScores && !d.weak()
		}},
	{name: "cloned groups", reason: "since 3.0 promotion priorities count for instances that are groups, and since 2.1.8 these are sorted for promotion",
		detail: func(p *pair, x *detail) bool {
			if x.class != classScores || x.kind != "promotion score for promotion score" {
				return false
			}
			for g := range elements(p.cib, "group") {
				if g.ID() == x.scored() {
					return true
				}
			}
			return false
		}},
	{name: "instances", reason: "since 2.1.7 instances are not shuffled without need: others are tried first where it does not matter (clone-no-shuffle)",
		detail: func(_ *pair, x *detail) bool {
			if x.class == classUtilization && strings.Contains(x.text, "assign_resource: "+x.scored()+":") {
				return strings.HasPrefix(x.kind, "missing ") || strings.HasPrefix(x.kind, "extra ")
			}
			return x.class == classScores && strings.Contains(x.text, "primitive_assign: "+x.scored()+":") &&
				(strings.Contains(x.text, "-INFINITY") || strings.HasPrefix(x.kind, "missing ") || strings.HasPrefix(x.kind, "extra "))
		}},
	{name: "blocked by stops", reason: "where that stop is not possible, the earlier member cannot start (change log of 2.1.6)",
		whole: func(_ *pair, d *difference) bool {
			return d.list[0].class == classSummary && strings.Contains(d.list[0].text, "stop (blocked)") && strings.HasPrefix(d.list[0].kind, "Start for Start")
		}},
	{name: "blocked by probes", reason: "since 2.1.6 instances do not start where a probe is not possible (change log)",
		whole: func(_ *pair, d *difference) bool {
			return d.list[0].class == classSummary && strings.Contains(d.list[0].text, "monitor (blocked)") && strings.HasPrefix(d.list[0].kind, "Start for Start")
		}},
	{name: "colocated starts", reason: "since 2.1.6 what must be with something that cannot start does not start either",
		whole: func(p *pair, _ *difference) bool {
			says := func(o *outcome) bool {
				return strings.Contains(strings.Join(o.summary, "\n"), "due to colocation with")
			}
			return says(p.ours) && !says(p.theirs)
		}},
	{name: "apart", reason: "since 2.1.7 negative preferences count also for what must be apart, and roles limit that (group-anticolocation, colocation-vs-stickiness)",
		whole: func(p *pair, d *difference) bool { return d.list[0].class >= classScores && anyApart(p.cib) }},
}

// twiceInMaintenance is the status of a resource in maintenance that is active on several nodes.
var twiceInMaintenance = regexp.MustCompile(`\): [A-Za-z ]+ \([^()]*maintenance\) \[`)

// underWay is the kind of a difference between something under way and something else.
var underWay = regexp.MustCompile(`^(orphaned )?(starting|stopping|promoting|demoting|migrating) for `)

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

// colocated tells whether a colocation has a say in a resource.
func (p *pair) colocated(name string) bool {
	if p.family == nil {
		p.family = together(p.cib)
	}
	return p.family[name] || inBundle(p.cib, name, p.family)
}

// anyFailedStop tells whether the history has a stop that failed.
func anyFailedStop(cib *xmltree.Node) bool {
	for e := range elements(cib, "lrm_rsc_op") {
		if e.Get("operation") == "stop" && e.Get("rc-code") != "0" && e.Get("op-status") != "-1" {
			return true
		}
	}
	return false
}

// unkeyedProbe tells whether the history has a probe that failed and no key.
func unkeyedProbe(cib *xmltree.Node) bool {
	for e := range elements(cib, "lrm_rsc_op") {
		if _, keyed := e.Lookup("operation_key"); !keyed && e.Get("operation") == "monitor" && e.Get("interval") == "0" && e.Get("rc-code") != "7" {
			return true
		}
	}
	return false
}

// inMaintenance recognises the missing monitor for the role Stopped of what is active on a node in maintenance, and that its
// other monitors are cancelled.
func (x *detail) inMaintenance(p *pair) bool {
	ours := strings.ToLower(strings.Join(p.ours.before, "\n"))
	if x.kind == "extra cancel" || strings.HasPrefix(x.kind, "extra action Cancel") ||
		strings.HasPrefix(x.kind, "action monitor ") && strings.Contains(x.kind, " for action Cancel ") {
		return strings.Contains(ours, "maintenance)")
	}
	if !strings.HasPrefix(x.kind, "missing") || !strings.Contains(x.kind, "monitor") {
		return false
	}
	for e := range elements(p.cib, "op") {
		if e.Get("role") == "Stopped" && strings.Contains(ours, "maintenance)") {
			return true
		}
	}
	return false
}

// roomCrosses tells whether of two nodes one has more of one thing and the other of another.
func roomCrosses(cib *xmltree.Node) bool {
	var rooms []map[string]int
	for n := range elements(cib, "node") {
		room := map[string]int{}
		addUtilization(room, n)
		rooms = append(rooms, room)
	}
	more := func(a, b map[string]int) bool {
		for k, n := range a { // order: any will do
			if n > b[k] {
				return true
			}
		}
		return false
	}
	for i, a := range rooms {
		for _, b := range rooms[:i] {
			if more(a, b) && more(b, a) {
				return true
			}
		}
	}
	return false
}

// noRoomForAll tells whether capacities count and there is no node with room for all of some group, or of all that is colocated.
func noRoomForAll(cib *xmltree.Node) bool {
	strategy := "default"
	for v := range elements(cib, "nvpair") {
		if v.Get("name") == "placement-strategy" {
			strategy = v.Get("value")
		}
	}
	if strategy == "default" {
		return false
	}
	var rooms []map[string]int
	for n := range elements(cib, "node") {
		rooms = append(rooms, map[string]int{})
		addUtilization(rooms[len(rooms)-1], n)
	}
	fits := func(taken map[string]int) bool {
		return slices.ContainsFunc(rooms, func(room map[string]int) bool {
			for name, amount := range taken { // order: any will do
				if amount > room[name] {
					return false
				}
			}
			return true
		})
	}
	for g := range elements(cib, "group") {
		taken := map[string]int{}
		for p := range g.Elements("primitive") {
			addUtilization(taken, p)
		}
		if !fits(taken) {
			return true
		}
	}
	family, taken := together(cib), map[string]int{}
	for p := range elements(cib, "primitive") {
		if family[p.ID()] {
			addUtilization(taken, p)
		}
	}
	return !fits(taken)
}

// addUtilization adds the utilization of a node or primitive to a sum.
func addUtilization(sum map[string]int, n *xmltree.Node) {
	for u := range n.Elements("utilization") {
		for v := range u.Elements("nvpair") {
			amount, _ := strconv.Atoi(v.Get("value"))
			sum[v.Get("name")] += amount
		}
	}
}

// setsTurn tells whether an order of sets could not be said in pairs of resources.
func setsTurn(cib *xmltree.Node) bool {
	for o := range elements(cib, "rsc_order") {
		if sets := orderSets(cib, o); turns(o, sets) && !pairable(cib, sets) {
			return true
		}
	}
	return false
}

// anyApart tells whether a colocation of a CIB has a negative score.
func anyApart(cib *xmltree.Node) bool {
	for c := range elements(cib, "rsc_colocation") {
		negative := strings.HasPrefix(c.Get("score"), "-")
		for s := range c.Elements("resource_set") {
			negative = negative || strings.HasPrefix(s.Get("score"), "-")
		}
		if negative {
			return true
		}
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
