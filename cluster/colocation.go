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
		if !c.colocateWithin(e, v, points, move) {
			return
		}
		if i > 0 && !c.colocateSets(e, sets[i-1], v, points, move) {
			return
		}
	}
}

// colocate makes one colocation.
func (c *constraints) colocate(id, attribute string, points score.Score, dependent, primary *Resource, role1, role2 string, move bool) {
	if points == 0 {
		return
	}
	if attribute == "" {
		attribute = "#uname"
	}
	c.add(Constraint{Colocation: &Colocation{ID: id, Dependent: dependent, Primary: primary,
		DependentRole: colocationRole(role1), PrimaryRole: colocationRole(role2), Score: points, Attribute: attribute,
		Influence: move}})
}

// influence tells whether the dependent of a colocation may move the primary.
func influence(text string, dependent *Resource) bool {
	if b, ok := option.ParseBool(text); ok {
		return b
	}
	return dependent.Critical
}

func colocationRole(text string) Role {
	if r := ParseRole(text); r != Started {
		return r
	}
	return RoleUnknown
}

// colocateWithin keeps the members of a set together: each with the one before it, or with ordering="listed" with the one
// after it. With a negative score each is kept away from all before it.
func (c *constraints) colocateWithin(e *xmltree.Node, v *set, points score.Score, move string) bool {
	if text, ok := v.get("score"); ok {
		points = score.ParseOr(text, 0)
	}
	if points == 0 || !v.isSequential(true) {
		return true
	}
	listed, _ := v.get("ordering")
	var before []*Resource
	for _, id := range v.refs {
		r := c.find(e.ID(), id)
		if r == nil {
			return false
		}
		switch {
		case points < 0:
			for _, other := range before {
				if other == r {
					break
				}
				c.colocate(v.id, "", points, r, other, v.role, v.role, influence(move, r))
			}
		case len(before) == 0:
		case listed != "" && listed != "group":
			last := before[len(before)-1]
			c.colocate(v.id, "", points, last, r, v.role, v.role, influence(move, last))
		default:
			c.colocate(v.id, "", points, r, before[len(before)-1], v.role, v.role, influence(move, r))
		}
		before = append(before, r)
	}
	return true
}

// colocateSets keeps one set with the next: the first of a sequential set, or all of another, with the last of a
// sequential set, or all of another.
func (c *constraints) colocateSets(e *xmltree.Node, v, w *set, points score.Score, move string) bool {
	if points == 0 {
		return true
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
			return false
		}
		for _, b := range second {
			p := c.find(e.ID(), b)
			if p == nil {
				return false
			}
			c.colocate(e.ID(), "", points, d, p, v.role, w.role, influence(move, d))
		}
	}
	return true
}
