package scheduler

import (
	"slices"
	"sort"
	"strconv"
	"strings"

	"pacer/cluster"
)

// capacities are what nodes have, or resources take, of what can be counted.
type capacities map[string]int

func capacitiesOf(v cluster.Values) capacities {
	c := make(capacities, len(v))
	for k, text := range v { // order: each name is there once
		c[k], _ = strconv.Atoi(strings.TrimSpace(text))
	}
	return c
}

// holds tells whether there is enough for what is taken.
func (c capacities) holds(taken capacities) bool {
	for k, n := range taken { // order: all must hold
		if n > c[k] {
			return false
		}
	}
	return true
}

// counted tells whether the placement strategy looks at capacities.
func (r *run) counted() bool { return r.st.Options.PlacementStrategy != "default" }

// compareCapacity is negative when the first node has more room, by a majority of what is counted.
func compareCapacity(a, b *node) int {
	result := 0
	count := func(n, m int) {
		switch {
		case n > m:
			result--
		case n < m:
			result++
		}
	}
	for k, n := range a.capacity { // order: they are counted
		count(n, b.capacity[k])
	}
	for k, m := range b.capacity { // order: they are counted
		if _, ok := a.capacity[k]; !ok {
			count(0, m)
		}
	}
	return result
}

// consume takes what a resource needs from the capacity of a node, release gives it back.
func (r *run) consume(n *node, x *rsc) {
	r.showUsed(n, x)
	for k, taken := range x.takes { // order: each name is there once
		n.capacity[k] -= taken
	}
}

func (r *run) release(n *node, x *rsc) {
	for k, taken := range x.takes { // order: each name is there once
		n.capacity[k] += taken
	}
}

// sortForCapacity brings the resources into the order in which they shall get their room: by priority, then by how much they
// want to stay where they are, then by how much they want any node.
func (r *run) sortForCapacity() {
	base := make(table, len(r.nodes))
	for i, n := range r.nodes {
		base[i] = allowance{known: true, score: n.in.Score}
	}
	nodes := make([]candidate, len(r.nodes))
	for i, n := range r.nodes {
		nodes[i] = candidate{n, base[i].score}
	}
	mergeSort(nodes, func(a, b candidate) int { return r.better(&a, &b, nil) })
	scores := map[*rsc]table{}
	for _, x := range r.top {
		scores[x] = r.addColocated(x, nil, nil, 1, scoreOptions{thisWith: true})
	}
	at := func(x *rsc, n *node) int {
		t := scores[x]
		if n == nil || t == nil || !t[n.id].known {
			return int(minus)
		}
		return int(t[n.id].score)
	}
	sort.SliceStable(r.top, func(i, j int) bool {
		a, b := r.top[i], r.top[j]
		if a.priority != b.priority {
			return a.priority > b.priority
		}
		if s, t := at(a, a.current()), at(b, b.current()); s != t {
			return s > t
		}
		for _, n := range nodes {
			if s, t := at(a, n.node), at(b, n.node); s != t {
				return s > t
			}
		}
		return false
	})
}

// together collects the resources that must be on one node with a resource.
func (r *run) together(x, orig *rsc, list []*rsc) []*rsc {
	if x.kind == cluster.Group {
		if x.in.GroupOptions.Colocated || x.parent.isClone() {
			list = append(list, x)
			for _, m := range x.children {
				list = r.together(m, orig, list)
			}
			return list
		}
		if len(x.children) == 0 {
			return list
		}
	}
	if slices.Contains(list, x) {
		return list
	}
	list = append(list, x)
	for _, c := range x.primaries() {
		if c.primary != orig && c.score == plus && c.effectOn(x, c.primary, true) == onPlace {
			list = r.together(c.primary, orig, list)
		}
	}
	for _, c := range x.dependents() {
		if c.dependent == orig || x.isClone() && !c.dependent.isClone() {
			continue // nobody knows with which instance it will be
		}
		if c.score == plus && c.effectOn(c.dependent, x, true) == onPlace {
			list = r.together(c.dependent, orig, list)
		}
	}
	return list
}

// addTaken adds up what is taken by a resource that is not assigned yet.
func (r *run) addTaken(sum capacities, x *rsc, list []*rsc) {
	if !x.unassigned {
		return
	}
	in := func(x *rsc) bool { return slices.Contains(list, x) }
	switch x.kind {
	case cluster.Primitive:
		for k, n := range x.takes { // order: sums do not depend on it
			sum[k] += n
		}
	case cluster.Group:
		for i, m := range x.children {
			if i > 0 && !x.in.GroupOptions.Colocated && !x.parent.isClone() {
				break
			}
			if m.unassigned && !in(m) {
				r.addTaken(sum, m, list)
			}
		}
	case cluster.Clone:
		existing := false
		for _, c := range x.children {
			if in(c) {
				existing = true
			} else if slices.ContainsFunc(c.children, in) {
				r.addTaken(sum, c, list)
				existing = true
			}
		}
		if !existing && len(x.children) > 0 {
			r.addTaken(sum, x.children[0], list)
		}
	case cluster.Bundle:
		if all := x.containers(); len(all) > 0 {
			r.addTaken(sum, all[0], list)
		}
	}
}

// banFullNodes bans a resource from the nodes that have no room for it and all that must be with it. When no node has that
// room, only its own needs count, and the node with most room is returned.
func (r *run) banFullNodes(x *rsc) *node {
	if !r.counted() {
		return nil
	}
	list := r.together(x, x, nil)
	if !slices.Contains(list, x) {
		list = append(list, x)
	}
	sum := capacities{}
	for _, m := range list {
		r.addTaken(sum, m, list)
	}
	any := false
	var open []*node
	for i, n := range r.nodes {
		if a := x.allowed[i]; !a.known || a.score < 0 || !n.usable() {
			continue
		}
		open = append(open, n)
		any = any || n.capacity.holds(sum)
	}
	var roomiest *node
	if !any {
		sum = x.takes
		for _, n := range r.inTableOrder(x) {
			if slices.Contains(open, n) && (roomiest == nil || compareCapacity(n, roomiest) < 0) {
				roomiest = n
			}
		}
	}
	for _, n := range open {
		if !n.capacity.holds(sum) {
			r.prefer(x, n, minus, r.why.lack(n, sum))
		}
	}
	return roomiest
}

// orderCapacity lets starts wait on a node until everything that shall leave it has left.
func (r *run) orderCapacity(x *rsc) {
	if !r.counted() || len(x.in.Utilization) == 0 {
		return
	}
	emptied := func(n *node) *action {
		a := r.pseudoAction("load_stopped_" + n.name)
		if a.node == nil {
			a.node = n
			a.clear(optional)
		}
		return a
	}
	for _, n := range x.running {
		r.addOrder(&order{firstRsc: x, firstVerb: taskStop, then: emptied(n), how: capacity})
	}
	for i, n := range r.nodes {
		if x.allowed[i].known {
			r.addOrder(&order{first: emptied(n), thenRsc: x, thenVerb: taskStart, how: capacity})
			r.addOrder(&order{first: emptied(n), thenRsc: x, thenVerb: taskMigrateTo, how: capacity})
		}
	}
}
