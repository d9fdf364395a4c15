package cluster

import (
	"pacer/xmltree"
)

// Constraint is one of the kinds below; the others are nil.
type Constraint struct {
	Location   *Location
	Colocation *Colocation
	Order      *Order
	Ticket     *TicketDependency
}

// maxConstraints limits what sets and patterns may multiply to.
const maxConstraints = 1_000_000

// constraints reads the constraints, which name resources and tags.
type constraints struct {
	*State
	byName map[string]*Resource
	tagged map[string][]string // what bears a tag or uses a template
}

func (s *State) unpackConstraints(x *xmltree.Node) {
	c := &constraints{State: s, byName: make(map[string]*Resource, len(s.Resources)), tagged: map[string][]string{}}
	for _, list := range [][]Tag{s.Templates, s.Tags} {
		for _, t := range list {
			if _, ok := c.tagged[t.ID]; !ok {
				c.tagged[t.ID] = t.Refs
			}
		}
	}
	for _, r := range s.Resources {
		if c.byName[r.Name] == nil {
			c.byName[r.Name] = r
		}
		// The plain name of something in an anonymous clone means the clone, once an instance goes by it in the history.
		if r.History != "" && c.byName[r.History] == nil {
			c.byName[r.History] = r.Top(false)
		}
	}
	for e := range x.Elements() {
		if e.ID() == "" {
			s.say(Config, "Line %d: a <%s> without id is left out.", e.Line, e.Name)
			continue
		}
		if len(s.Constraints) > maxConstraints {
			s.say(Config, "Too many constraints: those from %s on are left out.", e.ID())
			return
		}
		switch e.Name {
		case "rsc_location":
			c.location(e)
		case "rsc_colocation":
			c.colocation(e)
		case "rsc_order":
			c.order(e)
		case "rsc_ticket":
			c.ticketDependency(e)
		}
	}
}

func (c *constraints) add(k Constraint) { c.Constraints = append(c.Constraints, k) }

// find returns a resource by name, told as missing when there is none.
func (c *constraints) find(constraint, id string) *Resource {
	r := c.byName[id]
	if r == nil {
		c.say(Config, "Constraint %s is left out: there is no resource %q.", constraint, id)
	}
	return r
}
