package views

import (
	"fmt"
	"slices"
	"strings"

	"pacer/engine"
	"pacer/membership"
)

// told is what a node was told in its present life.
type told struct {
	view, before engine.ViewID
	is           viewKey
	members      int
	open         bool
	whole        bool // open since the view began
	order        uint64
	got          map[string]bool
	changes      int
}

// checks is what all nodes were told, to compare.
type checks struct {
	members map[viewKey]string
	epochs  map[uint64][]viewKey
	lives   map[viewKey][]life
	order   map[viewKey]map[uint64]string
	hops    map[hop]hopped
	views   int // distinct ones
	entered int // by nodes
	texts   int
}

// viewKey names a view: its id, and the incarnation of its coordinator.
type viewKey struct {
	id    engine.ViewID
	chief uint64
}

// life is a node in one of its incarnations.
type life struct {
	id  engine.NodeID
	inc uint64
}

type hop struct{ from, to viewKey }

type hopped struct {
	who   engine.NodeID
	count uint64
}

func newChecks() checks {
	return checks{members: map[viewKey]string{}, epochs: map[uint64][]viewKey{}, lives: map[viewKey][]life{},
		order: map[viewKey]map[uint64]string{}, hops: map[hop]hopped{}}
}

func (w *world) viewed(n *node, e membership.Viewed) {
	if e.New {
		w.entered(n, e)
	}
	n.told.whole = n.told.whole && e.Open
	n.told.open = e.Open
}

// entered checks a new view.
func (w *world) entered(n *node, e membership.Viewed) {
	c := &w.checks
	id := e.View.ID
	var b strings.Builder
	var set []life
	is := viewKey{id: id}
	inside := false
	for _, m := range e.View.Members {
		fmt.Fprintf(&b, " n%d/%d", m.ID, m.Incarnation)
		set = append(set, life{m.ID, m.Incarnation})
		if m.ID == id.Coordinator {
			is.chief = m.Incarnation
		}
		inside = inside || m.ID == n.id && m.Incarnation == n.inc
	}
	members := b.String()
	w.note("n%d view %v:%s (delivered %d in %v)", n.id, id, members, n.told.order, n.told.view)
	if !inside {
		w.fail("own view: n%d is not in its own view %v:%s", n.id, id, members)
	}
	if n.epoch >= id.Epoch {
		w.fail("rising epochs: n%d goes from epoch %d to view %v", n.id, n.epoch, id)
	}
	if old, ok := c.members[is]; ok && old != members {
		w.fail("agreement: view %v is%s, and%s at n%d", id, old, members, n.id)
	} else if !ok {
		c.views++
		for _, other := range c.epochs[id.Epoch] {
			if slices.ContainsFunc(c.lives[other], func(l life) bool { return slices.Contains(set, l) }) {
				w.fail("disjoint views: %v:%s and %v:%s have one epoch and a common member", id, members, other.id, c.members[other])
			}
		}
		c.members[is], c.lives[is] = members, set
		c.epochs[id.Epoch] = append(c.epochs[id.Epoch], is)
	}
	if n.told.whole {
		h := hop{n.told.is, is}
		if old, ok := c.hops[h]; ok && old.count != n.told.order {
			w.fail("virtual synchrony: from view %v to %v went n%d with %d messages and n%d with %d", h.from.id, h.to.id, n.id, n.told.order, old.who,
				old.count)
		}
		c.hops[h] = hopped{n.id, n.told.order}
	}
	c.entered++
	n.epoch = id.Epoch
	n.told = told{view: id, is: is, before: n.told.view, members: len(e.View.Members), whole: e.Open, got: map[string]bool{}, changes: n.told.changes + 1}
}

func (w *world) delivered(n *node, e membership.Deliver) {
	c := &w.checks
	text, _, _ := strings.Cut(string(e.Payload[:min(len(e.Payload), 80)]), "\x00")
	view := n.told.view
	switch {
	case !n.told.open:
		w.fail("attached: n%d is given %q while it has no manager", n.id, text)
	case !strings.HasPrefix(text, fmt.Sprintf("%d.", e.Sender)):
		w.fail("sender: n%d is given %q as n%d's", n.id, text, e.Sender)
	case !strings.HasSuffix(text, fmt.Sprintf(" in %v ", view)):
		w.fail("sending view: n%d is given %q in view %v", n.id, text, view)
	case n.told.got[text]:
		w.fail("once: n%d is given %q twice", n.id, text)
	case n.told.whole && e.Order != n.told.order+1:
		w.fail("order: n%d is given number %d after %d in view %v", n.id, e.Order, n.told.order, view)
	}
	n.told.got[text] = true
	n.told.order = e.Order
	in := c.order[n.told.is]
	if in == nil {
		in = map[uint64]string{}
		c.order[n.told.is] = in
	}
	if old, ok := in[e.Order]; ok && old != text {
		w.fail("order: number %d of view %v is %q at n%d and %q elsewhere", e.Order, view, text, n.id, old)
	}
	in[e.Order] = text
	c.texts++
}

// checkStability: what a node takes for held by all members of its view, and so forgets, is held by those that are in it.
func (w *world) checkStability(n *node) {
	p := n.core.Progress()
	if p.Stable == 0 {
		return
	}
	for _, m := range w.nodes {
		if m == n || m.core == nil || m.told.is != n.told.is {
			continue
		}
		if q := m.core.Progress(); q.View == p.View && q.Have < p.Stable {
			w.fail("stability: n%d takes %d messages of view %v for held by all, n%d holds %d", n.id, p.Stable, p.View, m.id, q.Have)
		}
	}
}
