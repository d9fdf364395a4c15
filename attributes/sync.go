package attributes

import (
	"slices"

	"pacer/engine"
	"pacer/machine"
)

type syncBody struct {
	View  string       `json:"view"`
	Attrs []*attribute `json:"attrs,omitempty"`
}

// viewChanged forgets the values of lost nodes and, when other managers take part than before, asks all what they know.
func (c *Core) viewChanged(now machine.Now, v engine.View) []Effect {
	c.flying = 0 // What did not come back is sent again, and none of it is waited for.
	effects := c.send()
	changed := false
	for _, old := range c.view.Members {
		m, ok := v.Member(old.ID)
		if !ok || m.Incarnation != old.Incarnation {
			changed = c.dropNode(old.Name) || changed
		}
	}
	if changed {
		effects = append(effects, Changed{})
	}
	key := v.Managers()
	if key == c.key {
		c.view = v
		return append(effects, c.flush(now)...)
	}
	// What was held back belongs to the old view: apply it before saying what is known.
	held := c.held
	c.held = nil
	for _, ev := range held {
		effects = append(effects, c.apply(now, ev)...)
	}
	c.view, c.key = v, key
	clear(c.heard)
	c.syncing = true
	return append(effects, c.broadcast(kindSync, syncBody{key, c.attrs}.keeping(), ""))
}

func (c *Core) heardSync(now machine.Now, ev Delivered) []Effect {
	b, err := readSync(ev.Envelope.Body)
	if err != nil || b.View != c.key || !c.syncing {
		return nil
	}
	c.heard[ev.From] = b
	members := c.view.Attached()
	for _, m := range members {
		if _, ok := c.heard[m.ID]; !ok {
			return nil
		}
	}
	before := len(c.Values())
	for _, m := range members {
		c.merge(c.heard[m.ID])
	}
	clear(c.heard)
	c.syncing, c.reckoned = false, c.size()
	var effects []Effect
	if before != 0 || len(c.attrs) > 0 {
		effects = append(effects, Changed{})
	}
	held := c.held
	c.held = nil
	for _, ev := range held {
		effects = append(effects, c.apply(now, ev)...)
	}
	c.reconcile(now, nil)
	return append(effects, c.flush(now)...)
}

// merge takes over what another member knows better.
func (c *Core) merge(b syncBody) {
	for _, in := range b.Attrs {
		if in == nil || in.Name == "" {
			continue
		}
		a, fresh := c.make(in.Name)
		if fresh {
			a.Set, a.Private, a.Utilization, a.Delay = in.Set, in.Private, in.Utilization, in.Delay
			a.rest = in.rest
		}
		for _, v := range in.Values {
			if c.absent(v.Node) {
				continue
			}
			old := a.on(v.Node)
			if old != nil {
				n := v.At.compare(old.At)
				// Equal stamps with different texts arise only when a view broke up in the middle of a sync; then any rule
				// will do that is the same everywhere.
				if n < 0 || n == 0 && (v.Text <= old.Text) {
					continue
				}
			}
			a.put(value{Node: v.Node, Text: v.Text, Gone: v.Gone, At: v.At, rest: v.rest})
		}
	}
}

// absent tells whether a name is that of a configured node that is not a member.
func (c *Core) absent(node string) bool {
	is := func(m engine.Member) bool { return m.Name == node }
	return slices.ContainsFunc(c.cfg.Nodes, is) && !slices.ContainsFunc(c.view.Members, is)
}

// dropNode forgets a node's values altogether; if the node itself remembers them, they come back with it.
func (c *Core) dropNode(node string) bool {
	changed := false
	for _, a := range c.attrs {
		n := len(a.Values)
		a.Values = slices.DeleteFunc(a.Values, func(v value) bool { return v.Node == node })
		changed = changed || len(a.Values) != n
	}
	return changed
}
