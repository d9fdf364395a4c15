package why

import (
	"slices"

	"pacer/cluster"
	"pacer/note"
	"pacer/scheduler"
	"pacer/score"
	"pacer/xmltree"
)

// maxChanges is how many changes are told at most.
const maxChanges = 2

// trial tries changes out.
type trial struct {
	q Question
	e *explainer
	// settled says that what was asked about has its place.
	settled bool
}

// goal tells what a change brought about, by the decision after it. Strong effects alter what happens now; weak ones only
// what could happen.
type goal func(after *explainer, c *candidate) (effect note.Why, strong, ok bool)

// budget is how many decisions are worth their time on a cluster of this size.
func (t *trial) budget() int {
	switch size := len(t.e.st.Resources) * len(t.e.st.Nodes); {
	case size < 10_000:
		return 12
	case size < 60_000:
		return 5
	}
	return 2
}

// changes are those candidates of which a decision on the changed CIB shows that they alter the outcome, the smallest first.
func (t *trial) changes(only *cluster.Node, g goal) []Change {
	list := slices.Clone(t.e.candidates)
	slices.SortStableFunc(list, func(a, b candidate) int { return a.order - b.order })
	var strong, weak []Change
	left := t.budget()
	for i := range list {
		c := &list[i]
		if only != nil && c.node != nil && c.node != only || c.order >= wishes && len(strong)+len(weak) > 0 {
			continue
		}
		if c.how.Of == "node-back" && only == nil && t.settled {
			continue // once it is back, what found another place stays there
		}
		if left == 0 || len(strong) == maxChanges {
			break
		}
		left--
		effect, isStrong, ok := t.try(c, g)
		if ok && c.at != nil {
			c, left = t.least(c, g, left)
		}
		switch {
		case !ok:
		case isStrong:
			strong = append(strong, Change{How: c.how, Effect: effect})
		case len(weak) < maxChanges:
			weak = append(weak, Change{How: c.how, Effect: effect})
		}
	}
	if len(strong)+len(weak) == 0 {
		return t.together(only, g, left)
	}
	return append(strong, weak...)[:min(maxChanges, len(strong)+len(weak))]
}

// maxTogether is how many obstacles are taken away at once at most.
const maxTogether = 3

// together takes all obstacles on a node away at once, where each alone did not help.
func (t *trial) together(only *cluster.Node, g goal, left int) []Change {
	for _, n := range t.e.visible() {
		list := t.e.obstacles[n]
		if len(list) < 2 || len(list) > maxTogether || only != nil && n != only {
			continue
		}
		if left--; left < 0 {
			break
		}
		all := candidate{node: n, edit: func(cib *xmltree.Node) bool {
			for _, i := range list {
				if !t.e.candidates[i].edit(cib) {
					return false
				}
			}
			return true
		}}
		if effect, _, ok := t.try(&all, g); ok {
			c := Change{How: t.e.candidates[list[0]].how, Effect: effect}
			for _, i := range list[1:] {
				c.And = append(c.And, t.e.candidates[i].how)
			}
			return []Change{c}
		}
	}
	return nil
}

// least makes a candidate smaller, point by point, as far as it still has its effect. Where that cannot be found out in a few steps, the
// claim that they are just enough is left out.
func (t *trial) least(c *candidate, g goal, left int) (*candidate, int) {
	for range 2 {
		if left == 0 {
			break
		}
		left--
		smaller := c.at(c.points + c.less)
		if _, strong, ok := t.try(&smaller, g); c.less < 0 && c.points <= 1 || !ok || !strong {
			return c, left
		}
		c = &smaller
	}
	c.how.Of = "command"
	return c, left
}

func (t *trial) try(c *candidate, g goal) (note.Why, bool, bool) {
	cib := t.q.CIB.Clone()
	if !c.edit(cib) {
		return note.Why{}, false, false
	}
	out := t.q.decide(cib)
	if out.Err != nil {
		return note.Why{}, false, false
	}
	return g(explain(out), c)
}

// spot is a primitive, by its plain name where its instances are all the same, on a node.
type spot struct{ name, node string }

// runs are the spots where something of a resource will be when all is done that can be, and those of them that will be
// promoted.
func (e *explainer) runs(r *cluster.Resource) (runs, promoted []spot) {
	for _, p := range primitives(r) {
		k := spot{name: p.PrintName()}
		if c := e.placement(p).Choice; c != nil && c.Kind == scheduler.ByUnmanaged {
			for _, n := range p.RunningOn {
				runs = append(runs, spot{k.name, n.Name})
			}
			continue
		}
		n := e.place(p)
		if n == nil {
			continue
		}
		if start := e.startOn(p, n); start != nil && !start.Runnable {
			continue
		}
		if at := p.CurrentNode(); at != nil && at != n {
			if stop := e.action(p, "stop", at); stop != nil && !stop.Runnable {
				continue
			}
		}
		k.node = n.Name
		runs = append(runs, k)
		if e.placement(p).Next == cluster.Promoted {
			promoted = append(promoted, k)
		}
	}
	return runs, promoted
}

// managed tells whether the cluster does anything with a resource.
func (e *explainer) managed(r *cluster.Resource) bool {
	for _, p := range primitives(r) {
		if c := e.placement(p).Choice; c != nil && c.Kind == scheduler.ByUnmanaged {
			return false
		}
	}
	return true
}

// could tells whether a resource may be on a node.
func (e *explainer) could(r *cluster.Resource, n *cluster.Node) bool {
	for _, p := range primitives(r) {
		if terms := e.placement(p).On(n); len(terms) > 0 && scheduler.Sum(terms) > score.MinusInfinity && e.usable(n) {
			return true
		}
	}
	return false
}

// resourceGoal is that a resource runs, or is promoted, where it does not now.
func (e *explainer) resourceGoal(r *cluster.Resource, only *cluster.Node) goal {
	was, wasPromoted := e.runs(r)
	managed := e.managed(r)
	here := map[spot]bool{}
	for _, p := range primitives(r) {
		for _, n := range p.RunningOn {
			here[spot{p.PrintName(), n.Name}] = true
		}
	}
	return func(after *explainer, c *candidate) (note.Why, bool, bool) {
		x := after.findResource(r.Name)
		if x == nil {
			return note.Why{}, false, false
		}
		w := note.Why{Resource: r.Name}
		now, promoted := after.runs(x)
		if !managed && after.managed(x) {
			w.Of = "would-manage"
			if len(now) > 0 {
				w.Node = now[0].node
			}
			return w, true, true
		}
		for _, k := range now {
			if slices.Contains(was, k) || only != nil && k.node != only.Name {
				continue
			}
			w.Of, w.Node = "would-run", k.node
			if r.Kind == cluster.Group {
				w.Resource = k.name
			}
			switch {
			case here[k]:
				w.Of = "would-stay"
			case len(here) > 0 && moved(k.name, was, now):
				w.Of = "would-move"
			}
			return w, true, true
		}
		for _, k := range promoted {
			if !slices.Contains(wasPromoted, k) && (only == nil || k.node == only.Name) {
				w.Of, w.Node = "would-promote", k.node
				return w, true, true
			}
		}
		n := only
		if n == nil {
			n = c.node
		}
		if n == nil || slices.ContainsFunc(now, func(k spot) bool { return k.node == n.Name }) {
			return w, false, false
		}
		if m := after.st.NodeByName(n.Name); m != nil && after.could(x, m) && !e.could(r, n) {
			w.Of, w.Node = "could-run", n.Name
			return w, false, true
		}
		return w, false, false
	}
}

// moved tells whether a primitive was somewhere and is nowhere any more where it was.
func moved(name string, was, now []spot) bool {
	any := false
	for _, k := range was {
		if k.name == name {
			any = true
			if slices.Contains(now, k) {
				return false
			}
		}
	}
	return any
}

// nodeGoal is that a node can run resources, or is fenced.
func (e *explainer) nodeGoal(n *cluster.Node) goal {
	if e.usable(n) {
		return func(*explainer, *candidate) (w note.Why, strong, ok bool) { return w, false, false }
	}
	return func(after *explainer, _ *candidate) (note.Why, bool, bool) {
		w := note.Why{Of: "would-use", Node: n.Name}
		m := after.st.NodeByName(n.Name)
		if m == nil {
			return w, false, false
		}
		if after.usable(m) {
			return w, true, true
		}
		if after.rec.Nodes[m.ID].Fence > 0 {
			w.Of = "would-fence"
			return w, true, true
		}
		if !after.rec.Nodes[m.ID].Unclean && n.Unclean {
			w.Of = "would-recover"
			return w, true, true
		}
		return w, false, false
	}
}

// actionGoal is that an action that cannot be done can be, or need not be.
func (e *explainer) actionGoal(a *scheduler.ActionRecord) goal {
	return func(after *explainer, _ *candidate) (note.Why, bool, bool) {
		w := note.Why{Of: "would-do", What: a.Key}
		if !e.wanted(a) || a.Runnable {
			return w, false, false
		}
		var n *cluster.Node
		if a.Node != nil {
			if n = after.st.NodeByName(a.Node.Name); n == nil {
				return w, false, false
			}
		}
		b := after.findAction(a.Key, n)
		switch {
		case b != nil && b.InGraph:
			return w, true, true
		case b == nil || !after.wanted(b):
			w.Of = "would-not-need"
			return w, true, true
		}
		return w, false, false
	}
}
