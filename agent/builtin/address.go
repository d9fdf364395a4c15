package builtin

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/vishvananda/netlink"
	"golang.org/x/sys/unix"

	"pacer/agent"
	"pacer/ocf"
	"pacer/operation"
)

func addressAgent(name string) *agent.Builtin {
	return &agent.Builtin{
		Agent: operation.Agent{Class: "ocf", Provider: "heartbeat", Type: name},
		Run:   runAddress,
		Metadata: ocf.Metadata{
			Name: name, Version: "1.0", OCFVersion: "1.1",
			Short: "Virtual IP address",
			Long:  "An IPv4 or IPv6 address that moves with the service. Start adds it to an interface and announces it to the neighbours, stop takes it away.",
			Parameters: []ocf.Parameter{
				{Name: "ip", Required: true, UniqueGroup: "address", Short: "Address", Long: "The IPv4 or IPv6 address, without a netmask."},
				{Name: "nic", Short: "Interface", Long: "The interface that gets the address. Without it, the one that has an address in the same network."},
				{Name: "cidr_netmask", Short: "Netmask", Long: "The netmask as a number of bits or with dots. Without it, that of the network which the address is in."},
				{Name: "netmask", Deprecated: true, ReplacedWith: "cidr_netmask", Short: "Netmask", Long: "The older name of cidr_netmask."},
				{Name: "broadcast", Short: "Broadcast address", Long: "Without it, the last address of the network."},
				{Name: "iflabel", Short: "Label", Long: "A label for the address, shown behind the interface's name. IPv4 only."},
				{Name: "arp_count", Type: "integer", Default: "5", HasDefault: true, Short: "Announcements", Long: "How often the address is announced after the start."},
				{Name: "arp_interval", Type: "integer", Default: "200", HasDefault: true, Short: "Time between announcements", Long: "Milliseconds between two announcements."},
			},
			Actions: actions("start 20s", "stop 20s", "monitor 20s 10s", "validate-all 20s", "meta-data 5s"),
		},
	}
}

// virtual is what the parameters describe.
type virtual struct {
	ip        netip.Addr
	bits      int // -1: not given
	nic       string
	label     string
	broadcast net.IP
	announce  int
	gap       time.Duration
}

func readVirtual(c *agent.Call) (virtual, error) {
	v := virtual{bits: -1}
	text := c.Param("ip", "")
	if text == "" {
		return v, errors.New("the parameter ip is missing")
	}
	ip, err := netip.ParseAddr(text)
	if err != nil || ip.Zone() != "" {
		return v, fmt.Errorf("ip=%q is not an IP address", text)
	}
	v.ip = ip.Unmap()
	if mask := c.Param("cidr_netmask", c.Param("netmask", "")); mask != "" {
		if v.bits, err = maskBits(mask, v.ip.Is4()); err != nil {
			return v, err
		}
	}
	v.nic, v.label, _ = strings.Cut(c.Param("nic", ""), ":")
	if l := c.Param("iflabel", ""); l != "" {
		v.label = l
	}
	if b := c.Param("broadcast", ""); b != "" {
		if v.broadcast = net.ParseIP(b); v.broadcast == nil {
			return v, fmt.Errorf("broadcast=%q is not an IP address", b)
		}
	}
	var ok bool
	if v.announce, ok = c.Number("arp_count", 5); !ok || v.announce < 0 || v.announce > 1000 {
		return v, errors.New("arp_count is not a number from 0 to 1000")
	}
	ms, ok := c.Number("arp_interval", 200)
	if !ok || ms < 0 || ms > 60000 {
		return v, errors.New("arp_interval is not a number of milliseconds from 0 to 60000")
	}
	v.gap = time.Duration(ms) * time.Millisecond
	return v, nil
}

// maskBits reads a netmask given as bits ("24") or, for IPv4, with dots ("255.255.255.0").
func maskBits(s string, v4 bool) (int, error) {
	limit := 128
	if v4 {
		limit = 32
	}
	if n, err := strconv.Atoi(s); err == nil && n >= 0 && n <= limit {
		return n, nil
	}
	if ip := net.ParseIP(s).To4(); ip != nil && v4 {
		if ones, bits := net.IPMask(ip).Size(); bits == 32 {
			return ones, nil
		}
	}
	return 0, fmt.Errorf("cidr_netmask=%q is not a netmask", s)
}

func runAddress(ctx context.Context, c *agent.Call) (ocf.ExitCode, string) {
	v, err := readVirtual(c)
	if err != nil {
		if c.Action == "stop" && c.Param("ip", "") == "" {
			return ocf.OK, "" // nothing can have been started
		}
		return ocf.ErrConfigured, err.Error()
	}
	switch c.Action {
	case "start":
		return v.start()
	case "stop":
		return v.stop()
	case "monitor":
		_, at, err := v.find()
		if err != nil {
			return netlinkFailure(err)
		}
		if at == nil {
			return ocf.NotRunning, ""
		}
		return ocf.OK, ""
	case "validate-all":
		return ocf.OK, ""
	}
	return unimplemented(c)
}

func netlinkFailure(err error) (ocf.ExitCode, string) {
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.EACCES) {
		return ocf.ErrPerm, err.Error()
	}
	return ocf.ErrGeneric, err.Error()
}

func (v *virtual) family() int {
	if v.ip.Is4() {
		return netlink.FAMILY_V4
	}
	return netlink.FAMILY_V6
}

// find looks for the address on the interface, or on all when none is named.
func (v *virtual) find() (*netlink.Addr, netlink.Link, error) {
	all, err := addresses(v.family())
	if err != nil {
		return nil, nil, err
	}
	for i := range all {
		ip, ok := netip.AddrFromSlice(all[i].IP)
		if !ok || ip.Unmap() != v.ip {
			continue
		}
		link, err := netlink.LinkByIndex(all[i].LinkIndex)
		if err != nil {
			continue // it went away in between
		}
		if v.nic == "" || link.Attrs().Name == v.nic {
			return &all[i], link, nil
		}
	}
	return nil, nil, nil
}

func addresses(family int) ([]netlink.Addr, error) {
	for try := 0; ; try++ {
		all, err := netlink.AddrList(nil, family)
		if err == nil {
			return all, nil
		}
		// The kernel's table changed while it was read.
		if !errors.Is(err, netlink.ErrDumpInterrupted) || try == 3 {
			return nil, fmt.Errorf("the interfaces cannot be listed: %w", err)
		}
	}
}

func (v *virtual) start() (ocf.ExitCode, string) {
	if _, link, err := v.find(); err != nil {
		return netlinkFailure(err)
	} else if link != nil {
		v.tellNeighbours(link)
		return ocf.OK, ""
	}
	link, bits, err := v.interfaceFor()
	if err != nil {
		return ocf.ErrGeneric, err.Error()
	}
	if link.Attrs().Flags&net.FlagUp == 0 {
		if err := netlink.LinkSetUp(link); err != nil {
			return netlinkFailure(fmt.Errorf("the interface %s cannot be brought up: %w", link.Attrs().Name, err))
		}
	}
	size := v.ip.BitLen()
	addr := &netlink.Addr{IPNet: &net.IPNet{IP: v.ip.AsSlice(), Mask: net.CIDRMask(bits, size)}, Broadcast: v.broadcast}
	if v.ip.Is4() {
		if addr.Broadcast == nil && bits < 31 {
			addr.Broadcast = lastAddress(addr.IPNet)
		}
		if v.label != "" {
			addr.Label = link.Attrs().Name + ":" + v.label
		}
	} else {
		// The cluster makes sure that nobody else has it; waiting for the kernel to ask would delay the service by a second.
		addr.Flags = unix.IFA_F_NODAD
	}
	if err := netlink.AddrAdd(link, addr); err != nil && !errors.Is(err, unix.EEXIST) {
		return netlinkFailure(fmt.Errorf("%s cannot be added to %s: %w", v.ip, link.Attrs().Name, err))
	}
	v.tellNeighbours(link)
	return ocf.OK, ""
}

// interfaceFor returns the interface that should get the address, and the length of its network.
func (v *virtual) interfaceFor() (netlink.Link, int, error) {
	all, err := addresses(v.family())
	if err != nil {
		return nil, 0, err
	}
	index, best := 0, -1
	for i := range all {
		ones, _ := all[i].Mask.Size()
		if all[i].IPNet != nil && all[i].Contains(v.ip.AsSlice()) && ones > best && ones < v.ip.BitLen() {
			index, best = all[i].LinkIndex, ones
		}
	}
	bits := v.bits
	if bits < 0 {
		bits = best
	}
	if v.nic != "" {
		link, err := netlink.LinkByName(v.nic)
		if err != nil {
			return nil, 0, fmt.Errorf("there is no interface %s: %w", v.nic, err)
		}
		if bits < 0 {
			bits = v.ip.BitLen()
		}
		return link, bits, nil
	}
	if best < 0 {
		// No network holds it, but a route may lead somewhere.
		routes, err := netlink.RouteGet(v.ip.AsSlice())
		if err != nil || len(routes) == 0 || routes[0].LinkIndex == 0 {
			return nil, 0, fmt.Errorf("no interface has an address in the network of %s; name one with nic", v.ip)
		}
		index = routes[0].LinkIndex
		if bits < 0 {
			bits = v.ip.BitLen()
		}
	}
	link, err := netlink.LinkByIndex(index)
	if err != nil {
		return nil, 0, fmt.Errorf("the interface for %s is gone: %w", v.ip, err)
	}
	return link, bits, nil
}

func lastAddress(n *net.IPNet) net.IP {
	ip, mask := n.IP.To4(), net.IP(n.Mask).To4()
	out := make(net.IP, 4)
	for i := range out {
		out[i] = ip[i] | ^mask[i]
	}
	return out
}

func (v *virtual) stop() (ocf.ExitCode, string) {
	for range 4 { // it may be on several interfaces when none is named
		addr, link, err := v.find()
		if err != nil {
			return netlinkFailure(err)
		}
		if link == nil {
			return ocf.OK, ""
		}
		if err := netlink.AddrDel(link, addr); err != nil && !errors.Is(err, unix.EADDRNOTAVAIL) {
			return netlinkFailure(fmt.Errorf("%s cannot be taken from %s: %w", v.ip, link.Attrs().Name, err))
		}
	}
	return ocf.ErrGeneric, fmt.Sprintf("%s comes back again and again", v.ip)
}

// tellNeighbours announces the address: once before the start is reported, and then a few times more in the background, in
// case the first one is lost.
func (v *virtual) tellNeighbours(link netlink.Link) {
	if v.announce == 0 || link.Attrs().Flags&net.FlagLoopback != 0 || len(link.Attrs().HardwareAddr) != 6 {
		return
	}
	if err := announce(link.Attrs(), v.ip); err != nil {
		return // without the right to send packets the neighbours find out by themselves
	}
	if v.announce == 1 {
		return
	}
	ip, attrs, again, gap := v.ip, *link.Attrs(), v.announce-1, v.gap
	background.Go(func() {
		for range again {
			time.Sleep(gap)
			if _, there, err := (&virtual{ip: ip}).find(); err != nil || there == nil {
				return // stopped meanwhile; announcing it now would do harm
			}
			if announce(&attrs, ip) != nil {
				return
			}
		}
	})
}
