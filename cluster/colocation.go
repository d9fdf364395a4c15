package cluster

import (
	"pacer/option"
	"pacer/score"
	"pacer/xmltree"
)

// Colocation keeps Dependent with, or away from, Primary.
type Colocation struct {
	ID                         string
	Dependent, Primary         *Resource
	DependentRole, PrimaryRole Role // RoleUnknown: any
	Score                      score.Score
	Attribute                  string // node attribute that must be equal; "#uname" by default
	Influence                  bool   // whether the dependent influences where an active primary goes
}

func (c *constraints) colocation(e *xmltree.Node) {
	points := score.ParseOr(e.Get("score"), 0)
	move := e.Get("influence")
	sets, ok := c.sets(e)
	if !ok {
		return
	}
	if len(sets) == 0 {
		dependent, primary := e.Get("rsc"), e.Get("with-rsc")
		if sets, ok = c.sides(e, dependent, primary); !ok {
			return
		}
		if sets == nil {
			d, p := c.find(e.ID(), dependent), c.find(e.ID(), primary)
			c.colocate(e.ID(), e.Get("node-attribute"), points, d, p, e.Get("rsc-role"), e.Get("with-rsc-role"),
				influence(move, d))
			return
		}
		if c.isTag(dependent) && c.isTag(primary) {
			c.say(Config, "Constraint %s is left out: of two tags or templates none can be with the other.", e.ID())
			return
		}
		sets[0].role, sets[1].role = e.Get("rsc-role"), e.Get("with-rsc-role")
	}
	for i, v := range sets {
		c.colocateWithin(e, v, points, move)
		if i > 0 {
			c.colocateSets(e, sets[i-1], v, points, move)
		}
	}
}

// colocate makes one colocation.
func (c *constraints) colocate(id, attribute string, points score.Score, dependent, primary *Resource, role1, role2 string, move bool) {
	limit1, ok1 := c.limit(id, role1)
	limit2, ok2 := c.limit(id, role2)
	if !ok1 || !ok2 || points == 0 {
		return
	}
	if attribute == "" {
		attribute = "#uname"
	}
	c.add(Constraint{Colocation: &Colocation{ID: id, Dependent: dependent, Primary: primary, DependentRole: limit1,
		PrimaryRole: limit2, Score: points, Attribute: attribute, Influence: move}})
}

// influence tells whether the dependent of a colocation may move the primary.
func influence(text string, dependent *Resource) bool {
	if b, ok := option.ParseBool(text); ok {
		return b
	}
	return dependent.Critical
}

// limit reads the role to which a constraint is limited: RoleUnknown for any, which Started is too. With a word that is no role the
// constraint does not count.
func (c *constraints) limit(id, text string) (role Role, ok bool) {
	switch role = ParseRole(text); {
	case role == Started:
		return RoleUnknown, true
	case role == RoleUnknown && text != "":
		c.say(Config, "Constraint %s is left out: role %q is not known.", id, text)
		return role, false
	}
	return role, true
}

// colocateWithin keeps the members of a set together: each with the one before it, or with ordering="listed" with the one
// after it; whether it may move that one is then asked of that one, as in the reference. With a negative score each is kept away from all
// before it. What stands behind a name that is no resource's is left out.
func (c *constraints) colocateWithin(e *xmltree.Node, v *set, points score.Score, move string) {
	if text, ok := v.get("score"); ok {
		points = score.ParseOr(text, 0)
	}
	if points == 0 || !v.isSequential(true) {
		return
	}
	listed, _ := v.get("ordering")
	var last *Resource
	for _, id := range v.refs {
		r := c.find(e.ID(), id)
		if r == nil {
			return
		}
		switch {
		case points < 0:
			c.colocateApart(e, v, r, points, move)
		case last == nil:
		case listed != "" && listed != "group":
			c.colocate(v.id, "", points, last, r, v.role, v.role, influence(move, r))
		default:
			c.colocate(v.id, "", points, r, last, v.role, v.role, influence(move, r))
		}
		last = r
	}
}

// colocateApart keeps a member of a set away from those before it. A clone that the set names by what is in it does not find itself
// there: it is kept away from all that the set names.
func (c *constraints) colocateApart(e *xmltree.Node, v *set, r *Resource, points score.Score, move string) {
	for _, id := range v.refs {
		if id == r.Name {
			return
		}
		if other := c.find(e.ID(), id); other != nil {
			c.colocate(v.id, "", points, r, other, v.role, v.role, influence(move, r))
		}
	}
}

// colocateSets keeps one set with the next: the first of a sequential set, or all of another, with the last of a
// sequential set, or all of another. Names that are no resource's are left out.
func (c *constraints) colocateSets(e *xmltree.Node, v, w *set, points score.Score, move string) {
	if points == 0 {
		return
	}
	first, second := v.refs, w.refs
	if v.isSequential(true) && len(first) > 0 {
		first = first[:1]
	}
	if w.isSequential(true) && len(second) > 0 {
		second = second[len(second)-1:]
	}
	for _, a := range first {
		d := c.find(e.ID(), a)
		if d == nil {
			continue
		}
		for _, b := range second {
			if p := c.find(e.ID(), b); p != nil {
				c.colocate(e.ID(), "", points, d, p, v.role, w.role, influence(move, d))
			}
		}
	}
}
