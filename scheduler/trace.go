package scheduler

// showScores records the score lines of a resource and all in it, as they stand when it is assigned. What is removed from
// the configuration is not shown.
func (r *run) showScores(x *rsc, routine string, t table) {
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
