package why

import (
	"fmt"
	"slices"

	"pacer/note"
	"pacer/scheduler"
)

// waits says what comes before an action.
func (e *explainer) waits(a *scheduler.ActionRecord) []Sentence {
	if a == nil || !a.InGraph {
		return nil
	}
	why := e.before(a)
	if len(why) == 0 {
		return nil
	}
	return []Sentence{{note.Why{Of: "waits", Task: a.Task, Node: a.Node.Name}, why}}
}

// maxBefore limits how many actions are named that come before one.
const maxBefore = 4

// before names the actions that come before one: real ones, those behind points of order included.
func (e *explainer) before(a *scheduler.ActionRecord) []note.Why {
	var list []note.Why
	seen, of := map[int]bool{}, a.Resource
	var look func(a *scheduler.ActionRecord, ids []string)
	look = func(a *scheduler.ActionRecord, ids []string) {
		for _, k := range a.Waits {
			o := e.numbered(k.Action)
			if o == nil || seen[o.ID] || len(list) >= maxBefore {
				continue
			}
			seen[o.ID] = true
			w := note.Why{Of: "before", Task: o.Task, Constraint: join(append(slices.Clone(k.IDs), ids...))}
			if o.Node != nil {
				w.Node = o.Node.Name
			}
			switch {
			case o.Task == "stonith":
				w.Of = "before-fencing"
			case o.Pseudo:
				look(o, append(slices.Clone(k.IDs), ids...))
				continue
			case o.Resource == nil:
				w.Of = "before-node"
			case o.Resource == of:
				continue // it goes without saying
			case o.Task == "monitor" || o.Task == "notify":
				continue // looking comes before everything
			default:
				w.With = o.Resource.Name
			}
			list = append(list, w)
		}
	}
	look(a, nil)
	return list
}

func join(ids []string) string {
	var list []string
	for _, id := range ids {
		if id != "" && !slices.Contains(list, id) {
			list = append(list, id)
		}
	}
	s := fmt.Sprint(list)
	return s[1 : len(s)-1]
}
