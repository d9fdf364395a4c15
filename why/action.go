package why

import (
	"slices"

	"pacer/note"
	"pacer/scheduler"
)

// aboutAction says whether an action must and can be done, why, and what comes before it.
func (e *explainer) aboutAction(a *scheduler.ActionRecord) []Sentence {
	w := note.Why{What: a.Key}
	if a.Node != nil {
		w.Node = a.Node.Name
	}
	var more []Sentence
	var why []note.Why
	switch {
	case !e.wanted(a) && !a.InGraph:
		w.Of = "action-optional"
		return []Sentence{{Says: w}}
	case a.InGraph && a.Pseudo:
		w.Of = "action-point"
	case a.InGraph:
		w.Of = "action-done"
	default:
		w.Of = "action-blocked"
		var stop []note.Why
		stop, more = e.blocks(a)
		why = append(why, stop...)
	}
	if w.Of != "action-blocked" {
		for i := range a.Needs {
			why = put(why, e.need(a, &a.Needs[i]))
		}
	}
	list := append([]Sentence{{w, why}}, more...)
	if before := e.before(a); len(before) > 0 && a.InGraph {
		list = append(list, Sentence{note.Why{Of: "action-after"}, before})
	}
	return list
}

// needWords are the statements for the kinds of reasons that need no more than the names.
var needWords = map[scheduler.Kind]string{
	scheduler.ByProbe: "need-probe", scheduler.ByStart: "need-start", scheduler.ByRecovery: "need-recovery",
	scheduler.ByPromoting: "need-promote", scheduler.ByDemoting: "need-demote", scheduler.ByRecurring: "need-recurring",
	scheduler.ByCancel: "need-cancel", scheduler.ByNotice: "need-notify", scheduler.ByMembers: "need-members",
	scheduler.ByPoint: "need-point", scheduler.ByAvailability: "need-no-node", scheduler.ByRemoved: "need-removed",
	scheduler.ByOld: "need-history", scheduler.ByUnfencing: "need-unfencing", scheduler.ByShutdown: "need-shutdown",
	scheduler.ByMaintenance: "need-maintenance", scheduler.ByUnclean: "need-unclean", scheduler.ByDefinition: "definition",
	scheduler.ByMigration: "unfinished-migration", scheduler.ByBlocked: "need-recovery",
}

// need says why an action must be done.
func (e *explainer) need(a *scheduler.ActionRecord, k *scheduler.Reason) note.Why {
	w := note.Why{Of: needWords[k.Kind], Reason: k.Text}
	if k.Resource != nil {
		w.Resource = k.Resource.Name
	}
	if a.Node != nil {
		w.Node = a.Node.Name
	}
	switch k.Kind {
	case scheduler.ByMove:
		if k.Node == nil {
			break
		}
		w.Of, w.To = "need-move-from", k.Node.Name
		if a.Task == "start" {
			w.Of, w.To, w.Node = "need-move-to", "", k.Node.Name
		}
	case scheduler.ByMultiple:
		w.Of = "multiple"
		for _, n := range a.Resource.RunningOn {
			w.Nodes = append(w.Nodes, n.Name)
		}
	case scheduler.ByRequired:
		return e.require(k)
	}
	return w
}

// wanted tells whether an action must be done, or would have to be if it could: what cannot start is not asked to.
func (e *explainer) wanted(a *scheduler.ActionRecord) bool {
	return a.Required || a.Task == "start" && !a.Runnable && !a.Pseudo && a.Resource != nil && e.place(a.Resource) == a.Node &&
		a.Node != nil && !slices.Contains(a.Resource.RunningOn, a.Node)
}
