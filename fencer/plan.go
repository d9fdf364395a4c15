package fencer

import (
	"slices"
	"strings"
	"time"
)

// plan lists the devices in the order in which they are tried; each level must succeed as a whole.
func (c *Core) plan(o *op) {
	w := o.work
	if c.cfg == nil {
		return
	}
	var levels [][]string
	required := c.required(o)
	topology := c.cfg.levelsOf(o.Target)
	switch {
	case len(required) > 0:
		levels = [][]string{required}
	case len(topology) > 0:
		if len(w.tried) > 0 {
			return // its levels have had their chance
		}
		levels = topology
	default:
		var list []*device
		for _, d := range c.cfg.devices {
			if !slices.Contains(w.tried, d.id) && c.couldUse(d, o.Target) {
				list = append(list, d)
			}
		}
		slices.SortStableFunc(list, func(a, b *device) int { return b.priority - a.priority })
		for _, d := range list {
			levels = append(levels, []string{d.id})
		}
	}
	w.levels, w.level, w.index = levels, 0, 0
	w.phase = c.firstPhase(o, levels, 0)
}

// required are the devices that must all be used to unfence a node, whatever level they are in.
func (c *Core) required(o *op) []string {
	if o.Action != "on" {
		return nil
	}
	var out []string
	for _, d := range c.cfg.devices {
		for _, p := range c.peers {
			if a := p.ability(d.id); a != nil && a.Automatic {
				if yes, _ := c.can(p, d, o.Target); yes {
					out = append(out, d.id)
					break
				}
			}
		}
	}
	return out
}

// couldUse tells whether any node here could fence the target with the device.
func (c *Core) couldUse(d *device, target string) bool {
	for _, p := range c.peers {
		if yes, _ := c.can(p, d, target); yes {
			return true
		}
	}
	return false
}

// usable tells whether the plan holds anything that can be done at once.
func (c *Core) usable(o *op) bool {
	for _, level := range o.work.levels {
		for _, id := range level {
			if d := c.cfg.device(id); d != nil && c.couldUse(d, o.Target) {
				return true
			}
		}
	}
	return false
}

// worthAsking tells whether a query could find more than is known.
func (c *Core) worthAsking(o *op) bool {
	if o.work.queried || c.cfg == nil {
		return false
	}
	for _, m := range c.view.Attached() {
		p := c.peer(m.ID)
		for _, d := range c.cfg.devices {
			if !d.usableOn(m.Name) || !c.mayKnow(d, nil, o.Target) {
				continue
			}
			if p == nil || p.attachment != managerOf(m) {
				return true
			}
			if yes, maybe := c.can(p, d, o.Target); !yes && maybe {
				return true
			}
		}
	}
	return false
}

func (c *Core) firstPhase(o *op, levels [][]string, i int) phase {
	if o.Action == "reboot" && i < len(levels) && len(levels[i]) > 1 {
		return off
	}
	return plain
}

// total is the time for the whole operation: what every device that may be tried is allowed to take, and a fifth more.
func (c *Core) total(o *op) time.Duration {
	var sum time.Duration
	first := true
	for i, level := range o.work.levels {
		action := o.Action
		if c.firstPhase(o, o.work.levels, i) == off {
			action = "off"
		}
		for _, id := range level {
			d := c.cfg.device(id)
			if d == nil {
				continue
			}
			sum += d.timeout(action, o.timeout)
			if o.delay >= 0 && action != "on" {
				_, most := d.delays(o.Target)
				sum += most
			}
			if first && o.delay > 0 {
				sum += o.delay
			}
			first = false
		}
	}
	if sum == 0 {
		sum = o.timeout
	}
	return withReserve(sum)
}

// withReserve adds a fifth. Whole seconds, as they are shown, once there is one.
func withReserve(d time.Duration) time.Duration {
	d = d * 12 / 10
	if d > time.Second {
		d = d.Truncate(time.Second)
	}
	return d
}

// choose returns the node that should use the device next and the action, nil when there is none (left). The target itself comes
// last: what fences itself cannot vouch for it. A device that is started on a node is known to work there.
func (c *Core) choose(o *op, d *device) (*peer, string) {
	w := o.work
	var best *peer
	bestRank := -1
	for _, p := range c.peers {
		m, ok := c.view.Member(p.id)
		if !ok || !m.Attached || managerOf(m) != p.attachment && p.id != c.opt.Self || slices.Contains(w.failed, use{d.id, p.id}) {
			continue
		}
		a := p.ability(d.id)
		if yes, _ := c.can(p, d, o.Target); !yes || a == nil {
			continue
		}
		action := c.actionFor(o, d, a)
		if action == "" {
			continue
		}
		target := strings.EqualFold(m.Name, o.Target)
		if action == "on" && a.OnTarget {
			if target {
				return p, action
			}
			continue
		}
		rank := 0
		if !target {
			rank += 4
		}
		if a.Active {
			rank += 2
		}
		if p.id == c.opt.Self {
			rank++
		}
		if rank > bestRank {
			best, bestRank = p, rank
		}
	}
	if best == nil {
		return nil, ""
	}
	return best, c.actionFor(o, d, best.ability(d.id))
}

// actionFor is what a device is asked to do: a reboot becomes off where the agent has none.
func (c *Core) actionFor(o *op, d *device, a *ability) string {
	action := o.Action
	switch o.work.phase {
	case off:
		action = "off"
	case on:
		// A device that unfences by itself does so when the node joins again; one told to switch off instead of a reboot
		// must not switch on.
		if a.Automatic || d.command("reboot") == "off" || !supports(a, "on") {
			return ""
		}
		return "on"
	}
	if action == "reboot" && !supports(a, "reboot") && !d.has("pcmk_reboot_action") {
		return "off"
	}
	return action
}

func supports(a *ability, action string) bool {
	return len(a.Actions) == 0 || slices.Contains(a.Actions, action)
}
