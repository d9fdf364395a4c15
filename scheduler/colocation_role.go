package scheduler

import (
	"pacer/cluster"
	"pacer/score"
)

// colocateWithRole applies a colocation with the instances that have a role to the scores of its dependent. What must be with
// one of them must be on its node, whatever attribute the colocation compares: see intersect.
func (r *run) colocateWithRole(clone, dependent *rsc, c *colocation) {
	var at []*rsc
	for _, i := range clone.children {
		n := i.location()
		if n == nil || i.state(false) != c.primaryRole {
			continue
		}
		at = append(at, i)
		if c.score >= plus {
			continue
		}
		s := r.site(c, n, i)
		for j := range dependent.allowed {
			a := &dependent.allowed[j]
			if a.known && r.site(c, r.nodes[j], dependent) == s {
				a.score = score.Add(a.score, c.score)
			}
		}
	}
	if c.score < plus || c.dependentRole == cluster.Promoted && c.primaryRole == cluster.Promoted {
		return
	}
	for j := range dependent.allowed {
		a := &dependent.allowed[j]
		if !a.known {
			continue
		}
		found := false
		for k := len(at) - 1; k >= 0 && !found; k-- {
			if found = at[k].location() == r.nodes[j]; found {
				a.score = score.Add(a.score, at[k].leaf().assignedScore)
			}
		}
		if !found {
			a.score = minus
		}
	}
}

// promoteWithRole applies a colocation by role to an instance whose role is being decided.
func (r *run) promoteWithRole(clone, dependent *rsc, c *colocation) int {
	if r.matchingInstance(dependent, clone, c) != nil {
		dependent.priority = int(score.Add(score.Of(int64(dependent.priority)), c.score))
		return int(c.score)
	}
	if c.score >= plus {
		dependent.priority = int(minus)
		return int(minus)
	}
	return 0
}

// matchingInstance is an instance in the role that a colocation wants which matches the node of the dependent. Whether that node counts as
// the host of its container hangs on the instance, as in the reference, not on the dependent.
func (r *run) matchingInstance(dependent, clone *rsc, c *colocation) *rsc {
	n := dependent.location()
	if n == nil {
		return r.compatibleInstance(dependent, clone, c.primaryRole, false)
	}
	for _, i := range clone.children {
		at := i.location()
		if at == nil || i.anyBlocked() || i.state(false) != c.primaryRole {
			continue
		}
		if r.site(c, at, i) == r.site(c, n, i) {
			return i
		}
	}
	return nil
}
