package fencer

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"pacer/engine"
	"pacer/isotime"
	"pacer/operation"
	"pacer/option"
	"pacer/rule"
	"pacer/xmltree"
)

// config is what the CIB says about fencing. It is equal at all nodes that have the same CIB.
type config struct {
	timeout time.Duration
	devices []*device // by id
	levels  []level
	nodes   []nodeConfig
}

type nodeConfig struct {
	name  string
	attrs []xmltree.Attr
}

// device is one configured device.
type device struct {
	id       string
	agent    string
	params   []operation.Param // for the agent
	own      []operation.Param // pcmk_* and priority: for us
	priority int
	banned   []string // node names
	allowed  []string // the only node names, when opt-in
	optIn    bool
	hosts    []string // static list
	ports    []port   // host map
	// at are the nodes at which the device was registered, and which alone use it; none when it is configured.
	at      []engine.NodeID
	atNames []string
}

type port struct{ host, port string }

// level is one line of the topology.
type level struct {
	id      string
	index   int
	target  string
	pattern string
	attr    string
	value   string
	devices []string
}

const defaultFencingTimeout = 60 * time.Second

// Limits of what one configuration may hold.
const (
	maxDevices = 2000
	maxLevels  = 10000
)

// readConfig reads the cib element.
func readConfig(root *xmltree.Node, now time.Time) *config {
	cfg := &config{timeout: defaultFencingTimeout}
	conf := root.First("configuration")
	symmetric := true
	for _, name := range []string{"stonith-timeout", "fencing-timeout"} {
		if v := clusterOption(conf, name); v != "" {
			cfg.timeout = isotime.IntervalOr(v, cfg.timeout)
		}
	}
	if v, ok := option.ParseBool(clusterOption(conf, "symmetric-cluster")); ok {
		symmetric = v
	}
	if nodes := conf.First("nodes"); nodes != nil {
		for n := range nodes.Elements("node") {
			nc := nodeConfig{name: n.Get("uname")}
			for set := range n.Elements("instance_attributes") {
				for nv := range set.Elements("nvpair") {
					nc.attrs = append(nc.attrs, xmltree.Attr{Name: nv.Get("name"), Value: nv.Get("value")})
				}
			}
			cfg.nodes = append(cfg.nodes, nc)
		}
	}
	if resources := conf.First("resources"); resources != nil {
		resources.Walk(func(n *xmltree.Node) bool {
			if n.Kind == xmltree.Element && n.Name == "primitive" && len(cfg.devices) < maxDevices {
				if d := readDevice(n, resources, conf, now); d != nil {
					cfg.devices = append(cfg.devices, d)
				}
				return false
			}
			return true
		})
	}
	slices.SortFunc(cfg.devices, func(a, b *device) int { return strings.Compare(a.id, b.id) })
	for _, d := range cfg.devices {
		d.optIn = !symmetric
		d.readLocations(conf.First("constraints"), cfg.nodes, now)
	}
	if topology := conf.First("fencing-topology"); topology != nil {
		for n := range topology.Elements("fencing-level") {
			if len(cfg.levels) < maxLevels {
				cfg.levels = append(cfg.levels, readLevel(n))
			}
		}
	}
	return cfg
}

func clusterOption(conf *xmltree.Node, name string) string {
	sets := conf.First("crm_config")
	if sets == nil {
		return ""
	}
	for set := range sets.Elements("cluster_property_set") {
		for nv := range set.Elements("nvpair") {
			if nv.Get("name") == name {
				return nv.Get("value")
			}
		}
	}
	return ""
}

// readDevice reads a primitive of class stonith that is not switched off, with what its template gives it.
func readDevice(n, resources, conf *xmltree.Node, now time.Time) *device {
	sources := []*xmltree.Node{n}
	class, agent := n.Get("class"), n.Get("type")
	if ref := n.Get("template"); ref != "" {
		if t := resources.ByID("template", ref); t != nil {
			sources = append(sources, t)
			class, agent = t.Get("class"), t.Get("type")
		}
	}
	if class != "stonith" || agent == "" || n.ID() == "" {
		return nil
	}
	if role := pairs(sources, "meta_attributes", conf, now).get("target-role"); strings.EqualFold(role, "stopped") {
		return nil
	}
	return newDevice(n.ID(), agent, pairs(sources, "instance_attributes", conf, now))
}

// newDevice tells the parameters for us from those for the agent.
func newDevice(id, agent string, all []operation.Param) *device {
	d := &device{id: id, agent: agent}
	for _, p := range all {
		if strings.HasPrefix(p.Name, "pcmk_") || p.Name == "priority" || p.Name == "provides" {
			d.own = append(d.own, p)
		} else {
			d.params = append(d.params, p)
		}
	}
	d.priority, _ = strconv.Atoi(d.param("priority"))
	d.hosts = splitHosts(d.param("pcmk_host_list"))
	d.ports = splitPorts(d.param("pcmk_host_map"))
	return d
}

type params []operation.Param

func (p params) get(name string) string {
	for i := range p {
		if p[i].Name == name {
			return p[i].Value
		}
	}
	return ""
}

// pairs collects name-value pairs: sets with a higher score first, those of the resource before those of its template; the
// first value of a name counts.
func pairs(sources []*xmltree.Node, kind string, conf *xmltree.Node, now time.Time) params {
	var out params
	for _, src := range sources {
		var sets []*xmltree.Node
		for set := range src.Elements(kind) {
			if ref := set.Get("id-ref"); ref != "" {
				if set = conf.ByID(kind, ref); set == nil {
					continue
				}
			}
			if rule.AnyHolds(set, &rule.Facts{Now: now}) {
				sets = append(sets, set)
			}
		}
		slices.SortStableFunc(sets, func(a, b *xmltree.Node) int { return scoreOf(b.Get("score")) - scoreOf(a.Get("score")) })
		for _, set := range sets {
			for nv := range set.Elements("nvpair") {
				if ref := nv.Get("id-ref"); ref != "" {
					if target := conf.ByID("nvpair", ref); target != nil {
						nv = target
					}
				}
				name := nv.Get("name")
				if name != "" && !slices.ContainsFunc(out, func(p operation.Param) bool { return p.Name == name }) {
					out = append(out, operation.Param{Name: name, Value: nv.Get("value")})
				}
			}
		}
	}
	return out
}

const infinity = 1000000

func scoreOf(s string) int {
	switch strings.ToUpper(strings.TrimSpace(s)) {
	case "INFINITY", "+INFINITY":
		return infinity
	case "-INFINITY":
		return -infinity
	}
	n, _ := strconv.Atoi(s)
	return max(min(n, infinity), -infinity)
}

// readLocations finds the nodes that may not, or, in an opt-in cluster, that may use the device.
func (d *device) readLocations(constraints *xmltree.Node, nodes []nodeConfig, now time.Time) {
	if constraints == nil {
		return
	}
	for l := range constraints.Elements("rsc_location") {
		if !d.meant(l) {
			continue
		}
		if node := l.Get("node"); node != "" {
			d.place(node, scoreOf(l.Get("score")))
			continue
		}
		for r := range l.Elements("rule") {
			for i := range nodes {
				n := &nodes[i]
				if rule.Holds(r, &rule.Facts{Now: now, NodeAttr: n.attr}) {
					d.place(n.name, scoreOf(r.Get("score")))
				}
			}
		}
	}
}

func (d *device) meant(l *xmltree.Node) bool {
	if l.Get("rsc") == d.id {
		return true
	}
	pattern := l.Get("rsc-pattern")
	if pattern == "" {
		return false
	}
	re, err := regexp.Compile(pattern)
	return err == nil && re.MatchString(d.id)
}

func (d *device) place(node string, score int) {
	if score <= -infinity {
		d.banned = append(d.banned, node)
	} else {
		d.allowed = append(d.allowed, node)
	}
}

// usableOn tells whether a node may use the device, by the location constraints or by where it was registered.
func (d *device) usableOn(node string) bool {
	if len(d.at) > 0 {
		return slices.Contains(d.atNames, node)
	}
	return !slices.Contains(d.banned, node) && (!d.optIn || slices.Contains(d.allowed, node))
}

func (n *nodeConfig) attr(name string) (string, bool) {
	if name == "#uname" {
		return n.name, true
	}
	for _, a := range n.attrs {
		if a.Name == name {
			return a.Value, true
		}
	}
	return "", false
}

func readLevel(n *xmltree.Node) level {
	l := level{
		id: n.ID(), target: n.Get("target"), pattern: n.Get("target-pattern"), attr: n.Get("target-attribute"),
		value: n.Get("target-value"),
	}
	l.index, _ = strconv.Atoi(n.Get("index"))
	for d := range strings.SplitSeq(n.Get("devices"), ",") {
		if d = strings.TrimSpace(d); d != "" {
			l.devices = append(l.devices, d)
		}
	}
	return l
}

// param returns one of the device's parameters for the cluster.
func (d *device) param(name string) string { return params(d.own).get(name) }

func (d *device) has(name string) bool {
	return slices.ContainsFunc(d.own, func(p operation.Param) bool { return p.Name == name })
}

// timeout is what one attempt series of an action may take on this device.
func (d *device) timeout(action string, def time.Duration) time.Duration {
	if v := d.param("pcmk_" + action + "_timeout"); v != "" {
		return isotime.IntervalOr(v, def)
	}
	return def
}

// retries is how often an action is tried.
func (d *device) retries(action string) int {
	if n, err := strconv.Atoi(d.param("pcmk_" + action + "_retries")); err == nil && n > 0 {
		return min(n, 100)
	}
	return 2
}

// command is what the agent calls an action.
func (d *device) command(action string) string {
	if v := d.param("pcmk_" + action + "_action"); v != "" {
		return v
	}
	return action
}

// limit is how many actions may use the device at a time, 0 for any number.
func (d *device) limit() int {
	n, err := strconv.Atoi(d.param("pcmk_action_limit"))
	if err != nil || n == 0 {
		return 1
	}
	return max(n, 0)
}

// delays returns the least and the most that the device waits before it acts on a target.
func (d *device) delays(target string) (least, most time.Duration) {
	base := d.param("pcmk_delay_base")
	if strings.Contains(base, ":") { // "node1:5s;node2:0s"
		v := ""
		for _, p := range splitPorts(base) {
			if strings.EqualFold(p.host, target) {
				v = p.port
			}
		}
		base = v
	}
	least = isotime.IntervalOr(base, 0)
	most = isotime.IntervalOr(d.param("pcmk_delay_max"), 0)
	if most == 0 {
		return least, least
	}
	return min(least, most), most
}

// portOf is how the device calls a host.
func (d *device) portOf(host string) string {
	for _, p := range d.ports {
		if strings.EqualFold(p.host, host) {
			return p.port
		}
	}
	return host
}

// splitHosts reads pcmk_host_list: names separated by blanks, commas or semicolons.
func splitHosts(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(" \t\n\r,;", r) })
}

// splitPorts reads pcmk_host_map: "host:port" separated by blanks or semicolons; a port may hold commas, and blanks after
// a backslash.
func splitPorts(s string) []port {
	var out []port
	var b strings.Builder
	end := func() {
		if host, p, ok := strings.Cut(b.String(), ":"); ok && host != "" {
			out = append(out, port{host, p})
		}
		b.Reset()
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case strings.IndexByte(" \t\n\r;", c) >= 0:
			end()
		default:
			b.WriteByte(c)
		}
	}
	end()
	return out
}

func (cfg *config) device(id string) *device {
	i, ok := slices.BinarySearchFunc(cfg.devices, id, func(d *device, id string) int { return strings.Compare(d.id, id) })
	if !ok {
		return nil
	}
	return cfg.devices[i]
}

// levelsOf returns the topology of a target: what names it, else what matches its name, else what matches an attribute. The
// lists of several lines with one index are joined.
func (cfg *config) levelsOf(target string) [][]string {
	kinds := []func(*level) bool{
		func(l *level) bool { return l.target != "" && strings.EqualFold(l.target, target) },
		func(l *level) bool {
			if l.pattern == "" {
				return false
			}
			re, err := regexp.Compile(l.pattern)
			return err == nil && re.MatchString(target)
		},
		func(l *level) bool {
			if l.attr == "" {
				return false
			}
			for i := range cfg.nodes {
				if n := &cfg.nodes[i]; strings.EqualFold(n.name, target) {
					v, ok := n.attr(l.attr)
					return ok && v == l.value
				}
			}
			return false
		},
	}
	for _, is := range kinds {
		var found []*level
		for i := range cfg.levels {
			if l := &cfg.levels[i]; l.index >= 1 && len(l.devices) > 0 && is(l) {
				found = append(found, l)
			}
		}
		if len(found) == 0 {
			continue
		}
		slices.SortStableFunc(found, func(a, b *level) int { return a.index - b.index })
		var out [][]string
		for i, l := range found {
			if i > 0 && found[i-1].index == l.index {
				out[len(out)-1] = append(out[len(out)-1], l.devices...)
			} else {
				out = append(out, slices.Clone(l.devices))
			}
		}
		return out
	}
	return nil
}
