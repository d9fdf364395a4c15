package scheduler

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// showScores records the score lines of a resource and all in it, as they stand when it is assigned. What is removed from
// the configuration is not shown.
func (r *run) showScores(x *rsc, routine string, t table) {
	r.why.showing(x)
	if !r.showAll || x.removed {
		return
	}
	for i := range t {
		if t[i].known {
			r.scores = append(r.scores, routine+": "+x.name+" allocation score on "+r.nodes[i].name+": "+t[i].score.String())
		}
	}
	for _, c := range x.children {
		r.showScores(c, routine, c.allowed)
	}
}

// showCapacities records what the nodes have to give. Guests are not listed: they take from the node that they run on.
func (r *run) showCapacities(when string) {
	if !r.showUse {
		return
	}
	for _, n := range r.nodes {
		if !n.guest() {
			r.used = append(r.used, when+": "+n.name+" capacity:"+n.capacity.text())
		}
	}
}

// showUsed records what a resource takes from the node that it is placed on.
func (r *run) showUsed(n *node, x *rsc) {
	if r.showUse {
		r.used = append(r.used, "pcmk__assign_resource: "+x.name+" utilization on "+n.name+":"+r.takes(x).text())
	}
}

// text lists capacities by name.
func (c capacities) text() string {
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(c)) {
		b.WriteString(" " + k + "=" + strconv.Itoa(c[k]))
	}
	return b.String()
}
