package main

import (
	"regexp"
	"slices"
	"strings"

	"pacer/xmltree"
)

// dress gives what an older peer and we made of a CIB the words that both have, and leaves out what only one of them says. None of
// this is a decision.
func dress(theirs, ours *outcome) (a, b *outcome) {
	up := online(ours.before)
	a, b = dressText(theirs, up), dressText(ours, up)
	a.scores, b.scores = dressUnassigned(a.scores, b.scores)
	dressFencing(a.graph, b.graph)
	return a, b
}

func dressText(o *outcome, up map[string]bool) *outcome {
	out := *o
	out.notes = nil
	out.before, out.after = dressStatus(o.before), dressStatus(o.after)
	out.scores, out.utilization, out.summary = dressScores(o.scores, up), dressUtilization(o.utilization), dressSummary(o.summary)
	return &out
}

var scoreWords = strings.NewReplacer(
	"pcmk__clone_allocate:", "pcmk__clone_assign:", "pcmk__bundle_allocate:", "pcmk__bundle_assign:",
	"pcmk__group_allocate:", "pcmk__group_assign:", "pcmk__native_allocate:", "pcmk__primitive_assign:",
	"pcmk__finalize_assignment:", "pcmk__assign_resource:",
)

// dressScores gives the score lines of both their newer names. Two things have no meaning and are left out: the promotion
// score of an instance that is nowhere, and scores on nodes that can run nothing (the newer peer sets them to -INFINITY before
// it reckons, the older one does without).
func dressScores(lines []string, online map[string]bool) []string {
	out := make([]string, 0, len(lines))
	for _, l := range lines {
		l = scoreWords.Replace(l)
		if i := strings.Index(l, " promotion score on none:"); i >= 0 {
			l = l[:i] + " promotion score (inactive)"
		} else if i := strings.Index(l, " promotion score (inactive):"); i >= 0 {
			l = l[:i] + " promotion score (inactive)"
		}
		if _, at, ok := strings.Cut(l, " allocation score on "); ok {
			if i := strings.LastIndex(at, ": "); i >= 0 && !online[at[:i]] {
				l = l[:len(l)-len(at)+i]
			}
		}
		out = append(out, l)
	}
	slices.Sort(out)
	return slices.Compact(out) // How often something is tried shows in lines of the same; the older peer tries bundles more often.
}

// dressUnassigned leaves out scores of -INFINITY that only one of them shows. Both try again with what cannot be where it was put
// at first, the newer one more often, and also with instances that are too many; on the way there scores are lowered to that.
func dressUnassigned(theirs, ours []string) (a, b []string) {
	only := func(mine, other []string) []string {
		there := map[string]bool{}
		for _, l := range missing(other, mine) {
			there[beforeValue(l)] = true
		}
		extra := missing(mine, other)
		return slices.DeleteFunc(slices.Clone(mine), func(l string) bool {
			_, found := slices.BinarySearch(extra, l)
			return found && strings.HasSuffix(l, ": -INFINITY") && !there[beforeValue(l)]
		})
	}
	return only(theirs, ours), only(ours, theirs)
}

// beforeValue is a score line without the value.
func beforeValue(l string) string {
	if i := strings.LastIndex(l, ": "); i >= 0 {
		return l[:i]
	}
	return l
}

// dressSummary gives reasons their newer words. What cannot migrate is told apart by the newer one only.
func dressSummary(lines []string) []string {
	out := make([]string, 0, len(lines))
	for _, l := range lines {
		l = strings.Replace(l, "'termination was requested'", "'fencing was requested'", 1)
		out = append(out, strings.Replace(l, "due to unmigrateable", "due to unrunnable", 1))
	}
	return out
}

// dressUtilization gives the lines of utilization their newer names. Lines that name no amount are left out.
func dressUtilization(lines []string) []string {
	var out []string
	for _, l := range lines {
		if strings.Contains(l, "=") {
			out = append(out, scoreWords.Replace(l))
		}
	}
	slices.Sort(out)
	return out
}

// dressRoom leaves out of what a peer made of a CIB the capacities of guest nodes, which are not shown any more (the command line case
// show-utilization-with-crm-simulate).
func dressRoom(o *outcome, cib *xmltree.Node) {
	guests := map[string]bool{}
	for v := range elements(cib, "nvpair") {
		if v.Get("name") == "remote-node" {
			guests[v.Get("value")] = true
		}
	}
	for r := range elements(cib, "lrm_resource") {
		if r.Get("container") != "" {
			guests[r.ID()] = true // which may be all that is left of it
		}
	}
	o.utilization = slices.DeleteFunc(o.utilization, func(l string) bool {
		f := strings.Fields(l)
		return len(f) > 3 && (f[1] == "Original:" || f[1] == "Remaining:") && f[3] == "capacity:" && guests[f[2]]
	})
}

// online reads from a status which nodes can run resources.
func online(status []string) map[string]bool {
	m := map[string]bool{}
	for _, l := range status {
		for _, list := range [...]string{"* Online: [", "* RemoteOnline: [", "* GuestOnline: ["} {
			if rest, ok := strings.CutPrefix(l, list); ok {
				for _, n := range strings.Fields(strings.TrimSuffix(rest, "]")) {
					m[n] = true
				}
			}
		}
	}
	return m
}

// dressStatus leaves out of the status what only one of them tells, or tells in another order: capital letters of reasons, whether
// what is unmanaged is in maintenance, that a monitor is on its way, and that a target role forbids something.
func dressStatus(lines []string) []string {
	out := make([]string, 0, len(lines))
	for _, l := range lines {
		node := strings.HasPrefix(l, "* Node ")
		l = squeeze(flags.ReplaceAllStringFunc(strings.ToLower(l), func(list string) string {
			if node {
				return list
			}
			return dressFlags(list)
		}))
		out = append(out, strings.Replace(l, " :", ":", 1))
	}
	return out
}

// flags are lists in parentheses.
var flags = regexp.MustCompile(`\([^()]*\)`)

func dressFlags(list string) string {
	var kept []string
	for _, f := range strings.Split(strings.Trim(list, "()"), ", ") {
		switch f {
		case "maintenance":
			f = "unmanaged"
		case "monitoring", "disabled", "target-role":
			continue
		}
		kept = append(kept, f)
	}
	if len(kept) == 0 {
		return ""
	}
	slices.Sort(kept)
	return "(" + strings.Join(kept, ", ") + ")"
}

// dressFencing leaves out of the older peer's fencing the attributes that ours lacks: it hands all attributes of the node to it, and
// marks fencing that does not depend on probes.
func dressFencing(theirs, ours *xmltree.Node) {
	fencing := func(graph *xmltree.Node, do func(name string, attributes *xmltree.Node)) {
		graph.Walk(func(n *xmltree.Node) bool {
			if n.Get("operation") == "stonith" && n.First("attributes") != nil {
				do(actName(n), n.First("attributes"))
			}
			return true
		})
	}
	here := map[string]*xmltree.Node{}
	fencing(ours, func(name string, attributes *xmltree.Node) { here[name] = attributes })
	fencing(theirs, func(name string, attributes *xmltree.Node) {
		attributes.Attrs = slices.DeleteFunc(attributes.Attrs, func(x xmltree.Attr) bool {
			_, found := here[name].Lookup(x.Name)
			return strings.HasPrefix(x.Name, "CRM_meta_") && !found
		})
	})
}
