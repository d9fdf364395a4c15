package fencer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"pacer/engine"
	"pacer/exitcode"
	"pacer/operation"
)

// What a fencer is told at run time and not by the CIB lives as long as its manager. Devices that one node was told of are known to
// all and used by that node alone; what one node was told about levels counts for the fencing that it conducts, until
// the configuration's own topology changes.

// Limits of what one node may be told at run time.
const (
	maxRegistered    = 200
	maxOptions       = 200
	maxRegisteredRun = 64 << 10 // bytes of names and values of one device
)

// MaxLevel is the highest index of a fencing level.
const MaxLevel = 9

// registeredDevice is a device that a node was told of.
type registeredDevice struct {
	ID     string            `json:"id"`
	Agent  string            `json:"agent"`
	Params []operation.Param `json:"params,omitempty"`
}

func (d registeredDevice) equal(o registeredDevice) bool {
	return d.ID == o.ID && d.Agent == o.Agent && slices.Equal(d.Params, o.Params)
}

// registration is all that one manager was told of.
type registration struct {
	node       engine.NodeID
	attachment uint64
	devices    []registeredDevice
}

type registeredBody struct {
	ID      string             `json:"id,omitempty"` // of the request that it answers
	Devices []registeredDevice `json:"devices"`
}

func (c *Core) register(e Register) {
	d := registeredDevice{ID: e.Device, Agent: e.Agent, Params: e.Params}
	size := len(d.ID) + len(d.Agent)
	for _, p := range d.Params {
		size += len(p.Name) + len(p.Value)
	}
	own := slices.DeleteFunc(slices.Clone(c.own), func(o registeredDevice) bool { return o.ID == d.ID })
	switch {
	case d.ID == "" || d.Agent == "":
		c.refuse(e.ID, exitcode.InvalidParam, "a fence device needs an id and an agent")
	case len(own) >= maxRegistered || len(d.Params) > maxOptions || size > maxRegisteredRun:
		c.refuse(e.ID, exitcode.InvalidParam, fmt.Sprintf("a node takes at most %d devices of %d options and %d bytes each", maxRegistered, maxOptions, maxRegisteredRun))
	case c.configured != nil && c.configured.device(d.ID) != nil:
		c.refuse(e.ID, exitcode.Exists, fmt.Sprintf("the configuration has a fence device %q: change it there", d.ID))
	case c.registeredElsewhere(d):
		c.refuse(e.ID, exitcode.Exists, fmt.Sprintf("another node has registered a fence device %q with other options: deregister it there first", d.ID))
	default:
		c.tellRegistered(e.ID, append(own, d))
	}
}

func (c *Core) refuse(id uint64, code exitcode.Code, reason string) {
	c.emit(Reply{ID: id, Code: code, Reason: reason})
}

// registeredElsewhere tells whether another node means something else by the same id.
func (c *Core) registeredElsewhere(d registeredDevice) bool {
	for _, r := range c.registrations {
		if r.node != c.opt.Self && slices.ContainsFunc(r.devices, func(o registeredDevice) bool { return o.ID == d.ID && !o.equal(d) }) {
			return true
		}
	}
	return false
}

// deregister forgets a device. One that is not there is as good as forgotten.
func (c *Core) deregister(e Deregister) {
	c.tellRegistered(e.ID, slices.DeleteFunc(slices.Clone(c.own), func(o registeredDevice) bool { return o.ID == e.Device }))
}

func (c *Core) tellRegistered(request uint64, own []registeredDevice) {
	c.own = own
	id := c.newID()
	c.waiting[id] = request
	c.broadcast(kindRegistered, registeredBody{ID: id, Devices: own}, 0, "")
}

// registered takes what a node was told of, all of it.
func (c *Core) registered(from engine.NodeID, b registeredBody) {
	m, ok := c.view.Member(from)
	if !ok {
		return
	}
	c.registrations = slices.DeleteFunc(c.registrations, func(r registration) bool { return r.node == from })
	if len(b.Devices) > 0 {
		c.registrations = append(c.registrations, registration{node: from, attachment: managerOf(m), devices: b.Devices})
		slices.SortFunc(c.registrations, func(a, b registration) int { return int(int64(a.node) - int64(b.node)) })
	}
	c.combine()
	if id, ok := c.waiting[b.ID]; ok && from == c.opt.Self {
		delete(c.waiting, b.ID)
		c.registering = append(c.registering, id)
		c.answerRegistering()
	}
}

// answerRegistering answers what was registered and deregistered, once nothing is being asked of devices: whoever has been answered finds
// the device able to do what it can.
func (c *Core) answerRegistering() {
	if _, complete := c.abilities(); !complete && c.cfg != nil {
		return
	}
	for _, id := range c.registering {
		c.emit(Reply{ID: id, Code: exitcode.OK})
	}
	c.registering = nil
}

// dropRegistrations forgets what managers that are gone were told, and tells newcomers what this one was.
func (c *Core) dropRegistrations(newcomers bool) {
	before := len(c.registrations)
	c.registrations = slices.DeleteFunc(c.registrations, func(r registration) bool {
		return r.node != c.opt.Self && !c.attachedAs(r.node, r.attachment)
	})
	if len(c.registrations) != before {
		c.combine()
	}
	if newcomers && len(c.own) > 0 {
		c.broadcast(kindRegistered, registeredBody{Devices: c.own}, 0, "")
	}
}

// combine makes of the configuration and of what was registered what counts. The configuration goes before what was registered, and of
// nodes that mean different things by one id, as they may after a partition, the one with the lower number before the other.
func (c *Core) combine() {
	if c.configured == nil {
		return
	}
	all := *c.configured
	all.levels = c.levels
	all.devices = slices.Clone(c.configured.devices)
	var said []registeredDevice
	for _, r := range c.registrations {
		for _, d := range r.devices {
			if c.configured.device(d.ID) != nil {
				continue
			}
			i := slices.IndexFunc(said, func(o registeredDevice) bool { return o.ID == d.ID })
			if i < 0 {
				said = append(said, d)
				made := newDevice(d.ID, d.Agent, d.Params)
				made.at = []engine.NodeID{r.node}
				all.devices = append(all.devices, made)
			} else if said[i].equal(d) {
				made := all.devices[len(c.configured.devices)+i]
				made.at = append(made.at, r.node)
			}
		}
	}
	slices.SortFunc(all.devices, func(a, b *device) int { return strings.Compare(a.id, b.id) })
	for _, d := range all.devices {
		d.atNames = nil
		for _, id := range d.at {
			d.atNames = append(d.atNames, c.nameOf(id))
		}
	}
	c.applyConfig(&all)
}

// setLevel adds devices to a level of what this node's fencing goes by, or makes the level if it is not there.
func (c *Core) setLevel(e SetLevel) {
	l, err := levelFor(e.Target)
	switch {
	case err != "":
		c.refuse(e.ID, exitcode.InvalidParam, err)
		return
	case e.Index < 1 || e.Index > MaxLevel:
		c.refuse(e.ID, exitcode.Software, "the level must be from 1 to "+strconv.Itoa(MaxLevel))
		return
	case len(c.levels) >= maxLevels || len(e.Devices) > maxDevices:
		c.refuse(e.ID, exitcode.InvalidParam, "there are too many fencing levels")
		return
	}
	l.index, l.devices = e.Index, e.Devices
	c.levels = append(slices.Clone(c.levels), l)
	c.combine()
	c.emit(Reply{ID: e.ID, Code: exitcode.OK})
}

// dropLevel forgets a level of a target, or with the index 0 all of them, also what the configuration says of it. One that is not there
// is as good as forgotten.
func (c *Core) dropLevel(e DropLevel) {
	l, err := levelFor(e.Target)
	switch {
	case err != "":
		c.refuse(e.ID, exitcode.InvalidParam, err)
		return
	case e.Index < 0 || e.Index > MaxLevel:
		c.refuse(e.ID, exitcode.Software, "the level must be from 1 to "+strconv.Itoa(MaxLevel)+", or 0 for all")
		return
	}
	c.levels = slices.DeleteFunc(slices.Clone(c.levels), func(o level) bool {
		return strings.EqualFold(o.target, l.target) && o.pattern == l.pattern && o.attr == l.attr && o.value == l.value &&
			(e.Index == 0 || o.index == e.Index)
	})
	c.combine()
	c.emit(Reply{ID: e.ID, Code: exitcode.OK})
}

// levelFor reads how a command line names what a level is for: a node, @ and a pattern of names, or an attribute = its value.
func levelFor(target string) (level, string) {
	switch name, value, isAttr := strings.Cut(target, "="); {
	case target == "" || target == "@" || isAttr && name == "":
		return level{}, "a fencing level needs a target: a node, @PATTERN or ATTRIBUTE=VALUE"
	case isAttr:
		return level{attr: name, value: value}, ""
	case target[0] == '@':
		return level{pattern: target[1:]}, ""
	}
	return level{target: target}, ""
}

func sameLevel(a, b level) bool {
	return a.id == b.id && a.index == b.index && a.target == b.target && a.pattern == b.pattern && a.attr == b.attr && a.value == b.value &&
		slices.Equal(a.devices, b.devices)
}

// configure takes a new configuration. What was registered of levels counts until the configuration's own change.
func (c *Core) configure(cfg *config) {
	if c.configured == nil || !slices.EqualFunc(c.configured.levels, cfg.levels, sameLevel) {
		c.levels = cfg.levels
	}
	c.configured = cfg
	c.combine()
}
