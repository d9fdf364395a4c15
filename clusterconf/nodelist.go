package clusterconf

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"pacer/engine"
)

// listed is one node section while it is read.
type listed struct {
	Node
	line  int
	named bool
	addrs map[int]netip.Addr // by link
}

// parseNodes reads the nodelist.
func (c *corosync) parseNodes(transport string) {
	sections := c.nodelist.all("node")
	if len(sections) > MaxNodes {
		c.errorf(sections[MaxNodes].line, "There are %d nodes; at most %d are possible.", len(sections), MaxNodes)
		return
	}
	var nodes []*listed
	for _, s := range sections {
		if n := c.parseNode(s, transport); n != nil {
			nodes = append(nodes, n)
		}
	}
	if len(c.errs) > 0 {
		return
	}
	c.checkNodes(nodes)
	if len(c.errs) > 0 {
		return
	}
	self := c.findSelf(nodes)
	if self == nil {
		c.errorf(c.nodelist.line, "No valid name found for local host: no node has the name %q, and no address of the nodelist is on "+
			"an interface of this host. Set `name:` of one node to the output of `uname -n`.", c.host.Name)
		return
	}
	slices.SortFunc(nodes, func(a, b *listed) int { return cmp.Compare(a.ID, b.ID) })
	for _, n := range nodes {
		c.conf.Nodes = append(c.conf.Nodes, n.Node)
	}
	c.conf.Self = self.Node
	c.linksOf(nodes, self)
}

func (c *corosync) parseNode(s *section, transport string) *listed {
	n := &listed{line: s.line, addrs: map[int]netip.Addr{}}
	n.Votes = 1
	if v, ok := c.number(s, "quorum_votes", 0, 255); ok {
		n.Votes = v
	}
	n.Name, _, n.named = s.get("name")
	if strings.ContainsAny(n.Name, " \t\"'<>&") || len(n.Name) > 255 {
		c.errorf(s.line, "The node name %q cannot be used: no blanks, quotes or brackets, at most 255 characters.", n.Name)
	}
	for link := range MaxLinks {
		text, line, ok := s.get(fmt.Sprintf("ring%d_addr", link))
		if !ok {
			continue
		}
		if a, ok := c.address(text, line, "node"); ok {
			n.addrs[link] = a
		}
		if !n.named && n.Name == "" {
			n.Name = text
		}
	}
	if len(n.addrs) == 0 && len(c.errs) == 0 {
		c.errorf(s.line, "This node has no address: add `ring0_addr:`.")
	}
	id, ok := c.number(s, "nodeid", 0, 1<<32-1)
	switch {
	case ok && validID(id):
		n.ID = engine.NodeID(id)
	case transport == "knet" || ok:
		if len(c.errs) == 0 {
			c.errorf(s.line, "Knet requires an explicit nodeid for the local node: add `nodeid:` with a number above 0 to each node.")
		}
	default:
		n.ID = idOf(n.addrs[0], c.clearHighBit())
		if n.ID == 0 {
			c.errorf(s.line, "An IPV6 network requires that a node ID be specified: add `nodeid:`.")
		}
	}
	return n
}

func (c *corosync) clearHighBit() bool {
	on, _ := c.boolean(c.totem, "clear_node_high_bit")
	return on
}

// idOf derives a node id from an IPv4 address, as corosync does.
func idOf(a netip.Addr, clearHigh bool) engine.NodeID {
	if !a.Is4() {
		return 0
	}
	b := a.As4()
	id := binary.BigEndian.Uint32(b[:])
	if clearHigh {
		id &^= 1 << 31
	}
	return engine.NodeID(id)
}

func (c *corosync) checkNodes(nodes []*listed) {
	for i, n := range nodes {
		for _, o := range nodes[:i] {
			if n.ID == o.ID {
				c.errorf(n.line, "Nodeid %d appears twice in corosync.conf, here and on line %d: give every node its own.", n.ID, o.line)
			}
			if sameName(n.Name, o.Name) {
				c.errorf(n.line, "The node name %q appears twice, here and on line %d: give every node its own.", n.Name, o.line)
			}
			if len(n.addrs) != len(o.addrs) {
				c.errorf(n.line, "Not all nodes have the same number of links: this one has %d, the one on line %d has %d.", len(n.addrs), o.line,
					len(o.addrs))
			}
			for link := range MaxLinks {
				a, ok1 := n.addrs[link]
				b, ok2 := o.addrs[link]
				if ok1 && ok2 && a.Is4() != b.Is4() {
					c.errorf(n.line, "Nodes for link %d have different IP families (compared %s with %s).", link, a, b)
				}
				if ok1 && ok2 && a == b {
					c.warnf(n.line, "The address %s is given to two nodes, here and on line %d; they cannot hear each other on it.", a, o.line)
				}
			}
		}
		if len(n.addrs) > 1 && !n.named {
			c.errorf(n.line, "for a multi-link configuration, all nodes must have a 'name' attribute: add `name:` here.")
		}
		if len(c.errs) > 8 {
			return
		}
	}
}

// findSelf finds the node that this host is: by its name, the short form of it, then by address.
func (c *corosync) findSelf(nodes []*listed) *listed {
	short := func(s string) string { h, _, _ := strings.Cut(s, "."); return h }
	for _, match := range []func(*listed) bool{
		func(n *listed) bool { return sameName(n.Name, c.host.Name) },
		func(n *listed) bool { return sameName(n.Name, short(c.host.Name)) },
		func(n *listed) bool { return sameName(short(n.Name), c.host.Name) && !isAddr(n.Name) },
		func(n *listed) bool {
			for _, i := range c.host.Addrs {
				for link := range MaxLinks {
					if a, ok := n.addrs[link]; ok && a == i.Prefix.Addr().Unmap() {
						return true
					}
				}
			}
			return false
		},
	} {
		for _, n := range nodes {
			if match(n) {
				return n
			}
		}
	}
	return nil
}

func isAddr(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil
}

// linksOf makes the links from the addresses of the nodes.
func (c *corosync) linksOf(nodes []*listed, self *listed) {
	for number := range MaxLinks {
		local, ok := self.addrs[number]
		if !ok {
			continue
		}
		l := Link{Number: len(c.conf.Links), Cast: Unicast, Local: local, Port: uint16(defaultPort + 2*number)}
		if s := c.interfaceOf(number); s != nil {
			if port, ok := c.number(s, "mcastport", 1, 65535); ok {
				l.Port = uint16(port)
			}
		} else if s := c.interfaceOf(0); s != nil && number > 0 {
			if port, ok := c.number(s, "mcastport", 1, 65535-2*number); ok {
				l.Port = uint16(port + 2*number)
			}
		}
		for _, n := range nodes {
			if n != self {
				if a, ok := n.addrs[number]; ok {
					l.Peers = append(l.Peers, Peer{ID: n.ID, Addr: a})
				}
			}
		}
		c.conf.Links = append(c.conf.Links, l)
	}
}

// interfaceOf returns the interface section of a link.
func (c *corosync) interfaceOf(number int) *section {
	for i, s := range c.totem.all("interface") {
		n, ok := c.number(s, "linknumber", 0, MaxLinks-1)
		if !ok {
			n, ok = c.number(s, "ringnumber", 0, MaxLinks-1)
		}
		if ok && n == number || !ok && i == number {
			return s
		}
	}
	return nil
}

// parseLegacy reads a file without nodelist: the nodes find each other by multicast or broadcast.
func (c *corosync) parseLegacy() {
	sections := c.totem.all("interface")
	if len(sections) == 0 {
		c.errorf(c.totem.line, "No interfaces defined: add a nodelist with `ring0_addr:` of every node.")
		return
	}
	if len(sections) > 2 {
		c.errorf(sections[2].line, "At most 2 interface sections are possible without a nodelist.")
		return
	}
	if mode, line, _ := c.totem.get("rrp_mode"); len(sections) == 2 && mode != "active" && mode != "passive" {
		c.errorf(max(line, sections[1].line), "Two interface sections need `rrp_mode: active` or `rrp_mode: passive` in the totem section.")
	}
	for i := range sections {
		s := c.interfaceOf(i)
		if s == nil {
			c.errorf(sections[i].line, "No interface section has ringnumber %d: number them 0 and 1.", i)
			return
		}
		c.legacyLink(s, i)
	}
	if len(c.errs) > 0 {
		return
	}
	local := c.conf.Links[0].Local
	id, ok := c.number(c.totem, "nodeid", 1, 1<<32-1)
	if !ok {
		id = int(idOf(local, c.clearHighBit()))
	}
	if id == 0 {
		c.errorf(c.totem.line, "An IPV6 network requires that a node ID be specified: add `nodeid:` to the totem section.")
		return
	}
	votes := 1
	if v, ok := c.number(c.quorum, "votes", 0, 255); ok {
		votes = v
	}
	c.conf.Self = Node{ID: engine.NodeID(id), Name: c.host.Name, Votes: votes}
	c.conf.Nodes = []Node{c.conf.Self}
	c.conf.Open = true
}

func (c *corosync) legacyLink(s *section, number int) {
	text, line, ok := s.get("bindnetaddr")
	if !ok {
		c.errorf(s.line, "This interface has no bindnetaddr, and there is no nodelist: add a nodelist with `ring0_addr:` of every node.")
		return
	}
	bind, err := netip.ParseAddr(text)
	if err != nil {
		c.errorf(line, "failed to parse bindnet address '%s': write the address of the network, such as 192.168.1.0.", text)
		return
	}
	var found *Interface
	for i, a := range c.host.Addrs {
		if a.Prefix.Addr().Unmap() == bind || a.Prefix.Masked().Addr().Unmap() == bind.Unmap() {
			found = &c.host.Addrs[i]
			break
		}
	}
	if found == nil {
		c.errorf(line, "No interface of this host is in the network %s: correct bindnetaddr, or set the interface up first.", bind)
		return
	}
	l := Link{Number: number, Device: found.Device, Local: found.Prefix.Addr().Unmap(), Port: defaultPort, TTL: 1}
	if port, ok := c.number(s, "mcastport", 1, 65535); ok {
		l.Port = uint16(port)
	}
	if ttl, ok := c.number(s, "ttl", 0, 255); ok {
		l.TTL = ttl
	}
	if on, line := c.boolean(s, "broadcast"); on {
		l.Cast, l.Group = Broadcast, found.Broadcast
		if !l.Group.IsValid() {
			c.errorf(line, "The interface %s has no broadcast address; use mcastaddr or a nodelist.", found.Device)
		}
	} else {
		text, line, ok := s.get("mcastaddr")
		if !ok {
			c.errorf(s.line, "No multicast address specified for interface %d: add `mcastaddr:`, or better a nodelist.", number)
			return
		}
		group, err := netip.ParseAddr(text)
		if err != nil || !group.IsMulticast() {
			c.errorf(line, "mcastaddr is not a correct multicast address for interface %d: %q.", number, text)
			return
		}
		if group.Is4() != l.Local.Is4() {
			c.errorf(line, "Multicast address family does not match bind address family for interface %d.", number)
			return
		}
		l.Cast, l.Group = Multicast, group
	}
	c.conf.Links = append(c.conf.Links, l)
}
