package syntax

import (
	"strconv"
	"strings"

	"pacer/xmltree"
)

// AllNodes is the target of fencing levels that stand for all nodes until they are put into a CIB.
const AllNodes = "\x00all"

// fencing reads the fencing topology. Levels without a target get the target AllNodes.
func (p *parser) fencing() *xmltree.Node {
	n := xmltree.New("fencing-topology")
	target := func(c *xmltree.Node) { c.Set("target", AllNodes) }
	counts, key := map[string]int{}, AllNodes
	for p.more() {
		w := p.next()
		lower := strings.ToLower(w)
		switch {
		case strings.HasPrefix(lower, "attr:"):
			name, value, ok := strings.Cut(w[5:], "=")
			if !ok || name == "" {
				p.fail(w, "Expected attr:<name>=<value>")
			}
			key = w
			target = func(c *xmltree.Node) { c.Set("target-attribute", name).Set("target-value", value) }
		case strings.HasPrefix(lower, "pattern:"):
			pattern := w[8:]
			if pattern == "" {
				p.fail(w, "Expected pattern:<regular expression>")
			}
			key = w
			target = func(c *xmltree.Node) { c.Set("target-pattern", pattern) }
		case strings.HasSuffix(w, ":") && len(w) > 1:
			node := strings.TrimSuffix(w, ":")
			key = w
			target = func(c *xmltree.Node) { c.Set("target", node) }
		default:
			if !reference().MatchString(w) {
				p.fail(w, "Expected fencing device")
			}
			counts[key]++
			c := n.AddNew("fencing-level")
			target(c)
			c.Set("index", strconv.Itoa(counts[key])).Set("devices", w)
		}
	}
	return n
}

// ExpandFencing gives levels without a target one for each of the nodes, in their order.
func ExpandFencing(n *xmltree.Node, nodes []string) {
	var out []*xmltree.Node
	var all []*xmltree.Node
	for _, c := range n.Children {
		if c.Get("target") == AllNodes {
			all = append(all, c)
		} else {
			out = append(out, c)
		}
	}
	var expanded []*xmltree.Node
	for _, node := range nodes {
		for _, c := range all {
			expanded = append(expanded, c.Clone().Set("target", node))
		}
	}
	n.Children = append(expanded, out...)
}

// fencingTarget is a level's target as the language says it.
func fencingTarget(n *xmltree.Node) string {
	switch {
	case n.Get("target-pattern") != "":
		return "pattern:" + n.Get("target-pattern")
	case n.Get("target-attribute") != "":
		return "attr:" + n.Get("target-attribute") + "=" + n.Get("target-value")
	}
	return n.Get("target") + ":"
}

// fencing prints the topology; when all targets are nodes with the same levels, once for all.
func (pr *Printer) fencing(n *xmltree.Node) []string {
	var targets []string
	levels := map[string][]*xmltree.Node{}
	byName := true
	for c := range n.Elements("fencing-level") {
		t := fencingTarget(c)
		if levels[t] == nil {
			targets = append(targets, t)
		}
		levels[t] = append(levels[t], c)
		byName = byName && c.Get("target") != ""
	}
	var lines []string
	same := byName
	for _, t := range targets {
		l := levels[t]
		sortByIndex(l)
		var devices []string
		for _, c := range l {
			devices = append(devices, c.Get("devices"))
		}
		lines = append(lines, strings.Join(devices, " "))
		same = same && lines[0] == lines[len(lines)-1]
	}
	if len(targets) == 0 {
		return []string{"fencing_topology"}
	}
	if same && (pr.Nodes == nil || covers(targets, pr.Nodes)) {
		return []string{"fencing_topology " + lines[0]}
	}
	out := []string{"fencing_topology"}
	for i, t := range targets {
		out = append(out, QuoteWord(t)+" "+lines[i])
	}
	return out
}

// covers tells whether the targets are exactly the nodes.
func covers(targets, nodes []string) bool {
	have := map[string]bool{}
	for _, t := range targets {
		have[t] = true
	}
	for _, n := range nodes {
		if !have[n+":"] {
			return false
		}
	}
	return len(have) == len(nodes)
}

func sortByIndex(l []*xmltree.Node) {
	index := func(n *xmltree.Node) int {
		i, _ := strconv.Atoi(n.Get("index"))
		return i
	}
	for i := 1; i < len(l); i++ {
		for j := i; j > 0 && index(l[j]) < index(l[j-1]); j-- {
			l[j], l[j-1] = l[j-1], l[j]
		}
	}
}
