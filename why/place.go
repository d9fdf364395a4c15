package why

import (
	"slices"

	"pacer/cluster"
	"pacer/note"
	"pacer/scheduler"
	"pacer/score"
)

// against says why a resource is not on a node.
func (e *explainer) against(r *cluster.Resource, n *cluster.Node) []note.Why {
	k := pair{r, n}
	if e.asking[k] {
		return nil
	}
	e.asking[k] = true
	defer delete(e.asking, k)
	defer func(before *cluster.Node) { e.at = before }(e.at)
	e.at = n
	list := e.nodeState(n)
	p := e.placement(r)
	terms := p.On(n)
	if len(list) > 0 {
		// What others cannot do there either needs no words.
		terms = slices.DeleteFunc(terms, func(t scheduler.Contribution) bool {
			return t.Kind == scheduler.ByDependent || t.Kind == scheduler.ByPrimary
		})
	}
	if len(terms) == 0 {
		if len(list) == 0 && !e.st.Options.Symmetric {
			list = append(list, note.Why{Of: "opt-in", Node: n.Name})
			e.suggestPreference(r, n, 0)
		}
		return list
	}
	for i := range terms {
		if t := &terms[i]; t.Score <= score.MinusInfinity {
			list = e.forbids(list, r, n, t)
		}
	}
	if len(list) > 0 {
		return list
	}
	sum := scheduler.Sum(terms)
	if sum >= 0 {
		return e.lost(p, r, n, sum)
	}
	for i := range terms {
		if t := &terms[i]; t.Score < 0 {
			list = e.forbids(list, r, n, t)
		}
	}
	e.suggestPreference(r, n, -sum)
	return append(list, note.Why{Of: "negative", Score: sum.String()})
}

// nodeState says why a node cannot run anything, and what would let it.
func (e *explainer) nodeState(n *cluster.Node) []note.Why {
	w := note.Why{Node: n.Name}
	k := e.rec.Nodes[n.ID]
	switch {
	case k.Unclean:
		w.Of, w.Reason = "unclean", k.Text
		if k.Fence == 0 {
			e.suggestNode(n)
		}
	case n.Pending:
		w.Of = "joining"
	case n.Shutdown && n.Online:
		w.Of = "shutting-down"
	case !n.Online && n.Unseen && n.Type == cluster.Member:
		w.Of = "unseen"
		e.suggestNode(n)
	case !n.Online:
		w.Of = "offline"
		e.suggestNode(n)
	case n.StandbyFail:
		w.Of = "standby-failure"
		for _, f := range e.st.Failures {
			if f.Node == n {
				e.suggestCleanup(f.Resource, n)
			}
		}
	case n.Standby:
		w.Of = "standby"
		e.suggestOnline(n)
	case n.Maintenance:
		w.Of = "maintenance"
		e.suggestReady(n)
	default:
		return nil
	}
	return []note.Why{w}
}

// forbids says what a negative term means.
func (e *explainer) forbids(list []note.Why, r *cluster.Resource, n *cluster.Node, t *scheduler.Contribution) []note.Why {
	w := note.Why{Resource: r.Name, Node: n.Name, Score: t.Score.String(), Constraint: t.ID, Rule: t.Rule}
	never := t.Score <= score.MinusInfinity
	if t.With != nil {
		w.With = t.With.Name
	}
	switch t.Kind {
	case scheduler.ByLocation:
		w.Of = "disliked"
		if never {
			w.Of = "banned"
		}
		e.suggestWithoutLocation(r, n, t.ID)
	case scheduler.ByFailures:
		return e.failures(list, r, n, t)
	case scheduler.ByOnFail:
		w.Of = "on-fail"
		e.suggestCleanup(r, n)
	case scheduler.ByHealth:
		w.Of = "health"
		e.suggestHealth(n)
	case scheduler.ByDiscovery:
		w.Of = "not-looked-for"
	case scheduler.ByLock:
		w.Of, w.Node = "locked", t.Name
		if at := e.st.NodeByName(t.Name); at != nil {
			e.suggestNode(at)
		}
		e.suggestUnlock(r, t.Name)
	case scheduler.ByTicket:
		w.Of, w.Ticket = "ticket", t.Name
		if e.ticketGranted(t.Name) {
			w.Of = "ticket-standby"
		}
		e.suggestTicket(t.Name)
	case scheduler.ByPrimary:
		w.Of, w.Role = e.apart(t), t.Name
		if at := e.primaries(t); len(at) > 0 && w.Of != "apart" {
			w.Node = at[0].Name
		} else if t.Name == cluster.Promoted.String() && len(at) == 0 {
			e.owe(t.With, n)
		}
		if t.ID != "" && t.ID[0] != '#' {
			e.suggestWithout(t.ID)
		} else {
			// What keeps the leader of a group away keeps its members away.
			e.against(t.With, n)
		}
	case scheduler.ByDependent:
		w.Of = "dependent-away"
		if !never {
			w.Of = "dependent-apart"
		}
		if t.ID != "" && t.ID[0] == '#' {
			w.Of, w.Constraint = w.Of+"-group", ""
		} else {
			e.suggestWithout(t.ID)
		}
		e.owe(t.With, n)
	case scheduler.ByCapacity:
		w.Of, w.What, w.Count, w.Limit = "no-room", t.Name, number(t.Count), number(t.Limit)
		e.suggestRoom(n, t.Name, t.Count-t.Limit)
	case scheduler.ByTargetRole:
		return put(list, e.notToRun(r))
	case scheduler.ByCloneMax:
		w.Of, w.Limit = "clone-full", number(t.Limit)
		e.suggestMeta(t.With, "clone-max", number(t.Limit+1))
	case scheduler.ByCloneNodeMax:
		w.Of, w.Limit = "node-full", number(t.Limit)
		if r.Unique {
			e.suggestMeta(t.With, "clone-node-max", number(t.Limit+1))
		}
	case scheduler.ByCollection:
		if more := e.against(t.With, n); len(more) > 0 {
			for _, m := range more {
				list = put(list, m)
			}
			return list
		}
		w.Of = "whole-cannot"
	case scheduler.ByRemoteNode:
		w.Of = "remote"
	case scheduler.ByContainer:
		if t.With == nil {
			return list
		}
		w.Of = "inside"
	case scheduler.ByRemoved:
		w.Of = "removed"
	default:
		return list // the state of the node, of which is spoken already
	}
	return put(list, w)
}

// failures says how often a resource failed on a node.
func (e *explainer) failures(list []note.Why, r *cluster.Resource, n *cluster.Node, t *scheduler.Contribution) []note.Why {
	failed := r
	if t.With != nil {
		failed = t.With
	}
	w := note.Why{Of: "failed-often", Resource: r.Name, Node: n.Name, Count: number(t.Count), Limit: number(t.Limit), What: "failures"}
	if t.Count == 1 {
		w.What = "failure"
	}
	if failed.XMLID != r.XMLID && !failed.Under(r) || failed.Unique && failed != r {
		w.Of, w.With = "failed-with", failed.Name
	} else if t.Count >= int(score.Infinity) {
		w.Of, w.Task = "failed-fatally", "start"
		for _, f := range e.st.Failures {
			if f.Resource == failed && f.Node == n && f.Task == "stop" {
				w.Task = "stop"
			}
		}
	}
	e.suggestCleanup(failed, n)
	return put(list, w)
}

// apart is the statement for a resource that a colocation keeps from a node.
func (e *explainer) apart(t *scheduler.Contribution) string {
	none := ""
	if len(e.primaries(t)) == 0 {
		none = "-none"
	}
	switch {
	case t.Count < 0:
		return "apart"
	case t.ID == "#group-members":
		return "group-with" + none
	case t.ID != "" && t.ID[0] == '#':
		return "part-of" + none
	}
	return "must-be-with" + none
}

// primaries are the nodes where the other side of a colocation is, in its role.
func (e *explainer) primaries(t *scheduler.Contribution) []*cluster.Node {
	if t.Name != cluster.Promoted.String() {
		return e.places(t.With)
	}
	var list []*cluster.Node
	for _, p := range primitives(t.With) {
		if n := e.place(p); n != nil && e.placement(p).Next == cluster.Promoted {
			list = append(list, n)
		}
	}
	return list
}

// lost says why a node that could have it did not get a resource.
func (e *explainer) lost(p *scheduler.Placement, r *cluster.Resource, n *cluster.Node, sum score.Score) []note.Why {
	c := p.Choice
	if c == nil || c.Node == nil || c.Kind != "" {
		return nil
	}
	best := scheduler.Sum(p.On(c.Node))
	if best > sum {
		e.suggestLower(p, n, sum)
		e.suggestPreference(r, n, score.Add(best, -sum))
		return []note.Why{{Of: "less", Node: c.Node.Name, Score: sum.String(), Best: best.String()}}
	}
	e.suggestPreference(r, n, 0)
	if w, ok := tie(c); ok {
		return []note.Why{w}
	}
	return nil
}

// tie says what decided between nodes with the same score.
func tie(c *scheduler.Choice) (note.Why, bool) {
	if c.Tied < 2 || c.Breaker == scheduler.NoTie || c.Node == nil {
		return note.Why{}, false
	}
	w := note.Why{Of: "tie-" + string(c.Breaker), Node: c.Node.Name}
	for _, k := range c.Ranked {
		if k.Node == c.Node {
			w.Score = k.Score.String()
		}
	}
	for _, k := range c.Ranked {
		if k.Usable && k.Score.String() == w.Score {
			w.Nodes = append(w.Nodes, k.Node.Name)
		}
	}
	slices.Sort(w.Nodes)
	return w, true
}

// pro says why a resource got its node.
func (e *explainer) pro(r *cluster.Resource) []note.Why {
	p := e.placement(r)
	c := p.Choice
	if c == nil || c.Node == nil {
		return nil
	}
	n := c.Node
	var list []note.Why
	rivals := 0
	for _, k := range c.Ranked {
		if k.Node != n && k.Usable && k.Score >= 0 {
			rivals++
		}
	}
	// What it must be with shows in what the other nodes are banned for.
	for i := range p.Contributions {
		t := &p.Contributions[i]
		if t.Kind == scheduler.ByPrimary && t.Count > 0 && t.Score <= score.MinusInfinity && t.Node != n && slices.Contains(e.primaries(t), n) {
			list = put(list, note.Why{Of: e.apart(t), With: t.With.Name, Role: t.Name, Node: n.Name, Constraint: t.ID})
		}
	}
	if w, ok := tie(c); ok {
		return append(list, w)
	}
	terms := slices.DeleteFunc(p.On(n), func(t scheduler.Contribution) bool { return t.Score <= 0 })
	slices.SortStableFunc(terms, func(a, b scheduler.Contribution) int { return int(b.Score) - int(a.Score) })
	for i := range terms {
		if len(list) < 3 {
			list = e.favours(list, r, n, &terms[i])
		}
	}
	switch {
	case rivals == 0 && len(list) == 0:
		list = append(list, note.Why{Of: "only-node"})
	case len(list) == 0:
		list = append(list, note.Why{Of: "best", Score: scheduler.Sum(p.On(n)).String()})
	}
	return list
}

// favours says what a positive term means.
func (e *explainer) favours(list []note.Why, r *cluster.Resource, n *cluster.Node, t *scheduler.Contribution) []note.Why {
	w := note.Why{Node: n.Name, Score: t.Score.String(), Constraint: t.ID, Rule: t.Rule}
	if t.With != nil {
		w.With = t.With.Name
	}
	if t.Through != nil {
		w.Through = t.Through.Name
	}
	switch t.Kind {
	case scheduler.ByLocation:
		w.Of = "wanted"
		e.suggestWithoutLocation(r, n, t.ID)
	case scheduler.ByHealth:
		w.Of = "health"
	case scheduler.ByStickiness:
		w.Of = "sticks"
	case scheduler.ByPrimary:
		w.Of = "rather-with"
	case scheduler.ByDependent:
		w.Of = "pulled"
		if t.ID != "" && t.ID[0] == '#' {
			w.Of, w.Constraint = "pulled-group", ""
		}
	case scheduler.ByPromotion:
		w.Of = "promotion-there"
	default:
		return list
	}
	return put(list, w)
}

// owe notes that what keeps another resource from a node is still to be said.
func (e *explainer) owe(r *cluster.Resource, n *cluster.Node) {
	if k := (pair{r, n}); !slices.Contains(e.owed, k) {
		e.owed = append(e.owed, k)
	}
}

// pay says what is owed.
func (e *explainer) pay() []Sentence {
	var list []Sentence
	for i := 0; i < len(e.owed) && len(list) < maxBefore; i++ {
		k := e.owed[i]
		promotable := false
		for _, p := range primitives(k.r) {
			if e.told[p] || len(list) >= maxBefore {
				continue
			}
			if s, ok := e.promotion(p); ok {
				list, promotable = append(list, s), true
			}
			if promotable {
				continue
			}
			why := slices.DeleteFunc(e.against(p, k.n), func(w note.Why) bool { return relative[w.Of] })
			if len(why) > 0 {
				list = append(list, Sentence{note.Why{Of: "cannot-on", Resource: p.Name, Node: k.n.Name}, why})
			}
		}
	}
	e.owed = nil
	return list
}

// relative are the statements that say where something else is.
var relative = map[string]bool{"group-with": true, "part-of": true, "must-be-with": true, "less": true, "dependent-away": true,
	"dependent-away-group": true, "dependent-apart": true, "dependent-apart-group": true}
