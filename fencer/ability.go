package fencer

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"pacer/engine"
	"pacer/ocf"
)

// Host checks (pcmk_host_check): how it is known which hosts a device can fence.
const (
	checkNone    = "none"
	checkStatic  = "static-list"
	checkDynamic = "dynamic-list"
	checkStatus  = "status"
)

// ability is what one node can do with one device, as it announces it.
type ability struct {
	Device    string   `json:"device"`
	Installed bool     `json:"installed"`
	Actions   []string `json:"actions,omitempty"` // empty: unknown, so all
	Port      string   `json:"port,omitempty"`    // the parameter that names the host
	OnTarget  bool     `json:"on_target,omitempty"`
	Automatic bool     `json:"automatic,omitempty"`
	Listed    bool     `json:"listed,omitempty"` // Hosts is an answer of the device
	Hosts     []string `json:"hosts,omitempty"`
	Yes       []string `json:"yes,omitempty"` // targets whose status the device knew
	Active    bool     `json:"active,omitempty"`
	Reason    string   `json:"reason,omitempty"`
}

// node is what is known of another fencer.
type peer struct {
	id         engine.NodeID
	attachment uint64
	complete   bool // it had asked all its devices when it announced
	abilities  []ability
}

func (p *peer) ability(device string) *ability {
	for i := range p.abilities {
		if p.abilities[i].Device == device {
			return &p.abilities[i]
		}
	}
	return nil
}

// metadata is what an agent says about itself, cached by its name.
type metadata struct {
	agent     string
	pending   bool
	known     bool // it was read
	missing   bool
	reason    string
	actions   []string
	port      string
	onTarget  bool
	automatic bool
}

// local is what this node knows of a device beyond its configuration.
type local struct {
	device  string
	listing bool
	listed  bool
	listAt  time.Duration
	hosts   []string
	yes     []string
	active  bool
	failed  string
}

const (
	metadataTimeout = 30 * time.Second
	listValid       = 60 * time.Second // a dynamic list is asked for anew when it is older
)

// applyConfig takes what counts now and finds out what is not known yet.
func (c *Core) applyConfig(cfg *config) {
	old := c.cfg
	c.cfg = cfg
	var keep []*local
	for _, d := range cfg.devices {
		l := c.localOf(d.id)
		was := (*device)(nil)
		if old != nil {
			was = old.device(d.id)
		}
		if l == nil {
			l = &local{device: d.id}
		} else if was != nil && (was.agent != d.agent || !slices.Equal(was.params, d.params) || !slices.Equal(was.own, d.own)) {
			l.listed, l.hosts, l.yes = false, nil, nil
		}
		keep = append(keep, l)
	}
	c.local = keep
	for _, d := range cfg.devices {
		if d.usableOn(c.opt.Name) {
			c.learn(d)
		}
	}
	c.dirty = true
	c.announceIfReady()
}

func (c *Core) localOf(id string) *local {
	for _, l := range c.local {
		if l.device == id {
			return l
		}
	}
	return nil
}

func (c *Core) metaOf(agent string) *metadata {
	for _, m := range c.meta {
		if m.agent == agent {
			return m
		}
	}
	return nil
}

// learn asks for the agent's meta-data, and then for the list of hosts when the device has a dynamic one.
func (c *Core) learn(d *device) {
	m := c.metaOf(d.agent)
	if m == nil {
		m = &metadata{agent: d.agent}
		c.meta = append(c.meta, m)
	}
	if m.pending {
		return
	}
	if !m.known {
		m.pending = true
		c.start(&agentRun{kind: runMetadata, agent: d.agent}, RunAgent{Agent: d.agent, Action: "metadata", Timeout: metadataTimeout})
		return
	}
	if c.checkOf(d, m.actions) == checkDynamic && !c.localOf(d.id).listed {
		c.list(d)
	}
}

func (c *Core) list(d *device) {
	l := c.localOf(d.id)
	if l.listing {
		return
	}
	l.listing = true
	c.start(&agentRun{kind: runList, device: d.id, agent: d.agent}, RunAgent{
		Device: d.id, Agent: d.agent, Action: d.command("list"), Params: c.agentParams(d, d.command("list"), "", ""),
		Timeout: d.timeout("list", c.cfg.timeout),
	})
}

func (c *Core) metadataDone(agent string, e AgentDone) {
	m := c.metaOf(agent)
	if m == nil {
		return
	}
	*m = metadata{agent: agent}
	switch doc, err := ocf.ParseMetadata([]byte(e.Output)); {
	case e.NotInstalled:
		m.missing, m.reason = true, e.Reason
	case err != nil:
		// It may still work; it is used as if it could do everything.
		m.reason = err.Error()
		m.port = "port"
	default:
		m.known = true
		m.port = portParameter(doc)
		for _, a := range doc.Actions {
			m.actions = append(m.actions, a.Name)
			if a.Name == "on" {
				m.onTarget, m.automatic = a.OnTarget, a.Automatic
			}
		}
	}
	for _, d := range c.cfg.devices {
		if d.agent == agent && d.usableOn(c.opt.Name) && m.known {
			c.learn(d)
		}
	}
	c.dirty = true
	c.announceIfReady()
}

func portParameter(doc *ocf.Metadata) string {
	for _, name := range []string{"port", "plug"} {
		if p := doc.Parameter(name); p != nil && !p.Deprecated {
			return name
		}
	}
	for _, name := range []string{"port", "plug"} {
		if doc.Parameter(name) != nil {
			return name
		}
	}
	return ""
}

func (c *Core) listDone(id string, e AgentDone) {
	l := c.localOf(id)
	if l == nil {
		return
	}
	l.listing = false
	l.listed, l.listAt = true, c.now.Mono
	if e.Code == 0 {
		l.hosts, l.failed = parseList(e.Output), ""
	} else {
		l.failed = e.Reason
	}
	c.dirty = true
	c.announceIfReady()
}

// parseList reads the output of a list action: "port,alias" lines, or names separated by blanks.
func parseList(s string) []string {
	const limit = 100000
	var out []string
	for line := range strings.SplitSeq(s, "\n") {
		name, alias, _ := strings.Cut(strings.TrimSpace(line), ",")
		fields := strings.Fields(name)
		out = append(out, fields...)
		if len(fields) == 1 {
			for a := range strings.SplitSeq(alias, ",") {
				if a = strings.TrimSpace(a); a != "" && !strings.ContainsAny(a, " \t") {
					out = append(out, a)
				}
			}
		}
		if len(out) > limit {
			return out[:limit]
		}
	}
	return out
}

// checkOf tells how the hosts of a device are known. Without a word of the administrator a list in the configuration
// counts, else what the agent can do.
func (c *Core) checkOf(d *device, actions []string) string {
	switch v := d.param("pcmk_host_check"); v {
	case checkNone, checkStatic, checkDynamic, checkStatus:
		return v
	}
	switch {
	case len(d.hosts) > 0 || len(d.ports) > 0 || d.has("pcmk_host_list") || d.has("pcmk_host_map"):
		return checkStatic
	case slices.Contains(actions, "list"):
		return checkDynamic
	case slices.Contains(actions, "status"):
		return checkStatus
	}
	return checkNone
}

// abilities builds what this node announces.
func (c *Core) abilities() (list []ability, complete bool) {
	complete = c.cfg != nil
	if c.cfg == nil {
		return nil, false
	}
	for _, d := range c.cfg.devices {
		if !d.usableOn(c.opt.Name) {
			continue
		}
		l, m := c.localOf(d.id), c.metaOf(d.agent)
		if m == nil || m.pending || l.listing {
			complete = false
			continue
		}
		list = append(list, ability{
			Device: d.id, Installed: !m.missing, Actions: m.actions, Port: m.port, OnTarget: m.onTarget, Automatic: m.automatic,
			Listed: l.listed, Hosts: l.hosts, Yes: l.yes, Active: l.active, Reason: m.reason,
		})
	}
	return list, complete
}

// announceIfReady tells the others what changed, once nothing is being asked any more.
func (c *Core) announceIfReady() {
	list, complete := c.abilities()
	c.remember(c.opt.Self, list, complete)
	c.respondWhenReady()
	c.answerRegistering()
	if !complete || !c.dirty || !c.haveView {
		return
	}
	c.dirty = false
	body := devicesBody{Devices: list, Complete: complete}
	said := encode(body)
	if bytes.Equal(said, c.said) {
		return // Most changes of the configuration have nothing to do with fencing.
	}
	c.said = said
	c.broadcast(kindDevices, body, 0, "")
}

// remember stores what a node announced.
func (c *Core) remember(id engine.NodeID, list []ability, complete bool) {
	m, _ := c.view.Member(id)
	for _, p := range c.peers {
		if p.id == id {
			p.attachment, p.abilities, p.complete = managerOf(m), list, complete
			return
		}
	}
	c.peers = append(c.peers, &peer{id: id, attachment: managerOf(m), abilities: list, complete: complete})
	slices.SortFunc(c.peers, func(a, b *peer) int { return int(int64(a.id) - int64(b.id)) })
}

func (c *Core) peer(id engine.NodeID) *peer {
	for _, p := range c.peers {
		if p.id == id {
			return p
		}
	}
	return nil
}

// can tells whether a node can fence a target with a device, as far as is known. maybe says that asking could change a no.
func (c *Core) can(p *peer, d *device, target string) (yes, maybe bool) {
	name := c.nameOf(p.id)
	if !d.usableOn(name) {
		return false, false
	}
	a := p.ability(d.id)
	if a == nil {
		return false, !p.complete && c.mayKnow(d, nil, target)
	}
	if !a.Installed {
		return false, false
	}
	switch c.checkOf(d, a.Actions) {
	case checkNone:
		return true, false
	case checkStatic:
		return d.lists(target), false
	case checkDynamic:
		return a.Listed && slices.ContainsFunc(a.Hosts, func(h string) bool { return strings.EqualFold(h, d.portOf(target)) }), true
	default:
		return slices.Contains(a.Yes, target), true
	}
}

// mayKnow tells whether a device could fence the target, whoever uses it.
func (c *Core) mayKnow(d *device, actions []string, target string) bool {
	return c.checkOf(d, actions) != checkStatic || d.lists(target)
}

// lists tells whether the static list or map names a target.
func (d *device) lists(target string) bool {
	if slices.ContainsFunc(d.hosts, func(h string) bool { return strings.EqualFold(h, target) }) {
		return true
	}
	return slices.ContainsFunc(d.ports, func(p port) bool { return strings.EqualFold(p.host, target) })
}
