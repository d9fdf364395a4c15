package why

import (
	"reflect"
	"slices"
	"strings"

	"pacer/cluster"
	"pacer/note"
	"pacer/scheduler"
)

// maxSentences limits how often an answer says why a resource is not somewhere.
const maxSentences = 8

// resource answers for a resource: what becomes of it, why not elsewhere, what it waits for. only, unless nil, is the one
// node of interest.
func (e *explainer) resource(r *cluster.Resource, only *cluster.Node) []Sentence {
	var list []Sentence
	members := primitives(r)
	if len(members) == 0 {
		return []Sentence{{Says: note.Why{Of: "empty", Resource: r.Name}}}
	}
	for _, p := range members {
		fate := e.fate(p)
		list = append(list, fate...)
		for _, s := range list {
			e.said = append(e.said, s.Because...)
		}
		if s, ok := e.promotion(p); ok && len(fate) > 0 && fate[0].Says.Of != "promotes" && fate[0].Says.Of != "demotes" {
			list = append(list, s)
		}
	}
	list = append(list, e.elsewhere(r, members, only, len(list) > 1)...)
	return append(list, e.pay()...)
}

// fate says what becomes of a primitive and why.
func (e *explainer) fate(r *cluster.Resource) []Sentence {
	if e.told[r] {
		return nil
	}
	e.told[r] = true
	at, to := r.CurrentNode(), e.place(r)
	w := note.Why{Resource: r.Name}
	if at != nil {
		w.Node = at.Name
	}
	if r.Role == cluster.Promoted {
		w.Role = r.Role.String()
	}
	c := e.placement(r).Choice
	switch {
	case c != nil && c.Kind == scheduler.ByUnmanaged:
		w.Of = "left-alone"
		why := e.unmanaged(r, at)
		if at != nil && e.rec.Nodes[at.ID].Unclean {
			why = append(e.nodeState(at), why...)
			e.suggestConfirm(at)
		}
		return []Sentence{{w, why}}
	case to == nil:
		return e.withoutNode(r, at, w)
	case at == nil:
		return e.starting(r, to, w)
	case at == to:
		return e.staying(r, at, w)
	}
	return e.moving(r, at, to, w)
}

// withoutNode speaks of a resource for which no node was chosen.
func (e *explainer) withoutNode(r *cluster.Resource, at *cluster.Node, w note.Why) []Sentence {
	var why []note.Why
	switch c := e.placement(r).Choice; {
	case c != nil && c.Kind == scheduler.StopAll:
		why = []note.Why{{Of: "all-stop"}}
		e.suggestProperty("stop-all-resources", "false")
	case r.Removed:
		why = []note.Why{{Of: "removed"}}
	case e.kept(r, scheduler.ByTargetRole):
		why = []note.Why{e.notToRun(r)}
	case e.kept(r, scheduler.ByCloneMax):
		why = e.everywhere(r, scheduler.ByCloneMax)
	case at != nil:
		why = e.against(r, at)
		if stop := e.action(r, "stop", at); len(why) == 0 && stop != nil {
			why = e.causes(r, stop, nil)
		}
		if len(why) == 0 {
			why = []note.Why{{Of: "no-node-now"}}
		}
	default:
		why = e.everywhere(r, "")
	}
	if at == nil {
		w.Of = "stopped"
		return []Sentence{{w, why}}
	}
	w.Of = "stops"
	if stop := e.action(r, "stop", at); stop != nil && !stop.Runnable {
		w.Of = "stop-blocked"
		list, more := e.blocks(stop)
		return append([]Sentence{{w, list}}, more...)
	}
	return []Sentence{{w, why}}
}

// kept tells whether terms of a kind keep a resource from every node.
func (e *explainer) kept(r *cluster.Resource, kind scheduler.Kind) bool {
	return slices.ContainsFunc(e.placement(r).Contributions, func(t scheduler.Contribution) bool { return t.Kind == kind && t.Score < 0 })
}

// everywhere says what keeps a resource from all nodes: the statements that hold for all of them, or that no node can.
func (e *explainer) everywhere(r *cluster.Resource, kind scheduler.Kind) []note.Why {
	var common []note.Why
	for i, n := range e.visible() {
		var here []note.Why
		for _, w := range e.against(r, n) {
			w.Node = ""
			here = put(here, w)
		}
		if i == 0 {
			common = here
		}
		common = slices.DeleteFunc(common, func(w note.Why) bool {
			return !slices.ContainsFunc(here, func(v note.Why) bool { return v.Of == w.Of && v.Constraint == w.Constraint && v.With == w.With })
		})
	}
	common = slices.DeleteFunc(common, func(w note.Why) bool { return spatial[w.Of] })
	if len(common) == 0 {
		common = []note.Why{{Of: "no-node"}}
	}
	return common
}

// spatial are the statements that make no sense without their node.
var spatial = map[string]bool{"standby": true, "standby-failure": true, "offline": true, "joining": true, "unclean": true,
	"maintenance": true, "shutting-down": true, "unseen": true, "banned": true, "disliked": true, "failed-often": true,
	"failed-fatally": true, "failed-with": true, "on-fail": true, "must-be-with": true, "group-with": true, "part-of": true, "apart": true,
	"dependent-away": true, "dependent-apart": true, "dependent-away-group": true, "dependent-apart-group": true, "no-room": true, "locked": true, "node-full": true, "less": true,
	"negative": true, "not-looked-for": true, "opt-in": true, "health": true, "whole-cannot": true, "remote": true, "inside": true}

// notToRun says for what setting a resource is not to run.
func (e *explainer) notToRun(r *cluster.Resource) note.Why {
	for p := r; p != nil; p = p.Parent {
		if role := p.Meta["target-role"]; role != "" {
			e.suggestStart(r.Top(true))
			return note.Why{Of: "target-role", Role: role}
		}
	}
	return note.Why{Of: "not-to-run"}
}

// starting speaks of a resource that shall run and does not.
func (e *explainer) starting(r *cluster.Resource, to *cluster.Node, w note.Why) []Sentence {
	w.Node = to.Name
	start := e.startOn(r, to)
	if start != nil && !start.Runnable {
		w.Of, w.Role = "start-blocked", ""
		list, more := e.blocks(start)
		return append([]Sentence{{w, list}}, more...)
	}
	w.Of = "starts"
	if e.placement(r).Next == cluster.Promoted {
		w.Role = "Promoted"
	}
	return append([]Sentence{{w, e.pro(r)}}, e.waits(start)...)
}

// staying speaks of a resource that keeps its node.
func (e *explainer) staying(r *cluster.Resource, at *cluster.Node, w note.Why) []Sentence {
	stop, start := e.action(r, "stop", at), e.startOn(r, at)
	promote, demote := e.action(r, "promote", at), e.action(r, "demote", at)
	switch {
	case stop != nil && !stop.Runnable:
		w.Of = "stop-blocked"
		list, more := e.blocks(stop)
		return append([]Sentence{{w, list}}, more...)
	case stop != nil && start != nil && !start.Runnable:
		w.Of = "stops"
		list, more := e.blocks(start)
		return append([]Sentence{{w, list}}, more...)
	case stop != nil:
		w.Of = "restarts"
		e.content[r] = true
		why := e.causes(r, stop, start)
		if r.Failed && r.StopIfFailed {
			w.Of, w.Role = "recovers", ""
		}
		return append([]Sentence{{w, why}}, e.waits(start)...)
	case e.action(r, "reload-agent", at) != nil:
		w.Of = "reloads"
		return []Sentence{{w, []note.Why{e.definition(r, at)}}}
	case demote != nil && promote == nil:
		w.Of = "demotes"
	case promote != nil && promote.Runnable:
		w.Of = "promotes"
	}
	if w.Of != "" {
		s, _ := e.promotion(r)
		return []Sentence{{w, s.Because}}
	}
	w.Of = "stays"
	return []Sentence{{w, e.pro(r)}}
}

// moving speaks of a resource that goes to another node.
func (e *explainer) moving(r *cluster.Resource, at, to *cluster.Node, w note.Why) []Sentence {
	w.To = to.Name
	stop, start := e.action(r, "stop", at), e.startOn(r, to)
	for _, a := range []*scheduler.ActionRecord{stop, start} {
		if a != nil && !a.Runnable {
			w.Of = "move-blocked"
			list, more := e.blocks(a)
			return append([]Sentence{{w, list}}, more...)
		}
	}
	w.Of = "moves"
	why := e.against(r, at)
	switch {
	case r.Failed && r.StopIfFailed:
		w.Of = "recovers"
		why = append(e.failure(r, at), why...)
	case e.action(r, "migrate_from", to) != nil:
		w.Of = "migrates"
	}
	pro := e.pro(r)
	if len(why) == 1 && why[0].Of == "less" && pro[0].Of != "only-node" {
		why, pro = pro, nil
	}
	list := []Sentence{{w, why}}
	if len(pro) > 0 && !(len(pro) == 1 && (pro[0].Of == "only-node" || len(why) > 0 && pro[0].Of == why[0].Of)) {
		list = append(list, Sentence{note.Why{Of: "chosen", Node: to.Name}, pro})
	}
	return append(list, e.waits(start)...)
}

// failure says how a resource failed on a node.
func (e *explainer) failure(r *cluster.Resource, n *cluster.Node) []note.Why {
	var list []note.Why
	for _, f := range e.st.Failures {
		if f.Resource == r && f.Node == n && len(list) == 0 {
			reason := f.Code.String()
			if f.Reason != "" {
				reason += ", " + f.Reason
			}
			list = append(list, note.Why{Of: "failed", Task: f.Task, Node: n.Name, Reason: reason})
		}
	}
	return list
}

// causes says why a resource is restarted.
func (e *explainer) causes(r *cluster.Resource, stop, start *scheduler.ActionRecord) []note.Why {
	var list []note.Why
	for _, a := range []*scheduler.ActionRecord{stop, start} {
		if a == nil {
			continue
		}
		for _, k := range a.Needs {
			switch k.Kind {
			case scheduler.ByRecovery:
				for _, w := range e.failure(r, a.Node) {
					list = put(list, w)
				}
			case scheduler.ByDefinition:
				list = put(list, e.definition(r, a.Node))
			case scheduler.ByMultiple:
				w := note.Why{Of: "multiple"}
				for _, n := range r.RunningOn {
					w.Nodes = append(w.Nodes, n.Name)
				}
				list = put(list, w)
			case scheduler.ByMigration:
				list = put(list, note.Why{Of: "unfinished-migration", Node: a.Node.Name})
			case scheduler.ByRequired:
				if k.Resource != nil && k.Resource != r {
					list = put(list, e.require(&k))
				}
			}
		}
	}
	for _, a := range []*scheduler.ActionRecord{stop, start} {
		for i := 0; a != nil && len(list) == 0 && i < len(a.Needs); i++ {
			switch k := &a.Needs[i]; {
			case k.Kind == scheduler.ByMembers, k.Kind == scheduler.ByAvailability, k.Kind == scheduler.ByRecovery, k.Resource == r && k.Kind == scheduler.ByRequired:
			default:
				list = put(list, e.need(a, k))
			}
		}
	}
	return list
}

// require says that another action makes one necessary.
func (e *explainer) require(k *scheduler.Reason) note.Why {
	w := note.Why{Of: "need-required", Constraint: join(k.IDs)}
	if o := e.numbered(k.Action); o != nil {
		w.Task, w.With = o.Task, o.Key
	}
	if k.Resource != nil {
		w.With = k.Resource.Name
	}
	if k.Node != nil {
		w.Node = k.Node.Name
	}
	return w
}

// elsewhere says why a resource, called by its name or "it", is not on the other nodes.
func (e *explainer) elsewhere(r *cluster.Resource, members []*cluster.Resource, only *cluster.Node, named bool) []Sentence {
	if len(members) == 0 {
		return nil
	}
	taken := e.places(r)
	first := members[0]
	for _, m := range members {
		// What has no place, or else the first, speaks for all.
		if e.place(m) == nil {
			first = m
			break
		}
	}
	if g := first.Parent; g != nil && g.Kind == cluster.Group && g.GroupOptions.Colocated && g.Children[0] != first {
		first, named = g.Children[0], true // the others go where the first goes, and it goes where they can
	}
	if c := e.placement(first).Choice; c != nil && c.Kind != "" || e.kept(first, scheduler.ByTargetRole) {
		return nil // no matter of nodes
	}
	var list []Sentence
	for _, n := range e.visible() {
		switch {
		case only != nil && n != only, slices.Contains(taken, n):
			continue
		case n == first.CurrentNode():
			continue // told already
		}
		why := e.against(first, n)
		if only == nil {
			// What holds everywhere was said.
			why = slices.DeleteFunc(why, func(w note.Why) bool {
				return !spatial[w.Of] && slices.ContainsFunc(e.said, func(v note.Why) bool {
					return v.Of == w.Of && v.Constraint == w.Constraint && v.With == w.With
				})
			})
		}
		if len(why) == 0 || only == nil && len(why) == 1 && strings.HasPrefix(why[0].Of, "tie-") {
			continue // the tie was told
		}
		if i := slices.IndexFunc(list, func(s Sentence) bool { return reflect.DeepEqual(s.Because, why) }); i >= 0 {
			list[i].Says.Nodes = append(list[i].Says.Nodes, n.Name)
			continue
		}
		if len(list) == maxSentences {
			break
		}
		w := note.Why{Of: "not-on", Resource: first.Name, Nodes: []string{n.Name}}
		if named {
			w.Of = "not-on-named"
		}
		list = append(list, Sentence{w, why})
	}
	return list
}
