package upgrade

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"pacer/xmltree"
)

func isSet(name string) bool {
	switch name {
	case "cluster_property_set", "instance_attributes", "meta_attributes", "utilization":
		return true
	}
	return false
}

// sets puts the sets of every element behind its other children, in the order in which they count, and takes out of pairs, date
// specifications and fencing levels what 4.0 does not know. Sorted sets let later rewriting put a set in front of all others.
func (f *four) sets(n *xmltree.Node) {
	sortSets(n)
	out := n.Children[:0:0]
	for _, c := range n.Children {
		if c.Kind != xmltree.Element || !f.dropped(n, c) {
			out = append(out, c)
		}
	}
	n.Children = out
	for c := range n.Elements() {
		f.sets(c)
	}
}

func sortSets(n *xmltree.Node) {
	var rest, sets []*xmltree.Node
	for _, c := range n.Children {
		if c.Kind == xmltree.Element && isSet(c.Name) {
			sets = append(sets, c)
		} else {
			rest = append(rest, c)
		}
	}
	if len(sets) == 0 {
		return
	}
	slices.SortStableFunc(sets, func(a, b *xmltree.Node) int { return cmp.Compare(rank(b), rank(a)) })
	n.Children = append(rest, sets...)
}

// rank is the score of a set, above all scores for the first set of options, below all for what only looks like one.
func rank(set *xmltree.Node) float64 {
	if set.Name == "cluster_property_set" && set.ID() == "cib-bootstrap-options" {
		return math.Inf(1)
	}
	switch value, there := set.Lookup("score"); {
	case !there:
		return 0
	case value == "INFINITY" || value == "+INFINITY":
		return math.MaxFloat64
	case value == "-INFINITY":
		return -math.MaxFloat64
	default:
		if x, err := strconv.ParseFloat(strings.TrimSpace(value), 64); err == nil {
			return x
		}
		return math.Inf(-1)
	}
}

// dropped tells whether a child has no place in 4.0, and changes what is to be changed in one that has.
func (f *four) dropped(parent, c *xmltree.Node) bool {
	switch c.Name {
	case "nvpair":
		if parent.Name == "cluster_property_set" && f.property(c) {
			return true
		}
		_, valued := c.Lookup("value")
		return !valued
	case "date_spec":
		if _, ok := c.Lookup("moon"); ok {
			f.tell(Warning, "Dropping moon attribute from date spec %s because moon phase is no longer supported", c.ID())
			c.Unset("moon")
			f.changed[c] = true
		}
	case "fencing-level":
		i, err := strconv.ParseFloat(strings.TrimSpace(c.Get("index")), 64)
		return err == nil && i > 9
	}
	return false
}

// property rewrites an option of the cluster and tells whether it is gone.
func (f *four) property(pair *xmltree.Node) bool {
	next := ""
	switch pair.Get("name") {
	case "crmd-finalization-timeout":
		next = "join-finalization-timeout"
	case "crmd-integration-timeout":
		next = "join-integration-timeout"
	case "crmd-transition-delay":
		next = "transition-delay"
	case "remove-after-stop":
		f.tell(Warning, "Dropping nvpair %s because the remove-after-stop property is unsupported", pair.ID())
		return true
	case "stonith-action":
		if pair.Get("value") == "poweroff" {
			pair.Set("value", "off")
			f.changed[pair] = true
		}
	}
	if next != "" {
		pair.Set("name", next)
		f.changed[pair] = true
	}
	return false
}

// effective leaves of the pairs of a set that have the same name the one that counts: the first, but "#default" takes back what
// was said before it.
func effective(set *xmltree.Node) {
	lastDefault, last := map[string]int{}, map[string]int{}
	for i, c := range set.Children {
		if c.Kind == xmltree.Element && c.Name == "nvpair" {
			name := c.Get("name")
			if last[name] = i; c.Get("value") == "#default" {
				lastDefault[name] = i
			}
		}
	}
	spoken := map[string]bool{}
	i := -1
	set.Children = slices.DeleteFunc(set.Children, func(c *xmltree.Node) bool {
		if i++; c.Kind != xmltree.Element || c.Name != "nvpair" {
			return false
		}
		name := c.Get("name")
		if c.Get("value") == "#default" {
			return last[name] != i
		}
		if d, ok := lastDefault[name]; ok && d > i || spoken[name] {
			return true
		}
		spoken[name] = true
		return false
	})
}
