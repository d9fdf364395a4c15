package scheduler

import (
	"strings"

	"pacer/cluster"
	"pacer/score"
)

// colocation keeps a dependent with, or away from, a primary.
type colocation struct {
	id                         string
	dependent, primary         *rsc
	dependentRole, primaryRole cluster.Role
	score                      score.Score
	attribute                  string
	sites                      []site // by node: what is compared
	influence                  bool
	explicit                   bool // it stands in the configuration
}

func (c *colocation) mandatory() bool { return c.score >= plus || c.score <= minus }

// cause is what its effect on its dependent comes from.
func (c *colocation) cause() cause {
	k := cause{kind: ByPrimary, id: c.id, with: c.primary, count: int(c.score)}
	if c.primaryRole != cluster.RoleUnknown {
		k.name = c.primaryRole.String()
	}
	return k
}

// moves tells whether the dependent has a say in where the primary goes: always when it is meant to, else until the primary
// runs.
func (c *colocation) moves(primary *rsc) bool {
	if primary == nil {
		primary = c.primary
	}
	if c.dependent.in.Connection && c.dependent.bundled() && !primary.failed && len(primary.running) == 1 {
		return false // moving a connection is cheap, moving a container that runs is not
	}
	return c.influence || len(primary.running) == 0
}

// colocate adds a colocation.
func (r *run) colocate(c *colocation) {
	if c.score == 0 {
		return
	}
	if c.attribute == "" {
		c.attribute = "#uname"
	}
	c.sites = r.sitesOf(c.attribute)
	c.dependent.thisWith = insertSorted(c.dependent.thisWith, c, beforeByPrimary)
	c.primary.withThis = insertSorted(c.primary.withThis, c, beforeByDependent)
	if c.score <= minus {
		r.orderApart(c.dependent, c.dependentRole, c.primary, c.primaryRole)
		r.orderApart(c.primary, c.primaryRole, c.dependent, c.dependentRole)
	}
}

// orderApart lets one resource lose its role on a node before another that must not be with it gains its own there.
func (r *run) orderApart(first *rsc, firstRole cluster.Role, then *rsc, thenRole cluster.Role) {
	lose, gain := []string{taskStop}, []string{taskStart}
	switch firstRole {
	case cluster.Promoted:
		lose = []string{taskDemote}
	case cluster.Unpromoted:
		lose = append(lose, taskPromote)
	}
	switch thenRole {
	case cluster.Promoted:
		gain = []string{taskPromote}
	case cluster.Unpromoted:
		gain = append(gain, taskDemote)
	}
	for _, l := range lose {
		for _, g := range gain {
			r.orderTasks(first, l, then, g, apart)
		}
	}
}

// insertSorted puts a colocation before the first that is not less.
func insertSorted(list []*colocation, c *colocation, compare func(a, b *colocation) int) []*colocation {
	at := len(list)
	for i, other := range list {
		if compare(c, other) <= 0 {
			at = i
			break
		}
	}
	list = append(list, nil)
	copy(list[at+1:], list[at:])
	list[at] = c
	return list
}

func beforeByPrimary(a, b *colocation) int   { return importance(a.primary, b.primary) }
func beforeByDependent(a, b *colocation) int { return importance(a.dependent, b.dependent) }

// importance sorts resources: higher priority first, then collections, promotable clones first, then by name.
func importance(a, b *rsc) int {
	if a.priority != b.priority {
		return b.priority - a.priority
	}
	if a.kind != b.kind {
		return int(b.kind) - int(a.kind)
	}
	if a.kind == cluster.Clone && a.promotable != b.promotable {
		if a.promotable {
			return -1
		}
		return 1
	}
	return strings.Compare(a.name, b.name)
}

// merge adds colocations to a list, which may be that of a resource. A list that has some already takes the first of the others only, as often
// as there are others: so the reference decides, and with it clusters that have grown around that (see docs/scheduler.md).
func merge(list, more []*colocation, compare func(a, b *colocation) int) []*colocation {
	if len(list) == 0 {
		return append([]*colocation(nil), more...)
	}
	for range more {
		list = insertSorted(list, more[0], compare)
	}
	return list
}

// primaries are the colocations in which a resource is the dependent, those of its collections included.
func (x *rsc) primaries() []*colocation { return x.collectPrimaries(x, nil) }

func (x *rsc) collectPrimaries(orig *rsc, list []*colocation) []*colocation {
	up := func() []*colocation {
		if x.parent != nil {
			return x.parent.collectPrimaries(orig, list)
		}
		return list
	}
	switch x.kind {
	case cluster.Primitive, cluster.Clone:
		list = merge(list, x.thisWith, beforeByPrimary)
		return up()
	case cluster.Group:
		if len(x.children) == 0 {
			return list
		}
		if x == orig || orig == x.children[0] {
			list = merge(list, x.thisWith, beforeByPrimary)
			list = up()
			// What other members must be with, the first must be with.
			for _, m := range x.children {
				if x.in.GroupOptions.Colocated && m != orig {
					list = addExplicit(list, m.thisWith, beforeByPrimary)
				}
			}
			return list
		}
		// Later members follow the first, unless one in between is not managed and breaks the chain.
		for _, m := range x.children {
			if m == orig {
				break
			}
			if !m.managed {
				for _, c := range x.thisWith {
					if c.score == plus {
						list = insertSorted(list, c, beforeByPrimary)
					}
				}
				break
			}
		}
	case cluster.Bundle:
		return x.collectBundlePrimaries(orig, list)
	}
	return list
}

// dependents are the colocations in which a resource is the primary, those of its collections included.
func (x *rsc) dependents() []*colocation { return x.collectDependents(x, nil) }

func (x *rsc) collectDependents(orig *rsc, list []*colocation) []*colocation {
	switch x.kind {
	case cluster.Group:
		if len(x.children) == 0 || x != orig && orig != x.last() {
			return list
		}
	case cluster.Bundle:
		return x.collectBundleDependents(orig, list)
	}
	list = merge(list, x.withThis, beforeByDependent)
	if x.parent != nil {
		list = x.parent.collectDependents(orig, list)
	}
	if x.kind == cluster.Group && x.in.GroupOptions.Colocated {
		for _, m := range x.children {
			if m != orig {
				list = addExplicit(list, m.withThis, beforeByDependent)
			}
		}
	}
	return list
}

// addExplicit adds those colocations that the configuration has, to a list that is no resource's own.
func addExplicit(list, more []*colocation, compare func(a, b *colocation) int) []*colocation {
	for _, c := range more {
		if c.explicit {
			list = insertSorted(list, c, compare)
		}
	}
	return list
}

// effect is what a colocation does to its dependent now.
type effect uint8

const (
	noEffect effect = iota
	onPlace
	onRole
)

// roleHolder is whose next role counts: of a container that of what is inside.
func roleHolder(x *rsc) *rsc {
	if c := x.contained(); c != nil {
		return c
	}
	return x
}

// inPromotable tells whether a resource is an instance of a promotable clone, or a member of one.
func (x *rsc) inPromotable() bool {
	p := x.parent
	if p != nil && p.kind == cluster.Group {
		p = p.parent
	}
	return p != nil && p.promotable
}

// effectOn tells what a colocation does to its dependent at this point. With preview both are taken as assigned.
func (c *colocation) effectOn(dependent, primary *rsc, preview bool) effect {
	if !preview && primary.unassigned {
		return noEffect
	}
	d, p := roleHolder(dependent), roleHolder(primary)
	if c.dependentRole >= cluster.Unpromoted && d.inPromotable() && !d.unassigned {
		return onRole
	}
	if !preview && !dependent.unassigned {
		return noEffect
	}
	switch {
	case c.dependentRole != cluster.RoleUnknown && c.dependentRole != d.next:
		return noEffect
	case c.primaryRole != cluster.RoleUnknown && c.primaryRole != p.next:
		return noEffect
	}
	return onPlace
}

// applyColocation applies a colocation to its dependent, now that the primary was assigned. It returns what that added to
// the dependent's promotion priority.
func (r *run) applyColocation(dependent, primary *rsc, c *colocation) int {
	switch dependent.kind {
	case cluster.Group:
		return r.colocateGroupWith(dependent, primary, c)
	case cluster.Clone, cluster.Bundle:
		return 0 // their instances take their colocations over
	}
	switch primary.kind {
	case cluster.Group:
		return r.colocateWithGroup(dependent, primary, c)
	case cluster.Clone:
		return r.colocateWithClone(dependent, primary, c)
	case cluster.Bundle:
		return r.colocateWithBundle(dependent, primary, c)
	}
	switch c.effectOn(dependent, primary, false) {
	case onRole:
		return r.applyToPriority(dependent, primary, c)
	case onPlace:
		r.applyToScores(dependent, primary, c)
	}
	return 0
}

func (r *run) colocateGroupWith(group, primary *rsc, c *colocation) int {
	if len(group.children) == 0 {
		return 0
	}
	if group.in.GroupOptions.Colocated {
		delta := r.applyColocation(group.children[0], primary, c)
		group.priority = int(score.Add(score.Of(int64(delta)), score.Of(int64(group.priority))))
		return delta
	}
	if c.score >= plus {
		r.say(cluster.Config, "Group "+group.name+": members that need not be together cannot all be with "+primary.name+".")
		return 0
	}
	sum := score.Score(0)
	for _, m := range group.children {
		sum = score.Add(sum, score.Score(r.applyColocation(m, primary, c)))
	}
	return int(sum)
}

func (r *run) colocateWithGroup(dependent, group *rsc, c *colocation) int {
	if group.unassigned || len(group.children) == 0 {
		return 0
	}
	if group.in.GroupOptions.Colocated {
		// All of the group must be there for those that must be with it, its begin is enough for those that want to.
		m := group.children[0]
		if c.score >= plus {
			m = group.last()
		}
		return r.applyColocation(dependent, m, c)
	}
	if c.score >= plus {
		r.say(cluster.Config, "Nothing can be with all of group "+group.name+", whose members need not be together.")
		return 0
	}
	sum := score.Score(0)
	for _, m := range group.children {
		sum = score.Add(sum, score.Score(r.applyColocation(dependent, m, c)))
	}
	return int(sum)
}

// applyToScores applies a colocation to the scores of its dependent.
func (r *run) applyToScores(dependent, primary *rsc, c *colocation) {
	at := r.site(c, primary.assigned, primary)
	if primary.assigned == nil && c.score < 0 {
		return
	}
	work := r.copyOf(dependent.allowed)
	for i := range work {
		a := &work[i]
		if !a.known {
			continue
		}
		if primary.assigned == nil {
			a.score = score.Add(-c.score, a.score)
			continue
		}
		switch same := r.site(c, r.nodes[i], dependent) == at; {
		case same && c.score < plus:
			a.score = score.Add(c.score, a.score)
		case !same && c.score >= plus:
			a.score = minus
		}
	}
	if c.mandatory() || r.anyAvailable(work) {
		dependent.allowed = work
		dependent.copied++
	}
}

// applyToPriority applies a colocation by role to the promotion priority of its dependent.
func (r *run) applyToPriority(dependent, primary *rsc, c *colocation) int {
	if dependent.assigned == nil {
		return 0
	}
	if primary.assigned != nil && c.primaryRole != cluster.RoleUnknown && c.primaryRole != roleHolder(primary).next {
		return 0
	}
	delta := int(c.score)
	if r.site(c, dependent.assigned, dependent) != r.site(c, primary.assigned, primary) {
		if c.score != plus || c.dependentRole != cluster.Promoted {
			return 0
		}
		delta = -delta
	} else if c.dependentRole == cluster.Unpromoted {
		delta = -delta
	}
	dependent.priority = int(score.Add(score.Score(delta), score.Of(int64(dependent.priority))))
	return delta
}

// blockDependents makes what must be with a resource impossible when the resource itself is.
func (r *run) blockDependents(a *action) {
	if a.has(runnable) || a.rsc == nil || a.task != taskStart && a.task != taskPromote {
		return
	}
	x := a.rsc.wholeOf()
	for _, c := range x.children {
		if b := c.first(a.task, nil); b == nil || b.has(runnable) {
			return // something of it can
		}
	}
	for _, c := range x.dependents() {
		if c.score < plus || a.task == taskPromote && c.primaryRole != cluster.Promoted {
			continue
		}
		task := taskStart
		if c.dependentRole == cluster.Promoted {
			task = taskPromote
		}
		r.block(c.dependent, task, a.rsc)
	}
}

func (r *run) block(x *rsc, task string, cause *rsc) {
	for i := len(x.actions) - 1; i >= 0; i-- {
		if a := x.actions[i]; a.has(runnable) && a.task == task {
			a.clear(runnable)
			a.because(&Because{Kind: ByPrimary, Resource: cause.in}, false)
			r.blockDependents(a)
			r.update(a)
		}
	}
	for _, c := range x.children {
		r.block(c, task, cause)
	}
}
