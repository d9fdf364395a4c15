package cluster

import (
	"math"
	"strings"

	"pacer/option"
	"pacer/score"
	"pacer/xmltree"
)

// OrderKind is the kind of an order constraint.
type OrderKind uint8

// The kinds of order constraints.
const (
	OrderMandatory OrderKind = iota
	OrderOptional
	OrderSerialize
)

// Symmetry says how an Order relates to its inverse.
type Symmetry uint8

// The symmetries.
const (
	Asymmetric Symmetry = iota // has no inverse
	Symmetric                  // has one
	Inverse                    // is one
)

// Order makes one action wait for another. A gate stands between several actions of which some must be possible and
// those that wait for them: such an order has a gate in place of First or of Then.
type Order struct {
	ID                  string
	First, Then         *Resource
	FirstTask, ThenTask string
	Kind                OrderKind
	Symmetry            Symmetry
	Gate                string // name of the gate, "" for none
	GateNeeds           int    // how many of the actions before the gate must be possible
}

func (c *constraints) order(e *xmltree.Node) {
	kind := c.orderKind(e)
	sym := c.symmetric(e, kind, "")
	sets, ok := c.sets(e)
	if !ok {
		return
	}
	if len(sets) == 0 {
		first, then := e.Get("first"), e.Get("then")
		if sets, ok = c.sides(e, first, then); !ok {
			return
		}
		if sets == nil {
			c.simpleOrder(e, kind, sym)
			return
		}
		sets[0].action, sets[1].action = e.Get("first-action"), e.Get("then-action")
	}
	for i, v := range sets {
		if !c.orderWithin(e, v, kind) {
			return
		}
		if i == 0 {
			continue
		}
		how := Asymmetric
		if sym {
			how = Symmetric
		}
		if !c.orderSets(e, sets[i-1], v, kind, how) || sym && !c.orderSets(e, v, sets[i-1], kind, Inverse) {
			return
		}
	}
}

func (c *constraints) addOrder(o Order) { c.add(Constraint{Order: &o}) }

func (c *constraints) orderKind(x *xmltree.Node) OrderKind {
	text, ok := x.Lookup("kind")
	switch strings.ToLower(text) {
	case "mandatory":
		return OrderMandatory
	case "optional":
		return OrderOptional
	case "serialize":
		return OrderSerialize
	}
	if ok {
		c.say(Config, "Constraint %s: kind %q is not known: Mandatory is used.", x.ID(), text)
	} else if points, ok := x.Lookup("score"); ok && score.ParseOr(points, 0) == 0 {
		return OrderOptional // a form of old configurations
	}
	return OrderMandatory
}

// symmetric tells whether an order has an inverse. What is said at the element wins over what is said at its parent.
func (c *constraints) symmetric(x *xmltree.Node, kind OrderKind, parent string) bool {
	if _, ok := x.Lookup("kind"); ok {
		kind = c.orderKind(x)
	} else if _, ok := x.Lookup("score"); ok {
		kind = c.orderKind(x)
	}
	b, ok := option.ParseBool(x.Get("symmetrical"))
	if !ok && parent != "" {
		b, ok = option.True(parent), true
	}
	if !ok {
		b = true
	}
	return b && kind != OrderSerialize
}

func (c *constraints) simpleOrder(e *xmltree.Node, kind OrderKind, sym bool) {
	first, then := c.find(e.ID(), e.Get("first")), c.find(e.ID(), e.Get("then"))
	if first == nil || then == nil {
		return
	}
	task1, task2 := e.Get("first-action"), e.Get("then-action")
	if task1 == "" {
		task1 = "start"
	}
	if task2 == "" {
		task2 = task1
	}
	o := Order{ID: e.ID(), First: first, FirstTask: task1, Then: then, ThenTask: task2, Kind: kind}
	if sym {
		o.Symmetry = Symmetric
	}
	if least := c.leastInstances(first, e); least > 0 {
		gate := "clone-one-or-more:" + e.ID()
		for _, child := range first.Children {
			c.addOrder(Order{ID: e.ID(), First: child, FirstTask: task1, Gate: gate, GateNeeds: least})
		}
		o.First, o.Gate, o.GateNeeds = nil, gate, least
	}
	c.addOrder(o)
	if !sym {
		return
	}
	i1, i2 := c.invert(task2), c.invert(task1)
	if i1 == "" || i2 == "" {
		c.sayFor("inverse_ordering", ConfigWarning, "Constraint %s has no inverse: write it as a constraint of its own.", e.ID())
		return
	}
	c.addOrder(Order{ID: e.ID(), First: then, FirstTask: i1, Then: first, ThenTask: i2, Kind: kind, Symmetry: Inverse})
}

// leastInstances is how many instances of a clone must be there before what depends on it, 0 when it is all of them.
func (c *constraints) leastInstances(r *Resource, e *xmltree.Node) int {
	if r.Kind != Clone {
		return 0
	}
	if text, ok := r.Meta["clone-min"]; ok {
		n, _ := option.Number(text)
		return int(min(max(n, 0), math.MaxInt32))
	}
	if all, ok := option.ParseBool(e.Get("require-all")); ok && !all {
		return 1
	}
	return 0
}

// orderWithin orders the members of a set: one after the other, or with kind=Serialize never two at once.
func (c *constraints) orderWithin(e *xmltree.Node, v *set, kind OrderKind) bool {
	task := v.action
	if task == "" {
		task = "start"
	}
	sym := c.symmetric(e, kind, "")
	if v.x != nil {
		sym = c.symmetric(v.x, kind, e.Get("symmetrical"))
		if _, ok := v.get("kind"); ok {
			kind = c.orderKind(v.x)
		}
	}
	list := make([]*Resource, 0, len(v.refs))
	for _, id := range v.refs {
		r := c.find(e.ID(), id)
		if r == nil {
			return false
		}
		list = append(list, r)
	}
	if len(list) < 2 {
		return true
	}
	how := Asymmetric
	if sym {
		how = Symmetric
	}
	for i, r := range list {
		switch {
		case kind == OrderSerialize:
			for _, later := range list[i+1:] {
				c.addOrder(Order{ID: v.id, First: r, FirstTask: task, Then: later, ThenTask: task, Kind: kind, Symmetry: how})
			}
		case i > 0 && v.isSequential(true):
			c.addOrder(Order{ID: v.id, First: list[i-1], FirstTask: task, Then: r, ThenTask: task, Kind: kind, Symmetry: how})
		}
	}
	if !sym || !v.isSequential(true) {
		return true
	}
	back := c.invert(task)
	if back == "" {
		return true
	}
	for i := 1; i < len(list); i++ {
		c.addOrder(Order{ID: v.id, First: list[i], FirstTask: back, Then: list[i-1], ThenTask: back, Kind: kind, Symmetry: Inverse})
	}
	return true
}

// orderSets orders one set before another.
func (c *constraints) orderSets(e *xmltree.Node, v, w *set, kind OrderKind, how Symmetry) bool {
	task1, task2 := v.action, w.action
	if task1 == "" {
		task1 = "start"
	}
	if task2 == "" {
		task2 = "start"
	}
	if how == Inverse {
		if task1, task2 = c.invert(task1), c.invert(task2); task1 == "" || task2 == "" {
			return true
		}
	}
	resolve := func(refs []string) ([]*Resource, bool) {
		list := make([]*Resource, 0, len(refs))
		for _, id := range refs {
			r := c.find(e.ID(), id)
			if r == nil {
				return nil, false
			}
			list = append(list, r)
		}
		return list, true
	}
	first, ok1 := resolve(v.refs)
	then, ok2 := resolve(w.refs)
	if !ok1 || !ok2 || len(first) == 0 || len(then) == 0 {
		return ok1 && ok2
	}
	text, _ := v.get("require-all")
	all, said := option.ParseBool(text)
	// On the way down everything before must be gone, whatever was enough on the way up.
	if said && !all && task1 != "stop" && task1 != "demote" {
		gate := "one-or-more:" + v.id
		for _, r := range first {
			c.addOrder(Order{ID: e.ID(), First: r, FirstTask: task1, Gate: gate, GateNeeds: 1})
		}
		for _, r := range then {
			c.addOrder(Order{ID: e.ID(), Then: r, FirstTask: task1, ThenTask: task2, Gate: gate, GateNeeds: 1, Kind: kind, Symmetry: how})
		}
		return true
	}
	// Between sets only sets that are sequential by their own words are taken by their ends.
	if v.isSequential(false) {
		if how == Inverse {
			first = first[:1]
		} else {
			first = first[len(first)-1:]
		}
	}
	if w.isSequential(false) {
		if how == Inverse {
			then = then[len(then)-1:]
		} else {
			then = then[:1]
		}
	}
	for _, a := range first {
		for _, b := range then {
			c.addOrder(Order{ID: e.ID(), First: a, FirstTask: task1, Then: b, ThenTask: task2, Kind: kind, Symmetry: how})
		}
	}
	return true
}

// invert gives the task that undoes a task, "" when there is none.
func (c *constraints) invert(task string) string {
	switch strings.ToLower(task) {
	case "start":
		return "stop"
	case "stop":
		return "start"
	case "promote":
		return "demote"
	case "demote":
		return "promote"
	case "promoted":
		return "demoted"
	case "demoted":
		return "promoted"
	case "running":
		return "stopped"
	case "stopped":
		return "running"
	}
	c.sayFor("invert_action", ConfigWarning, "Unknown action '%s' specified in order constraint", task)
	return ""
}
