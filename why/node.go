package why

import (
	"maps"
	"slices"
	"strings"

	"pacer/cluster"
	"pacer/note"
	"pacer/scheduler"
)

// aboutNode says how it is with a node, what becomes of what runs there, and why other resources are not there.
func (e *explainer) aboutNode(n *cluster.Node) []Sentence {
	list := e.nodeFate(n)
	var names []string
	for _, r := range n.Running {
		if r.Kind == cluster.Primitive {
			names = append(names, r.Name)
		}
	}
	w := note.Why{Of: "node-runs", Node: n.Name, Resource: strings.Join(names, ", ")}
	if len(names) == 0 {
		w.Of = "node-empty"
	}
	if len(list) == 0 {
		list = append(list, Sentence{w, e.nodeState(n)})
	}
	for _, r := range e.st.Resources {
		if r.Kind == cluster.Primitive && (e.place(r) == n) != slices.Contains(r.RunningOn, n) {
			list = append(list, e.fate(r)...)
		}
	}
	if !e.usable(n) {
		return list // that is why nothing is there
	}
	for _, r := range e.st.Top {
		members := primitives(r)
		if len(members) == 0 || slices.Contains(e.places(r), n) || e.told[members[0]] {
			continue
		}
		if len(list) >= maxSentences {
			break
		}
		if c := e.placement(members[0]).Choice; c != nil && c.Kind != "" || e.kept(members[0], scheduler.ByTargetRole) {
			continue
		}
		if why := e.against(members[0], n); len(why) > 0 {
			list = append(list, Sentence{note.Why{Of: "node-keeps-off", Resource: r.Name, Node: n.Name}, why})
		}
	}
	return list
}

// nodeFate says what is done with a node itself: nothing, for most.
func (e *explainer) nodeFate(n *cluster.Node) []Sentence {
	k := &e.rec.Nodes[n.ID]
	w := note.Why{Node: n.Name}
	switch {
	case k.Unclean && k.Fence > 0:
		w.Of = "node-fenced"
		return []Sentence{{w, because(k.Text)}}
	case k.Unclean && k.Kind != "":
		w.Of = "node-waits-fence"
		why := because(k.Text)
		if v := e.unfenceable(n); v.Of != "" {
			why = append(why, v)
		}
		e.suggestNode(n)
		return []Sentence{{w, why}}
	case n.Shutdown && n.Online:
		w.Of = "node-shutdown"
		return []Sentence{{w, nil}}
	}
	return nil
}

func because(text string) []note.Why {
	if text == "" {
		return nil
	}
	return []note.Why{{Of: "node-because", Reason: text}}
}

// aboutCluster says what is about to be done, and what should be and cannot.
func (e *explainer) aboutCluster() []Sentence {
	var list []Sentence
	for _, n := range e.visible() {
		list = append(list, e.nodeFate(n)...)
	}
	decided := map[*cluster.Resource]bool{}
	for _, d := range e.out.Decisions {
		decided[d.Resource] = true
	}
	for _, r := range e.st.Resources {
		if r.Kind != cluster.Primitive || !decided[r] && !e.stuck(r) {
			continue
		}
		told := maps.Clone(e.told)
		if sentences := e.fate(r); len(sentences) > 0 {
			list = append(list, sentences[0]) // a line for each: what holds it up has its own
			told[r] = true
		}
		e.told = told
	}
	if len(list) == 0 {
		list = append(list, Sentence{Says: head("nothing")})
	}
	return list
}

// stuck tells whether a resource should run and does not, or is left alone after a failure.
func (e *explainer) stuck(r *cluster.Resource) bool {
	c := e.placement(r).Choice
	switch {
	case r.Blocked && len(e.failureOf(r)) > 0:
		return true
	case c == nil, c.Node != nil && c.Kind == "", r.Removed, r.CurrentNode() != nil:
		return false
	}
	if top := r.Top(false); top.Kind == cluster.Clone && (len(e.places(top)) > 0 || primitives(top)[0] != r) {
		return false // of the instances of a clone some may be too many; with no place for any, the first speaks for all
	}
	return c.Kind != scheduler.StopAll && !e.kept(r, scheduler.ByTargetRole) && !e.kept(r, scheduler.ByCloneMax)
}

func (e *explainer) failureOf(r *cluster.Resource) []*cluster.Operation {
	var list []*cluster.Operation
	for _, f := range e.st.Failures {
		if f.Resource == r {
			list = append(list, f)
		}
	}
	return list
}
