package clusterconf

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"pacer/engine"
)

// Defaults of corosync.conf, from its manual page.
const (
	defaultPort        = 5405
	defaultCoefficient = 650 * time.Millisecond
	leastTime          = 30 * time.Millisecond
	defaultJoin        = 50 * time.Millisecond
)

// Corosync reads corosync.conf. read opens the key file that it names (keyPath is the usual one).
func Corosync(f File, keyPath string, read func(path string) File, host Host) (*Config, error) {
	p := &problems{file: f.Path}
	if !readable(f, p) {
		return nil, p.err()
	}
	root := parseSections(f.Data, p)
	if len(p.errs) > 0 {
		return nil, p.err()
	}
	c := &corosync{problems: p, root: root, host: host, read: read, keyPath: keyPath,
		totem: root.merged("totem"), quorum: root.merged("quorum"), nodelist: root.merged("nodelist"),
		conf: &Config{File: f.Path, Stack: "corosync", Manager: true}}
	c.warnUnknown(root)
	c.parse()
	if len(p.errs) > 0 {
		return nil, p.err()
	}
	c.conf.Warnings = p.warnings
	return c.conf, nil
}

// readable reports a file that could not be read or is too long.
func readable(f File, p *problems) bool {
	switch {
	case f.Missing:
		p.errorf(0, "Can't read file: No such file or directory. Create it, or copy it from a node of the cluster.")
	case f.Err != nil:
		p.errorf(0, "Can't read file: %v.", f.Err)
	case len(f.Data) > MaxFile:
		p.errorf(0, "The file is longer than %d bytes; it cannot be a configuration.", MaxFile)
	default:
		return true
	}
	return false
}

// corosync is the work on one corosync.conf.
type corosync struct {
	*problems
	root, totem, quorum, nodelist *section
	host                          Host
	read                          func(string) File
	keyPath                       string
	conf                          *Config
}

func (c *corosync) parse() {
	if c.totem == nil {
		c.errorf(0, "There is no totem section: add `totem { version: 2 … }`.")
		return
	}
	switch v, line, ok := c.totem.get("version"); {
	case !ok:
		c.errorf(c.totem.line, "This totem parser can only parse version 2 configurations: add `version: 2` to the totem section.")
	case v != "2":
		c.errorf(line, "This totem parser can only parse version 2 configurations, not %q.", v)
	}
	c.conf.Cluster, _, _ = c.totem.get("cluster_name")
	transport, line, ok := c.totem.get("transport")
	if ok && !slices.Contains([]string{"knet", "udp", "udpu"}, transport) {
		c.errorf(line, "Invalid transport type. Should be udpu, udp or knet, not %q.", transport)
	}
	if transport == "" {
		transport = "knet"
	}
	c.conf.Transport = transport
	c.conf.Settings = settings(c.root)
	if c.nodelist != nil && len(c.nodelist.all("node")) > 0 {
		c.parseNodes(transport)
	} else {
		c.parseLegacy()
	}
	c.parseTiming()
	c.parseQuorum()
	c.parseKeys()
	if system := c.root.merged("system"); system != nil {
		realtime, line := c.boolean(system, "sched_rr")
		c.conf.Ordinary = line > 0 && !realtime
	}
	c.conf.PacketSize = 1400
	if n, ok := c.number(c.totem, "netmtu", 0, 1<<32-1); ok {
		if n < 700 || n > 9000 {
			c.warnf(0, "totem.netmtu %d is out of the range 700 to 9000; 1400 is used.", n)
		} else {
			c.conf.PacketSize = n - 48
		}
	}
	if c.quorum != nil && len(c.quorum.all("device")) > 0 {
		c.warnf(c.quorum.all("device")[0].line, "quorum.device is not supported; the device's votes are not counted.")
	}
}

// number reads a key as an integer of a range.
func (c *corosync) number(s *section, key string, least, most int) (int, bool) {
	v, line, ok := s.get(key)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseUint(v, 10, 63)
	if err != nil || n < uint64(least) || n > uint64(most) {
		c.errorf(line, "Value of key %q is expected to be integer in range (%d..%d), but %q was given.", s.path+key, least, most, v)
		return 0, false
	}
	return int(n), true
}

// boolean reads 1/0 and yes/no/on/off; anything else is an error.
func (c *corosync) boolean(s *section, key string) (on bool, line int) {
	v, line, ok := s.get(key)
	if !ok {
		return false, line
	}
	switch strings.ToLower(v) {
	case "1", "yes", "on", "true":
		return true, line
	case "0", "no", "off", "false", "none":
		return false, line
	}
	c.errorf(line, "Value of key %q is expected to be 0 or 1 (or yes or no), but %q was given.", s.path+key, v)
	return false, line
}

// milliseconds reads a time.
func (c *corosync) milliseconds(key string, least time.Duration) (time.Duration, int, bool) {
	n, ok := c.number(c.totem, key, 0, 1<<32-1)
	_, line, _ := c.totem.get(key)
	d := time.Duration(n) * time.Millisecond
	if ok && d < least {
		c.errorf(line, "The %s timeout parameter (%d ms) may not be less than (%d ms).", strings.ReplaceAll(key, "_", " "), n,
			least/time.Millisecond)
		return 0, line, false
	}
	return d, line, ok
}

func (c *corosync) parseTiming() {
	token, line, explicitToken := c.milliseconds("token", leastTime)
	coefficient, _, ok := c.milliseconds("token_coefficient", 0)
	if !ok {
		coefficient = defaultCoefficient
	}
	join, _, ok := c.milliseconds("join", leastTime)
	if !ok {
		join = defaultJoin
	}
	if consensus, line, ok := c.milliseconds("consensus", leastTime); ok {
		if consensus < join {
			c.errorf(line, "The consensus timeout parameter (%d ms) may not be less than join timeout (%d ms).",
				consensus/time.Millisecond, join/time.Millisecond)
		} else if explicitToken && consensus < token {
			c.warnf(line, "totem.consensus is less than totem.token.")
		}
	}
	c.milliseconds("token_retransmit", leastTime)
	c.milliseconds("hold", 14*time.Millisecond)
	c.milliseconds("merge", leastTime)
	c.milliseconds("downcheck", leastTime)
	c.milliseconds("max_network_delay", leastTime)
	c.number(c.totem, "token_warning", 0, 100)
	profile, profileLine, named := c.totem.get("pacer_profile")
	if !named {
		profile = "default"
	}
	t, known := Profile(profile)
	if !known {
		c.errorf(profileLine, "Unknown pacer_profile %q: choose default, fast or patient.", profile)
		return
	}
	if explicitToken {
		if n := len(c.conf.Nodes); n > 2 && !c.conf.Open {
			token += time.Duration(n-2) * coefficient
		}
		if named {
			c.warnf(profileLine, "totem.token is given on line %d and wins over pacer_profile.", line)
		}
		t = explicit(token, 0)
	}
	c.conf.Timing = t
}

func (c *corosync) parseQuorum() {
	q := &c.conf.Quorum
	votes := 0
	for _, n := range c.conf.Nodes {
		votes += n.Votes
	}
	provider, line, given := c.quorum.get("provider")
	if given && provider != "corosync_votequorum" {
		c.errorf(line, "Unknown quorum.provider %q: the only one is corosync_votequorum.", provider)
		return
	}
	expected, fixed := c.number(c.quorum, "expected_votes", 1, 1<<31-1)
	q.Expected = votes
	if fixed {
		q.Expected = expected
	}
	q.Counted = given
	if !given && !c.conf.Open {
		q.Counted = true
		c.warnf(0, "There is no `quorum { provider: corosync_votequorum }`; a majority of the nodelist's votes is taken.")
	}
	if given && c.conf.Open && !fixed {
		c.errorf(line, "configuration error: nodelist or quorum.expected_votes must be configured!")
	}
	var twoLine int
	q.TwoNode, twoLine = c.boolean(c.quorum, "two_node")
	if q.TwoNode && q.Expected != 2 {
		q.TwoNode = false
		c.warnf(twoLine, "quorum.two_node holds for 2 expected votes only, not for %d; it is not used.", q.Expected)
	}
	q.WaitForAll = q.TwoNode
	if _, _, ok := c.quorum.get("wait_for_all"); ok {
		q.WaitForAll, _ = c.boolean(c.quorum, "wait_for_all")
	}
	c.parseSpecialQuorum(twoLine)
}

// known are the keys that corosync knows in a section; nil for a section that is not checked.
func known(section string) []string {
	switch section {
	case "totem":
		return strings.Fields(`version cluster_name config_version transport token token_coefficient token_warning
		token_retransmits_before_loss_const token_retransmit hold join consensus merge downcheck send_join fail_recv_const
		seqno_unchanged_const heartbeat_failures_allowed max_network_delay window_size max_messages miss_count_const netmtu
		secauth crypto_model crypto_cipher crypto_hash crypto_type keyfile key link_mode ip_version clear_node_high_bit nodeid
		block_unlisted_ips cancel_token_hold_on_retransmit knet_pmtud_interval knet_mtu knet_compression_model
		knet_compression_level knet_compression_threshold ip_dscp rrp_mode rrp_problem_count_threshold
		rrp_problem_count_timeout rrp_problem_count_mcast_threshold rrp_token_expired_timeout rrp_autorecovery_check_timeout
		threads vsftype pacer_profile`)
	case "interface":
		return strings.Fields(`linknumber ringnumber knet_link_priority knet_ping_interval knet_ping_timeout
		knet_ping_precision knet_pong_count knet_transport bindnetaddr mcastaddr broadcast mcastport ttl member memberaddr`)
	case "node":
		return strings.Fields(`ring0_addr ring1_addr ring2_addr ring3_addr ring4_addr ring5_addr ring6_addr ring7_addr nodeid name
		quorum_votes`)
	case "quorum":
		return strings.Fields(`provider expected_votes votes quorum_votes two_node wait_for_all last_man_standing
		last_man_standing_window auto_tie_breaker auto_tie_breaker_node allow_downscale expected_votes_tracking
		leaving_timeout`)
	}
	return nil
}

// withoutEffect are known keys that mean nothing here; they are told so that nobody relies on them.
var withoutEffect = []string{"compatibility", "threads", "rrp_mode", "knet_compression_model"}

// warnUnknown tells of keys that nobody reads.
func (c *corosync) warnUnknown(s *section) {
	list := known(s.name)
	for _, k := range s.keys {
		switch {
		case slices.Contains(withoutEffect, k.key):
			c.warnf(k.line, "%s%s is accepted and has no effect here.", s.path, k.key)
		case list != nil && !slices.Contains(list, k.key):
			c.warnf(k.line, "%s%s is unknown and has no effect; check its spelling.", s.path, k.key)
		}
	}
	for _, sub := range s.subs {
		c.warnUnknown(sub)
	}
}

// address finds the address behind a name, in the family that is wanted first.
func (c *corosync) address(text string, line int, what string) (netip.Addr, bool) {
	if a, err := netip.ParseAddr(text); err == nil {
		return a.Unmap(), true
	}
	var list []netip.Addr
	if c.host.Lookup != nil && text != "" {
		var err error
		if list, err = c.host.Lookup(text); err != nil {
			list = nil
		}
	}
	wanted, _, _ := c.totem.get("ip_version")
	six, four := -1, -1
	for i, a := range list {
		if a.Unmap().Is4() && four < 0 {
			four = i
		} else if !a.Unmap().Is4() && six < 0 {
			six = i
		}
	}
	order := []int{six, four}
	switch wanted {
	case "", "ipv6-4":
	case "ipv4":
		order = []int{four}
	case "ipv6":
		order = []int{six}
	case "ipv4-6":
		order = []int{four, six}
	}
	for _, i := range order {
		if i >= 0 {
			return list[i].Unmap(), true
		}
	}
	c.errorf(line, "failed to parse %s address '%s': it is neither an address nor a name that this host can resolve; "+
		"write the address, or add the name to /etc/hosts.", what, text)
	return netip.Addr{}, false
}

// nodeID limits.
func validID(n int) bool { return n > 0 && uint64(n) <= uint64(^engine.NodeID(0)) }
