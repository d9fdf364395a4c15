package scheduler_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pacer/internal/randomcib"
	"pacer/internal/randomcib/campaign"
	"pacer/scheduler"
	"pacer/xmltree"
)

// outcome is what was decided, as text that does not depend on how actions are numbered, with other names.
func outcome(cib *xmltree.Node, rename func(string) string) ([]string, error) {
	out := scheduler.Schedule(scheduler.Input{CIB: cib, ShowScores: true})
	if out.Err != nil {
		return nil, out.Err
	}
	var lines []string
	names := map[int]string{}
	for _, s := range out.Graph.Synapses {
		a := &s.Action
		name := a.Key + " on " + a.Node.Name
		if a.Primitive != nil {
			name += " (" + a.Primitive.LongID + ")"
		}
		names[a.ID] = rename(name)
	}
	for _, s := range out.Graph.Synapses {
		var after []string
		for _, id := range s.Inputs {
			after = append(after, names[id])
		}
		slices.Sort(after)
		line := fmt.Sprintf("%s, priority %d, after %s", names[s.Action.ID], s.Priority, strings.Join(after, ", "))
		for _, at := range s.Action.Attrs {
			value := at.Value
			// Other parameters are nobody's names, but those that bundles make of theirs.
			if strings.HasPrefix(at.Name, "CRM_meta_") || at.Name == "addr" || at.Name == "run_opts" || at.Name == "mount_points" {
				value = rename(value)
			}
			line += " " + at.Name + "=" + value
		}
		lines = append(lines, line)
	}
	for _, d := range out.Decisions {
		lines = append(lines, rename(fmt.Sprintf("%s %s %s: %s %v", d.Verb, d.Resource.Name, d.Detail, d.Reason, d.Blocked)))
	}
	for _, d := range out.NodeDecisions {
		lines = append(lines, rename(d.Task+" "+d.Name+": "+d.Reason))
	}
	for _, line := range out.Scores() {
		lines = append(lines, rename(line))
	}
	slices.Sort(lines)
	return lines, nil
}

// same compares the outcomes of two documents, the first with other names, and tells of the first line in which they differ.
func same(a, b *xmltree.Node, rename func(string) string) string {
	before, err := outcome(a, rename)
	if err != nil {
		return "error: " + err.Error()
	}
	after, err := outcome(b, asItIs)
	if err != nil {
		return "error: " + err.Error()
	}
	for i, line := range before {
		if i == len(after) || line != after[i] {
			if i < len(after) && !slices.Contains(before, after[i]) {
				return "more: " + after[i]
			}
			return "missing: " + line
		}
	}
	if len(after) > len(before) {
		return "more: " + after[len(before)]
	}
	return ""
}

func asItIs(s string) string { return s }

// reverseChildren turns the children of that kind around in every element of the kind around them ("*": any).
func reverseChildren(parent, child string) func(*xmltree.Node) {
	return func(root *xmltree.Node) {
		root.Walk(func(x *xmltree.Node) bool {
			if parent != "*" && x.Name != parent {
				return true
			}
			var at []int
			for i, c := range x.Children {
				if child == "*" || c.Name == child {
					at = append(at, i)
				}
			}
			for i, j := 0, len(at)-1; i < j; i, j = i+1, j-1 {
				x.Children[at[i]], x.Children[at[j]] = x.Children[at[j]], x.Children[at[i]]
			}
			return true
		})
	}
}

// instances are what is numbered in the order of the status, and what is told apart by the order in which the history tells of it.
var instances = []randomcib.Feature{randomcib.Clones, randomcib.Bundles, randomcib.Failures, randomcib.ActiveTwice, randomcib.Removed,
	randomcib.Groups, randomcib.PartialMigration, randomcib.ShutdownLocks}

// TestOrderCarriesNothing turns around what carries no meaning by its order; docs/scheduler.md says what does.
func TestOrderCarriesNothing(t *testing.T) {
	for _, c := range []struct {
		name    string
		change  func(*xmltree.Node)
		without []randomcib.Feature
	}{
		{"attributes", func(root *xmltree.Node) {
			root.Walk(func(x *xmltree.Node) bool { slices.Reverse(x.Attrs); return true })
		}, nil},
		{"pairs", reverseChildren("*", "nvpair"), nil},
		{"sections", reverseChildren("configuration", "*"), nil},
		{"nodes", reverseChildren("nodes", "node"), nil},
		{"expressions", reverseChildren("rule", "*"), nil},
		{"operations", reverseChildren("operations", "op"), nil},
		{"entries", reverseChildren("lrm_resource", "lrm_rsc_op"), []randomcib.Feature{randomcib.OldHistory}},
		{"histories", reverseChildren("lrm_resources", "lrm_resource"), instances},
		{"states", reverseChildren("status", "node_state"), instances},
		{"tags", reverseChildren("tags", "tag"), nil},
		{"tagged", reverseChildren("tag", "obj_ref"), []randomcib.Feature{randomcib.ColocationSets, randomcib.OrderSets}},
		{"tickets", reverseChildren("tickets", "ticket_state"), nil},
		{"locations", reverseChildren("constraints", "rsc_location"), nil},
		{"colocations", reverseChildren("constraints", "rsc_colocation"), []randomcib.Feature{randomcib.Clones, randomcib.Bundles, randomcib.ColocationSets}},
		{"ticket constraints", reverseChildren("constraints", "rsc_ticket"), nil},
		{"kinds of constraints", func(root *xmltree.Node) {
			list := root.Path("configuration", "constraints").Children
			slices.SortStableFunc(list, func(a, b *xmltree.Node) int { return strings.Compare(a.Name, b.Name) })
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := everything
			o.Without = c.without
			campaign.Run(t, 12, o, func(cib *xmltree.Node) string {
				other := cib.Clone()
				c.change(other)
				return same(cib, other, asItIs)
			})
		})
	}
}

// TestNamesCarryNothing gives everything a new name, all in the same order as before.
func TestNamesCarryNothing(t *testing.T) {
	for _, c := range []struct {
		name    string
		without []randomcib.Feature
		often   randomcib.Feature
	}{
		// The names of remote nodes are their ids, which decide where capacities leave a choice.
		{"all", []randomcib.Feature{randomcib.Bundles, randomcib.Utilization}, randomcib.Unfencing},
		{"utilization", []randomcib.Feature{randomcib.Bundles, randomcib.Remotes, randomcib.Guests}, randomcib.Utilization},
		// The past of containers has digests of parameters that are made of the names.
		{"bundles", []randomcib.Feature{randomcib.History, randomcib.Utilization}, randomcib.Bundles},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := everything
			o.Without = append(c.without, randomcib.LocationPatterns) // which mean the names themselves
			o.Weights = map[randomcib.Feature]float64{randomcib.Newer: .3, c.often: .5}
			campaign.Run(t, 15, o, func(cib *xmltree.Node) string {
				rename := renaming(cib)
				other := cib.Clone()
				other.Walk(func(x *xmltree.Node) bool {
					parameter := x.Name == "nvpair" && x.Get("name") != "remote-node"
					for i := range x.Attrs {
						if a := &x.Attrs[i]; a.Name != "value" || !parameter {
							a.Value = rename(a.Value)
						}
					}
					return true
				})
				return same(cib, other, rename)
			})
		})
	}
}

// renaming puts a letter before all names of a document wherever they stand in a text, as words or parts of names that are
// made of them.
func renaming(cib *xmltree.Node) func(string) string {
	var ids []string
	cib.Walk(func(x *xmltree.Node) bool {
		switch x.Name {
		case "node", "node_state":
			ids = append(ids, x.Get("uname"))
		case "primitive", "group", "clone", "master", "bundle", "template", "rsc_location", "rsc_colocation", "rsc_order", "rsc_ticket", "tag",
			"lrm_resource":
			id, _, _ := strings.Cut(x.ID(), ":")
			ids = append(ids, id)
		}
		if id := x.Get("ticket"); id != "" {
			ids = append(ids, id)
		}
		if x.Get("name") == "remote-node" {
			ids = append(ids, x.Get("value"))
		}
		return true
	})
	slices.SortFunc(ids, func(a, b string) int { return len(b) - len(a) })
	letter := func(text string, i int) bool {
		return i >= 0 && i < len(text) && (text[i] >= '0' && text[i] <= '9' || text[i]|0x20 >= 'a' && text[i]|0x20 <= 'z')
	}
	return func(text string) string {
		var b strings.Builder
		for i := 0; i < len(text); {
			step := 1
			if letter(text, i) && !letter(text, i-1) {
				for _, id := range ids {
					if id != "" && strings.HasPrefix(text[i:], id) && !letter(text, i+len(id)) {
						b.WriteByte('q')
						step = len(id)
						break
					}
				}
			}
			b.WriteString(text[i : i+step])
			i += step
		}
		return b.String()
	}
}
