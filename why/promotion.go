package why

import (
	"pacer/cluster"
	"pacer/note"
	"pacer/scheduler"
)

// promotion says why an instance of a promotable clone is promoted or not.
func (e *explainer) promotion(r *cluster.Resource) (Sentence, bool) {
	p := e.placement(r).Promotion
	if p == nil || e.place(r) == nil {
		return Sentence{}, false
	}
	w := note.Why{Of: "promoted", Resource: r.Name, Node: p.Node.Name}
	var why []note.Why
	for _, t := range p.Contributions {
		v := note.Why{Node: p.Node.Name, Score: t.Score.String(), Constraint: t.ID, Rule: t.Rule}
		if t.With != nil {
			v.With = t.With.Name
		}
		switch {
		case t.Kind == scheduler.ByLocation && t.Score > 0:
			v.Of = "wanted"
		case t.Kind == scheduler.ByLocation && t.Score < 0:
			v.Of = "disliked"
			e.suggestWithoutLocation(r, p.Node, t.ID)
		case t.Kind == scheduler.ByPrimary && t.Score < 0:
			v.Of = "promoted-apart"
			e.suggestWithout(t.ID)
		case t.Kind == scheduler.ByPrimary:
			v.Of = "rather-with"
		case t.Kind == scheduler.ByDependent && t.Score > 0:
			v.Of = "promoted-pulled"
		case t.Kind == scheduler.ByTicket:
			v.Of, v.Ticket = "ticket", t.Name
			e.suggestTicket(t.Name)
		default:
			continue
		}
		why = put(why, v)
	}
	if p.Promoted {
		return Sentence{w, append([]note.Why{{Of: "promotion-score", Score: p.Score.String()}}, why...)}, true
	}
	w.Of = "not-promoted"
	switch p.Kind {
	case scheduler.ByPromotedMax:
		e.suggestPromotion(r, e.placement(r))
		why = []note.Why{{Of: "promoted-max", Limit: number(r.Top(false).CloneOptions.PromotedMax)}, {Of: "promotion-low", Score: p.Score.String()}}
	case scheduler.ByQuorum:
		why = []note.Why{e.noQuorum()}
	case scheduler.ByPromotion:
		switch t := p.Contributions[0]; {
		case t.Kind == scheduler.ByTargetRole:
			why = []note.Why{e.notToRun(r)}
		case t.Count == 0:
			why = append([]note.Why{{Of: "promotion-none"}}, why...)
			e.suggestPromotion(r, e.placement(r))
		default:
			why = append([]note.Why{{Of: "promotion-low", Score: p.Score.String()}}, why...)
		}
	}
	return Sentence{w, why}, true
}
