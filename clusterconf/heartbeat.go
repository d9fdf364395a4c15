package clusterconf

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"pacer/engine"
)

// Defaults of ha.cf.
const (
	maxHALine        = 5120
	defaultHAPort    = 694
	defaultKeepalive = time.Second
	defaultDeadtime  = 30 * time.Second
	leastKeepalive   = 5 * time.Millisecond
)

// Heartbeat reads ha.cf with authkeys.
func Heartbeat(f, auth File, host Host) (*Config, error) {
	p := &problems{file: f.Path}
	if !readable(f, p) {
		return nil, p.err()
	}
	h := &heartbeat{problems: p, host: host, port: defaultHAPort, seen: map[string]int{},
		conf: &Config{File: f.Path, Stack: "heartbeat", Transport: "udp", PacketSize: 1400}}
	for i, raw := range strings.Split(string(f.Data), "\n") {
		if len(raw) > maxHALine {
			p.errorf(i+1, "The line is longer than %d characters; split it.", maxHALine)
			continue
		}
		text, _, _ := strings.Cut(raw, "#")
		words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \t\r,;", r) })
		if len(words) > 0 {
			h.directive(i+1, words[0], words[1:], strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(text), words[0])))
		}
	}
	h.finish()
	keys, warnings, err := AuthKeys(auth)
	if err != nil {
		p.errs = append(p.errs, err)
	}
	if len(p.errs) > 0 {
		return nil, p.err()
	}
	h.conf.Keys = keys
	h.conf.Warnings = append(p.warnings, warnings...)
	return h.conf, nil
}

// heartbeat is the work on one ha.cf.
type heartbeat struct {
	*problems
	host Host
	conf *Config
	port uint16
	seen map[string]int // line of directives that may come once
	// times as given; 0 when not
	keepalive, deadtime, warntime, initdead time.Duration
	profile                                 string
	media                                   int
}

// ignored tells of a directive that is accepted and why nothing follows from it; the reason is empty where nobody would ask.
func ignored(directive string) (why string, ok bool) {
	switch directive {
	case "serial", "baud":
		return "serial lines are not supported; use ucast, mcast or bcast", true
	case "hopfudge":
		return "packets are not forwarded", true
	case "ping", "ping_group":
		return "ping nodes are not members here; use the agent ocf:pacemaker:ping", true
	case "deadping":
		return "ping nodes are not members here", true
	case "failfast", "respawn":
		return "it is not started by Pacer; use a systemd unit", true
	case "auto_failback", "nice_failback":
		return "it belongs to haresources; use resource stickiness", true
	case "stonith", "stonith_host":
		return "configure a fencing resource in the CIB", true
	case "use_apphbd", "normalpoll":
		return "it is obsolete", true
	case "apiauth", "crm_daemon_dir", "crmd_spawns_pengine", "watchdog", "rtprio", "memreserve", "debug", "logfile", "debugfile",
		"logfacility", "use_logd", "conn_logd_time", "syslogmsgfmt", "log_badpack", "compression", "compression_threshold",
		"traditional_compression", "coredumps", "coreroot", "msgfmt", "uuidfrom", "hbgenmethod", "max_rexmit_delay", "env",
		"record_config_changes", "record_pengine_inputs", "enable_config_writes":
		return "", true
	}
	return "", false
}

// directive handles one line.
func (h *heartbeat) directive(line int, name string, args []string, rest string) {
	if why, ok := ignored(name); ok {
		if why != "" {
			h.warnf(line, "%s has no effect: %s.", name, why)
		}
		return
	}
	if len(args) == 0 {
		h.errorf(line, "%s needs a value.", name)
		return
	}
	switch name {
	case "keepalive":
		h.keepalive = h.duration(line, name, rest)
	case "deadtime":
		h.deadtime = h.duration(line, name, rest)
	case "warntime":
		h.warntime = h.duration(line, name, rest)
	case "initdead":
		h.initdead = h.duration(line, name, rest)
	case "pacer_profile":
		h.profile = args[0]
		if _, ok := Profile(args[0]); !ok {
			h.errorf(line, "Unknown pacer_profile %q: choose default, fast or patient.", args[0])
		}
	case "udpport":
		if port, err := strconv.Atoi(args[0]); err != nil || port < 1 || port > 65535 {
			h.errorf(line, "udpport must be a number from 1 to 65535, not %q.", args[0])
		} else {
			h.port = uint16(port)
		}
	case "node":
		for _, n := range args {
			h.node(line, n)
		}
	case "autojoin":
		switch args[0] {
		case "none":
		case "other", "any":
			h.conf.Open = true
		default:
			h.errorf(line, "autojoin must be none, other or any, not %q.", args[0])
		}
	case "crm", "pacemaker":
		switch strings.ToLower(args[0]) {
		case "true", "on", "yes", "y", "1", "respawn", "manual", "minimal", "valgrind":
			h.conf.Manager = true
		case "false", "off", "no", "n", "0":
		default:
			h.errorf(line, "%s must be respawn, on or off, not %q.", name, args[0])
		}
	case "cluster":
		h.conf.Cluster = args[0]
	case "realtime":
		switch strings.ToLower(args[0]) {
		case "true", "on", "yes", "y", "1":
			h.conf.Ordinary = false
		case "false", "off", "no", "n", "0":
			h.conf.Ordinary = true
		default:
			h.errorf(line, "realtime must be on or off, not %q.", args[0])
		}
	case "bcast", "udp":
		if name == "udp" {
			h.warnf(line, "udp is an old name; write bcast.")
		}
		for _, dev := range args {
			h.bcast(line, dev)
		}
	case "mcast", "mcast6":
		h.mcast(line, name, args)
	case "ucast", "ucast6":
		h.ucast(line, name, args)
	case "hbaping":
		h.errorf(line, "hbaping is not supported; delete the line and use the agent ocf:pacemaker:ping.")
	default:
		h.errorf(line, "Illegal directive [%s] in %s: check its spelling or delete the line.", name, h.file)
	}
}

// duration reads a time: a number, perhaps with a fraction, and ms, us, s, m or h; without a unit it is seconds.
func (h *heartbeat) duration(line int, name, text string) time.Duration {
	text = strings.ToLower(strings.TrimSpace(text))
	end := strings.IndexFunc(text, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
	number, unit := text, ""
	if end >= 0 {
		number, unit = text[:end], strings.TrimSpace(text[end:])
	}
	scale, ok := map[string]time.Duration{"": time.Second, "s": time.Second, "sec": time.Second, "ms": time.Millisecond,
		"msec": time.Millisecond, "us": time.Microsecond, "usec": time.Microsecond, "m": time.Minute, "h": time.Hour}[unit]
	v, err := strconv.ParseFloat(number, 64)
	if !ok || err != nil || v < 0 || v*float64(scale) > float64(24*time.Hour) {
		h.errorf(line, "%s must be a time such as 2, 1.5 or 500ms, not %q.", name, text)
		return 0
	}
	d := time.Duration(v * float64(scale)).Round(time.Millisecond)
	if d == 0 {
		h.errorf(line, "%s must be above 0.", name)
	}
	h.seen[name] = line
	return d
}

func (h *heartbeat) node(line int, name string) {
	name = strings.ToLower(name)
	switch {
	case len(name) > 255 || strings.ContainsAny(name, "\"'<>&"):
		h.errorf(line, "The node name %q cannot be used.", name)
	case len(h.conf.Nodes) >= MaxNodes:
		h.errorf(line, "There are more than %d nodes.", MaxNodes)
	case slices.ContainsFunc(h.conf.Nodes, func(n Node) bool { return n.Name == name }):
		h.errorf(line, "The node %s is there twice.", name)
	default:
		h.conf.Nodes = append(h.conf.Nodes, Node{ID: engine.NodeID(len(h.conf.Nodes) + 1), Name: name, Votes: 1})
	}
}

// addLink adds a link, when there is room.
func (h *heartbeat) addLink(line int, l Link) {
	if len(h.conf.Links) >= MaxLinks {
		h.errorf(line, "There are more than %d links.", MaxLinks)
		return
	}
	l.Number = len(h.conf.Links)
	h.conf.Links = append(h.conf.Links, l)
}

func (h *heartbeat) device(line int, name string) (*Interface, bool) {
	i := slices.IndexFunc(h.host.Addrs, func(a Interface) bool { return a.Device == name && a.Prefix.Addr().Unmap().Is4() })
	if i < 0 {
		h.errorf(line, "There is no interface %s with an IPv4 address on this host: correct its name, or set it up first.", name)
		return nil, false
	}
	return &h.host.Addrs[i], true
}

func (h *heartbeat) bcast(line int, dev string) {
	h.media++
	a, ok := h.device(line, dev)
	if !ok {
		return
	}
	if !a.Broadcast.IsValid() {
		h.errorf(line, "The interface %s has no broadcast address; use ucast or mcast.", dev)
		return
	}
	h.addLink(line, Link{Cast: Broadcast, Device: dev, Port: h.port, Group: a.Broadcast})
}

func (h *heartbeat) mcast(line int, name string, w []string) {
	h.media++
	if len(w) != 5 {
		h.errorf(line, "%s needs five values: device, group, port, ttl and loop, such as `%s eth0 239.0.0.43 694 1 0`.", name, name)
		return
	}
	group, err := netip.ParseAddr(w[1])
	if err != nil || !group.IsMulticast() || group.Is4() != (name == "mcast") {
		h.errorf(line, "%q is not a multicast address for %s.", w[1], name)
		return
	}
	port, err1 := strconv.Atoi(w[2])
	ttl, err2 := strconv.Atoi(w[3])
	if err1 != nil || port < 1 || port > 65535 {
		h.errorf(line, "The port must be a number from 1 to 65535, not %q.", w[2])
	}
	if err2 != nil || ttl < 1 || ttl > 255 {
		h.errorf(line, "The ttl must be a number from 1 to 255, not %q.", w[3])
	}
	if w[4] != "0" && w[4] != "1" {
		h.errorf(line, "The loop must be 0 or 1, not %q.", w[4])
	}
	l := Link{Cast: Multicast, Device: w[0], Port: uint16(port), Group: group, TTL: ttl, Loop: w[4] == "1"}
	if name == "mcast" {
		a, ok := h.device(line, w[0])
		if !ok {
			return
		}
		l.Local = a.Prefix.Addr().Unmap()
	}
	h.addLink(line, l)
}

// ucast adds a peer. All lines of a device make one link, and those that name an address of this host are left out.
func (h *heartbeat) ucast(line int, name string, w []string) {
	h.media++
	if len(w) != 2 {
		h.errorf(line, "%s needs two values, the device and the peer's address, such as `%s eth0 192.168.1.2`.", name, name)
		return
	}
	addr, err := netip.ParseAddr(w[1])
	if err != nil && h.host.Lookup != nil {
		var list []netip.Addr
		if list, err = h.host.Lookup(w[1]); err == nil && len(list) > 0 {
			addr = list[0]
		}
	}
	if addr = addr.Unmap(); err != nil || !addr.IsValid() || addr.Is4() != (name == "ucast") {
		h.errorf(line, "%q is neither an address for %s nor a name that this host can resolve.", w[1], name)
		return
	}
	at := slices.IndexFunc(h.conf.Links, func(l Link) bool {
		return l.Cast == Unicast && l.Device == w[0] && l.Port == h.port && l.Peers[0].Addr.Is4() == addr.Is4()
	})
	if at < 0 {
		h.addLink(line, Link{Cast: Unicast, Device: w[0], Port: h.port, Peers: []Peer{{Addr: addr}}})
		return
	}
	if l := &h.conf.Links[at]; !slices.ContainsFunc(l.Peers, func(p Peer) bool { return p.Addr == addr }) {
		l.Peers = append(l.Peers, Peer{Addr: addr})
	}
}

// finish checks what only the whole file tells.
func (h *heartbeat) finish() {
	h.own()
	if h.media == 0 {
		h.errorf(0, "No heartbeat media defined: add a ucast, mcast or bcast line.")
	}
	switch {
	case len(h.conf.Nodes) == 0 && !h.conf.Open:
		h.errorf(0, "no nodes defined: add `node NAME` for every node.")
	default:
		h.findSelf()
	}
	h.timing()
	n := len(h.conf.Nodes)
	h.conf.Quorum = Quorum{Counted: true, Expected: n, TwoNode: n == 2}
}

// own finds the local addresses of the unicast links and takes own addresses out of the peers.
func (h *heartbeat) own() {
	for i := range h.conf.Links {
		l := &h.conf.Links[i]
		if l.Cast != Unicast {
			continue
		}
		four := l.Peers[0].Addr.Is4()
		for _, a := range h.host.Addrs {
			addr := a.Prefix.Addr().Unmap()
			if a.Device == l.Device && addr.Is4() == four && (!l.Local.IsValid() || slices.ContainsFunc(l.Peers, func(p Peer) bool {
				return p.Addr == addr
			})) {
				l.Local = addr
			}
		}
		l.Peers = slices.DeleteFunc(l.Peers, func(p Peer) bool {
			return slices.ContainsFunc(h.host.Addrs, func(a Interface) bool {
				return a.Prefix.Addr().Unmap() == p.Addr && (a.Device == l.Device || p.Addr == l.Local)
			})
		})
		if !l.Local.IsValid() {
			h.errorf(0, "ucast names the interface %s, which is not on this host or has no address: correct its name, or set it up first.", l.Device)
		}
	}
}

func (h *heartbeat) findSelf() {
	i := slices.IndexFunc(h.conf.Nodes, func(n Node) bool { return sameName(n.Name, h.host.Name) })
	if i < 0 && h.conf.Open && len(h.conf.Nodes) < MaxNodes {
		// An unlisted node takes its number from its first address, far from those of listed ones.
		var id engine.NodeID
		for _, l := range h.conf.Links {
			if id = idOf(l.Local, false); id > MaxNodes {
				break
			}
		}
		if id <= MaxNodes {
			h.errorf(0, "Current node [%s] not in configuration! Add `node %s`: a number for it cannot be made without an IPv4 address.",
				h.host.Name, h.host.Name)
			return
		}
		h.conf.Self = Node{ID: id, Name: strings.ToLower(h.host.Name), Votes: 1}
		h.conf.Nodes = append(h.conf.Nodes, h.conf.Self)
		slices.SortFunc(h.conf.Nodes, func(a, b Node) int { return cmp.Compare(a.ID, b.ID) })
		return
	}
	if i < 0 {
		h.errorf(0, "Current node [%s] not in configuration! Add `node %s`, or correct the host's name.", h.host.Name, h.host.Name)
		return
	}
	h.conf.Self = h.conf.Nodes[i]
}

// timing makes the times; those that the file gives win.
func (h *heartbeat) timing() {
	at := func(name string) int { return h.seen[name] }
	t, ok := Profile(cmp.Or(h.profile, "default"))
	if !ok {
		return
	}
	if h.deadtime > 0 || h.keepalive > 0 {
		keep, dead := cmp.Or(h.keepalive, defaultKeepalive), h.deadtime
		if dead == 0 {
			dead = max(defaultDeadtime, 3*keep)
		} else if h.keepalive == 0 {
			keep = max(min(keep, dead/8), leastKeepalive)
		}
		if dead <= 2*keep {
			h.errorf(at("deadtime"), "Dead time [%s] is too small compared to keeplive [%s]: make deadtime more than twice keepalive.",
				millis(dead), millis(keep))
		}
		if dead < leastTime || keep < leastKeepalive {
			h.errorf(max(at("deadtime"), at("keepalive")), "deadtime must be at least %s and keepalive %s.", millis(leastTime),
				millis(leastKeepalive))
		}
		t = explicit(dead, keep)
		t.Warn = dead / 2
	}
	if h.warntime > 0 {
		t.Warn = h.warntime
	}
	if h.initdead > 0 {
		if h.initdead < t.Dead {
			h.errorf(at("initdead"), "initdead [%s] is less than deadtime [%s]: make it at least as long.", millis(h.initdead), millis(t.Dead))
		} else if h.initdead < 10*time.Second && h.deadtime > 0 {
			h.warnf(at("initdead"), "Initial dead time [%d ms] may be too small!", h.initdead.Milliseconds())
		}
		t.Start = h.initdead
	} else if t.Profile == "explicit" {
		switch dead := t.Dead; {
		case dead > 10*time.Second:
			t.Start = dead
		case dead < 6*time.Second:
			t.Start = 12 * time.Second
		default:
			t.Start = 2 * dead
		}
	}
	h.conf.Timing = t
}

func millis(d time.Duration) string { return fmt.Sprintf("%dms", d.Milliseconds()) }
