package randomcib

import (
	"slices"
	"strconv"
	"strings"

	"pacer/xmltree"
)

func (g *generator) makeConstraints() {
	d := g.dice("constraints")
	size := func() int { return d.below(3 + len(g.all)/3) }
	locations, colocations, orders := 1+size(), 1+size(), 1+size()
	if g.on[Locations] {
		for i := range locations {
			g.makeLocation(g.dice("location", strconv.Itoa(i)))
		}
	}
	if g.on[Colocations] {
		for i := range colocations {
			g.makeColocation(g.dice("colocation", strconv.Itoa(i)))
		}
	}
	if g.on[Orders] {
		for i := range orders {
			g.makeOrder(g.dice("order", strconv.Itoa(i)))
		}
	}
	if g.on[Tickets] {
		g.makeTickets()
	}
}

// constraint makes a constraint; the order of the ids is not that of the document.
func (g *generator) constraint(d dice, name string) *xmltree.Node {
	n := 0
	for range g.config.constraints.Elements(name) {
		n++
	}
	return g.config.constraints.AddNew(name, "id", d.one("k", "b", "x")+"-"+strings.TrimPrefix(name, "rsc_")+strconv.Itoa(n))
}

// target picks a resource for a constraint, sometimes by a tag.
func (g *generator) target(d dice) string {
	if len(g.tagged) > 0 && d.chance(.15) {
		return pick(d, g.tagged)
	}
	return g.single(d).id
}

// single picks one resource: mostly one of the top, sometimes a member of a group or what is cloned.
func (g *generator) single(d dice) *resource {
	if g.some(d, Members, .3) {
		if r := pick(d, g.all); r.parent == nil || r.parent.kind == group || d.chance(.2) {
			return r
		}
	}
	return pick(d, g.tops)
}

// roleOf picks a role that means something for most.
func roleOf(d dice) string {
	return d.one("Promoted", "Promoted", "Master", "Unpromoted", "Slave", "Started", "Stopped")
}

// outer are the nodes but those inside of containers: 2.1.5 fails when a bundle may run on itself.
func (g *generator) outer() []*node {
	return slices.DeleteFunc(slices.Clone(g.hosts), func(n *node) bool { return n.inner })
}

// means are the resources that a constraint's reference stands for: those of a tag, or the one; with what they are in.
func (g *generator) means(id string) []string {
	var list []string
	for ref := range g.config.tags.ByID("tag", id).Elements("obj_ref") {
		list = append(list, ref.ID())
	}
	if list != nil {
		return list
	}
	list = []string{id}
	for _, r := range g.all {
		if r.id == id {
			for p := r.parent; p != nil; p = p.parent {
				list = append(list, p.id)
			}
		}
	}
	return list
}

// set adds a set of resources to a constraint; nothing stands in two sets.
func (g *generator) set(d dice, x *xmltree.Node, used map[string]bool) *xmltree.Node {
	s := xmltree.New("resource_set", "id", x.ID()+"-"+strconv.Itoa(len(x.Children)))
	for range 1 + d.few(3) {
		id := g.target(d)
		list := g.means(id)
		if slices.ContainsFunc(list, func(id string) bool { return used[id] }) {
			continue
		}
		for _, id := range list {
			used[id] = true
		}
		s.AddNew("resource_ref", "id", id)
	}
	if len(s.Children) == 0 {
		return nil
	}
	x.Add(s)
	return s
}

func (g *generator) makeLocation(d dice) {
	x := g.constraint(d, "rsc_location")
	switch {
	case g.some(d, LocationSets, .3):
		for range d.few(2) {
			if s := g.set(d, x, map[string]bool{}); g.some(d, LocationRoles, .3) {
				s.Set("role", roleOf(d))
			}
		}
	case g.some(d, LocationPatterns, .3):
		x.Set("rsc-pattern", d.one("^p", "1$", "^[cg]", "^(p|g)([0-9]+)$", "!^c", "2"))
	default:
		x.Set("rsc", g.target(d))
	}
	if x.First("resource_set") == nil && g.some(d, LocationRoles, .3) {
		x.Set("role", roleOf(d))
	}
	if g.some(d, Discovery, .4) {
		x.Set("resource-discovery", d.one("always", "never", "exclusive", "exclusive"))
	}
	if g.some(d, LocationRules, .5) || g.some(d, LocationDates, .4) {
		r := x.AddNew("rule", "id", x.ID()+"-rule")
		if d.chance(.15) {
			r.Set("score-attribute", d.one("rank", "state"))
		} else {
			r.Set("score", d.score())
		}
		if role := roleOf(d); g.some(d, LocationRoles, .3) && x.Get("role") == "" && x.First("resource_set") == nil {
			r.Set("role", role)
		}
		g.rule(d, r, 0)
		return
	}
	x.Set("node", pick(d, g.outer()).name).Set("score", d.score())
}

func (g *generator) makeColocation(d dice) {
	one, other, ok := g.pair(d)
	if !ok {
		return
	}
	promoted := g.some(d, ColocationRoles, .4)
	if promoted {
		promoted = false
		list := slices.DeleteFunc(slices.Clone(g.tops), func(r *resource) bool { return !r.promotable })
		if len(list) > 0 {
			other = pick(d, list).id
			if third := pick(d, list).id; third != other && d.chance(.5) {
				one = third
			}
			promoted = !g.related(one, other)
		}
		if !promoted {
			return
		}
	}
	x := g.constraint(d, "rsc_colocation")
	x.Set("score", g.together(d.one("INFINITY", "INFINITY", "INFINITY", "-INFINITY", "100", "-100", "1000", "0", "10")))
	if g.some(d, Influence, .5) {
		x.Set("influence", d.yes(.3))
	}
	if g.some(d, ColocationSets, .4) && !promoted {
		used := map[string]bool{}
		for range d.few(3) {
			s := g.set(d, x, used)
			if s == nil {
				continue
			}
			switch {
			case g.some(d, OldForms, .7):
				s.Set("ordering", "listed")
			case d.chance(.4):
				s.Set("sequential", d.yes(.3))
			}
			if g.some(d, ColocationRoles, .4) {
				s.Set("role", roleOf(d))
			}
			if d.chance(.2) {
				s.Set("score", g.together(d.score()))
			}
		}
		return
	}
	x.Set("rsc", one).Set("with-rsc", other)
	if x.Get("score") == "INFINITY" {
		g.with = append(g.with, [2]string{one, other})
	}
	if g.some(d, ColocationAttributes, .5) {
		x.Set("node-attribute", d.one("site", "rank", "#uname"))
	}
	switch {
	case promoted:
		x.Set("with-rsc-role", "Promoted")
		if d.chance(.6) {
			x.Set("rsc-role", d.one("Promoted", "Promoted", "Unpromoted", "Started"))
		}
	case g.on[ColocationRoles]:
		if d.chance(.4) {
			x.Set("rsc-role", roleOf(d))
		}
		if d.chance(.5) {
			x.Set("with-rsc-role", roleOf(d))
		}
	}
}

// together makes a negative score positive unless things may be kept apart.
func (g *generator) together(score string) string {
	if !g.on[Apart] {
		score = strings.TrimPrefix(score, "-")
	}
	return score
}

// pair picks two resources or tags that have nothing in common (2.1.5 fails when something is ordered before itself), mostly
// the later one first; ok is false when it finds none.
func (g *generator) pair(d dice) (one, other string, ok bool) {
	for range 6 {
		one, other = g.target(d), g.target(d)
		if ok = !g.related(one, other); ok {
			break
		}
	}
	if d.chance(.85) && g.position(one) < g.position(other) { // circles are rare
		one, other = other, one
	}
	return one, other, ok
}

// related tells whether one of two references stands for something that the other stands for too, or is in it.
func (g *generator) related(one, other string) bool {
	a, b := g.means(one), g.means(other)
	return slices.Contains(a, b[0]) || slices.Contains(b, a[0]) ||
		slices.ContainsFunc(b, func(id string) bool { return slices.Contains(a, id) && !g.isGroup(id) })
}

func (g *generator) isGroup(id string) bool {
	return slices.ContainsFunc(g.tops, func(r *resource) bool { return r.id == id && r.kind == group })
}

func (g *generator) position(id string) int {
	for i, r := range g.all {
		if r.id == id {
			return i
		}
	}
	return -1
}

func (g *generator) makeOrder(d dice) {
	then, first, ok := g.pair(d)
	if !ok {
		return
	}
	x := g.constraint(d, "rsc_order")
	inSets := g.some(d, OrderSets, .4)
	if kind := d.one("Optional", "Mandatory", "Serialize", "Optional"); g.some(d, OrderKinds, .5) {
		x.Set("kind", kind)
	} else if g.some(d, OrderKinds, .2) {
		x.Set("score", d.one("0", "INFINITY", "10"))
	}
	if g.some(d, Asymmetric, .5) {
		x.Set("symmetrical", "false")
	}
	actions := []string{"start", "stop", "promote", "demote", "promote", "start"}
	if inSets {
		used := map[string]bool{}
		for range d.few(3) {
			s := g.set(d, x, used)
			if s == nil {
				continue
			}
			if d.chance(.5) {
				s.Set("sequential", d.yes(.4))
				if g.some(d, OrderAny, .5) {
					s.Set("require-all", "false")
				}
			}
			if g.some(d, OrderActions, .3) {
				s.Set("action", d.one(actions...))
			}
			if g.some(d, OrderKinds, .3) {
				s.Set("kind", d.one("Optional", "Mandatory", "Serialize"))
			}
		}
		return
	}
	x.Set("first", first).Set("then", then)
	if g.some(d, OrderAny, .3) {
		x.Set("require-all", "false")
	}
	if g.on[OrderActions] {
		if d.chance(.5) {
			x.Set("first-action", d.one(actions...))
		}
		if d.chance(.5) {
			x.Set("then-action", d.one(actions...))
		}
	}
}

// makeTickets makes tickets with what depends on them, and their states.
func (g *generator) makeTickets() {
	d := g.dice("tickets")
	for i := range d.few(3) {
		id := "ticket" + d.one("A", "B") + strconv.Itoa(i)
		g.tickets = append(g.tickets, id)
		for range d.few(3) {
			x := g.constraint(d, "rsc_ticket")
			if g.some(d, TicketSets, .4) {
				if s := g.set(d, x, map[string]bool{}); d.chance(.4) {
					s.Set("role", roleOf(d))
				}
			} else {
				x.Set("rsc", g.target(d))
				if d.chance(.4) {
					x.Set("rsc-role", roleOf(d))
				}
			}
			x.Set("ticket", id)
			if d.chance(.7) {
				x.Set("loss-policy", d.one("stop", "demote", "fence", "freeze"))
			}
		}
	}
	states := xmltree.New("tickets")
	for _, id := range g.tickets {
		if d.chance(.8) {
			s := states.AddNew("ticket_state", "id", id, "granted", d.yes(.6))
			if d.chance(.4) {
				s.Set("standby", d.yes(.5))
			}
			if d.chance(.5) {
				s.Set("last-granted", strconv.Itoa(Now-5000))
			}
		}
	}
	g.status.Add(states)
}

func (g *generator) makeTags() {
	if !g.on[Tags] {
		return
	}
	d := g.dice("tags")
	for i := range d.few(3) {
		t := g.config.tags.AddNew("tag", "id", "tag"+strconv.Itoa(i))
		for range d.few(4) {
			id := pick(d, g.tops).id
			if t.ByID("obj_ref", id) == nil {
				t.AddNew("obj_ref", "id", id)
			}
		}
		g.tagged = append(g.tagged, t.ID())
	}
}
